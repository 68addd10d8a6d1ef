// EventBridge: patterns against what AWS documents and its event ruler does, inputs, delivery with retries, permissions and faults.
import { beforeEach, describe, expect, it } from 'vitest';
import { createWorld, type WorldOptions } from '../../local/create-world.ts';
import { compilePattern } from '../../local/services/events/pattern.ts';
import { targetText } from '../../local/services/events/input.ts';
import { AwsError, type Operation } from '../../local/simulated.ts';
import type { World } from '../../local/world.ts';

const matches = (pattern: unknown, event: unknown): boolean => compilePattern(pattern)(event);

describe('patterns', () => {
  const push = {
    source: 'aws.ecr',
    'detail-type': 'ECR Image Action',
    detail: { result: 'SUCCESS', 'action-type': 'PUSH', 'repository-name': 'wizelit/api', 'image-tag': 'main-42', size: 512, ip: '10.1.2.3', none: null },
    resources: ['arn:a', 'arn:b'],
  };

  it.each<[string, unknown, boolean]>([
    ['exact value', { source: ['aws.ecr'] }, true],
    ['another value', { source: ['aws.ecs'] }, false],
    ['one of several', { source: ['aws.ecs', 'aws.ecr'] }, true],
    ['two fields, one wrong', { source: ['aws.ecr'], detail: { result: ['FAILURE'] } }, false],
    ['one element of an array', { resources: ['arn:b'] }, true],
    ['null', { detail: { none: [null] } }, true],
    ['number', { detail: { size: [512] } }, true],
    ['number is not text', { detail: { size: ['512'] } }, false],
    ['prefix', { detail: { 'image-tag': [{ prefix: 'main-' }] } }, true],
    ['prefix, ignoring case', { detail: { 'image-tag': [{ prefix: { 'equals-ignore-case': 'MAIN' } }] } }, true],
    ['suffix', { detail: { 'repository-name': [{ suffix: '/api' }] } }, true],
    ['suffix, ignoring case', { detail: { 'repository-name': [{ suffix: { 'equals-ignore-case': '/API' } }] } }, true],
    ['equals-ignore-case', { detail: { result: [{ 'equals-ignore-case': 'success' }] } }, true],
    ['wildcard', { detail: { 'repository-name': [{ wildcard: 'wize*/*i' }] } }, true],
    ['wildcard that does not reach the end', { detail: { 'repository-name': [{ wildcard: 'wize*/a' }] } }, false],
    ['wildcard with an escaped star', { detail: { 'image-tag': [{ wildcard: 'main\\*' }] } }, false],
    ['numeric =', { detail: { size: [{ numeric: ['=', 512] }] } }, true],
    ['numeric range', { detail: { size: [{ numeric: ['>', 100, '<=', 512] }] } }, true],
    ['numeric below', { detail: { size: [{ numeric: ['<', 512] }] } }, false],
    ['cidr', { detail: { ip: [{ cidr: '10.1.0.0/16' }] } }, true],
    ['cidr outside', { detail: { ip: [{ cidr: '10.2.0.0/16' }] } }, false],
    ['anything-but', { detail: { result: [{ 'anything-but': 'FAILURE' }] } }, true],
    ['anything-but list', { detail: { result: [{ 'anything-but': ['FAILURE', 'SUCCESS'] }] } }, false],
    ['anything-but numbers', { detail: { size: [{ 'anything-but': [1, 2] }] } }, true],
    ['anything-but prefix', { detail: { 'image-tag': [{ 'anything-but': { prefix: 'main-' } }] } }, false],
    ['anything-but suffix list', { detail: { 'image-tag': [{ 'anything-but': { suffix: ['-1', '-2x'] } }] } }, true],
    ['anything-but ignore case', { detail: { result: [{ 'anything-but': { 'equals-ignore-case': 'success' } }] } }, false],
    ['anything-but wildcard', { detail: { 'image-tag': [{ 'anything-but': { wildcard: 'main-*' } }] } }, false],
    ['anything-but on a missing field', { detail: { gone: [{ 'anything-but': 'x' }] } }, false],
    ['exists', { detail: { 'image-tag': [{ exists: true }] } }, true],
    ['exists on a missing field', { detail: { gone: [{ exists: true }] } }, false],
    ['does not exist', { detail: { gone: [{ exists: false }] } }, true],
    ['does not exist, inside a missing object', { detail: { gone: { deeper: [{ exists: false }] } } }, true],
    ['does not exist, but does', { detail: { result: [{ exists: false }] } }, false],
    ['absent or a value', { detail: { 'image-tag': [{ exists: false }, { prefix: 'main' }] } }, true],
    ['$or, second alternative', { $or: [{ source: ['aws.ecs'] }, { detail: { result: ['SUCCESS'] } }] }, true],
    ['$or, none', { $or: [{ source: ['aws.ecs'] }, { detail: { result: ['FAILURE'] } }] }, false],
    ['$or beside another field', { source: ['aws.ecs'], $or: [{ detail: { result: ['SUCCESS'] } }, { detail: { size: [1] } }] }, false],
    ['$or with an absent field', { $or: [{ detail: { gone: [{ exists: false }] } }, { source: ['x'] }] }, true],
  ])('%s', (_, pattern, expected) => {
    expect(matches(pattern, push)).toBe(expected);
  });

  it('is consistent inside an array of objects: one element must match all fields', () => {
    const pattern = { containers: { name: ['web'], exit: [1] } };
    expect(matches(pattern, { containers: [{ name: 'web', exit: 0 }, { name: 'log', exit: 1 }] })).toBe(false);
    expect(matches(pattern, { containers: [{ name: 'web', exit: 1 }] })).toBe(true);
  });

  it('wants a field that must not exist missing in every element', () => {
    const pattern = { containers: { reason: [{ exists: false }] } };
    expect(matches(pattern, { containers: [{ name: 'a' }, { reason: 'x' }] })).toBe(false);
    expect(matches(pattern, { containers: [{ name: 'a' }, { name: 'b' }] })).toBe(true);
    expect(matches(pattern, { containers: [] })).toBe(true);
  });

  it.each<[string, unknown]>([
    ['Filter is not an object', []],
    ['Empty objects are not allowed', {}],
    ['Empty arrays are not allowed', { a: [] }],
    ['must be an object or an array', { a: 'x' }],
    ['Unrecognized match type', { a: [{ startsWith: 'x' }] }],
    ['Only one key allowed', { a: [{ prefix: 'x', suffix: 'y' }] }],
    ['exists match pattern must be either true or false', { a: [{ exists: 'yes' }] }],
    ['Invalid numeric match', { a: [{ numeric: ['>', 5, '<', 1] }] }],
    ['Invalid numeric match', { a: [{ numeric: ['!', 5] }] }],
    ['Malformed CIDR', { a: [{ cidr: '10.0.0.0' }] }],
    ['Consecutive wildcard characters', { a: [{ wildcard: 'a**' }] }],
    ['mixed type is not supported', { a: [{ 'anything-but': [1, 'a'] }] }],
    ['Empty lists are not allowed', { a: [{ 'anything-but': [] }] }],
    ['Unsupported anything-but pattern', { a: [{ 'anything-but': { cidr: '10.0.0.0/8' } }] }],
  ])('refuses with: %s', (message, pattern) => {
    expect(() => compilePattern(pattern)).toThrow(message);
  });
});

