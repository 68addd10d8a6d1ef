// The whole command line against AWS's protocols: what is wrong around it is told with a remedy and an exit code, never a stack trace.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../cli/main.ts';
import { platformNamed } from '../../cli/platform.ts';
import type { Place } from '../../cli/place.ts';
import { createWorld } from '../../local/create-world.ts';
import { openEndpoint } from '../../local/endpoint.ts';
import type { World } from '../../local/world.ts';
import { placeOf, run, screenOf, withAssembly } from './stage.ts';

const names = ['AWS_ENDPOINT_URL', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE', 'AWS_MAX_ATTEMPTS'];

describe('on an account that is not as expected', () => {
  const before = new Map(names.map((name) => [name, process.env[name]]));
  let world: World;
  let url: string;
  beforeAll(async () => {
    world = createWorld({ start: '2026-11-23T00:00:00Z', seed: 1, region: 'ap-southeast-2' });
    ({ url } = await openEndpoint(world));
  });
  beforeEach(() => {
    const { AccessKeyId, SecretAccessKey } = world.services.sts.operator();
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: AccessKeyId,
      AWS_SECRET_ACCESS_KEY: SecretAccessKey,
      AWS_MAX_ATTEMPTS: '1',
    });
    Reflect.deleteProperty(process.env, 'AWS_PROFILE');
  });
  afterAll(async () => {
    await world.close();
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  });

  const onAws = async (...words: string[]): Promise<{ code: number; err: string }> => {
    const screen = screenOf({ environment: { AWS_ACCESS_KEY_ID: 'given' } });
    const code = await withAssembly('wizelit', () => main(words, screen.terminal));
    expect(screen.shown()).not.toMatch(/\n\s+at /);
    return { code, err: screen.err() };
  };
  const failing = async (command: string, operation: string, code: string, message: string): Promise<{ code: number; err: string }> => {
    const end = world.faults.add({ kind: 'error', when: 'before-effect', operation, times: 9, error: { code, message, status: 400 } });
    const told = await onAws(command, '--platform', 'wizelit');
    end();
    return told;
  };

  it('wrong account or region: where it looked, and what can be done; 1', async () => {
    const told = await onAws('status', '--platform', 'wizelit');
    expect(told.code).toBe(1);
    expect(told.err).toContain(
      'The platform is not deployed in AWS account 111122223333, ap-southeast-2. Check account, region and --stage;',
    );
  });

  it('expired credentials: sign in again; 3', async () => {
    expect(await failing('status', 'GetCallerIdentity', 'ExpiredToken', 'The security token included in the request is expired')).toEqual({
      code: 3,
      err: 'The AWS credentials have expired. Sign in again (aws sso login, or new keys), then repeat the command.\n',
    });
  });

  it('throttling: which call, and that nothing is half done; 1', async () => {
    const told = await failing('history', 'Query', 'ThrottlingException', 'Rate exceeded');
    expect(told.code).toBe(1);
    expect(told.err).toMatch(/^AWS is throttling this account \(.*Rate exceeded\)\. Nothing was left half done; wait a minute/);
  });

  it('several platform files: on AWS none is guessed; 2', async () => {
    const told = await onAws('status');
    expect(told.code).toBe(2);
    expect(told.err).toContain('Which platform? There are several: atomic-calendar, cli-agent-orchestrator, farsight,');
    expect(told.err).toContain('Say --platform NAME, or set DAYSHIFT_PLATFORM');
  });

  it('no platform file: how one is written; a single one is the one meant', () => {
    expect(() => platformNamed({ aws: true }, [])).toThrow(
      'There is no platform file in infra/platforms. Write one with: npx dayshift init',
    );
    expect(platformNamed({ aws: true }, ['shop'])).toBe('shop');
    expect(() => platformNamed({ platform: 'shp' }, ['shop'])).toThrow(
      'There is no platform file infra/platforms/shp.ts. Did you mean shop?',
    );
  });
});

describe('at a time that is not expected', () => {
  const open: Place[] = [];
  const at = async (instant?: string): Promise<Place> => {
    const place = await placeOf('wizelit', 'dev', instant === undefined ? {} : { at: instant });
    open.push(place);
    return place;
  };
  afterAll(async () => {
    for (const place of open) await place.close();
  });

  it('a rollout already in progress: the newer push takes over, a second one of the same is not made, sleep waits for it', async () => {
    const place = await at();
    expect(await run(place, 'deploy --no-wait --tag v8')).toMatchObject({ code: 0 });
    const world = place.rehearsed?.world;
    await world?.clock.run((world.clock.now ?? 0) + 30_000);
    expect((await run(place, 'plan redeploy')).out).toMatch(/A rollout of sha256:[0-9a-f]{12} to app is already under way\./);
    const newer = await run(place, 'deploy --tag v9');
    expect(newer).toMatchObject({ code: 0 });
    expect(newer.err).toContain('A rollout of app is under way: the newer image takes over.');
    expect(newer.out).toContain('released');
    await run(place, 'deploy --no-wait --tag v10');
    await world?.clock.run((world.clock.now ?? 0) + 30_000);
    expect((await run(place, 'sleep --dry-run')).out).toContain('a rollout of app ends first');
    const slept = await run(place, 'sleep');
    expect(slept).toMatchObject({ code: 0 });
    const history = (await run(place, 'history --since 1h')).out;
    expect(history.lastIndexOf('is healthy.')).toBeLessThan(history.lastIndexOf('1 service and 1 database asleep.'));
  });

  it('a sleeping platform: rollback and release stage, logs and shell say that it sleeps, doctor finds nothing wrong with it', async () => {
    const place = await at('2026-11-23T21:00');
    expect((await run(place, 'keep-awake for 2h')).out).toContain(
      'wizelit-dev sleeps: dayshift wake wakes it, and then it stays awake until',
    );
    const back = await run(place, 'rollback app');
    expect(back).toMatchObject({ code: 0 });
    expect(back.out).toContain('staged');
    expect((await run(place, 'logs --since 10m')).err).toContain('A service that sleeps says nothing');
    expect(await run(place, 'shell')).toMatchObject({ code: 1 });
    expect((await run(place, 'open')).err).toContain('It sleeps');
    expect((await run(place, 'doctor')).out).toContain('nothing is public, or the platform sleeps');
  });

  it('L4: a mute of nothing that is there is refused with the nearest names; one of an alarm is kept', async () => {
    const place = await at();
    const refused = await run(place, 'mute wizelit-dev-app-slwo');
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toContain('There is nothing to mute that is called wizelit-dev-app-slwo. Did you mean wizelit-dev-app-slow');
    const muted = await run(place, 'mute wizelit-dev-app-slow --until 2h');
    expect(muted).toMatchObject({ code: 0, out: expect.stringContaining('wizelit-dev-app-slow is quiet until Mon 23 Nov 12:30 AEDT') });
  });
});
