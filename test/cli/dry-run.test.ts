import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { afterEach, describe, expect, it } from 'vitest';
import { main } from '../../cli/main.ts';
import type { Place } from '../../cli/place.ts';
import { client } from '../../shared/aws/clients.ts';
import type { Intention } from '../../shared/domain/intention.ts';
import { placeOf, run, screenOf, withAssembly, type Screen } from './stage.ts';

const places: Place[] = [];
const open = async (...given: Parameters<typeof placeOf>): Promise<Place> => {
  const place = await placeOf(...given);
  places.push(place);
  return place;
};
afterEach(async () => {
  for (const place of places.splice(0)) await place.close();
});

const LOOKING = /:(?:Get|BatchGet|Describe|List|Query|Filter)/;

/** The intentions of a dry run, after which nothing was called but what looks. */
const told = async (place: Place, line: string | readonly string[], screen?: Screen): Promise<readonly Intention[]> => {
  const trail = place.rehearsed?.world.trail;
  const before = trail?.entries.length ?? 0;
  const { code, out } = await run(place, typeof line === 'string' ? `${line} --json` : [...line, '--json'], screen);
  expect(code).toBe(0);
  const calls = (trail?.since(before) ?? []).filter(({ kind }) => kind === 'call').map(({ what }) => what);
  expect(calls.length).toBeGreaterThan(0);
  expect(calls.filter((what) => !LOOKING.test(what))).toEqual([]);
  return JSON.parse(out) as readonly Intention[];
};

