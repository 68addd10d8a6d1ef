// EventBridge Scheduler: firing within the minute, retries and dead letters, context attributes, faults, the API and templates.
import { beforeEach, describe, expect, it } from 'vitest';
import { createWorld, type WorldOptions } from '../../local/create-world.ts';
import { AwsError, type Operation } from '../../local/simulated.ts';
import type { World } from '../../local/world.ts';

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
  const service = (signingName: string, operations: Record<string, Operation>) => () =>
    ({ signingName, support: { does: [], doesNot: [] }, operations }) as any;
  const made = createWorld({
    start: START,
    seed: 'scheduler',
    factories: {
      states: service('states', { StartExecution: operation('StartExecution', 'states:StartExecution') }),
      sqs: service('sqs', { SendMessage: operation('SendMessage', 'sqs:SendMessage') }),
      rds: service('rds', { StopDBInstance: operation('StopDBInstance', 'rds:StopDBInstance') }),
      cloudwatch: () => ({ signingName: 'monitoring', operations: {}, support: { does: [], doesNot: [] }, record: () => undefined }) as any,
    },
    ...more,
  });
  role = made.services.iam.createRole({
    name: 'schedule',
    trust: {
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'scheduler.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition: {
            StringEquals: {
              'aws:SourceAccount': '111122223333',
              'aws:SourceArn': 'arn:aws:scheduler:us-east-1:111122223333:schedule-group/default',
            },
          },
        },
      ],
    },
    policies: { all: { Statement: [{ Effect: 'Allow', Action: ['states:*', 'sqs:*', 'rds:*'], Resource: '*' }] } },
  });
  return made;
};

beforeEach(() => {
  received = [];
  answer = () => undefined;
  world = makeWorld();
});

const api = (operation: string, input: object): Promise<any> =>
  world.call({ service: 'scheduler', operation, input, caller: { kind: 'operator' } });
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
    const Input =
      '{"at":"<aws.scheduler.scheduled-time>","arn":"<aws.scheduler.schedule-arn>",' +
      '"n":<aws.scheduler.attempt-number>,"id":"<aws.scheduler.execution-id>"}';
    await schedule({ Input });
    await until('2026-11-24T12:00:00Z');
    expect(received).toHaveLength(1);
    expect(received[0]?.at).toMatch(/^2026-11-23T19:00:/);
    const input = JSON.parse(received[0]?.input.input);
    expect(input).toEqual({
      at: '2026-11-23T19:00:00Z',
      arn: 'arn:aws:scheduler:us-east-1:111122223333:schedule/default/sleep',
      n: 1,
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
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
    await schedule(
      {},
      {
        Name: 'w',
        ScheduleExpression: 'rate(1 hour)',
        FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 10 },
        StartDate: new Date('2026-11-21T12:00:00Z'),
        EndDate: new Date('2026-11-21T13:30:00Z'),
      },
    );
    await schedule(
      {},
      { Name: 'once', ScheduleExpression: 'at(2026-11-21T18:00:00)', ScheduleExpressionTimezone: 'UTC', ActionAfterCompletion: 'DELETE' },
    );
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
    await api('UpdateSchedule', {
      Name: 'sleep',
      ScheduleExpression: 'rate(1 day)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: machine, RoleArn: role },
    });
    const found = await api('GetSchedule', { Name: 'sleep' });
    expect(found).toMatchObject({ State: 'ENABLED', ScheduleExpressionTimezone: 'UTC' });
    expect(found.Description).toBeUndefined();
  });

  it('refuses a name taken or bad, input that is no JSON, an unknown target and a role it may not assume', async () => {
    await schedule();
    await expect(schedule()).rejects.toMatchObject({ code: 'ConflictException' });
    await expect(schedule({}, { Name: 'a b' })).rejects.toMatchObject({ code: 'ValidationException' });
    await expect(schedule({ Input: '{' }, { Name: 'x' })).rejects.toMatchObject({ code: 'ValidationException' });
    await expect(schedule({ Arn: 'arn:aws:scheduler:::aws-sdk:rds:flyDBInstance' }, { Name: 'x' })).rejects.toThrow('flyDBInstance');
    const other = world.services.iam.createRole({
      name: 'other',
      trust: { Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] },
    });
    await expect(schedule({ RoleArn: other }, { Name: 'x' })).rejects.toThrow('execution role');
  });

  it('is made, changed and removed by a template', async () => {
    const template = (expression: string) => ({
      Resources: {
        S: {
          Type: 'AWS::Scheduler::Schedule',
          Properties: {
            Name: 'wake',
            ScheduleExpression: expression,
            FlexibleTimeWindow: { Mode: 'OFF' },
            Target: { Arn: machine, RoleArn: role, Input: '{}' },
          },
        },
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
