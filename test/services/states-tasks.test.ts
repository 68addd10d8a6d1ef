// Step Functions: service integrations as the machine's role, with AWS's names for members and errors, and task tokens.
import { beforeEach, describe, expect, it } from 'vitest';
import { AwsError } from '../../local/simulated.ts';
import { allowAll, bytes, makeStage, task, trust, type Stage } from './states-stage.ts';

let stage: Stage;

beforeEach(() => {
  stage = makeStage();
});

describe('integrations', () => {
  it('invokes a function as the machine role and answers its payload', async () => {
    stage.answers.Invoke = ({ Payload }) => ({ StatusCode: 200, Payload: bytes({ echo: JSON.parse(Buffer.from(Payload).toString()) }) });
    const { outcome } = await stage.runOnce(
      task(
        'arn:aws:states:::lambda:invoke',
        { FunctionName: 'decide', Payload: '{% $states.input %}' },
        { Output: '{% $states.result.Payload %}' },
      ),
      { push: 1 },
    );
    expect(outcome.output).toEqual({ echo: { push: 1 } });
    expect(stage.calls[0]?.role).toBe(stage.machineRole);
  });

  it("gives a function's own error its type, and keeps the payload as the cause", async () => {
    stage.answers.Invoke = () => ({
      StatusCode: 200,
      FunctionError: 'Unhandled',
      Payload: bytes({ errorType: 'LeaseLost', errorMessage: 'fenced', trace: [] }),
    });
    const { outcome } = await stage.runOnce(task('arn:aws:states:::lambda:invoke', { FunctionName: 'apply' }));
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'LeaseLost' });
    expect(JSON.parse(outcome.cause)).toMatchObject({ errorMessage: 'fenced' });
  });

  it('turns PascalCase arguments into the members of the API, and the answer back', async () => {
    stage.answers.UpdateService = () => ({
      service: { serviceName: 'web', desiredCount: 2, createdAt: new Date('2026-01-01T00:00:00Z'), deployments: [{ id: 'ecs-svc/1' }] },
    });
    const { outcome } = await stage.runOnce(
      task('arn:aws:states:::aws-sdk:ecs:updateService', {
        Cluster: 'c',
        Service: 'web',
        DeploymentConfiguration: { MaximumPercent: 200 },
      }),
    );
    expect(stage.calls[0]?.input).toEqual({ cluster: 'c', service: 'web', deploymentConfiguration: { maximumPercent: 200 } });
    expect(outcome.output.Service).toEqual({
      ServiceName: 'web',
      DesiredCount: 2,
      CreatedAt: '2026-01-01T00:00:00.000Z',
      Deployments: [{ Id: 'ecs-svc/1' }],
    });
  });

  it.each([
    [
      'arn:aws:states:::aws-sdk:ecs:updateService',
      { Service: 'x' },
      'UpdateService',
      'ServiceNotFoundException',
      'Ecs.ServiceNotFoundException',
    ],
    ['arn:aws:states:::aws-sdk:ecs:updateService', { Service: 'x' }, 'UpdateService', 'ThrottlingException', 'Ecs.EcsException'],
    [
      'arn:aws:states:::aws-sdk:rds:stopDBInstance',
      { DbInstanceIdentifier: 'd' },
      'StopDBInstance',
      'InvalidDBInstanceState',
      'Rds.InvalidDbInstanceStateException',
    ],
    ['arn:aws:states:::lambda:invoke', { FunctionName: 'f' }, 'Invoke', 'TooManyRequestsException', 'Lambda.TooManyRequestsException'],
  ])('names the errors of %s as Step Functions does (%#)', async (resource, given, operation, code, error) => {
    stage.answers[operation] = () => {
      throw new AwsError(code, 'no');
    };
    expect((await stage.runOnce(task(resource, given))).outcome).toMatchObject({ status: 'FAILED', error });
  });

  it('fails by name for a member the API does not have', async () => {
    const { outcome } = await stage.runOnce(task('arn:aws:states:::aws-sdk:ecs:updateService', { Servce: 'x' }));
    expect(outcome).toMatchObject({ error: 'States.Runtime', cause: expect.stringContaining('Servce') });
  });

  it.each(['aws-sdk:ecs:flyToMoon', 'aws-sdk:moon:fly', 'sns:publish.sync', 'glue:startJobRun.sync', 'lambda:invoke.sync'])(
    'refuses a machine with the resource %s',
    async (resource) => {
      await expect(stage.machine(task(`arn:aws:states:::${resource}`, {}))).rejects.toMatchObject({ code: 'InvalidDefinition' });
    },
  );

  it('X2: is refused what the role does not allow', async () => {
    stage.machineRole = stage.world.services.iam.createRole({
      name: 'poor',
      trust: trust('states.amazonaws.com'),
      policies: allowAll('sns:Publish'),
    });
    const { outcome } = await stage.runOnce(task('arn:aws:states:::aws-sdk:ecs:updateService', { Service: 'x' }));
    expect(outcome).toMatchObject({
      status: 'FAILED',
      error: 'Ecs.AccessDeniedException',
      cause: expect.stringContaining('ecs:UpdateService'),
    });
    expect(stage.calls).toEqual([]);
  });

  it('writes objects as JSON text where messages are texts', async () => {
    await stage.runOnce(task('arn:aws:states:::sns:publish', { TopicArn: 't', Message: { a: 1 } }));
    await stage.runOnce(task('arn:aws:states:::sqs:sendMessage', { QueueUrl: 'q', MessageBody: { b: 2 } }));
    expect(stage.calls.map(({ input }) => input.Message ?? input.MessageBody)).toEqual(['{"a":1}', '{"b":2}']);
  });

  it('puts events and fails when one is refused', async () => {
    const entry = { Source: 'dayshift', DetailType: 'Rollout settled', Detail: { service: 'web' } };
    expect((await stage.runOnce(task('arn:aws:states:::events:putEvents', { Entries: [entry] }))).outcome.status).toBe('SUCCEEDED');
    const refused = await stage.runOnce(task('arn:aws:states:::events:putEvents', { Entries: [{ ...entry, Source: 'aws.ecs' }] }));
    expect(refused.outcome).toMatchObject({ error: 'EventBridge.FailedEntry' });
  });

  it('waits for another execution with startExecution.sync:2', async () => {
    const child = await stage.machine({ W: { Type: 'Wait', Seconds: 90, Output: { done: true }, End: true } });
    const { outcome } = await stage.runOnce(
      task(
        'arn:aws:states:::states:startExecution.sync:2',
        { StateMachineArn: child, Input: { x: 1 } },
        { Output: '{% $states.result.Output %}' },
      ),
    );
    expect(outcome.output).toEqual({ done: true });
    expect(stage.world.clock.now - Date.parse('2026-11-21T09:00:00Z')).toBe(90_040);
  });

  it('waits for a one-off task with ecs:runTask.sync, and fails when a container does', async () => {
    const running = { taskArn: 'arn:task/1', clusterArn: 'arn:c', lastStatus: 'PENDING', containers: [{ name: 'a' }] };
    let exitCode = 0;
    stage.answers.RunTask = () => ({ tasks: [running], failures: [] });
    stage.answers.DescribeTasks = () => ({ tasks: [{ ...running, lastStatus: 'STOPPED', containers: [{ name: 'a', exitCode }] }] });
    const stopLater = () =>
      stage.world.clock.after(40_000, () =>
        stage.world.services.events.emit({
          source: 'aws.ecs',
          detailType: 'ECS Task State Change',
          resources: [],
          detail: { taskArn: 'arn:task/1', lastStatus: 'STOPPED' },
        }),
      );
    stopLater();
    const good = await stage.runOnce(task('arn:aws:states:::ecs:runTask.sync', { Cluster: 'c', TaskDefinition: 'td' }));
    expect(good.outcome).toMatchObject({ status: 'SUCCEEDED', output: { LastStatus: 'STOPPED' } });
    exitCode = 1;
    stopLater();
    const bad = await stage.runOnce(task('arn:aws:states:::ecs:runTask.sync', { Cluster: 'c', TaskDefinition: 'td' }));
    expect(bad.outcome).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
  });
});

