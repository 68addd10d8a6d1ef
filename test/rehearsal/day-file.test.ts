// Day files that make no sense are refused at once, with line, field, value and remedy; ones that do are read in the platform's own time.
import { describe, expect, it } from 'vitest';
import { toldOf } from '../../cli/failure.ts';
import { DayFileError, readDay } from '../../local/rehearsal/day.ts';
import { schedule } from '../../local/rehearsal/play.ts';
import { rehearsal } from '../../local/rehearsal/rehearsal.ts';
import { createWorld } from '../../local/create-world.ts';
import { loadAssembly } from '../../local/services/cloudformation/assembly.ts';
import { assemblyOf, manifestFrom } from '../assembly.ts';

const zone = 'Australia/Sydney';
const refused = (source: string): readonly string[] => findingsOf(() => readDay('my-day.json', source, zone));
const findingsOf = (play: () => unknown): readonly string[] => {
  try {
    play();
  } catch (error) {
    if (error instanceof DayFileError) return error.findings;
    throw error;
  }
  return [];
};

describe('a day file', () => {
  it('is read in the wall clock of the platform', () => {
    const day = readDay('my-day.json', '{ "from": "2026-11-23T08:00", "until": "2026-11-23T12:00", "happenings": [{ "at": "2026-11-23T09:30", "push": { "repository": "wizelit", "tags": ["latest"] } }] }', zone);
    expect(new Date(day.from).toISOString()).toBe('2026-11-22T21:00:00.000Z');
    expect(day.happenings).toEqual([
      { kind: 'push', at: Date.parse('2026-11-22T22:30:00Z'), value: { repository: 'wizelit', tags: ['latest'], image: 'good', duplicate: false, lost: false }, place: 'line 1, happenings[0].push' },
    ]);
  });

  it('that is not JSON is refused with the line', () => {
    expect(refused('{\n  "from": "2026-11-23T08:00",\n')).toEqual(['line 3: not JSON (PropertyNameExpected). Write one JSON object as docs/day-file.md shows']);
  });

  it('without its first fields is refused with the remedy of each', () => {
    expect(refused('{ "title": "x" }').map((finding) => finding.split('. ')[0])).toEqual(['line 1, from: this field is missing', 'line 1, until: this field is missing', 'line 1, happenings: this field is missing']);
  });

  it('is refused with every finding at once', () => {
    const source = `{ "title": 3, "seed": "", "sead": 1, "from": "2026-11-23T08:00", "until": "2026-11-23T12:00",
  "happenings": [
    { "at": "2026-11-23T10:00", "push": { "repository": "wizelit", "tags": [], "imag": "good" } },
    { "at": "2026-11-23T09:00", "note": "earlier" },
    { "at": "25:00", "visit": {} },
    { "at": "2026-11-23T13:00", "note": "too late" },
    { "at": "2026-11-23T13:00", "pish": {} }
  ] }`;
    expect(refused(source).map((finding) => finding.split(/[.{] ?(?=Write|See|Put|Move|Give|"at)/)[0])).toEqual([
      'line 1, title: title must be text, found 3',
      'line 1, seed: seed must not be empty, found ""',
      'line 1, sead: there is no such field',
      'line 3, happenings[0].push.tags: a push needs at least one tag, found []',
      'line 3, happenings[0].push.imag: there is no such field',
      'line 5, happenings[2].at: "25:00" is no instant in Australia/Sydney',
      'line 7, happenings[4]: ',
      'line 4, happenings[1].at: 2026-11-23T09:00 is earlier than a happening before it, at 2026-11-23T10:00',
      'line 6, happenings[3].at: 2026-11-23T13:00 is outside the day, 2026-11-23T08:00 to 2026-11-23T12:00',
      'line 7, happenings[4].at: 2026-11-23T13:00 is outside the day, 2026-11-23T08:00 to 2026-11-23T12:00',
    ]);
  });

  it.each([
    ['2026-10-04T02:30', 'does not exist in Australia/Sydney: its clocks go forward over it, 2026-10-04T03:30 may be meant.'],
    ['2026-11-31T08:00', 'is no instant: there is no 2026-11-31.'],
    ['2027-02-29T08:00Z', 'is no instant: there is no 2027-02-29.'],
    ['2026-11-23T24:00', 'is no instant: no clock shows 24:00.'],
    ['2026-11-23T08:60', 'is no instant: no clock shows 08:60.'],
    ['2026-11-23T08:00+25:00', 'is no instant: +25:00 is no offset.'],
    ['2026-11-23 08:00', 'is no instant in Australia/Sydney.'],
  ])('may not name an instant that there is not: %s', (from, words) => {
    expect(refused(`{ "from": "${from}", "until": "2027-10-04T12:00", "happenings": [] }`)).toEqual([`line 1, from: "${from}" ${words} Write 2026-11-23T09:05 (the platform's own time) or 2026-11-22T22:05:00Z`]);
  });

  it('that names what nobody has is refused before it is played, with every name at once and the nearest ones', async () => {
    const at = '2026-11-23T09:00';
    const happenings = [
      { at, log: { service: 'ap', line: 'x' } },
      { at, deploy: { stacks: ['wizelit-dev-netwerk'] } },
      { at, fault: { what: 'kill', function: 'sleep-advanse', when: 'before-call' } },
      { at, fault: { what: 'slow-database', database: 'dp' } },
      { at, fault: { what: 'late-schedule', schedule: 'wizelit-dev-sleep' } },
      { at, fault: { what: 'throttle', service: 'esc' } },
      { at, push: { repository: 'wizelitt', tags: ['latest'] } },
      { at, metric: { alarm: 'wizelit-dev-app-cpu-hihg', value: 97, minutes: 5 } },
      { at, composite: { name: 'wizelit-dev-down', rule: 'ALARM("wizelit-dev-app-cpu-high") AND NOT (OK(wizelit-dev-app-memory))' } },
      { at, mute: { alarm: 'wizelit-dev-down', minutes: 5 } },
      { at, alarm: { name: 'wizelit-dev-dawn', state: 'ALARM' } },
      { at, order: { verb: 'hold', service: 'ap' } },
      { at, order: { verb: 'wake' } },
      { at, fault: { what: 'timeout', service: 'ecs', operation: 'DescribeTask', caller: 'redeploy-wach', effect: true } },
      { at, fault: { what: 'delay-events', source: 'aws.esc' } },
      { at, fault: { what: 'mailbox', address: 'team@wizelit.example', answer: 'full' } },
    ];
    const day = readDay('my-day.json', JSON.stringify({ from: '2026-11-23T08:00', until: '2026-11-23T12:00', happenings }, null, 1), zone);
    const [assembly, manifest] = [loadAssembly(await assemblyOf('wizelit')), await manifestFrom('wizelit')];
    const stage = { assembly, manifest, world: createWorld({ start: day.from, seed: 1 }) };
    expect(findingsOf(() => schedule(day, stage)).map((finding) => finding.split(/[?.] (?=Known|Did|There are none)/).slice(0, 2))).toEqual([
      ['line 7, happenings[0].log: there is no service ap', 'Did you mean app'],
      ['line 14, happenings[1].deploy: there is no stack wizelit-dev-netwerk', 'Did you mean wizelit-dev-network or wizelit-dev-data'],
      ['line 22, happenings[2].fault: there is no function sleep-advanse', expect.stringMatching(/^Known: wizelit-dev-/)],
      ['line 30, happenings[3].fault: there is no database dp', 'Did you mean db'],
      ['line 37, happenings[4].fault: there is no schedule wizelit-dev-sleep', expect.stringMatching(/^Did you mean wizelit-dev-sleep-/)],
      ['line 44, happenings[5].fault: there is no AWS service esc', expect.stringMatching(/^Did you mean ecs/)],
      ['line 51, happenings[6].push: there is no repository wizelitt', 'Did you mean wizelit'],
      ['line 60, happenings[7].metric: there is no alarm wizelit-dev-app-cpu-hihg', expect.stringMatching(/^Did you mean wizelit-dev-app-cpu-high/)],
      ['line 68, happenings[8].composite: there is no alarm wizelit-dev-app-memory', expect.stringMatching(/^Did you mean wizelit-dev-app-memory-high/)],
      // The composite alarm that an earlier line makes is known from there on.
      ['line 82, happenings[10].alarm: there is no alarm wizelit-dev-dawn', 'Did you mean wizelit-dev-down'],
      ['line 89, happenings[11].order: there is no service ap', 'Did you mean app'],
      ['line 102, happenings[13].fault: there is no ecs operation DescribeTask', 'Did you mean DescribeTaskDefinition or DescribeTasks'],
      ['line 102, happenings[13].fault: there is no caller redeploy-wach', expect.stringMatching(/^Known: wizelit-dev-/)],
      ['line 112, happenings[14].fault: there is no event source aws.esc', 'Did you mean aws.ecs or aws.ecr or aws.ses'],
      ['line 119, happenings[15].fault: there is no recipient of notices team@wizelit.example', 'Did you mean ops@wizelit.example'],
    ]);
  });

  it('with an event that no rule matches ends in one message with line, field and remedy, code 2', async () => {
    const happening = { at: '2026-11-23T08:00', event: { version: '0', 'detail-type': 'Bucket Notification', source: 'aws.s3', detail: {} } };
    const day = readDay('my-day.json', JSON.stringify({ from: '2026-11-23T08:00', until: '2026-11-23T08:10', happenings: [happening] }, null, 1), zone);
    const played = rehearsal({ assembly: await assemblyOf('wizelit'), manifest: await manifestFrom('wizelit'), day });
    const error: unknown = await played.catch((reason: unknown) => reason);
    expect(toldOf(error, 'rehearse')).toEqual({
      message:
        'my-day.json cannot be played:\n' +
        '  line 7, happenings[0].event: no rule matches the event aws.s3 / Bucket Notification. Give one with the source, type and detail of what the rules listen for: ' +
        'aws.cloudwatch / CloudWatch Alarm State Change, aws.ecr / ECR Image Action, aws.ecs / ECS Deployment State Change, aws.ecs / ECS Task State Change. See event in docs/day-file.md',
      code: 2,
    });
  });
});
