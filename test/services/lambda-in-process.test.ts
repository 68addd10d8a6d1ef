import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { request } from 'node:https';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { HostedDoorHost, Hosts, World } from '../../local/world.ts';
import { bundleDoor, doorWorld, removeBundle, type Setup } from './lambda-door.ts';

let directory = '';
beforeAll(async () => { directory = await bundleDoor(); });
afterAll(() => removeBundle(directory));

const worlds: World[] = [];
afterEach(async () => { for (const world of worlds.splice(0)) await world.close(); });

const makeDoor = async (setup: Omit<Setup, 'directory'> = {}) => {
  const made = await doorWorld({ directory, ...setup });
  worlds.push(made.world);
  return made;
};

describe('a door in process', () => {
  /** What a door of the house does: a client connected through its host, its manifest, a paced wait, a web request. */
  const door = (host: HostedDoorHost) => {
    const dynamodb = new DynamoDBClient({ region: 'us-east-1' });
    host.connect(dynamodb, 'DynamoDBClient');
    const list = async (): Promise<unknown> => (await dynamodb.send(new ListTablesCommand({}))).TableNames;
    const post = (): Promise<number | undefined> => new Promise((resolve, reject) => {
      const sent = request('https://hooks.slack.com/x', { method: 'POST' }, (response) => { response.resume(); resolve(response.statusCode); });
      sent.on('error', reject);
      sent.end('hi');
    });
    return async (input: unknown): Promise<unknown> => {
      const { act } = input as { act: string };
      if (act === 'fail') throw Object.assign(new Error('no such thing'), { name: 'InvalidInput' });
      if (act === 'pace') {
        const before = host.now();
        await list();
        await new Promise((resolve) => setTimeout(resolve, 10_000));
        await list();
        return host.now() - before;
      }
      host.log.info('asked', { act });
      return { id: host.manifest.id, ledger: host.environment['LEDGER'], tables: await list(), slack: await post() };
    };
  };
  const hosts: Hosts = ({ functionName }) => (functionName === 'decide' ? door : undefined);

  test('X2: has its manifest, environment, role and virtual time; requests and timers stay inside the world', async () => {
    const { world, seen, ask } = await makeDoor({ options: { hosts } });
    expect(await ask({ act: 'look' })).toEqual({ ok: true, payload: { id: 'plat', ledger: 'ledger', tables: ['ledger'], slack: 201 } });
    expect(await ask({ act: 'pace' })).toEqual({ ok: true, payload: 10_000 });
    expect(await ask({ act: 'fail' })).toMatchObject({ ok: false, errorType: 'InvalidInput' });
    expect(seen.lines.some((line) => line.includes('"message":"asked"'))).toBe(true);
    expect(world.trail.of('call').map(({ who }) => who)).toEqual(['door/decide', 'door/decide', 'door/decide']);
    const bare = await makeDoor({ options: { hosts }, policy: { Statement: [] } });
    expect(await bare.ask({ act: 'look' })).toMatchObject({ ok: false, errorType: 'AccessDeniedException' });
  });

  test('X1: dies around its nth call like a process does, and starts afresh', async () => {
    const { world, ask } = await makeDoor({ options: { hosts, faults: { rules: [{ kind: 'kill', functionName: 'decide', when: 'after-call', call: 1 }] } } });
    expect(await ask({ act: 'pace' })).toMatchObject({ ok: false, errorType: 'Runtime.ExitError' });
    expect(world.trail.of('call')).toHaveLength(1);
    await world.clock.run(world.clock.now + 60_000);
    expect(world.trail.of('call')).toHaveLength(1);
    expect(await ask({ act: 'pace' })).toEqual({ ok: true, payload: 10_000 });
    expect(world.trail.of('invoke').at(-1)?.detail).toMatchObject({ cold: true });
  });

  test('is bounded by the function’s timeout in virtual time', async () => {
    const { world, ask } = await makeDoor({ options: { hosts }, properties: { Timeout: 5 } });
    expect(await ask({ act: 'pace' })).toMatchObject({ ok: false, errorType: 'Sandbox.Timedout' });
    await world.clock.run(world.clock.now + 60_000);
    expect(world.trail.of('call')).toHaveLength(1);
  });
});
