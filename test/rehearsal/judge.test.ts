// The judge can fail: an evening, a night and a morning of Farsight break no rule, and each rule is broken once what it looks at is not as it was.
import { beforeAll, describe, expect, it } from 'vitest';
import { checkDay } from '../../local/rehearsal/day.ts';
import { digestNamed } from '../../local/rehearsal/deploy.ts';
import { rehearsal } from '../../local/rehearsal/rehearsal.ts';
import { sourceHosts } from '../../local/rehearsal/source-doors.ts';
import type { Ended } from '../../local/rules/check.ts';
import { checks } from '../../local/rules/judge.ts';
import type { Photograph, ServiceStanding } from '../../local/rules/photographs.ts';
import { recordsIn } from '../../local/rules/records.ts';
import type { TrailEntry } from '../../local/trail.ts';
import { assemblyOf, manifestFrom } from '../assembly.ts';

const HOUR = 3_600_000;

let played: Ended;
beforeAll(async () => {
  const [assembly, manifest] = [await assemblyOf('farsight'), await manifestFrom('farsight')];
  const happenings = [
    { at: '2026-11-23T17:05', push: { repository: 'farsight-server', tags: ['latest'], digest: 'second' } },
    { at: '2026-11-23T17:30', metric: { alarm: `${manifest.alarmPrefix}api-cpu-high`, value: 99, minutes: 20 } },
  ];
  const day = checkDay('an evening', { title: 'An evening', from: '2026-11-23T17:00', until: '2026-11-24T11:00', happenings }, manifest.hours?.timeZone ?? 'UTC');
  await rehearsal({ assembly, manifest, day, hosts: await sourceHosts(), given: 'running', ended: (_, ended) => (played = ended) });
});

type Services = Ended['world']['services'];

/** The same ended day, with other answers of some services. */
const answering = (services: (real: Services) => object): Ended => ({ ...played, world: { ...played.world, services: { ...played.world.services, ...services(played.world.services) } } });

type Line = Pick<TrailEntry, 'kind' | 'who' | 'what'> & Partial<TrailEntry>;

/** With more lines in the trail. */
const withLine = (...lines: readonly Line[]): Ended => {
  const { trail, clock } = played.world;
  const entries = lines.map((line) => ({ seq: 0, at: clock.now - HOUR, ...line }));
  return { ...played, world: { ...played.world, trail: { ...trail, of: (kind) => [...trail.of(kind), ...entries.filter((entry) => entry.kind === kind)] } } };
};

/** With every record of a kind changed; `null` takes it away. */
const recorded = (kinds: readonly string[], change: (value: any) => object | null): Ended =>
  answering(({ dynamodb }) => ({
    dynamodb: {
      ...dynamodb,
      items: (table: string) =>
        dynamodb.items(table).flatMap((item) => {
          if (!kinds.includes(item['kind']?.S ?? '')) return [item];
          const value = change(JSON.parse(item['value']?.S ?? 'null'));
          return value === null ? [] : [{ ...item, value: { S: JSON.stringify(value) } }];
        }),
    },
  }));

const parameterSays = (name: () => string | null | undefined, says: string): Ended =>
  answering(({ ssm }) => ({ ssm: { ...ssm, value: (asked: string) => (asked === name() ? says : ssm.value(asked)) } }));

/** With a message that has waited for an hour in the queues of these names. */
const waitingIn = (names: RegExp): Ended =>
  answering(({ sqs }) => ({ sqs: { ...sqs, all: () => sqs.all().map((queue) => (names.test(queue.name) ? { ...queue, messages: [{ sentAt: played.world.clock.now - HOUR }] } : queue)) } }));

/** The record with the digests of the first and the second image exchanged. */
const exchanged = (rollout: object): object => {
  const [, first = ''] = /@(sha256:\w+)/.exec(JSON.stringify(recordsIn(played, 'rollout')[0]?.value.images)) ?? [];
  const second = digestNamed('second');
  return JSON.parse(JSON.stringify(rollout).replaceAll(new RegExp(`${first}|${second}`, 'g'), (found) => (found === first ? second : first))) as object;
};

