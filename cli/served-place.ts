// A rehearsal that somebody keeps running (`npm start -- --serve`) as a place to work in: the SDK over its port, its own virtual time.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { callerIdentity } from '../shared/aws/caller-identity.ts';
import { instantWords } from '../shared/domain/instants.ts';
import { notPossible } from './failure.ts';
import { environmentOf, personOf, type Place } from './place.ts';
import type { SynthesizedPlatform } from './platform.ts';

/** What `.rehearsals/<platform>/endpoint.json` says (docs/serve.md). */
export interface ServedEndpoint {
  readonly url: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

interface Time {
  readonly now: number;
  readonly mode: string;
  readonly speed: number;
}

const PATIENCE = 2_000;
const SHORTEST_WAIT = 50;
const LONGEST_WAIT = 5_000;

const ask = async (url: string, body?: object): Promise<Readonly<Record<string, unknown>>> => {
  const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const answer = await fetch(url, { ...sent, signal: AbortSignal.timeout(PATIENCE) });
  const said = (await answer.json()) as Readonly<Record<string, unknown>>;
  if (!answer.ok) throw notPossible(`The running rehearsal refused: ${String(said['error'])}`);
  return said;
};

/** The running rehearsal of a platform, null when there is none or it no longer answers. */
export const servedEndpoint = async ({ manifest }: SynthesizedPlatform): Promise<ServedEndpoint | null> => {
  const file = join(import.meta.dirname, '..', '.rehearsals', manifest.id, 'endpoint.json');
  if (!existsSync(file)) return null;
  const endpoint = JSON.parse(readFileSync(file, 'utf8')) as ServedEndpoint;
  const [state] = await Promise.allSettled([ask(`${endpoint.url}/_dayshift/state`)]);
  if (state.status === 'rejected') return null;
  return (state.value['platform'] as { readonly id: string }).id === manifest.id ? endpoint : null;
};

/** The running rehearsal as a place; the SDK of this process speaks to it from now on. */
export const servedPlace = async (platform: SynthesizedPlatform, endpoint: ServedEndpoint): Promise<Place> => {
  const { manifest } = platform;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_REGION: endpoint.region,
    AWS_ACCESS_KEY_ID: endpoint.accessKeyId,
    AWS_SECRET_ACCESS_KEY: endpoint.secretAccessKey,
  });
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN']) Reflect.deleteProperty(process.env, name);
  const readTime = async (): Promise<Time> => (await ask(`${endpoint.url}/_dayshift/state`))['time'] as Time;
  let time = await readTime();
  let read = performance.now();
  const now = (): number => Math.floor(time.now + (time.mode === 'playing' ? (performance.now() - read) * time.speed : 0));
  const { account, arn } = await callerIdentity({});
  return {
    kind: 'local',
    words: `the rehearsal running at ${endpoint.url}, ${instantWords(new Date(now()).toISOString(), manifest.hours?.timeZone ?? 'UTC')}`,
    platform,
    manifest,
    account,
    by: personOf(arn),
    caller: arn,
    host: { environment: environmentOf(manifest, account), manifest, now, log: { info: () => undefined } },
    rehearsed: null,
    push: async (push) => {
      const digest = `sha256:${createHash('sha256').update(randomBytes(32)).digest('hex')}`;
      await ask(`${endpoint.url}/_dayshift/push`, { ...push, digest });
      return digest;
    },
    now: () => new Date(now()).toISOString(),
    pause: async (seconds, signal) => {
      const milliseconds = Math.min(LONGEST_WAIT, Math.max(SHORTEST_WAIT, (seconds * 1000) / time.speed));
      await wait(milliseconds, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
        if (signal?.aborted !== true) throw error;
      });
      time = await readTime();
      read = performance.now();
    },
    outside: (work) => work,
    drive: (work) => work(),
    close: async () => undefined,
  };
};