describe('target input', () => {
  const event = { source: 'aws.ecs', time: 't', detail: { 'image-tag': 'v1', count: 3, list: [{ name: 'x' }], text: 'say "hi"' } };
  const origin = { ruleArn: 'arn:rule', ruleName: 'rule', ingestionTime: '2026-11-21T09:00:00Z' };
  const template = (InputTemplate: string, InputPathsMap: Record<string, string> = {}) => targetText(event, { InputTransformer: { InputTemplate, InputPathsMap } }, origin);

  it('is the whole event, a constant, or a part', () => {
    expect(JSON.parse(targetText(event, {}, origin))).toEqual(event);
    expect(targetText(event, { Input: '{"a":1}' }, origin)).toBe('{"a":1}');
    expect(targetText(event, { InputPath: '$.detail.list[0].name' }, origin)).toBe('"x"');
  });

  it('fills placeholders: alone as JSON, inside text as text, absent ones vanish', () => {
    const paths = { tag: '$.detail.image-tag', count: '$.detail.count', list: '$.detail.list', gone: '$.detail.gone', text: '$.detail.text' };
    const filled = template('{"tag": <tag>, "count": <count>, "said": "<tag>!", "list": <list>, "gone": <gone>, "text": <text>, "rule": "<aws.events.rule-name>"}', paths);
    expect(JSON.parse(filled)).toEqual({ tag: 'v1', count: 3, said: 'v1!', list: [{ name: 'x' }], text: 'say "hi"', rule: 'rule' });
    expect(template('"pushed <tag>"', paths)).toBe('"pushed v1"');
    expect(JSON.parse(template('{"event": <aws.events.event.json>}'))).toEqual({ event });
  });
});

let world: World;
let received: { at: number; operation: string; input: any; caller: string }[];
let answer: () => void;
const START = Date.parse('2026-11-21T09:00:00Z');
const none = { does: [], doesNot: [] };

