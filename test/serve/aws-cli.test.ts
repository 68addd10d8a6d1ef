// The operators' usual commands with the AWS command line and boto3, unmodified, against a running Wizelit; skipped where they are not installed.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Served } from '../../local/serve/serve.ts';
import { awsSession, sessionProgram, type AwsSession } from './aws-session.ts';
import { post, running, toolEnvironment } from './running.ts';
import { awsProgram, boto3Program, ran, type Ran } from './tools.ts';

const aws = awsProgram();
const python = boto3Program();

const warm = sessionProgram(aws);

let world: Served;
let session: AwsSession | undefined;
beforeAll(async () => {
  if (aws !== undefined || python !== undefined) world = await running('wizelit');
  if (warm !== undefined) session = awsSession(warm, toolEnvironment(world));
});
afterAll(async () => {
  session?.close();
  await world?.close();
});

/** `aws …` as a process of its own, as a person runs it. */
const asProcess = (args: readonly string[]): Promise<Ran> => ran(aws ?? 'aws', [...args, '--endpoint-url', world.url], toolEnvironment(world));

/** `aws …` in the session where there is one. Version 2 before 2.13 does not read AWS_ENDPOINT_URL. */
const inSession = (args: readonly string[]): Promise<Ran> => session?.run([...args, '--endpoint-url', world.url]) ?? asProcess(args);

const SERVICE = ['--cluster', 'wizelit-cluster'];

