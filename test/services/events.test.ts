// EventBridge: delivery with retries and dead letters, permissions of targets, faults, the API and templates.
import { beforeEach, describe, expect, it } from 'vitest';
import { createWorld, type WorldOptions } from '../../local/create-world.ts';
import { AwsError, type Operation } from '../../local/simulated.ts';
import type { World } from '../../local/world.ts';

let world: World;
let received: { at: number; operation: string; input: any; caller: string }[];
let answer: () => void;
const START = Date.parse('2026-11-21T09:00:00Z');
const none = { does: [], doesNot: [] };

const queueArn = 'arn:aws:sqs:us-east-1:111122223333:q';
const policyFor = (sourceArn: string) => ({
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: '*',
      Condition: { ArnEquals: { 'aws:SourceArn': sourceArn } },
    },
  ],
});

const makeWorld = (more: Partial<WorldOptions> = {}) => {
  const sendMessage: Operation = {
    needs: () => [
      { action: 'sqs:SendMessage', resource: queueArn, resourcePolicy: policyFor('arn:aws:events:us-east-1:111122223333:rule/*') },
    ],
    run: (input, { caller }) => {
      received.push({ at: world.clock.now - START, operation: 'SendMessage', input, caller: caller.kind });
      if (!input.QueueUrl.endsWith('/dead')) answer();
      return {};
    },
  };
  const start: Operation = {
    needs: (input) => [{ action: 'states:StartExecution', resource: input.stateMachineArn }],
    run: (input, { caller }) => {
      received.push({
        at: world.clock.now - START,
        operation: 'StartExecution',
        input,
        caller: caller.kind === 'role' ? caller.roleArn : caller.kind,
      });
      return {};
    },
  };
  return createWorld({
    start: START,
    seed: 'events',
    factories: {
      sqs: () => ({ signingName: 'sqs', support: none, operations: { SendMessage: sendMessage } }) as any,
      states: () => ({ signingName: 'states', support: none, operations: { StartExecution: start } }) as any,
      cloudwatch: () => ({ signingName: 'monitoring', operations: {}, support: none, record: () => undefined, recorder: () => () => undefined }) as any,
    },
    ...more,
  });
};

beforeEach(() => {
  received = [];
  answer = () => undefined;
  world = makeWorld();
});

const api = (operation: string, input: object): Promise<any> =>
  world.call({ service: 'events', operation, input, caller: { kind: 'operator' } });
const rule = async (target: object, pattern: object = { source: ['aws.ecr'] }) => {
  await api('PutRule', { Name: 'r', EventPattern: JSON.stringify(pattern) });
  await api('PutTargets', { Rule: 'r', Targets: [{ Id: 't', Arn: queueArn, ...target }] });
};
const emit = (source = 'aws.ecr') =>
  world.services.events.emit({ source, detailType: 'ECR Image Action', resources: [], detail: { n: 1 } });
const days = (count: number) => world.clock.run(world.clock.now + count * 86_400_000);

