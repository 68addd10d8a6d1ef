import { afterEach, describe, expect, it } from 'vitest';
import type { Place } from '../../cli/place.ts';
import { placeOf, run } from './stage.ts';

const places: Place[] = [];
const open = async (...given: Parameters<typeof placeOf>): Promise<Place> => {
  const place = await placeOf(...given);
  places.push(place);
  return place;
};
afterEach(async () => {
  for (const place of places.splice(0)) await place.close();
});

const json = (text: string): any => JSON.parse(text);

describe('the operator sends a platform to sleep and wakes it', () => {
  it('W10, S2: stop sends it to sleep, start wakes it to exactly what it was', async () => {
    const place = await open();
    const slept = await run(place, 'stop');
    expect(slept.code).toBe(0);
    expect(slept.err).toContain('wizelit-dev goes to sleep: app to no tasks, wizelit-dev-db stopped.');
    const night = json((await run(place, 'status --json')).out);
    expect(night).toMatchObject({
      state: 'asleep',
      services: [{ name: 'app', desired: 0, running: 0 }],
      databases: [{ status: expect.stringMatching(/^stopp/) as unknown as string }],
    });
    const woken = await run(place, 'start');
    expect(woken).toMatchObject({ code: 0 });
    expect(woken.out).toContain('0 differences from the record');
    expect(json((await run(place, 'history --story wake --json')).out).at(-1)).toMatchObject({ action: 'awake', certificate: { differences: [], explained: [] } });
    expect(json((await run(place, 'status --json')).out)).toMatchObject({
      state: 'awake',
      services: [{ desired: 1, healthy: 1 }],
      databases: [{ status: 'available' }],
    });
  });

  it.each(['managed-chatkit', 'cli-agent-orchestrator', 'atomic-calendar', 'farsight'])('P4: status, stop and start are the same for %s, and it is what it was', async (name) => {
    const place = await open(name);
    const before = json((await run(place, 'status --json')).out).services;
    expect((await run(place, 'stop')).code).toBe(0);
    expect(json((await run(place, 'status --json')).out).state).toBe('asleep');
    expect((await run(place, 'start')).out).toContain('0 differences from the record');
    const desired = (services: readonly { name: string; desired: number }[]) => services.map((service) => [service.name, service.desired]);
    expect(desired(json((await run(place, 'status --json')).out).services)).toEqual(desired(before));
  });

  it('sleep and wake say so when there is nothing to do', async () => {
    const place = await open();
    expect(await run(place, 'wake')).toMatchObject({ code: 0, out: 'It is awake already.\n' });
    await run(place, 'sleep');
    expect(await run(place, 'sleep')).toMatchObject({ code: 0, out: 'It sleeps already.\n' });
  });

  it("stop in prod asks for the platform's name, and changes nothing without it", async () => {
    const place = await open('wizelit', 'prod');
    const refused = await run(place, 'stop', { interactive: true, answers: ['wizelit'] });
    expect(refused).toMatchObject({ code: 1, asked: ['Type wizelit-prod to go on: '] });
    expect(refused.err).toContain('Nothing was changed.');
    expect(json((await run(place, 'status --json')).out).state).toBe('awake');
    expect((await run(place, 'stop')).code).toBe(2);
    expect((await run(place, 'stop', { interactive: true, answers: ['wizelit-prod'] })).code).toBe(0);
    expect(json((await run(place, 'status --json')).out).state).toBe('asleep');
  });

  it('Ctrl-C leaves the sleep going and says how to look again', async () => {
    const place = await open();
    const ctrlC = new AbortController();
    const running = run(place, 'sleep', { interrupted: ctrlC.signal });
    ctrlC.abort();
    const wrote = await running;
    expect(wrote.code).toBe(130);
    expect(wrote.err).toContain('The platform goes on falling asleep. Look again with: dayshift status');
    const hour = place.rehearsed?.world.clock;
    await hour?.run((hour.now ?? 0) + 3_600_000);
    expect(json((await run(place, 'status --json')).out).state).toBe('asleep');
  });

  it("S8: keep-awake until a time of the platform's own clock, announced and shown, and the night waits for it", async () => {
    const place = await open();
    const kept = await run(place, 'keep-awake until 22:00');
    expect(kept).toMatchObject({ code: 0, out: 'wizelit-dev stays awake until Mon 23 Nov 22:00 AEDT. It ends by itself.\n' });
    const world = place.rehearsed?.world;
    await world?.clock.run(Date.parse('2026-11-23T10:00:00Z'));
    expect(json((await run(place, 'status --json')).out)).toMatchObject({
      state: 'awake',
      keptAwake: { until: '2026-11-23T11:00:00.000Z', by: 'operator' },
    });
    await world?.clock.run(Date.parse('2026-11-23T11:30:00Z'));
    expect(json((await run(place, 'status --json')).out)).toMatchObject({ state: 'asleep', keptAwake: null });
    expect(world?.services.outside.slack.messages.map(({ text }) => text)).toContain('operator keeps the platform awake until Mon 23 Nov 22:00 AEDT.');
  });
});

