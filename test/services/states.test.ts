// Step Functions in the world: start rules, integrations as the machine's role, tokens, history, redrive and status events.
import { beforeEach, describe, expect, it } from 'vitest';
import { createWorld } from '../../local/create-world.ts';
import { AwsError, type Operation } from '../../local/simulated.ts';
import type { World } from '../../local/world.ts';

let world: World;
let calls: { operation: string; input: any; role: string }[];
let answers: Record<string, (input: any) => unknown>;
let machineRole: string;

const none = { does: [], doesNot: [] };

/** A service whose operations answer what the test says and whose permissions are the usual `service:Operation` on everything. */
const fakeService = (signingName: string, action: string, operations: readonly string[]) => () =>
  ({
    signingName,
    support: none,
    operations: Object.fromEntries(
      operations.map((operation): [string, Operation] => [
        operation,
        {
          needs: () => [{ action: `${action}:${operation}`, resource: '*' }],
          run: (input, { caller }) => {
            calls.push({ operation, input, role: caller.kind === 'role' ? caller.roleArn : caller.kind });
            return answers[operation]?.(input) ?? {};
          },
        },
      ]),
    ),
  }) as any;

const trust = (principal: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: principal }, Action: 'sts:AssumeRole' }],
});
const allowAll = (...actions: string[]) => ({ all: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] } });

beforeEach(() => {
  calls = [];
  answers = {};
  world = createWorld({
    start: '2026-11-21T09:00:00Z',
    seed: 'states',
    factories: {
      lambda: fakeService('lambda', 'lambda', ['Invoke']),
      ecs: fakeService('ecs', 'ecs', ['UpdateService', 'RunTask', 'DescribeTasks', 'StopTask']),
      rds: fakeService('rds', 'rds', ['StopDBInstance']),
      sns: fakeService('sns', 'sns', ['Publish']),
      sqs: fakeService('sqs', 'sqs', ['SendMessage']),
      cloudwatch: () => ({ signingName: 'monitoring', operations: {}, support: none, addSource: () => undefined }) as any,
    },
  });
  machineRole = world.services.iam.createRole({
    name: 'machine',
    trust: trust('states.amazonaws.com'),
    policies: allowAll('lambda:*', 'ecs:*', 'rds:*', 'sns:*', 'sqs:*', 'states:*', 'events:*'),
  });
});

const api = (operation: string, input: object, service = 'states'): Promise<any> => world.call({ service, operation, input, caller: { kind: 'operator' } });

let machines = 0;
const machine = async (States: Record<string, object>, name = `m${(machines += 1)}`, more: object = {}): Promise<string> => {
  const definition = JSON.stringify({ QueryLanguage: 'JSONata', StartAt: Object.keys(States)[0], States });
  return (await api('CreateStateMachine', { name, roleArn: machineRole, definition, ...more })).stateMachineArn;
};
const task = (Resource: string, Arguments: unknown, more: object = {}) => ({ T: { Type: 'Task', Resource, Arguments, End: true, ...more } });
const runOnce = async (States: Record<string, object>, input: unknown = {}) => {
  const arn = world.services.states.start({ machineArn: await machine(States), input, by: 'test' });
  const outcome = await world.clock.finish(world.services.states.execution(arn).closed);
  return { arn, outcome: outcome as any };
};
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));