/** With another morning in the photographs of AWS. */
const wokenAs = (change: (morning: Photograph) => Partial<Photograph>): Ended => ({
  ...played,
  nights: played.nights.map(({ evening, morning }) => ({ evening, morning: morning === null ? null : { ...morning, ...change(morning) } })),
});
const apiWokenAs = (change: Partial<ServiceStanding>): Ended =>
  wokenAs(({ services }) => ({ services: { ...services, api: { ...services['api']!, ...change } } }));

/** With the tasks of the morning so many minutes later. */
const tasksLater = (minutes: number): Ended => {
  const { trail } = played.world;
  const moved = (entry: TrailEntry): TrailEntry => (entry.kind === 'task' && entry.at > played.day.from + 12 * HOUR ? { ...entry, at: entry.at + minutes * 60_000 } : entry);
  return { ...played, world: { ...played.world, trail: { ...trail, of: (kind) => trail.of(kind).map(moved) } } };
};

const earlier = (hours: number): string => new Date(played.world.clock.now - hours * HOUR).toISOString();
const openIncident = () => ({ id: 'i', closedAt: null, alarms: { 'farsight-dev-api-cpu-high': { since: earlier(3) } } });

const STANDS = 'AWS itself stands in the morning as it stood in the evening';
const ACCOUNTED = 'every alarm of the platform is sent, grouped or explained';

const memoryRings: Line = { kind: 'alarm', who: 'farsight-dev-api-memory-high', what: 'OK -> ALARM' };

/** With an alarm that was kept quiet for a rollout of some hours ago. */
const stillRinging = (): Ended => {
  const quiet = { 'farsight-dev-api-cpu-high': { since: earlier(4), reason: 'explained-by-rollout', facts: {}, until: earlier(1), execution: 'x' } };
  const { world } = recorded(['board'], (board) => ({ ...board, quiet }));
  return { ...played, world: { ...world, services: { ...world.services, cloudwatch: { ...world.services.cloudwatch, state: () => 'ALARM' } } } };
};