describe('the operator decides about images', () => {
  it('W10, R5: deploy pushes under the watched tag and a further one, follows the rollout and answers its result', async () => {
    const place = await open();
    const wrote = await run(place, 'deploy app --tag v7');
    expect(wrote.code).toBe(0);
    expect(wrote.out).toMatch(/^pushed wizelit sha256:[0-9a-f]{12}\nreleased\n/);
    expect(wrote.err).toContain('of about 3 min');
    expect(json((await run(place, 'status --json')).out).services[0]).toMatchObject({ tags: ['latest', 'v7'], healthy: 1 });
  });

  it('R10: deploy of a broken image ends with 1, and why shows reason, exit code and last lines', async () => {
    const place = await open();
    const wrote = await run(place, 'deploy --behaves crashes');
    expect(wrote.code).toBe(1);
    expect(wrote.out).toContain('rolled back\n  app: back. 2 tasks stopped: app exited with 1.');
    const id = /dayshift why (\S+)/.exec(wrote.out)?.[1] ?? '';
    const why = await run(place, ['why', id]);
    expect(why.code).toBe(0);
    expect(why.out).toContain('Essential container in task exited; app exit code 1');
    expect(why.out).toContain("KeyError: 'DATABASE_URL_V2'");
  });

  it('R12: deploy to a sleeping platform says that the morning starts it, and ends with 0', async () => {
    const place = await open('wizelit', 'dev', { at: '2026-11-23T21:00' });
    const wrote = await run(place, 'deploy');
    expect(wrote).toMatchObject({ code: 0 });
    expect(wrote.err).toContain('The platform sleeps: the image is staged and the morning starts it. dayshift wake starts it now.');
    expect(wrote.out).toContain('staged');
  });

  it('K4: deploy of an image outside ECR is found by the poll and followed', async () => {
    const place = await open('managed-chatkit');
    const wrote = await run(place, 'deploy web');
    expect(wrote).toMatchObject({ code: 0 });
    expect(wrote.out).toContain('pushed ghcr.io/managed-chatkit/managed-chatkit-frontend');
    expect(wrote.out).toContain('released');
  });

  it('R10: rollback goes to the release before and keeps the newer one out; release lets it go again', async () => {
    const place = await open();
    const before = json((await run(place, 'status --json')).out).services[0].images.app;
    expect(await run(place, 'rollback app')).toMatchObject({ code: 0 });
    const after = json((await run(place, 'status --json')).out).services[0];
    expect(after.images.app).not.toBe(before);
    const digest = before.slice(before.indexOf('sha256:'));
    expect(after).toMatchObject({ quarantined: [digest], quarantine: [{ digest, until: { kind: 'newer-image', of: 'app' } }] });
    expect((await run(place, 'status')).out).toContain(`${digest.slice(0, 19)} is quarantined until a newer image or release`);
    const images = { app: { app: after.images.app } };
    const told = { trigger: { kind: 'operator', detail: expect.stringContaining('rollback') as unknown }, who: place.by, images, tags: [], gates: {}, result: 'released' };
    const phases = [{ name: 'decided' }, { name: 'rolling' }, { name: 'baking' }, { name: 'proven' }, { name: 'released' }];
    expect(json((await run(place, 'status --json')).out).rollouts[0]).toMatchObject({ ...told, phases });
    expect(json((await run(place, 'history --json')).out).at(-1).rollout).toMatchObject({ ...told, phases });
    for (const line of ['history', 'why app']) expect((await run(place, line)).out).toMatch(new RegExp(`Who +${place.by}`));
    expect(await run(place, 'release app')).toMatchObject({ code: 0 });
    expect(json((await run(place, 'status --json')).out).services[0]).toMatchObject({ images: { app: before }, quarantined: [] });
  });

  it('R11: a held line keeps a push waiting until resume rolls it once', async () => {
    const place = await open();
    expect((await run(place, ['hold', 'app', '--because', 'data import'])).out).toBe('New images of app wait until dayshift resume.\n');
    const pushed = await run(place, 'deploy app');
    expect(pushed.err).toContain('On hold (app by operator): the image waits for dayshift resume.');
    expect(pushed.out).toContain('waits for app: operator stopped the line (data import).');
    expect((await run(place, 'resume')).out).toContain('The hold on app has ended.');
    const world = place.rehearsed?.world;
    await world?.clock.run((world.clock.now ?? 0) + 600_000);
    const { rollouts, holds } = json((await run(place, 'status --json')).out);
    expect(holds).toEqual([]);
    expect(rollouts[0]).toMatchObject({ result: 'released' });
  });
});

describe('bad input is answered with what is the matter and what can be done', () => {
  it('an unknown service is answered with the nearest names, exit code 2', async () => {
    const place = await open('farsight');
    expect(await run(place, 'logs wrker')).toMatchObject({
      code: 2,
      err: 'There is no service wrker. Did you mean worker? Known: api, worker.\n',
    });
    expect(await run(place, 'rollback')).toMatchObject({ code: 2, err: 'Which service? Name one of api, worker\n' });
  });

  it('a time that has passed or cannot be read is refused', async () => {
    const place = await open();
    expect((await run(place, 'keep-awake')).err).toContain('Until when? Write until 22:00 (Australia/Sydney)');
    expect((await run(place, 'keep-awake until 25:00')).code).toBe(2);
    expect((await run(place, 'history --since yesterday')).code).toBe(2);
  });

  it('what cannot be done now ends with 1 and says why', async () => {
    const place = await open();
    expect(await run(place, 'release')).toMatchObject({ code: 1, err: 'Nothing is quarantined for app.\n' });
    expect(await run(place, 'approve')).toMatchObject({ code: 1 });
    expect((await run(place, 'shell')).err).toContain('No shell can be opened in app of app.');
    expect(await run(place, 'why nonsense')).toMatchObject({ code: 1 });
  });

  it('a platform that was never deployed is named as such, without a stack trace', async () => {
    const place = await open('wizelit', 'dev', { deployed: false });
    const wrote = await run(place, 'history');
    expect(wrote.code).toBe(1);
    expect(wrote.err).toContain(
      'The platform is not deployed in this account and region. Check account, region and --stage; dayshift doctor tells what is missing, dayshift up deploys it.',
    );
  });
});