const queueArn = 'arn:aws:sqs:us-east-1:111122223333:q';
const policyFor = (sourceArn: string) => ({
  Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: '*', Condition: { ArnEquals: { 'aws:SourceArn': sourceArn } } }],
});

const makeWorld = (more: Partial<WorldOptions> = {}) => {
  const sendMessage: Operation = {
    needs: () => [{ action: 'sqs:SendMessage', resource: queueArn, resourcePolicy: policyFor('arn:aws:events:us-east-1:111122223333:rule/*') }],
    run: (input, { caller }) => {
      received.push({ at: world.clock.now - START, operation: 'SendMessage', input, caller: caller.kind });
      if (!input.QueueUrl.endsWith('/dead')) answer();
      return {};
    },
  };
  const start: Operation = {
    needs: (input) => [{ action: 'states:StartExecution', resource: input.stateMachineArn }],
    run: (input, { caller }) => {
      received.push({ at: world.clock.now - START, operation: 'StartExecution', input, caller: caller.kind === 'role' ? caller.roleArn : caller.kind });
      return {};
    },
  };
  return createWorld({
    start: START,
    seed: 'events',
    factories: {
      sqs: () => ({ signingName: 'sqs', support: none, operations: { SendMessage: sendMessage } }) as any,
      states: () => ({ signingName: 'states', support: none, operations: { StartExecution: start } }) as any,
      cloudwatch: () => ({ signingName: 'monitoring', operations: {}, support: none, addSource: () => undefined }) as any,
    },
    ...more,
  });
};

beforeEach(() => {
  received = [];
  answer = () => undefined;
  world = makeWorld();
});

const api = (operation: string, input: object): Promise<any> => world.call({ service: 'events', operation, input, caller: { kind: 'operator' } });
const rule = async (target: object, pattern: object = { source: ['aws.ecr'] }) => {
  await api('PutRule', { Name: 'r', EventPattern: JSON.stringify(pattern) });
  await api('PutTargets', { Rule: 'r', Targets: [{ Id: 't', Arn: queueArn, ...target }] });
};
const emit = (source = 'aws.ecr') => world.services.events.emit({ source, detailType: 'ECR Image Action', resources: [], detail: { n: 1 } });
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
      version: '0', source: 'aws.ecr', 'detail-type': 'ECR Image Action', account: '111122223333', region: 'us-east-1', time: '2026-11-21T09:00:00Z', resources: [], detail: { n: 1 },
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
    expect(received).toEqual([{ at: expect.any(Number), operation: 'StartExecution', input: { stateMachineArn: machine, input: '{"n":1}' }, caller: allowed }]);
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
    await expect(api('PutRule', { Name: 'x', EventPattern: '{"source":"a"}' })).rejects.toMatchObject({ code: 'InvalidEventPatternException' });
    await expect(api('PutRule', { Name: 'x' })).rejects.toMatchObject({ code: 'ValidationException' });
  });

  it('refuses a sixth target and a target nobody simulates', async () => {
    await api('PutRule', { Name: 'r', EventPattern: '{"source":["a"]}' });
    const targets = Array.from({ length: 6 }, (_, index) => ({ Id: `t${index}`, Arn: queueArn }));
    await expect(api('PutTargets', { Rule: 'r', Targets: targets })).rejects.toMatchObject({ code: 'LimitExceededException' });
    await expect(api('PutTargets', { Rule: 'r', Targets: [{ Id: 'k', Arn: 'arn:aws:kinesis:us-east-1:1:stream/x' }] })).rejects.toThrow('kinesis');
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
      Resources: { R: { Type: 'AWS::Events::Rule', Properties: { Name: 'pushes', EventPattern: { source: ['aws.ecr'] }, Targets: targets, ...more } } },
      Outputs: { Arn: { Value: { 'Fn::GetAtt': ['R', 'Arn'] } }, Ref: { Value: { Ref: 'R' } } },
    });
    const deploy = (text: object) => world.services.cloudformation.deploy({ stackName: 's', template: text });
    const { outputs } = await deploy(template({}, [{ Id: 'a', Arn: queueArn }, { Id: 'b', Arn: queueArn }]));
    expect(outputs).toEqual({ Arn: 'arn:aws:events:us-east-1:111122223333:rule/pushes', Ref: 'pushes' });
    await deploy(template({ State: 'DISABLED' }, [{ Id: 'b', Arn: queueArn }]));
    expect((await api('DescribeRule', { Name: 'pushes' })).State).toBe('DISABLED');
    expect((await api('ListTargetsByRule', { Rule: 'pushes' })).Targets.map((target: any) => target.Id)).toEqual(['b']);
    await world.services.cloudformation.remove('s');
    await expect(api('DescribeRule', { Name: 'pushes' })).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });
});