describe('starting', () => {
  const wait = { W: { Type: 'Wait', Seconds: 60, End: true } };

  it('is idempotent while running with the same name and input, and refuses another input or a closed name for 90 days', async () => {
    const stateMachineArn = await machine(wait);
    const first = await api('StartExecution', { stateMachineArn, name: 'n', input: '{"a":1}' });
    const again = await api('StartExecution', { stateMachineArn, name: 'n', input: '{ "a": 1 }' });
    expect(again.executionArn).toBe(first.executionArn);
    await expect(api('StartExecution', { stateMachineArn, name: 'n', input: '{"a":2}' })).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
    await world.clock.run(Date.parse('2026-11-21T10:00:00Z'));
    await expect(api('StartExecution', { stateMachineArn, name: 'n', input: '{"a":1}' })).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
    await world.clock.run(Date.parse('2027-03-01T10:00:00Z'));
    expect(await api('StartExecution', { stateMachineArn, name: 'n', input: '{"a":1}' })).toMatchObject({ executionArn: first.executionArn });
  });

  it.each(['sha256:abc', 'a b', 'x'.repeat(81), 'a/b', 'a*'])('refuses the name %s', async (name) => {
    await expect(api('StartExecution', { stateMachineArn: await machine(wait), name })).rejects.toMatchObject({ code: 'InvalidName' });
  });

  it('refuses input that is no JSON, a machine that does not exist and a definition that is wrong', async () => {
    await expect(api('StartExecution', { stateMachineArn: await machine(wait), input: '{' })).rejects.toMatchObject({ code: 'InvalidExecutionInput' });
    await expect(api('StartExecution', { stateMachineArn: 'arn:aws:states:us-east-1:111122223333:stateMachine:none' })).rejects.toMatchObject({ code: 'StateMachineDoesNotExist' });
    await expect(machine({ A: { Type: 'Pass', Next: 'B' } })).rejects.toMatchObject({ code: 'InvalidDefinition' });
  });

  it('refuses a role that Step Functions may not assume', async () => {
    machineRole = world.services.iam.createRole({ name: 'other', trust: trust('lambda.amazonaws.com') });
    await expect(machine(wait)).rejects.toMatchObject({ code: 'AccessDeniedException' });
  });
});

