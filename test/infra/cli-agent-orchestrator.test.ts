// CLI Agent Orchestrator, row by row, on its templates (O1–O13; the list that O13's command prints is shown with the command).
import { beforeAll, describe, expect, it } from 'vitest';
import { manifestOf } from '../../infra/manifest.ts';
import type { Template } from '../assembly.ts';
import {
  attributesOf,
  containersOf,
  environmentOf,
  only,
  platformOf,
  resources,
  roleOf,
  statementsOf,
  templates,
  type Part,
} from './platform-templates.ts';

const name = 'cli-agent-orchestrator';

describe('CLI Agent Orchestrator', () => {
  let parts: Readonly<Record<Part, Template>>;
  beforeAll(async () => {
    parts = await templates(name);
  });

  it('O1: network, sign-in, data and services are stacks of their own', () => {
    const order = ['network', 'sign-in', 'data', 'services'];
    expect(Object.keys(parts)).toEqual(order);
    // One by one: each asks only what is there before it, and holds nothing that would keep another from changing.
    for (const [index, part] of Object.values(parts).entries()) {
      const asked = [...JSON.stringify(part).matchAll(/"Fn::GetStackOutput":\{"StackName":"([^"]+)"/g)].map(([, stack = '']) => stack.replace(`${name}-dev-`, ''));
      expect(asked.filter((stack) => !order.slice(0, index).includes(stack))).toEqual([]);
      expect(JSON.stringify(part)).not.toContain('Fn::ImportValue');
    }
  });

  it('O2: public and private subnets, one NAT gateway, tasks on 9889 from the load balancer, cache on 6379 from tasks and nothing out', async () => {
    expect(only(parts.network, 'AWS::EC2::VPC')['CidrBlock']).toBe('10.0.0.0/16');
    expect(Object.keys(resources(parts.network, 'AWS::EC2::Subnet'))).toEqual([
      'PublicSubnet1',
      'PublicSubnet2',
      'PrivateSubnet1',
      'PrivateSubnet2',
      'DataSubnet1',
      'DataSubnet2',
    ]);
    expect(Object.keys(resources(parts.network, 'AWS::EC2::NatGateway'))).toEqual(['NatGateway1']);
    const rules = resources(parts.network, 'AWS::EC2::SecurityGroupIngress');
    expect(rules['ServerTasksFromLoadBalancer9889']).toMatchObject({
      FromPort: 9889,
      ToPort: 9889,
      SourceSecurityGroupId: { 'Fn::GetAtt': ['LoadBalancerGroup', 'GroupId'] },
    });
    expect(rules['CacheStoreFromServer']).toMatchObject({
      FromPort: 6379,
      SourceSecurityGroupId: { 'Fn::GetAtt': ['ServerTasksGroup', 'GroupId'] },
    });
    expect(Object.keys(rules)).toHaveLength(2);
    const cache = resources(parts.network, 'AWS::EC2::SecurityGroup')['CacheStoreGroup'];
    expect(cache?.['SecurityGroupEgress']).toEqual([
      { CidrIp: '255.255.255.255/32', IpProtocol: 'icmp', FromPort: 252, ToPort: 86, Description: 'Nothing goes out' },
    ]);
    const { network } = await templates(name, { settings: { vpc_cidr: '10.9.0.0/20' } });
    expect(only(network, 'AWS::EC2::VPC')['CidrBlock']).toBe('10.9.0.0/20');
    expect(resources(network, 'AWS::EC2::Subnet')['PrivateSubnet2']?.['CidrBlock']).toBe('10.9.5.0/24');
  });

  it('O3: a user pool with strong passwords, threat protection, an OAuth client and an identity pool', () => {
    const pool = only(parts['sign-in'], 'AWS::Cognito::UserPool');
    expect(pool['Policies'].PasswordPolicy).toEqual({
      MinimumLength: 12,
      RequireLowercase: true,
      RequireUppercase: true,
      RequireNumbers: true,
      RequireSymbols: true,
      TemporaryPasswordValidityDays: 3,
    });
    expect(pool).toMatchObject({ UserPoolTier: 'PLUS', UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' } });
    expect(only(parts['sign-in'], 'AWS::Cognito::UserPoolRiskConfigurationAttachment')).toMatchObject({
      CompromisedCredentialsRiskConfiguration: { Actions: { EventAction: 'BLOCK' } },
      AccountTakeoverRiskConfiguration: { Actions: { HighAction: { EventAction: 'BLOCK' } } },
    });
    expect(only(parts['sign-in'], 'AWS::Cognito::UserPoolClient')).toMatchObject({
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email', 'profile'],
    });
    expect(only(parts['sign-in'], 'AWS::Cognito::IdentityPool')['AllowUnauthenticatedIdentities']).toBe(false);
  });

  it('O4: 1 vCPU and 2 GB on 9889, 2 to 10 tasks on CPU 70 and 1000 requests, a minute between steps', async () => {
    expect(only(parts.services, 'AWS::ECS::TaskDefinition')).toMatchObject({ Cpu: '1024', Memory: '2048' });
    expect(only(parts.services, 'AWS::ElasticLoadBalancingV2::TargetGroup')).toMatchObject({ Port: 9889, HealthCheckPath: '/health' });
    expect(manifestOf(await platformOf(name), 'dev').services[0]?.count).toEqual({ desired: 2, min: 2, max: 10, scaling: true });
    const policies = resources(parts.services, 'AWS::ApplicationAutoScaling::ScalingPolicy');
    expect(policies['ServerScalingCpu']?.['TargetTrackingScalingPolicyConfiguration']).toEqual({
      TargetValue: 70,
      ScaleInCooldown: 60,
      ScaleOutCooldown: 60,
      PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
    });
    expect(policies['ServerScalingRequests']?.['TargetTrackingScalingPolicyConfiguration']).toMatchObject({
      TargetValue: 1000,
      PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget' },
    });
  });

  it('O5: visitors stick by the cookie cao-session for an hour', () => {
    expect(attributesOf(only(parts.services, 'AWS::ElasticLoadBalancingV2::TargetGroup')['TargetGroupAttributes'])).toMatchObject({
      'stickiness.enabled': 'true',
      'stickiness.type': 'app_cookie',
      'stickiness.app_cookie.cookie_name': 'cao-session',
      'stickiness.app_cookie.duration_seconds': '3600',
    });
  });

  it('O6: sessions live in a table with expiry and recovery, and in Redis', () => {
    expect(only(parts.data, 'AWS::DynamoDB::Table')).toMatchObject({
      TableName: 'cao-sessions',
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    expect(only(parts.data, 'AWS::ElastiCache::CacheCluster')['CacheNodeType']).toBe('cache.t3.micro');
  });

  it('O7: the server knows its port, its users, its table and its cache', () => {
    const environment = environmentOf(containersOf(parts.services, 'ServerTask')['server']);
    expect(Object.keys(environment)).toEqual(['PORT', 'USER_POOL_ID', 'DYNAMODB_TABLE', 'REDIS_HOST', 'REDIS_PORT']);
    expect(environment).toMatchObject({ PORT: '9889', REDIS_PORT: '6379' });
    expect(JSON.stringify(environment['USER_POOL_ID'])).toContain(`${name}-dev-sign-in`);
  });

  it('O8: the repository keeps the last 10 images and is copied to other regions when asked', async () => {
    const text = only(parts.data, 'AWS::ECR::Repository')['LifecyclePolicy'].LifecyclePolicyText as string;
    expect(JSON.parse(text).rules.at(-1).selection).toEqual({ tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 10 });
    expect(resources(parts.data, 'AWS::ECR::ReplicationConfiguration')).toEqual({});
    const { data } = await templates(name, { change: { repositories: { [name]: { replicateTo: ['eu-west-1'] } } } });
    expect(only(data, 'AWS::ECR::ReplicationConfiguration')['ReplicationConfiguration'].Rules[0]).toMatchObject({
      Destinations: [{ Region: 'eu-west-1' }],
      RepositoryFilters: [{ Filter: name, FilterType: 'PREFIX_MATCH' }],
    });
  });

  it('O9: log lines of /ecs/cao-server are kept a week, or as long as a setting says', async () => {
    expect(only(parts.services, 'AWS::Logs::LogGroup')).toMatchObject({ LogGroupName: '/ecs/cao-server', RetentionInDays: 7 });
    const { services } = await templates(name, { settings: { log_retention: '3 days' } });
    expect(only(services, 'AWS::Logs::LogGroup')['RetentionInDays']).toBe(3);
  });

  it('O10: the dashboard shows tasks, load balancer, table and cache', () => {
    const body = JSON.stringify(only(parts.services, 'AWS::CloudWatch::Dashboard')['DashboardBody']);
    const shown = new Set([...body.matchAll(/\[\\*"(AWS\/\w+|ECS\/\w+)\\*",\\*"(\w+)/g)].map(([, namespace, metric]) => `${namespace} ${metric}`));
    for (const [namespace, metrics] of Object.entries({
      'AWS/ECS': ['CPUUtilization', 'MemoryUtilization'],
      'ECS/ContainerInsights': ['DesiredTaskCount', 'RunningTaskCount'],
      'AWS/ApplicationELB': ['RequestCount', 'TargetResponseTime', 'HealthyHostCount', 'UnHealthyHostCount'],
      'AWS/DynamoDB': ['ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits', 'UserErrors'],
      'AWS/ElastiCache': ['CPUUtilization', 'CurrConnections', 'Evictions'],
    }))
      for (const metric of metrics) expect(shown).toContain(`${namespace} ${metric}`);
    expect(only(parts.services, 'AWS::ECS::Cluster')['ClusterSettings']).toEqual([{ Name: 'containerInsights', Value: 'enabled' }]);
  });

  it('O11: Spot, a reduced night and endpoints in place of NAT are switches', async () => {
    const platform = await platformOf(name);
    expect(platform.hours).toMatchObject({
      timeZone: 'America/New_York',
      windows: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '06:00', to: '22:00' }],
    });
    expect(manifestOf(platform, 'dev').services[0]?.offHours).toEqual({ kind: 'reduce', min: 1, max: 1 });
    expect(only(parts.services, 'AWS::ApplicationAutoScaling::ScalableTarget')['MinCapacity']).toEqual({
      'Fn::If': ['ServerUnreleased', 0, { 'Fn::If': ['Asleep', 1, 2] }],
    });
    const spot = await templates(name, { settings: { spot: 'with-fallback', tasks: 'endpoints' } });
    expect(only(spot.services, 'AWS::ECS::Service')['CapacityProviderStrategy']).toEqual([
      { CapacityProvider: 'FARGATE', Base: 1, Weight: 1 },
      { CapacityProvider: 'FARGATE_SPOT', Weight: 4 },
    ]);
    expect(resources(spot.network, 'AWS::EC2::NatGateway')).toEqual({});
    expect(Object.keys(resources(spot.network, 'AWS::EC2::VPCEndpoint'))).toEqual([
      'S3Endpoint',
      'DynamodbEndpoint',
      'EcrApiEndpoint',
      'EcrDkrEndpoint',
      'LogsEndpoint',
      'SecretsmanagerEndpoint',
      'CognitoIdpEndpoint',
    ]);
  });

  it('O12: the code reaches its session table only, ECS its image and its logs only', () => {
    const work = statementsOf(roleOf(parts.services, 'ServerTaskRole'));
    expect(work).toHaveLength(1);
    expect(JSON.stringify(work[0]?.Resource)).toContain('SessionsTable');
    expect([...new Set([work[0]?.Action ?? []].flat().map((action) => action.split(':')[0]))]).toEqual(['dynamodb']);
    const start = statementsOf(roleOf(parts.services, 'ServerExecutionRole'));
    expect(start.flatMap(({ Action }) => Action).filter((action) => !action.startsWith('ecr:'))).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ]);
  });

  it('O13: a dev platform leaves nothing behind, a prod platform keeps its data', async () => {
    const kept = (all: Readonly<Record<Part, Template>>): readonly string[] =>
      Object.values(all).flatMap((template) =>
        Object.entries(template.Resources).flatMap(([id, resource]) =>
          ['Retain', 'Snapshot'].includes(String(resource['DeletionPolicy'])) ? [id] : [],
        ),
      );
    expect(kept(parts)).toEqual([]);
    expect(only(parts.data, 'AWS::ECR::Repository')['EmptyOnDelete']).toBe(true);
    expect(kept(await templates(name, { stage: 'prod' }))).toEqual([
      'Users',
      'CliAgentOrchestratorRepository',
      'SessionsTable',
      'AccessLogs8B620ECA',
      'ServerLogs',
    ]);
  });
});