describe('every story can tell what it would do now', () => {
  it("S11: where idleness begins a night, plan and hours say that a monitor's requests count as well", async () => {
    const says = 'It also sleeps after 30 min without a request. Every request that reaches a task counts: an uptime monitor that asks more often keeps it awake.';
    const change = { nights: { idle: '30 minutes' } };
    const place = await open('wizelit', 'dev', { change, at: '2026-11-23T08:10' });
    expect((await told(place, 'plan sleep'))[0]?.why).toContain(says);
    const screen = screenOf();
    expect(await withAssembly('wizelit', () => main(['hours', '--platform', 'wizelit'], screen.terminal), change)).toBe(0);
    expect(screen.out()).toContain(says);
  });

  it('X6: in working hours no story has anything to do, each says why, and what a night would change is listed all the same', async () => {
    const place = await open();
    expect(await told(place, 'plan')).toEqual([
      expect.objectContaining({ story: 'redeploy', subject: 'app', action: 'skip', acts: false }),
      {
        story: 'sleep',
        subject: 'platform',
        action: 'done',
        acts: false,
        why: 'Working hours until Mon 23 Nov 20:00 AEDT: an ask to sleep at this time is late or early, and nothing happens.',
        changes: ['visitors see the wake page', 'app: 1 task becomes 0', 'wizelit-dev-db: is stopped'],
      },
      { story: 'wake', subject: 'platform', action: 'done', acts: false, why: 'The platform is awake already.', changes: [] },
    ]);
    const people = await run(place, 'plan sleep wake', { columns: 80 });
    expect(people.out.split('\n').slice(0, 4)).toEqual([
      'sleep  nothing to do',
      '  Working hours until Mon 23 Nov 20:00 AEDT: an ask to sleep at this time is',
      '  late or early, and nothing happens.',
      '  would   visitors see the wake page',
    ]);
    expect(people.out).toContain('Nothing would happen now, and nothing was changed: this is a dry run.');
  });

  it('X6: sleep --dry-run says what sleep then does, and wake --dry-run what wake then does', async () => {
    const place = await open();
    const changes = ['app: 1 task becomes 0', 'wizelit-dev-db: is stopped'];
    expect(await told(place, 'sleep --dry-run')).toMatchObject([
      { action: 'go', acts: true, changes: ['visitors see the wake page', ...changes] },
    ]);
    await run(place, 'sleep');
    const asleep = JSON.parse((await run(place, 'status --json')).out) as object;
    expect(asleep).toMatchObject({ state: 'asleep', services: [{ desired: 0 }] });
    expect(await told(place, 'sleep --dry-run')).toMatchObject([{ action: 'done', acts: false, changes: [] }]);
    expect(await told(place, 'wake --dry-run')).toMatchObject([
      { action: 'go', changes: expect.arrayContaining(['app: 0 tasks become 1']) as unknown },
    ]);
    await run(place, 'wake');
    expect(await told(place, 'wake --dry-run')).toMatchObject([{ action: 'done', changes: [] }]);
  });

  it('X6: deploy --dry-run names what would be built and what would become of it: rolled, held, or staged in the night', async () => {
    const place = await open();
    const built = 'wizelit: is built for linux/amd64 and pushed as wizelit:latest and wizelit:v8';
    const [rolled] = await told(place, 'deploy --dry-run --tag v8');
    expect(rolled).toMatchObject({ subject: 'app', action: 'roll' });
    expect(rolled?.changes[0]).toBe(built);
    expect(rolled?.changes[1]).toMatch(/^app: sha256:[0-9a-f]{12} becomes the new image$/);
    await run(place, ['hold', 'app', '--because', 'data import']);
    expect(await told(place, 'deploy --dry-run --tag v8')).toMatchObject([
      { action: 'hold', why: 'the new image waits for app: operator stopped the line (data import).' },
    ]);
    const night = await open('wizelit', 'dev', { at: '2026-11-23T21:00' });
    expect(await told(night, 'deploy --dry-run --tag v8')).toMatchObject([{ action: 'stage' }]);
  });

  it('X6: rollback --dry-run and release --dry-run name both images; the quarantined one stays out until released', async () => {
    const place = await open();
    const [back] = await told(place, 'rollback --dry-run');
    expect(back).toMatchObject({ action: 'roll', why: expect.stringMatching(/^operator sent app back to sha256:/) as unknown });
    await run(place, 'rollback app');
    expect(await told(place, 'plan redeploy')).toMatchObject([
      { action: 'skip', why: expect.stringContaining('is quarantined for app') as unknown },
    ]);
    expect(await told(place, 'release --dry-run')).toMatchObject([{ action: 'roll', acts: true }]);
  });

  it('X6: an alarm that was told is not told again, one whose event has not come is, and one that a sleep explains stays quiet', async () => {
    const fire = (place: Place, AlarmName: string): Promise<unknown> =>
      place.drive(() =>
        client(CloudWatchClient, place.host).send(new SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason: 'a test' })),
      );
    const noon = await open('wizelit', 'dev', { at: '2026-11-23T12:25' });
    await fire(noon, 'wizelit-dev-db-database-disk-low');
    expect(await told(noon, 'plan alarm')).toEqual([
      {
        story: 'alarm',
        subject: 'wizelit-dev-app-cpu-high',
        action: 'ignore',
        acts: false,
        why: 'It was told already, and nothing about it is new.',
        changes: [],
      },
      {
        story: 'alarm',
        subject: 'wizelit-dev-db-database-disk-low',
        action: 'tell',
        acts: true,
        why: 'A new incident would be told.',
        changes: ['incident inc-20261123T012500-db-database-disk-low'],
      },
    ]);
    const night = await open('wizelit', 'dev', { at: '2026-11-23T21:00' });
    await fire(night, 'wizelit-dev-app-unhealthy');
    expect(await told(night, 'plan alarm')).toMatchObject([
      {
        action: 'wait',
        acts: false,
        why: expect.stringMatching(/^The platform has slept since .*: expected, recorded, not sent\./) as unknown,
      },
    ]);
  });

  it('S6, S10: a site that is only reduced at night goes on answering: no waking page in the plan, and none in front of it', async () => {
    const place = await open('cli-agent-orchestrator', 'dev', { at: '2026-11-23T23:00' });
    const world = place.rehearsed?.world;
    const { loadBalancer, site } = place.manifest;
    const tls = site !== null;
    const visit = {
      host: 'site',
      path: '/',
      query: '',
      method: 'GET',
      headers: { accept: 'text/html' },
      body: '',
      tls,
      port: tls ? 443 : 80,
    };
    const answer = world?.services.elb.request({ ...visit, ...(loadBalancer === null ? {} : { loadBalancer }) });
    expect((await world?.clock.finish(answer ?? Promise.resolve(null)))?.status).toBe(200);
    const [plan] = await told(await open('cli-agent-orchestrator'), 'plan sleep');
    expect(plan?.changes).toEqual(['server: 2 tasks become 1, scaling 2-10 becomes 1-1']);
  });

  it('X6: --json without --dry-run and an unknown story are wrong use', async () => {
    const place = await open();
    expect(await run(place, 'sleep --json')).toMatchObject({
      code: 2,
      err: '--json only makes sense with --dry-run here. Add --dry-run, or leave it out\n',
    });
    expect(await run(place, 'plan sleeep')).toMatchObject({
      code: 2,
      err: 'There is no story sleeep. Did you mean sleep? Known: redeploy, sleep, wake, alarm.\n',
    });
  });
});