describe('integrations', () => {
  it('invokes a function as the machine role and answers its payload', async () => {
    answers.Invoke = ({ Payload }) => ({ StatusCode: 200, Payload: bytes({ echo: JSON.parse(Buffer.from(Payload).toString()) }) });
    const { outcome } = await runOnce(task('arn:aws:states:::lambda:invoke', { FunctionName: 'decide', Payload: '{% $states.input %}' }, { Output: '{% $states.result.Payload %}' }), { push: 1 });
    expect(outcome.output).toEqual({ echo: { push: 1 } });
    expect(calls[0]?.role).toBe(machineRole);
  });

  it("gives a function's own error its type, and keeps the payload as the cause", async () => {
    answers.Invoke = () => ({ StatusCode: 200, FunctionError: 'Unhandled', Payload: bytes({ errorType: 'LeaseLost', errorMessage: 'fenced', trace: [] }) });
    const { outcome } = await runOnce(task('arn:aws:states:::lambda:invoke', { FunctionName: 'apply' }));
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'LeaseLost' });
    expect(JSON.parse(outcome.cause)).toMatchObject({ errorMessage: 'fenced' });
  });

  it('turns PascalCase arguments into the members of the API, and the answer back', async () => {
    answers.UpdateService = () => ({ service: { serviceName: 'web', desiredCount: 2, createdAt: new Date('2026-01-01T00:00:00Z'), deployments: [{ id: 'ecs-svc/1' }] } });
    const { outcome } = await runOnce(task('arn:aws:states:::aws-sdk:ecs:updateService', { Cluster: 'c', Service: 'web', DeploymentConfiguration: { MaximumPercent: 200 } }));
    expect(calls[0]?.input).toEqual({ cluster: 'c', service: 'web', deploymentConfiguration: { maximumPercent: 200 } });
    expect(outcome.output.Service).toEqual({ ServiceName: 'web', DesiredCount: 2, CreatedAt: '2026-01-01T00:00:00.000Z', Deployments: [{ Id: 'ecs-svc/1' }] });
  });

  it.each([
    ['arn:aws:states:::aws-sdk:ecs:updateService', { Service: 'x' }, 'UpdateService', 'ServiceNotFoundException', 'Ecs.ServiceNotFoundException'],
    ['arn:aws:states:::aws-sdk:ecs:updateService', { Service: 'x' }, 'UpdateService', 'ThrottlingException', 'Ecs.EcsException'],
    ['arn:aws:states:::aws-sdk:rds:stopDBInstance', { DbInstanceIdentifier: 'd' }, 'StopDBInstance', 'InvalidDBInstanceState', 'Rds.InvalidDbInstanceStateException'],
    ['arn:aws:states:::lambda:invoke', { FunctionName: 'f' }, 'Invoke', 'TooManyRequestsException', 'Lambda.TooManyRequestsException'],
  ])('names the errors of %s as Step Functions does (%#)', async (resource, given, operation, code, error) => {
    answers[operation] = () => {
      throw new AwsError(code, 'no');
    };
    expect((await runOnce(task(resource, given))).outcome).toMatchObject({ status: 'FAILED', error });
  });

  it('fails by name for a member or an operation the API does not have', async () => {
    expect((await runOnce(task('arn:aws:states:::aws-sdk:ecs:updateService', { Servce: 'x' }))).outcome).toMatchObject({ error: 'States.Runtime', cause: expect.stringContaining('Servce') });
    expect((await runOnce(task('arn:aws:states:::aws-sdk:ecs:flyToMoon', {}))).outcome).toMatchObject({ error: 'States.Runtime', cause: expect.stringContaining('flyToMoon') });
  });

  it('X2: is refused what the role does not allow', async () => {
    machineRole = world.services.iam.createRole({ name: 'poor', trust: trust('states.amazonaws.com'), policies: allowAll('sns:Publish') });
    const { outcome } = await runOnce(task('arn:aws:states:::aws-sdk:ecs:updateService', { Service: 'x' }));
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'Ecs.AccessDeniedException', cause: expect.stringContaining('ecs:UpdateService') });
    expect(calls).toEqual([]);
  });

  it('writes objects as JSON text where messages are texts', async () => {
    await runOnce(task('arn:aws:states:::sns:publish', { TopicArn: 't', Message: { a: 1 } }));
    await runOnce(task('arn:aws:states:::sqs:sendMessage', { QueueUrl: 'q', MessageBody: { b: 2 } }));
    expect(calls.map(({ input }) => input.Message ?? input.MessageBody)).toEqual(['{"a":1}', '{"b":2}']);
  });

  it('puts events and fails when one is refused', async () => {
    const entry = { Source: 'dayshift', DetailType: 'Rollout settled', Detail: { service: 'web' } };
    expect((await runOnce(task('arn:aws:states:::events:putEvents', { Entries: [entry] }))).outcome.status).toBe('SUCCEEDED');
    const refused = await runOnce(task('arn:aws:states:::events:putEvents', { Entries: [{ ...entry, Source: 'aws.ecs' }] }));
    expect(refused.outcome).toMatchObject({ error: 'EventBridge.FailedEntry' });
  });

  it('waits for another execution with startExecution.sync:2', async () => {
    const child = await machine({ W: { Type: 'Wait', Seconds: 90, Output: { done: true }, End: true } });
    const { outcome } = await runOnce(task('arn:aws:states:::states:startExecution.sync:2', { StateMachineArn: child, Input: { x: 1 } }, { Output: '{% $states.result.Output %}' }));
    expect(outcome.output).toEqual({ done: true });
    expect(world.clock.now - Date.parse('2026-11-21T09:00:00Z')).toBe(90_040);
  });

  it('waits for a one-off task with ecs:runTask.sync, and fails when a container does', async () => {
    const running = { taskArn: 'arn:task/1', clusterArn: 'arn:c', lastStatus: 'PENDING', containers: [{ name: 'a' }] };
    let exitCode = 0;
    answers.RunTask = () => ({ tasks: [running], failures: [] });
    answers.DescribeTasks = () => ({ tasks: [{ ...running, lastStatus: 'STOPPED', containers: [{ name: 'a', exitCode }] }] });
    const stopLater = () =>
      world.clock.after(40_000, () => world.services.events.emit({ source: 'aws.ecs', detailType: 'ECS Task State Change', resources: [], detail: { taskArn: 'arn:task/1', lastStatus: 'STOPPED' } }));
    stopLater();
    const good = await runOnce(task('arn:aws:states:::ecs:runTask.sync', { Cluster: 'c', TaskDefinition: 'td' }));
    expect(good.outcome).toMatchObject({ status: 'SUCCEEDED', output: { LastStatus: 'STOPPED' } });
    exitCode = 1;
    stopLater();
    const bad = await runOnce(task('arn:aws:states:::ecs:runTask.sync', { Cluster: 'c', TaskDefinition: 'td' }));
    expect(bad.outcome).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
  });
});

