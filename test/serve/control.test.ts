// The control requests of a running world: time, trail, state, happenings, faults, and what is refused.
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Served } from '../../local/serve/serve.ts';
import { get, post, running } from './running.ts';

let world: Served;
beforeAll(async () => {
  world = await running('starter');
});
afterAll(() => world.close());

describe('time', () => {
  it('stands at the first instant of the day until somebody moves it', async () => {
    const { body } = await get(world, 'state');
    expect(body.time).toMatchObject({ iso: '2026-11-23T07:00:00.000Z', wall: '2026-11-23T08:00', mode: 'paused', speed: 60 });
  });

  it('goes on for some seconds, or to the next thing that leaves a line in the trail', async () => {
    const { body: later } = await post(world, 'step', { seconds: 30 });
    expect(later.iso).toBe('2026-11-23T07:00:30.000Z');
    const { body: next } = await post(world, 'step');
    expect(next.seq).toBeGreaterThan(later.seq);
    const { body } = await get(world, `trail?since=${later.seq}`);
    expect(new Set(body.entries.map(({ at }: { at: number }) => at))).toEqual(new Set([next.now]));
  });

  it('jumps to an instant of the platform\'s own clock', async () => {
    expect((await post(world, 'jump', { to: '09:00' })).body).toMatchObject({ iso: '2026-11-23T08:00:00.000Z', mode: 'paused' });
    expect((await post(world, 'jump', { to: '2026-11-23T09:10' })).body.wall).toBe('2026-11-23T09:10');
    expect((await post(world, 'jump', { seconds: 300 })).body.wall).toBe('2026-11-23T09:15');
  });

  it('follows real time at the chosen speed while it plays, and stands when it is paused', async () => {
    const { body: before } = await post(world, 'play', { speed: 600 });
    expect(before).toMatchObject({ mode: 'playing', speed: 600 });
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { body: stopped } = await post(world, 'pause');
    expect(stopped.mode).toBe('paused');
    const seconds = (stopped.now - before.now) / 1000;
    expect(seconds).toBeGreaterThan(100);
    expect(seconds).toBeLessThan(3000);
    expect((await get(world, 'state')).body.time.now).toBe(stopped.now);
    expect((await post(world, 'speed', { speed: 60 })).body).toMatchObject({ mode: 'paused', speed: 60 });
  });
});

describe('happenings', () => {
  it('R1: a push is answered with where its lines begin, and rolls out as time goes on', async () => {
    const { body } = await post(world, 'push', { repository: 'starter-web', tags: ['latest'], digest: 'second' });
    expect(body).toMatchObject({ done: true });
    await post(world, 'jump', { seconds: 1800 });
    const { body: trail } = await get(world, `trail?since=${body.seq - 1}&kind=happening`);
    expect(trail.entries[0]).toMatchObject({ what: 'push' });
    const { body: state } = await get(world, 'state');
    expect(state.services[0]).toMatchObject({ name: 'web', desired: 1, running: 1, healthy: 1, deployments: [{ rolloutState: 'COMPLETED' }], targets: [{ state: 'healthy' }] });
    expect(state.machines.find(({ story }: { story: string }) => story === 'redeploy').last.status).toBe('SUCCEEDED');
  });

  it('a visit, an alarm and a later note are played at their instants', async () => {
    expect((await post(world, 'happen', { visit: { path: '/' } })).body.done).toBe(true);
    expect((await post(world, 'happen', { alarm: { name: 'starter-dev-web-cpu-high', state: 'ALARM' } })).body.done).toBe(true);
    const { body: state } = await get(world, 'state');
    expect(state.alarms.find(({ name }: { name: string }) => name === 'starter-dev-web-cpu-high').state).toBe('ALARM');
    const later = new Date(state.time.now + 60_000).toISOString();
    expect((await post(world, 'happen', { at: later, note: 'a minute later' })).body).toMatchObject({ done: false, at: state.time.now + 60_000 });
    const { body: time } = await post(world, 'step', { seconds: 61 });
    const { body: trail } = await get(world, `trail?since=${state.time.seq}&kind=happening`);
    expect(trail.entries.map(({ what }: { what: string }) => what)).toContain('note');
    expect(time.mode).toBe('paused');
  });

  it('a fault befalls the next calls, and the trail says so', async () => {
    const { body } = await post(world, 'fault', { fault: 'fail', service: 'ecs', operation: 'DescribeServices' });
    expect(body.at).toBe((await get(world, 'state')).body.time.now);
    await post(world, 'push', { repository: 'starter-web', tags: ['latest'], digest: 'third' });
    await post(world, 'jump', { seconds: 600 });
    const { body: trail } = await get(world, 'trail?kind=fault&limit=10000');
    expect(trail.entries.map(({ what }: { what: string }) => what)).toContain('ecs:DescribeServices fails with InternalServerError, before-effect');
  });
});

