// EventBridge Scheduler: AWS cron in time zones with its answers to clock changes, firing, retries and context attributes.
import { beforeEach, describe, expect, it } from 'vitest';
import { createWorld, type WorldOptions } from '../../local/create-world.ts';
import { readSchedule } from '../../local/services/scheduler-time.ts';
import { AwsError, type Operation } from '../../local/simulated.ts';
import type { World } from '../../local/world.ts';

const next = (expression: string, zone: string, from: string, count = 3): string[] => {
  const times = readSchedule({ expression, zone, start: Date.parse(from) });
  const found: string[] = [];
  for (let at: number | undefined = Date.parse(from); at !== undefined && found.length < count; ) {
    at = times.next(at);
    if (at !== undefined) found.push(new Date(at).toISOString().replace(':00.000Z', 'Z'));
  }
  return found;
};

describe('clock changes', () => {
  it('S1: skips a time that the clocks jump over', () => {
    expect(next('cron(30 2 * * ? *)', 'America/New_York', '2026-03-07T00:00:00Z', 2)).toEqual(['2026-03-07T07:30Z', '2026-03-09T06:30Z']);
    expect(next('cron(30 2 * * ? *)', 'Australia/Sydney', '2026-10-02T20:00:00Z', 2)).toEqual(['2026-10-04T15:30Z', '2026-10-05T15:30Z']);
    expect(next('cron(15 2 * * ? *)', 'Australia/Lord_Howe', '2026-10-02T20:00:00Z', 2)).toEqual(['2026-10-04T15:15Z', '2026-10-05T15:15Z']);
  });

  it('S1: runs a repeated time once, the first time', () => {
    expect(next('cron(30 1 * * ? *)', 'America/New_York', '2026-10-31T12:00:00Z', 2)).toEqual(['2026-11-01T05:30Z', '2026-11-02T06:30Z']);
    expect(next('cron(30 2 * * ? *)', 'Australia/Sydney', '2027-04-03T00:00:00Z', 2)).toEqual(['2027-04-03T15:30Z', '2027-04-04T16:30Z']);
    expect(next('cron(45 1 * * ? *)', 'Australia/Lord_Howe', '2027-04-03T00:00:00Z', 2)).toEqual(['2027-04-03T14:45Z', '2027-04-04T15:15Z']);
  });

  it('S1: every half hour through a repeated hour repeats nothing', () => {
    expect(next('cron(0/30 1-3 * * ? *)', 'Australia/Sydney', '2027-04-03T13:59:00Z', 6)).toEqual([
      '2027-04-03T14:00Z', '2027-04-03T14:30Z', '2027-04-03T15:00Z', '2027-04-03T15:30Z', '2027-04-03T17:00Z', '2027-04-03T17:30Z',
    ]);
  });

  it('S1: keeps the wall time of a weekday evening over the change to summer time', () => {
    expect(next('cron(0 19 ? * MON-FRI *)', 'Australia/Sydney', '2026-10-01T00:00:00Z', 3)).toEqual(['2026-10-01T09:00Z', '2026-10-02T09:00Z', '2026-10-05T08:00Z']);
  });
});

