// The SDK for JavaScript, unmodified, against a running world: the same commands the doors use, and the CloudFormation API tools deploy with.
import { CloudFormationClient, CreateChangeSetCommand, CreateStackCommand, DeleteStackCommand, DescribeChangeSetCommand, DescribeStacksCommand, ExecuteChangeSetCommand, UpdateStackCommand, UpdateTerminationProtectionCommand } from '@aws-sdk/client-cloudformation';
import { ECSClient, DescribeServicesCommand, UpdateServiceCommand, waitUntilServicesStable } from '@aws-sdk/client-ecs';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { SSMClient, GetParameterCommand } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Served } from '../../local/serve/serve.ts';
import { clientConfig, get, post, running } from './running.ts';

let world: Served;
let cloudformation: CloudFormationClient;
beforeAll(async () => {
  world = await running('starter', { paused: false, speed: 600 });
  cloudformation = new CloudFormationClient(clientConfig(world));
});
afterAll(() => world.close());

const service = { cluster: 'starter-dev', services: ['starter-dev-web'] };

describe('services', () => {
  it('ECS: a forced deployment becomes stable while the world plays', async () => {
    const ecs = new ECSClient(clientConfig(world));
    await ecs.send(new UpdateServiceCommand({ cluster: 'starter-dev', service: 'starter-dev-web', forceNewDeployment: true }));
    await waitUntilServicesStable({ client: ecs, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, service);
    const { services } = await ecs.send(new DescribeServicesCommand(service));
    expect(services?.[0]).toMatchObject({ runningCount: 1, deployments: [{ rolloutState: 'COMPLETED' }] });
    expect(services?.[0]?.deployments).toHaveLength(1);
  });

  it('EC2: networks with their tags', async () => {
    const { Vpcs } = await new EC2Client(clientConfig(world)).send(new DescribeVpcsCommand({}));
    expect(Vpcs).toMatchObject([{ CidrBlock: '10.0.0.0/16', State: 'available' }]);
  });

  it('SSM and STS: the bootstrap version, read in the role that deploys', async () => {
    const sts = new STSClient(clientConfig(world));
    const RoleArn = 'arn:aws:iam::111122223333:role/cdk-hnb659fds-deploy-role-111122223333-eu-central-1';
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'mara' }));
    expect(Credentials?.Expiration?.getTime()).toBeGreaterThan(Date.now() + 3_000_000);
    const credentials = { accessKeyId: Credentials?.AccessKeyId ?? '', secretAccessKey: Credentials?.SecretAccessKey ?? '', sessionToken: Credentials?.SessionToken ?? '' };
    const asRole = { ...clientConfig(world), credentials };
    expect((await new STSClient(asRole).send(new GetCallerIdentityCommand({}))).Arn).toBe('arn:aws:sts::111122223333:assumed-role/cdk-hnb659fds-deploy-role-111122223333-eu-central-1/mara');
    expect((await new SSMClient(asRole).send(new GetParameterCommand({ Name: '/cdk-bootstrap/hnb659fds/version' }))).Parameter?.Value).toBe('30');
    await expect(new SSMClient(asRole).send(new GetParameterCommand({ Name: '/dayshift/starter-dev/web/web/image' }))).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

const YAML = `
Parameters:
  Kind: { Type: String, Default: standard }
Conditions:
  IsFifo: !Equals [!Ref Kind, fifo]
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !If [IsFifo, !Sub '\${AWS::StackName}.fifo', !Ref AWS::StackName]
      FifoQueue: !If [IsFifo, true, !Ref AWS::NoValue]
Outputs:
  Arn: { Value: !GetAtt Queue.Arn }
`;

const statusOf = async (StackName: string): Promise<string | undefined> => (await cloudformation.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0]?.StackStatus;

describe('CloudFormation', () => {
  it('creates a stack from YAML with short forms, and answers its outputs', async () => {
    await cloudformation.send(new CreateStackCommand({ StackName: 'inbox', TemplateBody: YAML, Tags: [{ Key: 'team', Value: 'core' }] }));
    const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName: 'inbox' }));
    expect(Stacks?.[0]).toMatchObject({
      StackStatus: 'CREATE_COMPLETE',
      Outputs: [{ OutputKey: 'Arn', OutputValue: 'arn:aws:sqs:eu-central-1:111122223333:inbox' }],
      Parameters: [{ ParameterKey: 'Kind', ParameterValue: 'standard' }],
      Tags: [{ Key: 'team', Value: 'core' }],
    });
  });

  it('refuses a second stack of one name, an update without changes, and an unknown resource type', async () => {
    await expect(cloudformation.send(new CreateStackCommand({ StackName: 'inbox', TemplateBody: YAML }))).rejects.toMatchObject({ name: 'AlreadyExistsException' });
    await expect(cloudformation.send(new UpdateStackCommand({ StackName: 'inbox', UsePreviousTemplate: true }))).rejects.toMatchObject({ name: 'ValidationError', message: 'No updates are to be performed.' });
    const TemplateBody = JSON.stringify({ Resources: { A: { Type: 'AWS::Moon::Base' } } });
    await expect(cloudformation.send(new CreateStackCommand({ StackName: 'moon', TemplateBody }))).rejects.toMatchObject({ name: 'ValidationError', message: 'Template format error: the resource type AWS::Moon::Base is not simulated' });
    await expect(cloudformation.send(new CreateStackCommand({ StackName: 'moon', TemplateBody: '{' }))).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('a change set tells what will be replaced, and is executed once', async () => {
    const changed = { StackName: 'inbox', ChangeSetName: 'to-fifo', UsePreviousTemplate: true, Parameters: [{ ParameterKey: 'Kind', ParameterValue: 'fifo' }] };
    await cloudformation.send(new CreateChangeSetCommand(changed));
    const described = await cloudformation.send(new DescribeChangeSetCommand({ StackName: 'inbox', ChangeSetName: 'to-fifo' }));
    expect(described).toMatchObject({ Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE' });
    expect(described.Changes?.map(({ ResourceChange }) => ResourceChange)).toMatchObject([
      { Action: 'Modify', LogicalResourceId: 'Queue', Replacement: 'True', Details: [{ Target: { Name: 'FifoQueue', RequiresRecreation: 'Always' } }, { Target: { Name: 'QueueName', RequiresRecreation: 'Always' } }] },
    ]);
    await cloudformation.send(new ExecuteChangeSetCommand({ StackName: 'inbox', ChangeSetName: 'to-fifo' }));
    expect(await statusOf('inbox')).toBe('UPDATE_COMPLETE');
    await expect(cloudformation.send(new ExecuteChangeSetCommand({ StackName: 'inbox', ChangeSetName: 'to-fifo' }))).rejects.toMatchObject({ name: 'InvalidChangeSetStatusException' });
  });

  it('a change set without changes fails with the words tools look for', async () => {
    await cloudformation.send(new CreateChangeSetCommand({ StackName: 'inbox', ChangeSetName: 'nothing', UsePreviousTemplate: true, Parameters: [{ ParameterKey: 'Kind', UsePreviousValue: true }] }));
    const described = await cloudformation.send(new DescribeChangeSetCommand({ StackName: 'inbox', ChangeSetName: 'nothing' }));
    expect(described).toMatchObject({ Status: 'FAILED', StatusReason: "The submitted information didn't contain changes. Submit different information to create a change set." });
  });

  it('a protected stack is not deleted; without protection it is, and then only its id knows it', async () => {
    const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName: 'inbox' }));
    await cloudformation.send(new UpdateTerminationProtectionCommand({ StackName: 'inbox', EnableTerminationProtection: true }));
    await expect(cloudformation.send(new DeleteStackCommand({ StackName: 'inbox' }))).rejects.toMatchObject({ message: 'Stack [inbox] cannot be deleted while TerminationProtection is enabled' });
    await cloudformation.send(new UpdateTerminationProtectionCommand({ StackName: 'inbox', EnableTerminationProtection: false }));
    await cloudformation.send(new DeleteStackCommand({ StackName: 'inbox' }));
    await expect(statusOf('inbox')).rejects.toMatchObject({ name: 'ValidationError' });
    expect(await statusOf(Stacks?.[0]?.StackId ?? '')).toBe('DELETE_COMPLETE');
    expect((await get(world, 'state')).body.problems).toEqual([]);
  });
});

it('a deployment goes on while the world is paused only when time moves', async () => {
  const ecs = new ECSClient(clientConfig(world));
  await post(world, 'pause');
  await ecs.send(new UpdateServiceCommand({ cluster: 'starter-dev', service: 'starter-dev-web', forceNewDeployment: true }));
  const before = await ecs.send(new DescribeServicesCommand(service));
  expect(before.services?.[0]?.deployments?.[0]?.rolloutState).toBe('IN_PROGRESS');
  await post(world, 'jump', { seconds: 1200 });
  const after = await ecs.send(new DescribeServicesCommand(service));
  expect(after.services?.[0]?.deployments?.map(({ rolloutState }) => rolloutState)).toEqual(['COMPLETED']);
});
