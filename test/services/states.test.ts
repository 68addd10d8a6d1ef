// Step Functions: who may start what under which name, what can be read and done afterwards.
import { beforeEach, describe, expect, it } from 'vitest';
import { AwsError } from '../../local/simulated.ts';
import { makeStage, trust, type Stage } from './states-stage.ts';

let stage: Stage;

beforeEach(() => {
  stage = makeStage();
});

describe('starting', () => {
  const wait = { W: { Type: 'Wait', Seconds: 60, End: true } };

  it('is idempotent while running with the same name and input, and refuses another input or a closed name for 90 days', async () => {
    const stateMachineArn = await stage.machine(wait);
    const first = await stage.api('StartExecution', { stateMachineArn, name: 'n', input: '{"a":1}' });
    const again = await stage.api('StartExecution', { stateMachineArn, name: 'n', input: '{ "a": 1 }' });
    expect(again.executionArn).toBe(first.executionArn);
    await expect(stage.api('StartExecution', { stateMachineArn, name: 'n', input: '{"a":2}' })).rejects.toMatchObject({
      code: 'ExecutionAlreadyExists',
    });
    await stage.world.clock.run(Date.parse('2026-11-21T10:00:00Z'));
    await expect(stage.api('StartExecution', { stateMachineArn, name: 'n', input: '{"a":1}' })).rejects.toMatchObject({
      code: 'ExecutionAlreadyExists',
    });
    await stage.world.clock.run(Date.parse('2027-03-01T10:00:00Z'));
    expect(await stage.api('StartExecution', { stateMachineArn, name: 'n', input: '{"a":1}' })).toMatchObject({
      executionArn: first.executionArn,
    });
  });

  it.each(['sha256:abc', 'a b', 'x'.repeat(81), 'a/b', 'a*'])('refuses the name %s', async (name) => {
    await expect(stage.api('StartExecution', { stateMachineArn: await stage.machine(wait), name })).rejects.toMatchObject({
      code: 'InvalidName',
    });
  });

  it('refuses input that is no JSON, a machine that does not exist and a definition that is wrong', async () => {
    await expect(stage.api('StartExecution', { stateMachineArn: await stage.machine(wait), input: '{' })).rejects.toMatchObject({
      code: 'InvalidExecutionInput',
    });
    await expect(
      stage.api('StartExecution', { stateMachineArn: 'arn:aws:states:us-east-1:111122223333:stateMachine:none' }),
    ).rejects.toMatchObject({ code: 'StateMachineDoesNotExist' });
    await expect(stage.machine({ A: { Type: 'Pass', Next: 'B' } })).rejects.toMatchObject({ code: 'InvalidDefinition' });
  });

  it('refuses a role that Step Functions may not assume', async () => {
    stage.machineRole = stage.world.services.iam.createRole({ name: 'other', trust: trust('lambda.amazonaws.com') });
    await expect(stage.machine(wait)).rejects.toMatchObject({ code: 'AccessDeniedException' });
  });
});