describe('task tokens', () => {
  const waiting = task('arn:aws:states:::lambda:invoke.waitForTaskToken', { FunctionName: 'ask', Payload: { token: '{% $states.context.Task.Token %}' } }, { TimeoutSeconds: 600 });
  const startWaiting = async (more: object = {}) => {
    let token = '';
    answers.Invoke = ({ Payload }) => {
      token = JSON.parse(Buffer.from(Payload).toString()).token;
      return { StatusCode: 200, Payload: bytes({}) };
    };
    const arn = world.services.states.start({ machineArn: await machine({ T: { ...waiting.T, ...more } }), input: {}, by: 'test' });
    await world.clock.run(world.clock.now + 5_000);
    return { token, record: world.services.states.execution(arn) };
  };

  it('ends the task with the answer, once', async () => {
    const { token, record } = await startWaiting();
    expect(token.length).toBeLessThanOrEqual(2048);
    await api('SendTaskSuccess', { taskToken: token, output: '{"approved":true}' });
    expect(await world.clock.finish(record.closed)).toEqual({ status: 'SUCCEEDED', output: { approved: true } });
    await expect(api('SendTaskSuccess', { taskToken: token, output: '{}' })).rejects.toMatchObject({ code: 'TaskTimedOut' });
    await expect(api('SendTaskSuccess', { taskToken: 'nonsense', output: '{}' })).rejects.toMatchObject({ code: 'InvalidToken' });
  });

  it('fails the task with the error sent', async () => {
    const { token, record } = await startWaiting();
    await api('SendTaskFailure', { taskToken: token, error: 'Refused', cause: 'by ana' });
    expect(await world.clock.finish(record.closed)).toEqual({ status: 'FAILED', error: 'Refused', cause: 'by ana' });
  });

  it('refuses output that is no JSON and keeps waiting', async () => {
    const { token, record } = await startWaiting();
    await expect(api('SendTaskSuccess', { taskToken: token, output: 'yes' })).rejects.toMatchObject({ code: 'InvalidOutput' });
    expect(record.status).toBe('RUNNING');
  });

  it('lives on heartbeats and dies without', async () => {
    const { token, record } = await startWaiting({ HeartbeatSeconds: 30 });
    await world.clock.run(world.clock.now + 20_000);
    await api('SendTaskHeartbeat', { taskToken: token });
    await world.clock.run(world.clock.now + 29_000);
    expect(record.status).toBe('RUNNING');
    expect(await world.clock.finish(record.closed)).toMatchObject({ status: 'FAILED', error: 'States.HeartbeatTimeout' });
    await expect(api('SendTaskHeartbeat', { taskToken: token })).rejects.toMatchObject({ code: 'TaskTimedOut' });
  });

  it('takes an answer that comes before the request has returned', async () => {
    answers.Invoke = async ({ Payload }) => {
      const { token } = JSON.parse(Buffer.from(Payload).toString());
      await api('SendTaskSuccess', { taskToken: token, output: '"early"' });
      return { StatusCode: 200, Payload: bytes({}) };
    };
    expect((await runOnce(waiting)).outcome).toMatchObject({ status: 'SUCCEEDED', output: 'early' });
  });
});