describe('cron expressions', () => {
  it.each([
    ['0 7 ? * 2-6 *', '2026-11-20T00:00:00Z', ['2026-11-20T07:00Z', '2026-11-23T07:00Z', '2026-11-24T07:00Z']],
    ['0 10 L * ? *', '2026-02-01T00:00:00Z', ['2026-02-28T10:00Z', '2026-03-31T10:00Z', '2026-04-30T10:00Z']],
    ['0 10 ? * 6L *', '2026-02-01T00:00:00Z', ['2026-02-27T10:00Z', '2026-03-27T10:00Z', '2026-04-24T10:00Z']],
    ['0 10 ? * FRIL *', '2026-02-01T00:00:00Z', ['2026-02-27T10:00Z', '2026-03-27T10:00Z', '2026-04-24T10:00Z']],
    ['0 10 ? * 3#2 *', '2026-02-01T00:00:00Z', ['2026-02-10T10:00Z', '2026-03-10T10:00Z', '2026-04-14T10:00Z']],
    ['0 10 15W * ? *', '2026-02-01T00:00:00Z', ['2026-02-16T10:00Z', '2026-03-16T10:00Z', '2026-04-15T10:00Z']],
    ['0 10 1W * ? *', '2026-07-15T00:00:00Z', ['2026-08-03T10:00Z', '2026-09-01T10:00Z', '2026-10-01T10:00Z']],
    ['0 10 LW * ? *', '2026-01-15T00:00:00Z', ['2026-01-30T10:00Z', '2026-02-27T10:00Z', '2026-03-31T10:00Z']],
    ['0 10 1 1 ? 2027,2029', '2026-02-01T00:00:00Z', ['2027-01-01T10:00Z', '2029-01-01T10:00Z']],
    ['0 0 29 2 ? *', '2026-02-01T00:00:00Z', ['2028-02-29T00:00Z', '2032-02-29T00:00Z', '2036-02-29T00:00Z']],
    ['5/20 8 * * ? *', '2026-11-20T00:00:00Z', ['2026-11-20T08:05Z', '2026-11-20T08:25Z', '2026-11-20T08:45Z']],
  ])('cron(%s) from %s', (body, from, expected) => {
    expect(next(`cron(${body})`, 'UTC', from)).toEqual(expected);
  });

  it.each([
    '0 10 * * * *', '0 10 1 * MON *', '0 10 ? * ? *', '60 10 * * ? *', '0 24 * * ? *', '0 10 * * ?', '0 10 32 * ? *', '0 10 ? * 8 *',
    '0 10 ? * 0 *', '0 10 * 13 ? *', '0 10 * * ? 1969', '0 10 * * ? 2200', 'abc', '0 10 ? * MON#6 *', '0 22-6 * * ? *',
  ])('refuses cron(%s)', (body) => {
    expect(() => next(`cron(${body})`, 'UTC', '2026-11-20T00:00:00Z')).toThrow('Invalid Schedule Expression');
  });
});

describe('rates and single times', () => {
  it('counts a rate as elapsed time', () => {
    expect(next('rate(1 day)', 'America/New_York', '2026-10-31T12:00:00Z', 2)).toEqual(['2026-11-01T12:00Z', '2026-11-02T12:00Z']);
    expect(next('rate(5 minutes)', 'UTC', '2026-11-20T00:00:00Z', 2)).toEqual(['2026-11-20T00:05Z', '2026-11-20T00:10Z']);
  });

  it('reads a single time in its zone, once', () => {
    expect(next('at(2026-11-22T07:00:00)', 'Australia/Sydney', '2026-11-20T00:00:00Z')).toEqual(['2026-11-21T20:00Z']);
  });

  it.each(['rate(0 minutes)', 'rate(1 minutes)', 'rate(5 minute)', 'rate(5 weeks)', 'at(2026-11-22)', 'every day'])('refuses %s', (expression) => {
    expect(() => next(expression, 'UTC', '2026-11-20T00:00:00Z')).toThrow('Invalid Schedule Expression');
  });

  it('refuses a zone that does not exist', () => {
    expect(() => next('rate(5 minutes)', 'Mars/Olympus', '2026-11-20T00:00:00Z')).toThrow('Mars/Olympus');
  });
});

const START = Date.parse('2026-11-21T09:00:00Z');
const machine = 'arn:aws:states:us-east-1:111122223333:stateMachine:sleep';
let world: World;
let role: string;
let received: { at: string; operation: string; input: any }[];
let answer: () => void;

