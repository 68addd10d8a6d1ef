// Wizelit, row by row, on its templates (requirements W1–W12; W10 and the cost of W12 are commands and are shown with them).
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

describe('Wizelit', () => {
  let parts: Readonly<Record<Part, Template>>;
  beforeAll(async () => {
    parts = await templates('wizelit');
  });

  it('W1: two zones, no NAT gateway, tasks with a public address, stores in subnets without a way out', () => {
    const subnets = Object.keys(resources(parts.network, 'AWS::EC2::Subnet'));
    expect(subnets).toEqual(['PublicSubnet1', 'PublicSubnet2', 'DataSubnet1', 'DataSubnet2']);
    expect(resources(parts.network, 'AWS::EC2::NatGateway')).toEqual({});
    const service = only(parts.services, 'AWS::ECS::Service');
    expect(service['NetworkConfiguration'].AwsvpcConfiguration.AssignPublicIp).toBe('ENABLED');
    expect(JSON.stringify(service['NetworkConfiguration'].AwsvpcConfiguration.Subnets)).toMatch(/PublicSubnet1.*PublicSubnet2/);
    const routed = Object.values(resources(parts.network, 'AWS::EC2::Route')).map((route) => route['RouteTableId'].Ref);
    expect(routed).toEqual(['PublicSubnet1Routes', 'PublicSubnet2Routes']);
    for (const group of [only(parts.data, 'AWS::RDS::DBSubnetGroup'), only(parts.data, 'AWS::ElastiCache::SubnetGroup')]) {
      expect(JSON.stringify(group['SubnetIds'])).toMatch(/DataSubnet1.*DataSubnet2/);
    }
  });

  it('W2: an HTTP listener forwards to one linux/amd64 task of 256/512 with /health and three minutes of grace', () => {
    expect(only(parts.services, 'AWS::ElasticLoadBalancingV2::Listener')).toMatchObject({
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [{ Type: 'forward', TargetGroupArn: { Ref: 'AppAppTarget' } }],
    });
    expect(only(parts.services, 'AWS::ElasticLoadBalancingV2::TargetGroup')).toMatchObject({
      Port: 8000,
      HealthCheckPath: '/health',
      Matcher: { HttpCode: '200' },
      TargetType: 'ip',
    });
    expect(only(parts.services, 'AWS::ECS::TaskDefinition')).toMatchObject({
      Cpu: '256',
      Memory: '512',
      RequiresCompatibilities: ['FARGATE'],
      RuntimePlatform: { CpuArchitecture: 'X86_64', OperatingSystemFamily: 'LINUX' },
    });
    expect(only(parts.services, 'AWS::ECS::Service')).toMatchObject({ HealthCheckGracePeriodSeconds: 180, LaunchType: 'FARGATE' });
  });

  it('W3: PostgreSQL on db.t3.micro with credentials generated under wizelit/db-credentials', () => {
    expect(only(parts.data, 'AWS::RDS::DBInstance')).toMatchObject({
      Engine: 'postgres',
      DBInstanceClass: 'db.t3.micro',
      PubliclyAccessible: false,
      StorageEncrypted: true,
      MasterUserPassword: { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'DbCredentials' }, ':SecretString:password}}']] },
    });
    expect(parts.data.Resources['DbCredentials']?.Properties).toMatchObject({
      Name: 'wizelit/db-credentials',
      GenerateSecretString: { GenerateStringKey: 'password', ExcludePunctuation: true },
    });
  });

  it('W4: Redis on cache.t3.micro', () => {
    expect(only(parts.data, 'AWS::ElastiCache::CacheCluster')).toMatchObject({
      Engine: 'redis',
      CacheNodeType: 'cache.t3.micro',
      NumCacheNodes: 1,
    });
  });

  it('W5: wizelit/app-secrets has a long generated key and two that the operator fills in', () => {
    expect(parts.data.Resources['AppSecretsSecret']?.Properties).toMatchObject({
      Name: 'wizelit/app-secrets',
      GenerateSecretString: {
        GenerateStringKey: 'CHAINLIT_AUTH_SECRET',
        PasswordLength: 64,
        SecretStringTemplate: '{"OAUTH_GOOGLE_CLIENT_ID":"","OAUTH_GOOGLE_CLIENT_SECRET":""}',
      },
    });
  });

  it('W6: the container gets its addresses, its secrets by name, and the right to invoke Bedrock', () => {
    const app = containersOf(parts.services, 'AppTask')['app'];
    expect(Object.keys(environmentOf(app))).toEqual(['REDIS_URL', 'ENABLE_LOG_STREAMING', 'AWS_REGION']);
    expect(environmentOf(app)).toMatchObject({ ENABLE_LOG_STREAMING: 'true', AWS_REGION: 'ap-southeast-2' });
    expect(JSON.stringify(environmentOf(app)['REDIS_URL'])).toMatch(/redis:\/\/.*RedisEndpointAddress.*:6379/);
    const secrets = Object.fromEntries(
      ((app?.['Secrets'] ?? []) as { Name: string; ValueFrom: unknown }[]).map(({ Name, ValueFrom }) => [Name, JSON.stringify(ValueFrom)]),
    );
    expect(secrets['DATABASE_URL']).toMatch(/DatabaseUrlSecret/);
    expect(secrets['CHAINLIT_AUTH_SECRET']).toMatch(/AppSecretsSecret.*:CHAINLIT_AUTH_SECRET::/);
    const bedrock = statementsOf(roleOf(parts.services, 'AppTaskRole'));
    expect(bedrock.map(({ Action }) => Action)).toEqual([['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream']]);
  });

  it('W6: the connection string is complete and no template holds the password', () => {
    const composed = parts.data.Resources['DatabaseUrlSecret']?.Properties['SecretString'];
    expect(composed).toEqual({
      'Fn::Join': [
        '',
        [
          'postgresql://postgres:{{resolve:secretsmanager:',
          { Ref: 'DbCredentials' },
          ':SecretString:password}}@',
          { 'Fn::GetAtt': ['DbDatabase', 'Endpoint.Address'] },
          ':5432/wizelit',
        ],
      ],
    });
    expect(JSON.stringify(environmentOf(containersOf(parts.services, 'AppTask')['app']))).not.toMatch(/resolve|password/i);
  });

  it('W7: one ECR repository and the log group /ecs/wizelit', () => {
    expect(only(parts.data, 'AWS::ECR::Repository')).toMatchObject({
      RepositoryName: 'wizelit',
      ImageScanningConfiguration: { ScanOnPush: true },
    });
    expect(only(parts.services, 'AWS::Logs::LogGroup')).toMatchObject({ LogGroupName: '/ecs/wizelit', RetentionInDays: 7 });
    expect(containersOf(parts.services, 'AppTask')['app']?.['LogConfiguration'].Options).toEqual({
      'awslogs-group': '/ecs/wizelit',
      'awslogs-region': 'ap-southeast-2',
      'awslogs-stream-prefix': 'app',
    });
  });

  it('W8: only main of the repository may take the role, to push to this repository and roll this service', () => {
    const role = roleOf(parts.services, 'GithubRole');
    expect(role['AssumeRolePolicyDocument'].Statement[0].Condition).toEqual({
      StringEquals: {
        'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
        'token.actions.githubusercontent.com:sub': 'repo:wizelit/wizelit:ref:refs/heads/main',
      },
    });
    const actions = statementsOf(role).flatMap(({ Action }) => Action);
    expect([...new Set(actions.map((action) => action.split(':')[0]))]).toEqual(['ecr', 'ecs']);
    expect(actions.filter((action) => action.startsWith('ecs:'))).toEqual(['ecs:DescribeServices', 'ecs:UpdateService']);
    expect(actions.filter((action) => action.startsWith('ecr:'))).toEqual([
      'ecr:GetAuthorizationToken',
      'ecr:BatchCheckLayerAvailability',
      'ecr:BatchGetImage',
      'ecr:CompleteLayerUpload',
      'ecr:GetDownloadUrlForLayer',
      'ecr:InitiateLayerUpload',
      'ecr:PutImage',
      'ecr:UploadLayerPart',
    ]);
    const wide = statementsOf(role).filter(({ Resource }) => Resource === '*');
    expect(wide.map(({ Action }) => Action)).toEqual(['ecr:GetAuthorizationToken']);
    expect(JSON.stringify(statementsOf(role))).toMatch(/:repository\/wizelit".*:service\/wizelit-cluster\/wizelit-dev-app"/);
  });

  it('W8: an account that has the provider gets no second one', async () => {
    expect(Object.keys(resources(parts.services, 'AWS::IAM::OIDCProvider'))).toEqual(['GithubProvider']);
    const { services } = await templates('wizelit', { change: { github: { provider: 'existing' } } });
    expect(resources(services, 'AWS::IAM::OIDCProvider')).toEqual({});
    expect(JSON.stringify(roleOf(services, 'GithubRole')['AssumeRolePolicyDocument'])).toContain(
      ':oidc-provider/token.actions.githubusercontent.com',
    );
  });

  it('W9: every promised output is there', () => {
    const outputs = [...Object.keys(parts.services.Outputs ?? {}), ...Object.keys(parts.data.Outputs ?? {})];
    expect(outputs).toEqual(
      expect.arrayContaining([
        'AlbDnsName',
        'EcrRepositoryUri',
        'GithubActionsRoleArn',
        'ClusterName',
        'ServiceName',
        'DbSecretArn',
        'AppSecretArn',
      ]),
    );
    expect(parts.services.Outputs?.['ClusterName']?.Value).toBe('wizelit-cluster');
  });

  it('W11: sessions stay on one task and silent web sockets live ten minutes', () => {
    const group = only(parts.services, 'AWS::ElasticLoadBalancingV2::TargetGroup');
    expect(attributesOf(group['TargetGroupAttributes'])).toMatchObject({
      'stickiness.enabled': 'true',
      'stickiness.type': 'lb_cookie',
      'stickiness.lb_cookie.duration_seconds': '86400',
    });
    const balancer = only(parts.services, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(attributesOf(balancer['LoadBalancerAttributes'])['idle_timeout.timeout_seconds']).toBe('600');
  });

  it('W12: the region is ap-southeast-2 by the file and another by a setting', async () => {
    expect((await platformOf('wizelit')).region).toBe('ap-southeast-2');
    const elsewhere = await platformOf('wizelit', { settings: { region: 'eu-west-1' } });
    expect(manifestOf(elsewhere, 'dev').region).toBe('eu-west-1');
  });
});