const spoilt: readonly (readonly [id: string, words: string, spoil: () => Ended])[] = [
  ['X1', 'every story ends, and ends well', () => answering(({ states }) => ({ states: { ...states, executions: (arn: string) => states.executions(arn).map((one) => ({ ...one, status: 'TIMED_OUT' })) } }))],
  ['X1', 'nothing is left in a dead-letter queue', () => waitingIn(/dead-letters$/)],
  ['X1', 'the automation asks AWS for nothing the rehearsal does not simulate', () => withLine({ kind: 'fault', who: 'farsight-dev-sleep-advance', what: 'ecs:ListAttributes is not simulated' })],
  ['X1', 'no rollout hangs', () => recorded(['rollout'], (rollout) => ({ ...rollout, result: 'in-progress', decidedAt: earlier(7) }))],
  ['X1', 'the ledger and AWS agree whether the platform sleeps', () => parameterSays(() => played.manifest.asleepParameter, 'yes')],
  ['X2', 'every call is granted', () => withLine({ kind: 'fault', who: 'farsight-dev-sleep-advance', what: 'ecs:DeleteService denied', detail: { resource: '*' } })],
  ['R4', 'what the watched tag names is released, unless it failed or waits', () => answering(({ ecr }) => ({ ecr: { ...ecr, find: () => ({ digest: `sha256:${'f'.repeat(64)}` }) } }))],
  ['R4', 'no older image is put over a newer one', () => recorded(['rollout'], exchanged)],
  ['R5', 'what runs is what the ledger calls released, and CloudFormation is told the same', () => parameterSays(() => played.manifest.services[0]?.containers[0]?.parameter, 'none')],
  ['S2', 'no record holds the zeros of a sleep', () => recorded(['night'], (night) => ({ ...night, services: night.services.map((one: object) => ({ ...one, bounds: { min: 0, max: 0 } })) }))],
  ['S4', 'at the end of the day the platform is in the state its hours ask for', () => answering(({ ecs }) => ({ ecs: { ...ecs, service: (cluster: string, name: string) => ({ ...ecs.service(cluster, name), runningCount: 0 }) } }))],
  ['S4', 'no minute of work is lost to the automation in the morning', () => tasksLater(12)],
  ['S5', 'every certificate shows 0 differences that nobody made by hand', () => recorded(['night'], (night) => ({ ...night, certificate: { ...night.certificate, differences: ['api: 1 task instead of 2'] } }))],
  ['S5', 'in the morning the scaling bounds are what the platform file says', () => answering(({ scaling }) => ({ scaling: { ...scaling, target: (cluster: string, name: string) => ({ ...scaling.target(cluster, name), maximum: 1 }) } }))],
  ['S5', STANDS, () => apiWokenAs({ desired: 1 })],
  ['S5', STANDS, () => apiWokenAs({ bounds: '2–9' })],
  ['S5', STANDS, () => apiWokenAs({ bounds: '2–10 ScheduledScalingSuspended' })],
  ['S5', STANDS, () => apiWokenAs({ actions: ['lunch cron(0 12 * * ? *) {}'] })],
  ['S5', STANDS, () => apiWokenAs({ images: { 'api-server': `somewhere/else@${digestNamed('older')}` } })],
  ['S5', STANDS, () => wokenAs(() => ({ databases: { postgres: 'stopped' } }))],
  ['S5', STANDS, () => wokenAs(({ rules }) => ({ rules: ['80 the page of the night', ...rules] }))],
  ['S12', 'the automation stops nothing in working hours unless somebody asked', () => withLine({ kind: 'call', who: 'farsight-dev-sleep-advance/farsight-dev-sleep-advance', what: 'rds:StopDBInstance' })],
  ['L1', ACCOUNTED, () => withLine(memoryRings)],
  ['L1', ACCOUNTED, () => withLine(memoryRings, { kind: 'invoke', who: 'farsight-dev-alarm-report', what: 'started', detail: { event: { alarm: memoryRings.who } } })],
  ['L1', ACCOUNTED, () => answering(({ outside }) => ({ outside: { ...outside, slack: { ...outside.slack, messages: [] }, mail: { all: [] } } }))],
  ['L4', 'no alarm stays quiet longer than what explains it', () => stillRinging()],
  ['L3', 'an incident closes when its alarms are over', () => recorded(['board'], (board) => ({ ...board, incidents: [openIncident()] }))],
  ['N2', 'every notice reaches the roads its severity opens', () => answering(({ outside }) => ({ outside: { ...outside, slack: { ...outside.slack, messages: [] }, mail: { all: [] } } }))],
  ['N2', 'people hear of every address that mail comes back from', () => withLine({ kind: 'message', who: 'ses', what: 'mail to gone@farsight.example bounced: smtp; 550 5.1.1 user unknown' })],
  ['N2', 'nothing waits for long on its way to people', () => waitingIn(/^farsight-dev-(?!.*dead)/)],
  ['N4', 'every notice names a record that why finds', () => recorded(['history', 'rollout'], () => null)],
];

/** With one execution of the sleep that failed with that error at ten in the evening. */
const failedWith = (ended: Ended, error: string): Ended => {
  const at = ended.world.clock.now - 10 * HOUR;
  const execution = { name: 'one', status: 'FAILED', machine: { name: 'farsight-dev-sleep' }, startDate: at, stopDate: at + HOUR, outcome: { error } };
  const states = { ...ended.world.services.states, machines: () => [{ arn: 'a' }], executions: () => [execution] };
  return { ...ended, world: { ...ended.world, services: { ...ended.world.services, states } } } as unknown as Ended;
};

/** R3 and R10 have trails of their own (rules.test.ts). */
const ELSEWHERE = ['R3', 'R10'];

/** With the letter of a schedule whose last attempt, of this id, came to nothing. */
const gaveUp = (ended: Ended, attempt: string, retries: string): Ended => {
  const values = { EXECUTION_ID: attempt, EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds', RETRY_ATTEMPTS: retries };
  const attributes = Object.fromEntries(Object.entries(values).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]));
  const { services } = ended.world;
  const all = () => services.sqs.all().map((queue) => (queue.name.endsWith('dead-letters') ? { ...queue, messages: [{ attributes }] } : queue));
  return { ...ended, world: { ...ended.world, services: { ...services, sqs: { ...services.sqs, all } } } } as unknown as Ended;
};