describe('task tokens', () => {
  const waiting = task(
    'arn:aws:states:::lambda:invoke.waitForTaskToken',
    { FunctionName: 'ask', Payload: { token: '{% $states.context.Task.Token %}' } },
    { TimeoutSeconds: 600 },
  );
  const startWaiting = async (more: object = {}) => {
    let token = '';
    stage.answers.Invoke = ({ Payload }) => {
      token = JSON.parse(Buffer.from(Payload).toString()).token;
      return { StatusCode: 200, Payload: bytes({}) };
    };
    const arn = stage.world.services.states.start({
      machineArn: await stage.machine({ T: { ...waiting.T, ...more } }),
      input: {},
      by: 'test',
    });
    await stage.world.clock.run(stage.world.clock.now + 5_000);
    return { token, record: stage.world.services.states.execution(arn) };
  };

  it('ends the task with the answer, once', async () => {
    const { token, record } = await startWaiting();
    expect(token.length).toBeLessThanOrEqual(2048);
    await stage.api('SendTaskSuccess', { taskToken: token, output: '{"approved":true}' });
    expect(await stage.world.clock.finish(record.closed)).toEqual({ status: 'SUCCEEDED', output: { approved: true } });
    await expect(stage.api('SendTaskSuccess', { taskToken: token, output: '{}' })).rejects.toMatchObject({ code: 'TaskTimedOut' });
    await expect(stage.api('SendTaskSuccess', { taskToken: 'nonsense', output: '{}' })).rejects.toMatchObject({ code: 'InvalidToken' });
  });

  it('fails the task with the error sent', async () => {
    const { token, record } = await startWaiting();
    await stage.api('SendTaskFailure', { taskToken: token, error: 'Refused', cause: 'by ana' });
    expect(await stage.world.clock.finish(record.closed)).toEqual({ status: 'FAILED', error: 'Refused', cause: 'by ana' });
  });

  it('refuses output that is no JSON and keeps waiting', async () => {
    const { token, record } = await startWaiting();
    await expect(stage.api('SendTaskSuccess', { taskToken: token, output: 'yes' })).rejects.toMatchObject({ code: 'InvalidOutput' });
    expect(record.status).toBe('RUNNING');
  });

  it('lives on heartbeats and dies without', async () => {
    const { token, record } = await startWaiting({ HeartbeatSeconds: 30 });
    await stage.world.clock.run(stage.world.clock.now + 20_000);
    await stage.api('SendTaskHeartbeat', { taskToken: token });
    await stage.world.clock.run(stage.world.clock.now + 29_000);
    expect(record.status).toBe('RUNNING');
    expect(await stage.world.clock.finish(record.closed)).toMatchObject({ status: 'FAILED', error: 'States.HeartbeatTimeout' });
    await expect(stage.api('SendTaskHeartbeat', { taskToken: token })).rejects.toMatchObject({ code: 'TaskTimedOut' });
  });

  it('takes an answer that comes before the request has returned', async () => {
    stage.answers.Invoke = async ({ Payload }) => {
      const { token } = JSON.parse(Buffer.from(Payload).toString());
      await stage.api('SendTaskSuccess', { taskToken: token, output: '"early"' });
      return { StatusCode: 200, Payload: bytes({}) };
    };
    expect((await stage.runOnce(waiting)).outcome).toMatchObject({ status: 'SUCCEEDED', output: 'early' });
  });
});