describe('delivery', () => {
  it('brings a matching event to its targets a little later, with everything AWS adds', async () => {
    await rule({});
    emit();
    emit('aws.ecs');
    await days(1);
    expect(received).toHaveLength(1);
    expect(received[0]?.at).toBeGreaterThanOrEqual(150);
    expect(received[0]?.at).toBeLessThanOrEqual(1_500);
    expect(received[0]?.caller).toBe('service');
    expect(JSON.parse(received[0]?.input.MessageBody)).toMatchObject({
      version: '0',
      source: 'aws.ecr',
      'detail-type': 'ECR Image Action',
      account: '111122223333',
      region: 'us-east-1',
      time: '2026-11-21T09:00:00Z',
      resources: [],
      detail: { n: 1 },
    });
  });

  it('delivers nothing for a disabled rule', async () => {
    await rule({});
    await api('DisableRule', { Name: 'r' });
    emit();
    await days(1);
    expect(received).toEqual([]);
  });

  it('starts a state machine as the role of the target, and is refused without permission', async () => {
    const trust = { Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
    const start = { all: { Statement: [{ Effect: 'Allow', Action: 'states:StartExecution', Resource: '*' }] } };
    const allowed = world.services.iam.createRole({ name: 'may', trust, policies: start });
    const refused = world.services.iam.createRole({ name: 'may-not', trust });
    const machine = 'arn:aws:states:us-east-1:111122223333:stateMachine:m';
    await rule({ Arn: machine, RoleArn: allowed, InputPath: '$.detail' });
    emit();
    await days(1);
    expect(received).toEqual([
      { at: expect.any(Number), operation: 'StartExecution', input: { stateMachineArn: machine, input: '{"n":1}' }, caller: allowed },
    ]);
    await rule({ Arn: machine, RoleArn: refused });
    emit();
    await days(1);
    expect(received).toHaveLength(1);
    expect(world.trail.of('event').map((entry) => entry.what)).toContain('delivery to stateMachine:m failed');
  });

  it('tries again with growing pauses until the target takes it', async () => {
    let failures = 4;
    answer = () => {
      failures -= 1;
      if (failures >= 0) throw new AwsError('ThrottlingException', 'Rate exceeded');
    };
    await rule({});
    emit();
    await days(1);
    expect(received).toHaveLength(5);
    expect((received.at(-1)?.at ?? 0) - (received[0]?.at ?? 0)).toBeGreaterThan(7_000);
  });

  it('gives up after the retry policy and tells the dead-letter queue why', async () => {
    answer = () => {
      throw new AwsError('InternalError', 'down', 500);
    };
    await rule({ RetryPolicy: { MaximumRetryAttempts: 2 }, DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:111122223333:dead' } });
    emit();
    await days(1);
    expect(received).toHaveLength(4);
    const attributes = received.at(-1)?.input.MessageAttributes;
    expect(attributes.EXHAUSTED_RETRY_CONDITION.StringValue).toBe('MaximumRetryAttempts');
    expect(attributes.ERROR_CODE.StringValue).toBe('InternalError');
    expect(attributes.RETRY_ATTEMPTS.StringValue).toBe('2');
  });

  it('keeps trying for 24 hours and at most 185 times when nothing else is written', async () => {
    answer = () => {
      throw new AwsError('InternalError', 'down', 500);
    };
    await rule({});
    emit();
    await days(3);
    expect(received.length).toBeGreaterThan(140);
    expect(received.length).toBeLessThanOrEqual(186);
    expect(received.at(-1)?.at).toBeLessThan(24.3 * 3_600_000);
  });

  it('gives up at once when trying again cannot help', async () => {
    answer = () => {
      throw new AwsError('QueueDoesNotExist', 'gone');
    };
    await rule({});
    emit();
    await days(1);
    expect(received).toHaveLength(1);
  });

  it('delivers twice, late, or never when the faults say so, but never loses events of durable sources', async () => {
    world = makeWorld({ faults: { chances: { 'events.duplicate': 1 } } });
    await rule({});
    emit();
    await days(1);
    expect(received).toHaveLength(2);
    expect(JSON.parse(received[0]?.input.MessageBody).id).toBe(JSON.parse(received[1]?.input.MessageBody).id);
    received = [];
    world = makeWorld({ faults: { chances: { 'events.drop': 1 } } });
    await rule({}, { source: ['aws.ecr', 'aws.ecs'] });
    emit();
    emit('aws.ecs');
    await days(1);
    expect(received.map(({ input }) => JSON.parse(input.MessageBody).source)).toEqual(['aws.ecs']);
  });
});

describe('the API', () => {
  it('puts events of applications, but not in the name of AWS', async () => {
    await rule({}, { source: ['dayshift'] });
    const entry = { Source: 'dayshift', DetailType: 'd', Detail: '{"a":1}' };
    const answer = await api('PutEvents', { Entries: [entry, { ...entry, Source: 'aws.ecs' }, { ...entry, Detail: 'no json' }] });
    expect(answer.FailedEntryCount).toBe(2);
    expect(answer.Entries.map((one: any) => one.ErrorCode)).toEqual([undefined, 'NotAuthorizedForSourceException', 'MalformedDetail']);
    await days(1);
    expect(received).toHaveLength(1);
  });

  it('tests a pattern, and refuses one that is wrong', async () => {
    expect(await api('TestEventPattern', { EventPattern: '{"source":["a"]}', Event: '{"source":"a"}' })).toEqual({ Result: true });
    await expect(api('PutRule', { Name: 'x', EventPattern: '{"source":"a"}' })).rejects.toMatchObject({
      code: 'InvalidEventPatternException',
    });
    await expect(api('PutRule', { Name: 'x' })).rejects.toMatchObject({ code: 'ValidationException' });
  });

  it('refuses a sixth target and a target nobody simulates', async () => {
    await api('PutRule', { Name: 'r', EventPattern: '{"source":["a"]}' });
    const targets = Array.from({ length: 6 }, (_, index) => ({ Id: `t${index}`, Arn: queueArn }));
    await expect(api('PutTargets', { Rule: 'r', Targets: targets })).rejects.toMatchObject({ code: 'LimitExceededException' });
    await expect(api('PutTargets', { Rule: 'r', Targets: [{ Id: 'k', Arn: 'arn:aws:kinesis:us-east-1:1:stream/x' }] })).rejects.toThrow(
      'kinesis',
    );
  });

  it('fires a rule with a schedule in UTC', async () => {
    await api('PutRule', { Name: 'r', ScheduleExpression: 'cron(0 12 * * ? *)' });
    await api('PutTargets', { Rule: 'r', Targets: [{ Id: 't', Arn: queueArn }] });
    await world.clock.run(Date.parse('2026-11-23T08:00:00Z'));
    expect(received.map(({ input }) => JSON.parse(input.MessageBody).time)).toEqual(['2026-11-21T12:00:00Z', '2026-11-22T12:00:00Z']);
  });
});

describe('templates', () => {
  it('makes, changes and removes a rule', async () => {
    const template = (more: object, targets: object[]) => ({
      Resources: {
        R: { Type: 'AWS::Events::Rule', Properties: { Name: 'pushes', EventPattern: { source: ['aws.ecr'] }, Targets: targets, ...more } },
      },
      Outputs: { Arn: { Value: { 'Fn::GetAtt': ['R', 'Arn'] } }, Ref: { Value: { Ref: 'R' } } },
    });
    const deploy = (text: object) => world.services.cloudformation.deploy({ stackName: 's', template: text });
    const { outputs } = await deploy(
      template({}, [
        { Id: 'a', Arn: queueArn },
        { Id: 'b', Arn: queueArn },
      ]),
    );
    expect(outputs).toEqual({ Arn: 'arn:aws:events:us-east-1:111122223333:rule/pushes', Ref: 'pushes' });
    await deploy(template({ State: 'DISABLED' }, [{ Id: 'b', Arn: queueArn }]));
    expect((await api('DescribeRule', { Name: 'pushes' })).State).toBe('DISABLED');
    expect((await api('ListTargetsByRule', { Rule: 'pushes' })).Targets.map((target: any) => target.Id)).toEqual(['b']);
    await world.services.cloudformation.remove('s');
    await expect(api('DescribeRule', { Name: 'pushes' })).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });
});
