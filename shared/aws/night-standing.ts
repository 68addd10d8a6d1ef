// How sleep and wake stand right now: hours, the platform's state, and what the night made of services and databases (S7, S12, S13).
import { secondsBetween } from '../domain/instants.ts';
import type { Manifest } from '../domain/manifest.ts';
import { keptAwake } from '../domain/overrides.ts';
import type { WatchedNight } from '../domain/night-watch.ts';
import { ecsNames, type Fleet, type Ledger, type Stores, type Use } from '../ports.ts';
import { watchNight } from './evening.ts';
import { platformNow } from './night-state.ts';

export interface StandingPorts {
  readonly ledger: Pick<Ledger, 'recall' | 'list'>;
  readonly fleet: Fleet;
  readonly stores: Stores;
}

type Night = Pick<WatchedNight, 'services' | 'databases' | 'reported' | 'troubles'>;
const NO_NIGHT: Night = { services: [], databases: [], reported: [], troubles: [] };

const keepAwakes = async (ledger: Pick<Ledger, 'list'>) =>
  (await ledger.list('override', { from: 'keep-awake#', to: 'keep-awake#\uffff' })).map((entry) => entry.value);

/** Counts and databases are asked at night only; by day the hours say enough. */
export const nightStanding = async (manifest: Manifest, ports: StandingPorts, at: string): Promise<WatchedNight> => {
  const [{ value, expect }, overrides] = await Promise.all([platformNow(ports.ledger), keepAwakes(ports.ledger)]);
  const record = value.night === null || value.state !== 'asleep' ? null : await ports.ledger.recall('night', value.night);
  return {
    ...(record === null ? NO_NIGHT : await watchNight(manifest, record.value, ports, at)),
    hours: manifest.hours,
    platform: value,
    keptAwake: keptAwake(overrides, at),
    idle: null,
    nothingRuns: expect === 'new' && !(await anythingRuns(manifest, ports.fleet)),
  };
};

const AT_A_TIME = 50;

/** Asks for as few services as it takes: a fleet is not looked at as a whole to find one that runs (X3). */
const anythingRuns = async ({ services }: Manifest, fleet: Pick<Fleet, 'counts'>): Promise<boolean> => {
  for (let from = 0; from < services.length; from += AT_A_TIME) {
    const counts = await fleet.counts(ecsNames(services.slice(from, from + AT_A_TIME)));
    if (counts.some(({ desired }) => desired > 0)) return true;
  }
  return false;
};

/** The same for idleness alone: nobody's requests are counted unless the platform is awake and nights begin with it. */
export const idleStanding = async (
  manifest: Manifest,
  { ledger, use }: Pick<StandingPorts, 'ledger'> & { readonly use: Pick<Use, 'idleSeconds'> },
  at: string,
): Promise<WatchedNight> => {
  const [{ value }, overrides] = await Promise.all([platformNow(ledger), keepAwakes(ledger)]);
  const limitSeconds = manifest.nights?.idleSeconds ?? null;
  if (limitSeconds === null || value.state !== 'awake') return { ...NO_NIGHT, hours: null, platform: value, keptAwake: keptAwake(overrides, at), idle: null };
  // Somebody who has just deployed or pushed is about to look at it: a rollout is use as well.
  const [rollout] = await ledger.list('rollout', { newestFirst: true, limit: 1 });
  const unused = await use.idleSeconds(at, limitSeconds);
  const sinceSeconds = rollout === undefined ? unused : Math.min(unused, secondsBetween(rollout.at, at));
  return { ...NO_NIGHT, hours: null, platform: value, keptAwake: keptAwake(overrides, at), idle: { limitSeconds, sinceSeconds } };
};
