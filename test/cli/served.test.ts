import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awsPlace } from '../../cli/aws-place.ts';
import type { Place } from '../../cli/place.ts';
import { servedPlace } from '../../cli/served-place.ts';
import { readSynthesized } from '../../cli/platform.ts';
import { openEndpoint } from '../../local/endpoint.ts';
import { checkDay } from '../../local/rehearsal/day.ts';
import { sourceHosts } from '../../local/rehearsal/source-doors.ts';
import { standardDay } from '../../local/rehearsal/standard-day.ts';
import { serve } from '../../local/serve/serve.ts';
import { assemblyOf } from '../assembly.ts';
import { placeOf, run } from './stage.ts';

const names = ['AWS_ENDPOINT_URL', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE', 'AWS_SESSION_TOKEN'];
const before = new Map<string, string | undefined>();
const closers: (() => Promise<void>)[] = [];
beforeEach(() => {
  for (const name of names) before.set(name, process.env[name]);
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  for (const [name, value] of before) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
});

describe('the same commands speak to AWS over its own protocols', () => {
  it('P4: status, history, why, secrets and doctor say over the wire what they say in process', async () => {
    const local = await placeOf('wizelit');
    closers.push(() => local.close());
    const world = local.rehearsed?.world;
    if (world === undefined) throw new Error('a local place has a world');
    const { url, credentials } = await openEndpoint(world);
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    });
    const aws: Place = { ...(await awsPlace(local.platform)), now: () => local.now() };
    expect(aws).toMatchObject({ kind: 'aws', account: '111122223333', by: 'operator', words: 'AWS account 111122223333, ap-southeast-2' });
    for (const line of ['status --json', 'history', 'why app', 'secrets --json', 'logs --since 3h', 'savings --json', 'open --print']) {
      expect({ line, out: (await run(aws, line)).out }).toEqual({ line, out: (await run(local, line)).out });
    }
  }, 120_000);

  it('wrong credentials are told with what to do; 3', async () => {
    const local = await placeOf('wizelit');
    closers.push(() => local.close());
    const world = local.rehearsed?.world;
    if (world === undefined) throw new Error('a local place has a world');
    const { url } = await openEndpoint(world);
    Object.assign(process.env, { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN', AWS_SECRET_ACCESS_KEY: 'x' });
    const { toldOf } = await import('../../cli/failure.ts');
    const [answer] = await Promise.allSettled([awsPlace(local.platform)]);
    expect(toldOf(answer.status === 'rejected' ? answer.reason : null, 'status')).toMatchObject({ code: 3 });
  }, 120_000);
});

describe('a rehearsal that is kept running', () => {
  it('W10: commands work in it one after the other, in its own time', async () => {
    const platform = readSynthesized(await assemblyOf('wizelit'));
    const { manifest } = platform;
    const day = checkDay('the day', standardDay(manifest), manifest.hours?.timeZone ?? 'UTC');
    const served = await serve({
      assembly: platform.directory,
      manifest,
      day,
      given: 'running',
      port: 0,
      speed: 3_000,
      paused: false,
      hosts: await sourceHosts(),
    });
    closers.push(() => served.close());
    const place = await servedPlace(platform, { url: served.url, region: served.region, ...served.credentials });
    expect(place.words).toContain(`the rehearsal running at ${served.url}`);
    const pushed = await run(place, 'deploy --tag v9');
    expect(pushed).toMatchObject({ code: 0 });
    const { services } = JSON.parse((await run(place, 'status --json')).out) as { services: readonly { tags: readonly string[] }[] };
    expect(services[0]?.tags).toEqual(['latest', 'v9']);
  }, 120_000);
});