const makeWorld = (more: Partial<WorldOptions> = {}): World => {
  const operation = (name: string, action: string): Operation => ({
    needs: () => [{ action, resource: '*' }],
    run: (input) => {
      received.push({ at: new Date(world.clock.now).toISOString(), operation: name, input });
      if (name !== 'SendMessage') answer();
      return {};
    },
  });
  const service = (signingName: string, operations: Record<string, Operation>) => () => ({ signingName, support: { does: [], doesNot: [] }, operations }) as any;
  const made = createWorld({
    start: START,
    seed: 'scheduler',
    factories: {
      states: service('states', { StartExecution: operation('StartExecution', 'states:StartExecution') }),
      sqs: service('sqs', { SendMessage: operation('SendMessage', 'sqs:SendMessage') }),
      rds: service('rds', { StopDBInstance: operation('StopDBInstance', 'rds:StopDBInstance') }),
      cloudwatch: () => ({ signingName: 'monitoring', operations: {}, support: { does: [], doesNot: [] }, addSource: () => undefined }) as any,
    },
    ...more,
  });
  role = made.services.iam.createRole({
    name: 'schedule',
    trust: { Statement: [{ Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole' }] },
    policies: { all: { Statement: [{ Effect: 'Allow', Action: ['states:*', 'sqs:*', 'rds:*'], Resource: '*' }] } },
  });
  return made;
};

beforeEach(() => {
  received = [];
  answer = () => undefined;
  world = makeWorld();
});

const api = (operation: string, input: object): Promise<any> => world.call({ service: 'scheduler', operation, input, caller: { kind: 'operator' } });
const schedule = (target: object = {}, more: object = {}) =>
  api('CreateSchedule', {
    Name: 'sleep',
    ScheduleExpression: 'cron(0 20 ? * MON-FRI *)',
    ScheduleExpressionTimezone: 'Europe/Berlin',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: machine, RoleArn: role, Input: '{"edge":"sleep"}', ...target },
    ...more,
  });
const until = (instant: string) => world.clock.run(Date.parse(instant));

describe('firing', () => {
  it('S12: calls the target within the minute as the role, with the context attributes filled in', async () => {
    const Input = '{"at":"<aws.scheduler.scheduled-time>","arn":"<aws.scheduler.schedule-arn>","n":<aws.scheduler.attempt-number>,"id":"<aws.scheduler.execution-id>"}';
    await schedule({ Input });
    await until('2026-11-24T12:00:00Z');
    expect(received).toHaveLength(1);
    expect(received[0]?.at).toMatch(/^2026-11-23T19:00:/);
    const input = JSON.parse(received[0]?.input.input);
    expect(input).toEqual({ at: '2026-11-23T19:00:00Z', arn: 'arn:aws:scheduler:us-east-1:111122223333:schedule/default/sleep', n: 1, id: expect.stringMatching(/^[0-9a-f]{16}$/) });
  });

  it('calls any operation as a universal target', async () => {
    await schedule({ Arn: 'arn:aws:scheduler:::aws-sdk:rds:stopDBInstance', Input: '{"DbInstanceIdentifier":"db"}' });
    await until('2026-11-24T12:00:00Z');
    expect(received[0]).toMatchObject({ operation: 'StopDBInstance', input: { DBInstanceIdentifier: 'db' } });
  });

  it('S12: retries a failing target, each attempt with its own execution id', async () => {
    let failures = 2;
    answer = () => {
      failures -= 1;
      if (failures >= 0) throw new AwsError('ThrottlingException', 'Rate exceeded');
    };
    await schedule({ Input: '{"id":"<aws.scheduler.execution-id>","n":<aws.scheduler.attempt-number>}' });
    await until('2026-11-24T12:00:00Z');
    const inputs = received.map(({ input }) => JSON.parse(input.input));
    expect(inputs.map(({ n }) => n)).toEqual([1, 2, 3]);
    expect(new Set(inputs.map(({ id }) => id)).size).toBe(3);
  });

  it('S12: stops trying at the maximum event age and leaves the input in the dead-letter queue', async () => {
    answer = () => {
      throw new AwsError('InternalError', 'down', 500);
    };
    const DeadLetterConfig = { Arn: 'arn:aws:sqs:us-east-1:111122223333:dead' };
    await schedule({ RetryPolicy: { MaximumEventAgeInSeconds: 3600 }, DeadLetterConfig });
    await until('2026-11-24T12:00:00Z');
    const last = received.at(-1);
    expect(last?.operation).toBe('SendMessage');
    expect(last?.at).toMatch(/^2026-11-23T20:0/);
    expect(last?.input.MessageBody).toBe('{"edge":"sleep"}');
    expect(last?.input.MessageAttributes.EXHAUSTED_RETRY_CONDITION.StringValue).toBe('MaximumEventAgeInSeconds');
    expect(last?.input.MessageAttributes.SCHEDULED_TIME.StringValue).toBe('2026-11-23T19:00:00Z');
  });

  it('S12: fires twice or hours late when the faults say so', async () => {
    world = makeWorld({ faults: { chances: { 'scheduler.duplicate': 1 } } });
    await schedule();
    await until('2026-11-24T12:00:00Z');
    expect(received).toHaveLength(2);
    received = [];
    world = makeWorld({ faults: { chances: { 'scheduler.late': 1 } } });
    await schedule();
    await until('2026-11-24T12:00:00Z');
    expect(Date.parse(received[0]?.at ?? '')).toBeGreaterThan(Date.parse('2026-11-23T19:01:00Z'));
  });

  it('runs inside a flexible window, between its dates, and once for a single time that deletes itself', async () => {
    await schedule({}, { Name: 'w', ScheduleExpression: 'rate(1 hour)', FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 10 }, StartDate: new Date('2026-11-21T12:00:00Z'), EndDate: new Date('2026-11-21T13:30:00Z') });
    await schedule({}, { Name: 'once', ScheduleExpression: 'at(2026-11-21T18:00:00)', ScheduleExpressionTimezone: 'UTC', ActionAfterCompletion: 'DELETE' });
    await until('2026-11-22T12:00:00Z');
    expect(received.map(({ at }) => at.slice(0, 13))).toEqual(['2026-11-21T12', '2026-11-21T13', '2026-11-21T18']);
    await expect(api('GetSchedule', { Name: 'once' })).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });

  it('does not fire while disabled', async () => {
    await schedule({}, { State: 'DISABLED' });
    await until('2026-11-24T12:00:00Z');
    expect(received).toEqual([]);
  });
});

describe('the API', () => {
  it('replaces a schedule as a whole: what an update leaves out falls back to its default', async () => {
    await schedule({}, { State: 'DISABLED', Description: 'evening' });
    await api('UpdateSchedule', { Name: 'sleep', ScheduleExpression: 'rate(1 day)', FlexibleTimeWindow: { Mode: 'OFF' }, Target: { Arn: machine, RoleArn: role } });
    const found = await api('GetSchedule', { Name: 'sleep' });
    expect(found).toMatchObject({ State: 'ENABLED', ScheduleExpressionTimezone: 'UTC' });
    expect(found.Description).toBeUndefined();
  });

  it('refuses a second schedule of one name, a bad name, input that is no JSON, an unknown target and a role it may not assume', async () => {
    await schedule();
    await expect(schedule()).rejects.toMatchObject({ code: 'ConflictException' });
    await expect(schedule({}, { Name: 'a b' })).rejects.toMatchObject({ code: 'ValidationException' });
    await expect(schedule({ Input: '{' }, { Name: 'x' })).rejects.toMatchObject({ code: 'ValidationException' });
    await expect(schedule({ Arn: 'arn:aws:scheduler:::aws-sdk:rds:flyDBInstance' }, { Name: 'x' })).rejects.toThrow('flyDBInstance');
    const other = world.services.iam.createRole({ name: 'other', trust: { Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] } });
    await expect(schedule({ RoleArn: other }, { Name: 'x' })).rejects.toThrow('execution role');
  });

  it('is made, changed and removed by a template', async () => {
    const template = (expression: string) => ({
      Resources: {
        S: { Type: 'AWS::Scheduler::Schedule', Properties: { Name: 'wake', ScheduleExpression: expression, FlexibleTimeWindow: { Mode: 'OFF' }, Target: { Arn: machine, RoleArn: role, Input: '{}' } } },
      },
      Outputs: { Arn: { Value: { 'Fn::GetAtt': ['S', 'Arn'] } } },
    });
    const { outputs } = await world.services.cloudformation.deploy({ stackName: 's', template: template('rate(1 day)') });
    expect(outputs.Arn).toBe('arn:aws:scheduler:us-east-1:111122223333:schedule/default/wake');
    await world.services.cloudformation.deploy({ stackName: 's', template: template('rate(2 days)') });
    expect((await api('GetSchedule', { Name: 'wake' })).ScheduleExpression).toBe('rate(2 days)');
    await world.services.cloudformation.remove('s');
    expect((await api('ListSchedules', {})).Schedules).toEqual([]);
  });
});