describe('what can be read and done afterwards', () => {
  it('shows history with JSON payloads, paged, in both directions', async () => {
    const { arn } = await stage.runOnce({ A: { Type: 'Pass', Assign: { x: { y: 1 } }, Output: { z: 2 }, End: true } }, { in: 1 });
    const { events } = await stage.api('GetExecutionHistory', { executionArn: arn });
    expect(events.map((event: any) => event.type)).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
    expect(events[0].executionStartedEventDetails).toMatchObject({ input: '{"in":1}', roleArn: stage.machineRole });
    expect(events[2].stateExitedEventDetails).toMatchObject({ name: 'A', output: '{"z":2}', assignedVariables: { x: '{"y":1}' } });
    const last = await stage.api('GetExecutionHistory', { executionArn: arn, reverseOrder: true, maxResults: 1 });
    expect(last.events[0].type).toBe('ExecutionSucceeded');
    expect(last.nextToken).toBeDefined();
  });

  it('describes and lists executions', async () => {
    const stateMachineArn = await stage.machine({ F: { Type: 'Fail', Error: 'E', Cause: 'c' } });
    const executionArn = stage.world.services.states.start({ machineArn: stateMachineArn, input: { a: 1 }, by: 'test' });
    await stage.world.clock.settle();
    expect(await stage.api('DescribeExecution', { executionArn })).toMatchObject({
      status: 'FAILED',
      error: 'E',
      cause: 'c',
      input: '{"a":1}',
      redriveStatus: 'REDRIVABLE',
    });
    expect((await stage.api('ListExecutions', { stateMachineArn, statusFilter: 'FAILED' })).executions).toHaveLength(1);
    expect((await stage.api('ListExecutions', { stateMachineArn, statusFilter: 'RUNNING' })).executions).toHaveLength(0);
  });

  it('stops an execution', async () => {
    const machineArn = await stage.machine({ W: { Type: 'Wait', Seconds: 600, End: true } });
    const arn = stage.world.services.states.start({ machineArn, input: {}, by: 'test' });
    await stage.world.clock.run(stage.world.clock.now + 10_000);
    await stage.api('StopExecution', { executionArn: arn, error: 'Operator', cause: 'enough' });
    expect(await stage.world.clock.finish(stage.world.services.states.execution(arn).closed)).toEqual({
      status: 'ABORTED',
      error: 'Operator',
      cause: 'enough',
    });
  });

  it('redrives from the state that failed, with its input and variables', async () => {
    let broken = true;
    stage.answers.UpdateService = () => {
      if (broken) throw new AwsError('ServiceNotFoundException', 'no');
      return { service: { serviceName: 'web' } };
    };
    const { arn, outcome } = await stage.runOnce({
      A: { Type: 'Pass', Assign: { x: 7 }, Output: { from: 'A' }, Next: 'T' },
      T: {
        Type: 'Task',
        Resource: 'arn:aws:states:::aws-sdk:ecs:updateService',
        Arguments: { Service: '{% $states.input.from %}' },
        Output: '{% $x %}',
        End: true,
      },
    });
    expect(outcome.status).toBe('FAILED');
    broken = false;
    await stage.api('RedriveExecution', { executionArn: arn });
    expect(await stage.world.clock.finish(stage.world.services.states.execution(arn).closed)).toEqual({ status: 'SUCCEEDED', output: 7 });
    const { events } = await stage.api('GetExecutionHistory', { executionArn: arn });
    expect(events.map((event: any) => event.type)).toContain('ExecutionRedriven');
    expect(events.filter((event: any) => event.type === 'PassStateEntered')).toHaveLength(1);
    await expect(stage.api('RedriveExecution', { executionArn: arn })).rejects.toMatchObject({ code: 'ExecutionNotRedrivable' });
  });

  it('tells the event bus when an execution starts and ends, and counts transitions', async () => {
    const seen: any[] = [];
    stage.world.services.events.observe((event) => seen.push([event['detail-type'], event.detail.status]));
    await stage.runOnce({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Succeed' } });
    expect(seen).toEqual([
      ['Step Functions Execution Status Change', 'RUNNING'],
      ['Step Functions Execution Status Change', 'SUCCEEDED'],
    ]);
    expect([...stage.world.services.states.transitions().values()]).toEqual([2]);
  });

  it('runs an Express machine synchronously and sends no events for it', async () => {
    const seen: unknown[] = [];
    stage.world.services.events.observe((event) => seen.push(event));
    const stateMachineArn = await stage.machine({ A: { Type: 'Pass', Output: 5, End: true } }, 'express', { type: 'EXPRESS' });
    const answer = await stage.world.clock.finish(stage.api('StartSyncExecution', { stateMachineArn, input: '{}' }));
    expect(answer).toMatchObject({ status: 'SUCCEEDED', output: '5' });
    expect(seen).toEqual([]);
  });
});

describe('templates', () => {
  it('makes a machine with substitutions, and running executions keep their definition', async () => {
    const definition = (seconds: string) =>
      JSON.stringify({
        QueryLanguage: 'JSONata',
        StartAt: 'W',
        States: { W: { Type: 'Wait', Seconds: 60, Next: 'P' }, P: { Type: 'Pass', Output: seconds, End: true } },
      });
    const template = (text: string) => ({
      Resources: {
        M: {
          Type: 'AWS::StepFunctions::StateMachine',
          Properties: {
            StateMachineName: 'redeploy',
            RoleArn: stage.machineRole,
            DefinitionString: definition(text),
            DefinitionSubstitutions: { word: 'first' },
          },
        },
      },
      Outputs: { Name: { Value: { 'Fn::GetAtt': ['M', 'Name'] } }, Arn: { Value: { Ref: 'M' } } },
    });
    const { outputs } = await stage.world.services.cloudformation.deploy({ stackName: 's', template: template('${word} ${kept}') });
    expect(outputs).toEqual({ Name: 'redeploy', Arn: 'arn:aws:states:us-east-1:111122223333:stateMachine:redeploy' });
    const arn = stage.world.services.states.start({ machineArn: outputs.Arn!, input: {}, by: 'test' });
    await stage.world.clock.run(stage.world.clock.now + 1_000);
    await stage.world.services.cloudformation.deploy({ stackName: 's', template: template('second') });
    expect(await stage.world.clock.finish(stage.world.services.states.execution(arn).closed)).toEqual({
      status: 'SUCCEEDED',
      output: 'first ${kept}',
    });
  });
});