describe('the judge', () => {
  it.each([
    ['is what the queue is for where it came too late and a drawn fault refused its one attempt', 'one', '0', 0],
    ['is found where no drawn fault refused it', 'other', '0', 1],
    ['is found where it was tried again before', 'one', '3', 1],
  ] as const)('X1: the dead letter of a schedule %s', (_, attempt, retries, found) => {
    const refused = withLine({ kind: 'fault', who: 'farsight-dev-wake-schedules/one', what: 'states:StartExecution fails with TimeoutError, before-effect' });
    const [check] = checks.filter(({ words }) => words === 'nothing is left in a dead-letter queue');
    expect(check?.violations(gaveUp(refused, attempt, retries))).toHaveLength(found);
  });

  it.each([
    ['explains that its own story gave up with its error', 'farsight-dev-sleep-advance', 'AccessDeniedException', 9.5, 0],
    ['explains no other error', 'farsight-dev-sleep-advance', 'InvalidArn', 9.5, 1],
    ['explains no other story', 'farsight-dev-wake-advance', 'AccessDeniedException', 9.5, 1],
    ['explains nothing that was over before', 'farsight-dev-sleep-advance', 'AccessDeniedException', 8, 1],
  ] as const)('X1: a call that was refused for good %s', (_, who, code, hoursAgo, found) => {
    const at = played.world.clock.now - hoursAgo * HOUR;
    const refused = withLine({ at, kind: 'fault', who: `${who}/${who}`, what: `ecs:UpdateService fails with ${code}, before-effect`, detail: { code } });
    const [check] = checks.filter(({ words }) => words === 'every story ends, and ends well');
    expect(check?.violations(failedWith(refused, 'AccessDeniedException'))).toHaveLength(found);
  });

  it.each([
    ['a death of the waking explains what it can delay', 12, 'farsight-dev-wake-advance', 0],
    ['and no more', 30, 'farsight-dev-wake-advance', 2],
    ['a death of something else explains nothing', 12, 'farsight-dev-alarm-report', 2],
  ] as const)('S4: %s', (_, minutes, who, found) => {
    const { world } = tasksLater(minutes);
    const dead: TrailEntry = { seq: 0, at: Date.parse('2026-11-24T11:40:00Z'), kind: 'fault', who, what: 'killed before-call 2' };
    const ended = { ...played, world: { ...world, trail: { ...world.trail, of: (kind: TrailEntry['kind']) => (kind === 'fault' ? [dead] : world.trail.of(kind)) } } };
    const [check] = checks.filter(({ words }) => words.startsWith('no minute of work'));
    expect(check?.violations(ended)).toHaveLength(found);
  });

  it.each([
    ['that SNS refused for good told nobody', 'farsight-dev-wake-finish', 'InvalidSecurity', 0],
    ['that may be repeated has to arrive', 'farsight-dev-wake-finish', 'InternalErrorException', 1],
    ['of a press that failed is the person’s to repeat', 'farsight-dev-notices-press', 'InternalErrorException', 0],
  ] as const)('N2: a notice %s', (_, who, code, found) => {
    const notice = { id: 'lost', title: 'A lost one', tone: 'good', platform: 'farsight', stage: 'dev' };
    const input = { Message: JSON.stringify({ default: JSON.stringify(notice) }), MessageAttributes: { roads: { StringValue: '["slack"]' } } };
    const asked: Line = { seq: 900_001, kind: 'call', who: `${who}/${who}`, what: 'sns:Publish', detail: { input } };
    const failed: Line = { kind: 'call', who: `${who}/${who}`, what: 'sns:Publish failed', detail: { code, call: 900_001 } };
    const [check] = checks.filter(({ words }) => words.startsWith('every notice reaches'));
    expect(check?.violations(withLine(asked, failed))).toHaveLength(found);
  });

  it('N2: a mail that came back excuses its own notice on that road, and no other', () => {
    const [check] = checks.filter(({ words }) => words.startsWith('every notice reaches'));
    const asleep = Date.parse('2026-11-24T02:02:00Z');
    const returned = withLine({ at: asleep, kind: 'message', who: 'ses', what: 'mail to ops@farsight.example bounced', detail: { subject: 'OK farsight dev: Farsight dev sleeps' } });
    const { services } = returned.world;
    const without = { ...returned, world: { ...returned.world, services: { ...services, outside: { ...services.outside, slack: { ...services.outside.slack, messages: [] }, mail: { all: [] } } } } } as unknown as Ended;
    const found = check?.violations(without) ?? [];
    expect(found.filter((words) => words.startsWith('Farsight dev sleeps')).map((words) => words.split(' ').at(-1))).toEqual(['slack']);
    expect(found.some((words) => !words.startsWith('Farsight dev sleeps') && words.endsWith('email'))).toBe(true);
  });

  it.each([
    ['is the one of its last tasks, where none ever ran the evening’s and the tag has moved on to one that failed', 'bad', [], 'second', 0],
    ['is not, where the tag has not moved on', 'waiting', [], 'second', 1],
    ['is not, where it moved on to one that nobody found bad', 'fine', [], 'second', 1],
    ['is not, where a task ran the evening’s', 'bad', ['waiting', 'second'], 'second', 1],
    ['is not, where its last tasks ran another', 'bad', ['second', 'other'], 'second', 1],
    ['is not, where it is another', 'bad', [], 'other', 1],
  ] as const)('S5, R10: the image of the morning %s', (_, named, ran, morning, found) => {
    const began = played.nights[0]!.evening.at;
    const pushed = (image: string, at: number): Line => ({ at, kind: 'happening', who: 'registry', what: 'push farsight-server', detail: { digest: digestNamed(image), tags: ['latest'] } });
    const task = (image: string): Line => ({ at: began - 1, kind: 'task', who: 'task', what: 'RUNNING', detail: { group: 'service:farsight-api-server', digests: [digestNamed(image)] } });
    const brought: Line = { at: began + HOUR, kind: 'call', who: 'farsight-dev-redeploy-advance/x', what: 'ecs:UpdateService', detail: { input: { service: 'farsight-api-server' } } };
    const { world } = withLine(pushed('other', began - 5 * HOUR), ...ran.map(task), pushed('waiting', began - HOUR), pushed(named, began + HOUR), brought);
    const day = checkDay('a push', { title: 'A push', from: '2026-11-23T17:00', until: '2026-11-24T11:00', happenings: [{ at: '2026-11-23T22:00', push: { repository: 'farsight-server', tags: ['latest'], image: 'crashes', digest: 'bad' } }] }, 'America/New_York');
    const running = (photograph: Photograph, image: string): Photograph => ({
      ...photograph,
      services: { ...photograph.services, api: { ...photograph.services['api']!, images: { 'api-server': `farsight-server@${digestNamed(image)}` } } },
    });
    const nights = played.nights.map((night) => ({ evening: running(night.evening, 'waiting'), morning: running(night.morning!, morning) }));
    const [check] = checks.filter(({ words }) => words === STANDS);
    expect(check?.violations({ ...played, world, day, nights })).toHaveLength(found);
  });

  it('X1: finds nothing in an evening, a night and a morning that went well', () => {
    expect(checks.flatMap(({ id, violations }) => violations(played).map((what) => `${id}: ${what}`))).toEqual([]);
  });

  it.each(spoilt)('%s: %s: is found broken where it is', (id, words, spoil) => {
    const ended = spoil();
    expect(checks.filter((check) => check.id === id && check.words === words).flatMap(({ violations }) => violations(ended))).not.toEqual([]);
  });

  it('has no rule that is not shown to break', () => {
    const shown = new Set(spoilt.map(([id, words]) => `${id} ${words}`));
    expect(checks.filter(({ id, words }) => !ELSEWHERE.includes(id) && !shown.has(`${id} ${words}`))).toEqual([]);
  });
});