describe('what can be read and done afterwards', () => {
  it('shows history with JSON payloads, paged, in both directions', async () => {
    const { arn } = await runOnce({ A: { Type: 'Pass', Assign: { x: { y: 1 } }, Output: { z: 2 }, End: true } }, { in: 1 });
    const { events } = await api('GetExecutionHistory', { executionArn: arn });
    expect(events.map((event: any) => event.type)).toEqual(['ExecutionStarted', 'PassStateEntered', 'PassStateExited', 'ExecutionSucceeded']);
    expect(events[0].executionStartedEventDetails).toMatchObject({ input: '{"in":1}', roleArn: machineRole });
    expect(events[2].stateExitedEventDetails).toMatchObject({ name: 'A', output: '{"z":2}', assignedVariables: { x: '{"y":1}' } });
    const last = await api('GetExecutionHistory', { executionArn: arn, reverseOrder: true, maxResults: 1 });
    expect(last.events[0].type).toBe('ExecutionSucceeded');
    expect(last.nextToken).toBeDefined();
  });

  it('describes and lists executions', async () => {
    const stateMachineArn = await machine({ F: { Type: 'Fail', Error: 'E', Cause: 'c' } });
    const executionArn = world.services.states.start({ machineArn: stateMachineArn, input: { a: 1 }, by: 'test' });
    await world.clock.settle();
    expect(await api('DescribeExecution', { executionArn })).toMatchObject({ status: 'FAILED', error: 'E', cause: 'c', input: '{"a":1}', redriveStatus: 'REDRIVABLE' });
    expect((await api('ListExecutions', { stateMachineArn, statusFilter: 'FAILED' })).executions).toHaveLength(1);
    expect((await api('ListExecutions', { stateMachineArn, statusFilter: 'RUNNING' })).executions).toHaveLength(0);
  });

  it('stops an execution', async () => {
    const machineArn = await machine({ W: { Type: 'Wait', Seconds: 600, End: true } });
    const arn = world.services.states.start({ machineArn, input: {}, by: 'test' });
    await world.clock.run(world.clock.now + 10_000);
    await api('StopExecution', { executionArn: arn, error: 'Operator', cause: 'enough' });
    expect(await world.clock.finish(world.services.states.execution(arn).closed)).toEqual({ status: 'ABORTED', error: 'Operator', cause: 'enough' });
  });

  it('redrives from the state that failed, with its input and variables', async () => {
    let broken = true;
    answers.UpdateService = () => {
      if (broken) throw new AwsError('ServiceNotFoundException', 'no');
      return { service: { serviceName: 'web' } };
    };
    const { arn, outcome } = await runOnce({
      A: { Type: 'Pass', Assign: { x: 7 }, Output: { from: 'A' }, Next: 'T' },
      T: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:ecs:updateService', Arguments: { Service: '{% $states.input.from %}' }, Output: '{% $x %}', End: true },
    });
    expect(outcome.status).toBe('FAILED');
    broken = false;
    await api('RedriveExecution', { executionArn: arn });
    expect(await world.clock.finish(world.services.states.execution(arn).closed)).toEqual({ status: 'SUCCEEDED', output: 7 });
    const { events } = await api('GetExecutionHistory', { executionArn: arn });
    expect(events.map((event: any) => event.type)).toContain('ExecutionRedriven');
    expect(events.filter((event: any) => event.type === 'PassStateEntered')).toHaveLength(1);
    await expect(api('RedriveExecution', { executionArn: arn })).rejects.toMatchObject({ code: 'ExecutionNotRedrivable' });
  });

  it('tells the event bus when an execution starts and ends, and counts transitions', async () => {
    const seen: any[] = [];
    world.services.events.observe((event) => seen.push([event['detail-type'], event.detail.status]));
    await runOnce({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Succeed' } });
    expect(seen).toEqual([['Step Functions Execution Status Change', 'RUNNING'], ['Step Functions Execution Status Change', 'SUCCEEDED']]);
    expect([...world.services.states.transitions().values()]).toEqual([2]);
  });

  it('runs an Express machine synchronously and sends no events for it', async () => {
    const seen: unknown[] = [];
    world.services.events.observe((event) => seen.push(event));
    const stateMachineArn = await machine({ A: { Type: 'Pass', Output: 5, End: true } }, 'express', { type: 'EXPRESS' });
    const answer = await world.clock.finish(api('StartSyncExecution', { stateMachineArn, input: '{}' }));
    expect(answer).toMatchObject({ status: 'SUCCEEDED', output: '5' });
    expect(seen).toEqual([]);
  });
});

describe('templates', () => {
  it('makes a machine with substitutions, and running executions keep their definition', async () => {
    const definition = (seconds: string) => JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 60, Next: 'P' }, P: { Type: 'Pass', Output: seconds, End: true } } });
    const template = (text: string) => ({
      Resources: { M: { Type: 'AWS::StepFunctions::StateMachine', Properties: { StateMachineName: 'redeploy', RoleArn: machineRole, DefinitionString: definition(text), DefinitionSubstitutions: { word: 'first' } } } },
      Outputs: { Name: { Value: { 'Fn::GetAtt': ['M', 'Name'] } }, Arn: { Value: { Ref: 'M' } } },
    });
    const { outputs } = await world.services.cloudformation.deploy({ stackName: 's', template: template('${word} ${kept}') });
    expect(outputs).toEqual({ Name: 'redeploy', Arn: 'arn:aws:states:us-east-1:111122223333:stateMachine:redeploy' });
    const arn = world.services.states.start({ machineArn: outputs.Arn!, input: {}, by: 'test' });
    await world.clock.run(world.clock.now + 1_000);
    await world.services.cloudformation.deploy({ stackName: 's', template: template('second') });
    expect(await world.clock.finish(world.services.states.execution(arn).closed)).toEqual({ status: 'SUCCEEDED', output: 'first ${kept}' });
  });
});