describe('the trail', () => {
  it('is given in pages, from any line on', async () => {
    const { body: first } = await get(world, 'trail?limit=3');
    expect(first).toMatchObject({ last: 3, more: true });
    expect(first.entries.map(({ seq }: { seq: number }) => seq)).toEqual([1, 2, 3]);
    expect((await get(world, 'trail?since=3&limit=1')).body.entries[0].seq).toBe(4);
    expect((await get(world, 'trail?since=99999999')).body).toMatchObject({ entries: [], more: false });
  });

  it('is followed live, and goes on where a broken connection ended', async () => {
    const { body } = await get(world, 'state');
    const events = await new Promise<string>((resolve, reject) => {
      let text = '';
      const asked = request(`${world.url}/_dayshift/follow`, { headers: { 'last-event-id': String(body.time.seq - 2) } }, (response) => {
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
          if (!text.includes('followed')) return;
          asked.destroy();
          resolve(text);
        });
      });
      asked.on('error', () => resolve(text));
      asked.end();
      setTimeout(() => void post(world, 'happen', { note: 'followed' }).catch(reject), 100);
    });
    expect(events).toContain(`id: ${body.time.seq - 1}\nevent: trail\n`);
    expect(events).toContain('event: time\n');
    expect(events).toContain('"what":"note"');
  });

  it('the same requests at the same instants leave the same trail', async () => {
    const play = async (): Promise<string> => {
      const one = await running('starter');
      await post(one, 'jump', { to: '09:00' });
      await post(one, 'push', { repository: 'starter-web', tags: ['latest'], digest: 'second' });
      await post(one, 'jump', { to: '09:20' });
      await post(one, 'happen', { visit: { times: 3 } });
      await post(one, 'jump', { to: '10:00' });
      const digest = one.world.trail.digest();
      await one.close();
      return digest;
    };
    expect(await play()).toBe(await play());
  });
});

describe('what makes no sense', () => {
  it.each([
    ['play', { speed: 0 }, 'speed: 0 is no speed. Give virtual seconds per real second, from 0.1 to 100000'],
    ['step', { seconds: -1 }, 'seconds: -1 is no time to go on for. Give a number above 0, at most a year'],
    ['jump', { to: '2020-01-01T00:00:00Z' }, 'has passed'],
    ['jump', { to: 'tomorrow' }, 'to: "tomorrow" is no instant in Europe/Berlin. Give 20:00, 2026-11-23T20:00 or 2026-11-23T09:00:00Z'],
    ['happen', { push: { repository: 'x' } }, 'push.tags'],
    ['happen', {}, 'Give "at" and exactly one of push'],
    ['happen', { fault: { what: 'kill', function: 'nope', when: 'before-call' } }, 'there is no function nope. Known: starter-dev-'],
    ['jump', { to: '2026-11-31T20:00' }, 'is no instant in Europe/Berlin'],
    ['push', { repository: 'starter-web', tags: [], image: 'splendid' }, 'image must be one of good, crashes'],
    ['fault', { fault: 'drop-events', source: 'aws.ecs' }, 'AWS delivers all other events at least once'],
    ['fault', { fault: 'meteor' }, 'fault must be one of drop-events'],
    ['fault', { fault: 'spot-interruption', service: 'nope' }, 'there is no service nope. The platform has web'],
  ])('%s %o is refused with the remedy', async (path, body, words) => {
    const answer = await post(world, path, body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toContain(words);
  });

  it('an alarm that is not there cannot ring', async () => {
    const answer = await post(world, 'happen', { alarm: { name: 'nope', state: 'ALARM' } });
    expect(answer.status).toBe(400);
    expect(answer.body.error).toContain('there is no alarm nope. Known: ');
  });

  it('an unknown request is answered with the known ones', async () => {
    const { status, body } = await get(world, 'staet');
    expect(status).toBe(404);
    expect(body.error).toContain('There is GET state, trail, messages, follow; POST play, pause');
  });

  it('a page of another origin, or a name rebound to this address, moves nothing', async () => {
    const foreign = await fetch(`${world.url}/_dayshift/pause`, { method: 'POST', headers: { origin: 'https://evil.example' } });
    expect(foreign.status).toBe(403);
    const rebound = await new Promise<number>((resolve) => {
      const asked = request(`${world.url}/_dayshift/state`, { headers: { host: 'evil.example' } }, (response) => resolve(response.statusCode ?? 0));
      asked.end();
    });
    expect(rebound).toBe(403);
  });
});