/** What `aws …` printed, as JSON where it is; fails with what the command said. */
const printed = ({ code, out, err }: Ran): any => {
  expect(err).toBe('');
  expect(code).toBe(0);
  return /^\s*[[{"]/.test(out) ? JSON.parse(out) : out;
};

const command = async (words: string, ...more: readonly string[]): Promise<any> => printed(await inSession([...words.split(' '), ...more, '--output', 'json']));

const refused = async (words: string, run = inSession): Promise<string> => {
  const { code, err } = await run(words.split(' '));
  expect(code).toBeGreaterThan(0);
  return err;
};

describe.skipIf(aws === undefined)(`aws (${aws ?? 'not installed: skipped'})`, () => {
  it('sts get-caller-identity: the operator', async () => {
    expect(printed(await asProcess(['sts', 'get-caller-identity', '--output', 'json']))).toMatchObject({ Account: '111122223333', Arn: 'arn:aws:iam::111122223333:user/operator' });
  });

  it('ecs describe-services, list-tasks and describe-tasks: what runs', async () => {
    const { services } = await command('ecs describe-services --services wizelit-dev-app', ...SERVICE);
    expect(services[0]).toMatchObject({ serviceName: 'wizelit-dev-app', status: 'ACTIVE', desiredCount: 1, runningCount: 1, launchType: 'FARGATE' });
    const { taskArns } = await command('ecs list-tasks --service-name wizelit-dev-app', ...SERVICE);
    const { tasks } = await command('ecs describe-tasks --tasks', ...taskArns, ...SERVICE);
    expect(tasks[0]).toMatchObject({ lastStatus: 'RUNNING', containers: [{ name: 'app', lastStatus: 'RUNNING' }] });
  });

  it('ecs update-service --force-new-deployment: new tasks of the same image', async () => {
    const before = (await command('ecs list-tasks --service-name wizelit-dev-app', ...SERVICE)).taskArns;
    const { service } = await command('ecs update-service --service wizelit-dev-app --force-new-deployment', ...SERVICE);
    expect(service.deployments.map(({ rolloutState }: { rolloutState: string }) => rolloutState)).toEqual(['IN_PROGRESS', 'COMPLETED']);
    await post(world, 'jump', { seconds: 1200 });
    const { services } = await command('ecs describe-services --services wizelit-dev-app', ...SERVICE);
    expect(services[0].deployments).toMatchObject([{ rolloutState: 'COMPLETED', runningCount: 1 }]);
    expect((await command('ecs list-tasks --service-name wizelit-dev-app', ...SERVICE)).taskArns).not.toEqual(before);
  });

  it('logs filter-log-events and tail: what the containers said', async () => {
    const { events } = await command('logs filter-log-events --log-group-name /ecs/wizelit');
    expect(events[0].message).toBe('starting');
    const { out, err } = await asProcess(['logs', 'tail', '/ecs/wizelit', '--since', '2026-11-22T20:00:00']);
    // Version 1 has no tail.
    if (!/invalid choice/i.test(err)) expect(out.split('\n')[1]).toMatch(/^2026-11-22T\S+ app\/app\/[0-9a-f]{32} listening$/);
  });

  it('cloudformation describe-stacks, list-stack-resources, describe-stack-events and get-template', async () => {
    const { Stacks } = await command('cloudformation describe-stacks');
    expect(Stacks.map(({ StackName }: { StackName: string }) => StackName)).toEqual(expect.arrayContaining(['CDKToolkit', 'wizelit-dev-data', 'wizelit-dev-operations', 'wizelit-dev-services']));
    expect(new Set(Stacks.map(({ StackStatus }: { StackStatus: string }) => StackStatus))).toEqual(new Set(['CREATE_COMPLETE']));
    const { StackResourceSummaries } = await command('cloudformation list-stack-resources --stack-name wizelit-dev-services');
    expect(StackResourceSummaries).toContainEqual(expect.objectContaining({ ResourceType: 'AWS::ECS::Service', ResourceStatus: 'CREATE_COMPLETE' }));
    const { StackEvents } = await command('cloudformation describe-stack-events --stack-name wizelit-dev-services');
    expect(StackEvents[0]).toMatchObject({ ResourceType: 'AWS::CloudFormation::Stack', ResourceStatus: 'CREATE_COMPLETE' });
    const { TemplateBody } = await command('cloudformation get-template --stack-name wizelit-dev-data');
    expect(Object.keys(TemplateBody.Resources)).toContain('DatabaseUrlSecret');
    expect(await refused('cloudformation describe-stacks --stack-name nope')).toContain('(ValidationError) when calling the DescribeStacks operation: Stack with id nope does not exist');
  });

  it('secretsmanager get-secret-value: the composed connection string', async () => {
    expect((await command('secretsmanager get-secret-value --secret-id wizelit/database-url')).SecretString).toMatch(/^postgresql:\/\/postgres:\w{32}@wizelit-dev-db\.\w+\.ap-southeast-2\.rds\.amazonaws\.com:5432\//);
  });

  it('elbv2 describe-target-groups and describe-target-health: the task is healthy', async () => {
    const { TargetGroups } = await command('elbv2 describe-target-groups');
    const arn: string = TargetGroups.find(({ TargetType }: { TargetType: string }) => TargetType === 'ip').TargetGroupArn;
    const { TargetHealthDescriptions } = await command('elbv2 describe-target-health --target-group-arn', arn);
    expect(TargetHealthDescriptions.map(({ TargetHealth }: { TargetHealth: { State: string } }) => TargetHealth.State)).toContain('healthy');
  });

  it('ecr describe-images and get-login-password', async () => {
    expect((await command('ecr describe-images --repository-name wizelit')).imageDetails).toMatchObject([
      { imageTags: expect.arrayContaining(['latest', 'dayshift-released-app.app']) },
    ]);
    expect(await command('ecr get-login-password')).toMatch(/\S+/);
  });

  it('application-autoscaling put-scheduled-action: the count moves at its instant', async () => {
    const target = ['--service-namespace', 'ecs', '--resource-id', 'service/wizelit-cluster/wizelit-dev-app', '--scalable-dimension', 'ecs:service:DesiredCount'];
    await command('application-autoscaling register-scalable-target --min-capacity 1 --max-capacity 3', ...target);
    const at = new Date(world.world.clock.now + 600_000).toISOString().slice(0, 19);
    await command(`application-autoscaling put-scheduled-action --scheduled-action-name more --schedule at(${at}) --scalable-target-action MinCapacity=2,MaxCapacity=3`, ...target);
    const { ScheduledActions } = await command('application-autoscaling describe-scheduled-actions --service-namespace ecs');
    expect(ScheduledActions).toMatchObject([{ ScheduledActionName: 'more', ScalableTargetAction: { MinCapacity: 2, MaxCapacity: 3 } }]);
    await post(world, 'jump', { seconds: 900 });
    expect((await command('ecs describe-services --services wizelit-dev-app', ...SERVICE)).services[0].desiredCount).toBe(2);
    await command('application-autoscaling deregister-scalable-target', ...target);
  });

  it('events put-events, sqs get-queue-url, cloudwatch describe-alarms and put-dashboard', async () => {
    const entries = JSON.stringify([{ Source: 'me', DetailType: 'hello', Detail: '{}' }]);
    expect(await command('events put-events --entries', entries)).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
    const { QueueUrl } = await command('sqs get-queue-url --queue-name wizelit-dev-dead-letters');
    expect(QueueUrl).toBe('https://sqs.ap-southeast-2.amazonaws.com/111122223333/wizelit-dev-dead-letters');
    const { MetricAlarms } = await command('cloudwatch describe-alarms --alarm-names wizelit-dev-app-cpu-high');
    expect(MetricAlarms[0]).toMatchObject({ AlarmName: 'wizelit-dev-app-cpu-high', StateValue: 'OK', Threshold: 85 });
    await command('cloudwatch put-dashboard --dashboard-name CAODashboard --dashboard-body', '{"widgets":[]}');
    expect((await command('cloudwatch list-dashboards --dashboard-name-prefix CAO')).DashboardEntries).toMatchObject([{ DashboardName: 'CAODashboard', Size: 14 }]);
  });

  it('stepfunctions start-execution and get-execution-history: every state by its name', async () => {
    const { stateMachines } = await command('stepfunctions list-state-machines');
    const arn: string = stateMachines.find(({ name }: { name: string }) => name === 'wizelit-dev-redeploy').stateMachineArn;
    const { executionArn } = await command('stepfunctions start-execution --state-machine-arn', arn, '--input', '{"trigger":{"kind":"operator","detail":"asked","by":"mara"}}');
    await post(world, 'jump', { seconds: 120 });
    const { events } = await command('stepfunctions get-execution-history --execution-arn', executionArn);
    expect(events[0]).toMatchObject({ id: 1, type: 'ExecutionStarted' });
    expect(events.at(-1).type).toBe('ExecutionSucceeded');
    expect(events.find(({ type }: { type: string }) => type === 'TaskStateEntered').stateEnteredEventDetails.name).toBe('Decide');
  });

  it('rds stop-db-instance and describe-db-instances: stopping, then stopped; a second stop is refused', async () => {
    expect((await command('rds stop-db-instance --db-instance-identifier wizelit-dev-db')).DBInstance.DBInstanceStatus).toBe('stopping');
    expect(await refused('rds stop-db-instance --db-instance-identifier wizelit-dev-db')).toContain('(InvalidDBInstanceState)');
    await post(world, 'jump', { seconds: 1200 });
    expect((await command('rds describe-db-instances --db-instance-identifier wizelit-dev-db')).DBInstances[0].DBInstanceStatus).toBe('stopped');
  });

  it('s3 cp and ls, ec2 describe-vpcs', async () => {
    const { code } = await asProcess(['s3', 'cp', 'package.json', 's3://cdk-hnb659fds-assets-111122223333-ap-southeast-2/notes/package.json']);
    expect(code).toBe(0);
    expect(await command('s3 ls s3://cdk-hnb659fds-assets-111122223333-ap-southeast-2/')).toMatch(/PRE notes\//);
    expect((await command('ec2 describe-vpcs')).Vpcs).toMatchObject([{ State: 'available' }]);
  });

  it('what is not simulated fails by its name', async () => {
    expect(await refused('ecs list-attributes --target-type container-instance', asProcess)).toContain('ecs:ListAttributes is not simulated');
  });
});

const SCRIPT = `
import boto3, json
ecs = boto3.client('ecs', endpoint_url=URL)
logs = boto3.client('logs', endpoint_url=URL)
cloudformation = boto3.client('cloudformation', endpoint_url=URL)
dynamodb = boto3.client('dynamodb', endpoint_url=URL)
s3 = boto3.client('s3', endpoint_url=URL)
s3.create_bucket(Bucket='from-python', CreateBucketConfiguration={'LocationConstraint': 'ap-southeast-2'})
s3.put_object(Bucket='from-python', Key='a', Body=b'hello')
try:
    ecs.describe_services(cluster='nope', services=['x'])
    error = None
except ecs.exceptions.ClusterNotFoundException as refused:
    error = str(refused)
print(json.dumps({
    'desired': ecs.describe_services(cluster='wizelit-cluster', services=['wizelit-dev-app'])['services'][0]['desiredCount'],
    'stacks': sorted(stack['StackName'] for page in cloudformation.get_paginator('describe_stacks').paginate() for stack in page['Stacks']),
    'lines': [event['message'] for page in logs.get_paginator('filter_log_events').paginate(logGroupName='/ecs/wizelit') for event in page['events']][:2],
    'ledger': dynamodb.describe_table(TableName='wizelit-dev-ledger')['Table']['TableStatus'],
    'object': s3.get_object(Bucket='from-python', Key='a')['Body'].read().decode(),
    'error': error,
}))
`;

/** What the teams' own scripts ask and create, one service after another. */
const TEAM_SCRIPTS = `
import boto3, json
def client(name): return boto3.client(name, endpoint_url=URL)
ecs, ecr, elb, scaling, secrets, logs = [client(name) for name in ('ecs', 'ecr', 'elbv2', 'application-autoscaling', 'secretsmanager', 'logs')]
ecs.create_cluster(clusterName='second')
logs.create_log_group(logGroupName='/ecs/second')
repository = ecr.create_repository(repositoryName='second')['repository']
secret = secrets.create_secret(Name='second/key', SecretString='a')
secrets.put_secret_value(SecretId='second/key', SecretString='b')
subnets = [subnet['SubnetId'] for subnet in client('ec2').describe_subnets()['Subnets']][:2]
balancer = elb.create_load_balancer(Name='second', Subnets=subnets)['LoadBalancers'][0]
group = elb.create_target_group(Name='second', Protocol='HTTP', Port=80, TargetType='ip', VpcId='vpc-1')['TargetGroups'][0]['TargetGroupArn']
elb.create_listener(LoadBalancerArn=balancer['LoadBalancerArn'], Protocol='HTTP', Port=80, DefaultActions=[{'Type': 'forward', 'TargetGroupArn': group}])
container = {'name': 'web', 'image': repository['repositoryUri'] + ':latest', 'portMappings': [{'containerPort': 80}]}
definition = ecs.register_task_definition(family='second', cpu='256', memory='512', networkMode='awsvpc', requiresCompatibilities=['FARGATE'], containerDefinitions=[container])['taskDefinition']
service = ecs.create_service(cluster='second', serviceName='web', taskDefinition='second', desiredCount=0, launchType='FARGATE',
    networkConfiguration={'awsvpcConfiguration': {'subnets': subnets}}, loadBalancers=[{'targetGroupArn': group, 'containerName': 'web', 'containerPort': 80}])['service']
place = {'ServiceNamespace': 'ecs', 'ResourceId': 'service/second/web', 'ScalableDimension': 'ecs:service:DesiredCount'}
scaling.register_scalable_target(MinCapacity=0, MaxCapacity=2, **place)
tracking = {'TargetValue': 70.0, 'PredefinedMetricSpecification': {'PredefinedMetricType': 'ECSServiceAverageCPUUtilization'}}
policy = scaling.put_scaling_policy(PolicyName='cpu', PolicyType='TargetTrackingScaling', TargetTrackingScalingPolicyConfiguration=tracking, **place)
print(json.dumps({
    'revision': definition['revision'],
    'desired': service['desiredCount'],
    'services': [arn.split('/')[-1] for arn in ecs.list_services(cluster='wizelit-cluster')['serviceArns']],
    'repositories': sorted(one['repositoryName'] for one in ecr.describe_repositories()['repositories']),
    'balancers': sorted(one['LoadBalancerName'] for one in elb.describe_load_balancers()['LoadBalancers']),
    'caches': [one['CacheClusterStatus'] for one in client('elasticache').describe_cache_clusters()['CacheClusters']],
    'tables': client('dynamodb').list_tables()['TableNames'],
    'streams': [one['logStreamName'].split('/')[0] for one in logs.describe_log_streams(logGroupName='/ecs/wizelit')['logStreams']][:1],
    'secret': secrets.get_secret_value(SecretId='second/key')['SecretString'],
    'alarms': [one['AlarmName'].split('-')[-6] for one in policy['Alarms']],
    'deleted': ecr.delete_repository(repositoryName='second', force=True)['repository']['repositoryName'],
}))
`;

describe.skipIf(python === undefined)(`boto3 (${python ?? 'not installed: skipped'})`, () => {
  it('reads services, stacks, logs and the ledger in pages, writes to S3 and knows errors by their classes', async () => {
    const { out, err } = await ran(python ?? 'python3', ['-W', 'ignore', '-c', SCRIPT.replaceAll('URL', JSON.stringify(world.url))], toolEnvironment(world));
    expect(err).toBe('');
    expect(JSON.parse(out)).toEqual({
      desired: expect.any(Number),
      stacks: ['CDKToolkit', 'wizelit-dev-data', 'wizelit-dev-network', 'wizelit-dev-operations', 'wizelit-dev-services'],
      lines: ['starting', 'listening'],
      ledger: 'ACTIVE',
      object: 'hello',
      error: 'An error occurred (ClusterNotFoundException) when calling the DescribeServices operation: Cluster not found.',
    });
  });

  it('asks and creates what the scripts of the teams do: cluster, repository, load balancer, service, scaling, secret', async () => {
    const { out, err } = await ran(python ?? 'python3', ['-W', 'ignore', '-c', TEAM_SCRIPTS.replaceAll('=URL', `=${JSON.stringify(world.url)}`)], toolEnvironment(world));
    expect(err).toBe('');
    expect(JSON.parse(out)).toEqual({
      revision: 1,
      desired: 0,
      services: ['wizelit-dev-app'],
      repositories: ['cdk-hnb659fds-container-assets-111122223333-ap-southeast-2', 'second', 'wizelit'],
      balancers: ['second', 'wizelit-dev'],
      caches: ['available'],
      tables: ['wizelit-dev-ledger'],
      streams: ['app'],
      secret: 'b',
      alarms: ['AlarmHigh', 'AlarmLow'],
      deleted: 'second',
    });
  });
});
