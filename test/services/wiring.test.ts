// The simulators together, from one template: an event starts a state machine and reaches a queue, with the permissions written down.
import { beforeEach, describe, expect, it } from 'vitest';
import { createWorld } from '../../local/create-world.ts';
import type { World } from '../../local/world.ts';

const role = (service: string, actions: readonly string[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    },
    Policies: [
      { PolicyName: 'own', PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] } },
    ],
  },
});

const definition = {
  QueryLanguage: 'JSONata',
  StartAt: 'Wait',
  States: {
    Wait: { Type: 'Wait', Seconds: 30, Next: 'Tell' },
    Tell: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage',
      Arguments: { QueueUrl: '${Queue}', MessageBody: { pushed: '{% $states.input.detail."image-tag" %}' } },
      End: true,
    },
  },
};

const template = ({
  queuePolicy = true,
  machineMay = ['sqs:SendMessage'],
}: { queuePolicy?: boolean; machineMay?: readonly string[] } = {}) => ({
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'notices' } },
    ...(queuePolicy
      ? {
          QueuePolicy: {
            Type: 'AWS::SQS::QueuePolicy',
            Properties: {
              Queues: [{ Ref: 'Queue' }],
              PolicyDocument: {
                Version: '2012-10-17',
                Statement: [
                  {
                    Effect: 'Allow',
                    Principal: { Service: 'events.amazonaws.com' },
                    Action: 'sqs:SendMessage',
                    Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] },
                    Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': ['Rule', 'Arn'] } } },
                  },
                ],
              },
            },
          },
        }
      : {}),
    MachineRole: role('states.amazonaws.com', machineMay),
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        RoleArn: { 'Fn::GetAtt': ['MachineRole', 'Arn'] },
        DefinitionString: JSON.stringify(definition),
        DefinitionSubstitutions: { Queue: { Ref: 'Queue' } },
      },
    },
    RuleRole: role('events.amazonaws.com', ['states:StartExecution']),
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: { source: ['aws.ecr'], detail: { 'action-type': ['PUSH'], 'image-tag': [{ exists: true }] } },
        Targets: [
          { Id: 'machine', Arn: { Ref: 'Machine' }, RoleArn: { 'Fn::GetAtt': ['RuleRole', 'Arn'] } },
          { Id: 'queue', Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] }, InputPath: '$.detail' },
        ],
      },
    },
  },
  Outputs: { Queue: { Value: { Ref: 'Queue' } }, Machine: { Value: { Ref: 'Machine' } } },
});

let world: World;

beforeEach(() => {
  world = createWorld({ start: '2026-11-21T09:00:00Z', seed: 'wiring' });
});

/** Deploys, pushes an image tag, lets two minutes pass; answers the queue's messages and the executions' states. */
const push = async (body: object): Promise<{ readonly messages: readonly unknown[]; readonly statuses: readonly string[] }> => {
  const { status, outputs, reason } = await world.clock.finish(world.services.cloudformation.deploy({ stackName: 's', template: body }));
  expect(`${status} ${reason ?? ''}`).toBe('CREATE_COMPLETE ');
  const detail = { 'action-type': 'PUSH', 'image-tag': 'v7' };
  world.services.events.emit({ source: 'aws.ecr', detailType: 'ECR Image Action', resources: [], detail });
  await world.clock.run(Date.parse('2026-11-21T09:02:00Z'));
  const input = { QueueUrl: outputs.Queue, MaxNumberOfMessages: 10 };
  const { Messages = [] } = (await world.call({ service: 'sqs', operation: 'ReceiveMessage', input, caller: { kind: 'operator' } })) as any;
  const statuses = world.services.states.executions(outputs.Machine ?? '').map((execution) => execution.status);
  return { messages: Messages.map((message: any) => JSON.parse(message.Body)), statuses };
};

describe('from one template', () => {
  it('X2: an event reaches its targets with the permissions the template gives', async () => {
    const { messages, statuses } = await push(template());
    expect(messages).toHaveLength(2);
    expect(messages).toContainEqual({ 'action-type': 'PUSH', 'image-tag': 'v7' });
    expect(messages).toContainEqual({ pushed: 'v7' });
    expect(statuses).toEqual(['SUCCEEDED']);
  });

  it('X2: without the queue policy the rule can not send, and without its action the machine fails', async () => {
    const { messages, statuses } = await push(template({ queuePolicy: false, machineMay: ['sqs:ReceiveMessage'] }));
    expect(messages).toEqual([]);
    expect(statuses).toEqual(['FAILED']);
    expect(world.trail.of('event').map((entry) => entry.what)).toContain('event for notices dropped');
  });

  it('leaves the same trail for the same seed', async () => {
    await push(template());
    const first = world.trail.digest();
    world = createWorld({ start: '2026-11-21T09:00:00Z', seed: 'wiring' });
    await push(template());
    expect(world.trail.digest()).toBe(first);
  });

  it('counts what CloudWatch shows of rules and machines', async () => {
    await push(template());
    const [machine] = world.services.states.machines();
    const statistics = (Namespace: string, MetricName: string, Dimensions: object[]) =>
      world.call({
        service: 'monitoring',
        operation: 'GetMetricStatistics',
        input: {
          Namespace,
          MetricName,
          Dimensions,
          StartTime: new Date('2026-11-21T09:00:00Z'),
          EndTime: new Date('2026-11-21T09:02:00Z'),
          Period: 60,
          Statistics: ['Sum'],
        },
        caller: { kind: 'operator' },
      }) as Promise<any>;
    const succeeded = await statistics('AWS/States', 'ExecutionsSucceeded', [{ Name: 'StateMachineArn', Value: machine?.arn }]);
    expect(succeeded.Datapoints.map((point: any) => point.Sum)).toEqual([1]);
  });
});
