// Atomic Calendar, row by row, on its templates and manifest (A1–A15; A9's list of unfilled secrets is a command, A11 is the operations stack).
import { beforeAll, describe, expect, it } from 'vitest';
import { manifestOf } from '../../infra/manifest.ts';
import type { Template } from '../assembly.ts';
import {
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

const services = ['app', 'functions', 'hasura', 'supertokens', 'handshake', 'oauth', 'optaplanner', 'python-agent'];

describe('Atomic Calendar', () => {
  let prod: Readonly<Record<Part, Template>>;
  let dev: Readonly<Record<Part, Template>>;
  beforeAll(async () => {
    prod = await templates('atomic-calendar', { stage: 'prod' });
    dev = await templates('atomic-calendar');
  });

  const alarmNamed = (name: string): Readonly<Record<string, any>> | undefined =>
    Object.values(resources(prod.services, 'AWS::CloudWatch::Alarm')).find(
      (alarm) => alarm['AlarmName'] === `atomic-calendar-prod-${name}`,
    );

  it('A1: eight services of 256/512, and a repository for each that the team builds', async () => {
    expect(Object.keys((await platformOf('atomic-calendar')).services)).toEqual(services);
    for (const task of Object.values(resources(prod.services, 'AWS::ECS::TaskDefinition')))
      expect([task['Cpu'], task['Memory']]).toEqual(['256', '512']);
    expect(Object.values(resources(prod.data, 'AWS::ECR::Repository')).map((repository) => repository['RepositoryName'])).toEqual([
      'atomic-app',
      'atomic-functions',
      'atomic-handshake',
      'atomic-oauth',
      'atomic-optaplanner',
      'atomic-python-agent',
    ]);
  });

  it('A2: app and functions run on Spot above an on-demand first task, the others on demand', () => {
    const spot = Object.entries(resources(prod.services, 'AWS::ECS::Service')).filter(
      ([, service]) => service['CapacityProviderStrategy'] !== undefined,
    );
    expect(spot.map(([id]) => id)).toEqual(['AppService', 'FunctionsService']);
    for (const [, service] of spot) {
      expect(service['CapacityProviderStrategy']).toEqual([
        { CapacityProvider: 'FARGATE', Base: 1, Weight: 1 },
        { CapacityProvider: 'FARGATE_SPOT', Weight: 4 },
      ]);
    }
  });

  it('A3: every service scales on CPU and on memory', () => {
    const policies = Object.keys(resources(prod.services, 'AWS::ApplicationAutoScaling::ScalingPolicy'));
    expect(policies).toHaveLength(16);
    expect(policies).toEqual(expect.arrayContaining(['PythonAgentScalingCpu', 'PythonAgentScalingMemory']));
  });

  it('A4: PostgreSQL atomicdb on db.t3.small in two zones, 14 days of backups, protected in prod', () => {
    expect(only(prod.data, 'AWS::RDS::DBInstance')).toMatchObject({
      DBInstanceClass: 'db.t3.small',
      MultiAZ: true,
      BackupRetentionPeriod: 14,
      DeletionProtection: true,
      DBName: 'atomicdb',
    });
  });

  it('A4: Aurora Serverless v2 takes its place by configuration, pausing by itself', async () => {
    const { data } = await templates('atomic-calendar', {
      change: { databases: { db: { kind: 'aurora-serverless', version: '17.5', capacity: { min: 0, max: 4 }, offHours: 'pause' } } },
    });
    expect(only(data, 'AWS::RDS::DBCluster')).toMatchObject({
      Engine: 'aurora-postgresql',
      DatabaseName: 'atomicdb',
      ServerlessV2ScalingConfiguration: { MinCapacity: 0, MaxCapacity: 4, SecondsUntilAutoPause: 300 },
    });
    expect(Object.values(resources(data, 'AWS::RDS::DBInstance')).map((member) => member['DBInstanceClass'])).toEqual([
      'db.serverless',
      'db.serverless',
    ]);
    expect(JSON.stringify(data.Resources['HasuraDbConnStringSecret'])).toContain('DbDatabase');
  });

  it('A5: a private bucket, and files that only the Python agent mounts', () => {
    expect(resources(prod.data, 'AWS::S3::Bucket')).toMatchObject({
      [Object.keys(resources(prod.data, 'AWS::S3::Bucket'))[0] ?? '']: { PublicAccessBlockConfiguration: { BlockPublicAcls: true } },
    });
    expect(only(prod.data, 'AWS::EFS::FileSystem')['Encrypted']).toBe(true);
    const mounting = Object.entries(resources(prod.services, 'AWS::ECS::TaskDefinition')).filter(
      ([, task]) => task['Volumes'] !== undefined,
    );
    expect(mounting.map(([id]) => id)).toEqual(['PythonAgentTask']);
    expect(containersOf(prod.services, 'PythonAgentTask')['python-agent']?.['MountPoints']).toEqual([
      { ContainerPath: '/mnt/vectors', SourceVolume: 'vectors', ReadOnly: false },
    ]);
    const rules = Object.keys(resources(prod.network, 'AWS::EC2::SecurityGroupIngress')).filter((id) => id.startsWith('Vectors'));
    expect(rules).toEqual(['VectorsFilesFromPythonAgent']);
  });

  it('A6: log lines live 30 days everywhere; groups, databases and files are kept in prod and removed elsewhere', () => {
    const policies = (template: Template, type: string): readonly unknown[] =>
      Object.values(template.Resources)
        .filter((resource) => resource.Type === type)
        .map((resource) => resource['DeletionPolicy']);
    for (const group of Object.values(resources(dev.services, 'AWS::Logs::LogGroup'))) expect(group['RetentionInDays']).toBe(30);
    expect(new Set(policies(prod.services, 'AWS::Logs::LogGroup'))).toEqual(new Set(['Retain']));
    expect(new Set(policies(dev.services, 'AWS::Logs::LogGroup'))).toEqual(new Set(['Delete']));
    expect(policies(prod.data, 'AWS::RDS::DBInstance')).toEqual(['Snapshot']);
    expect(policies(dev.data, 'AWS::RDS::DBInstance')).toEqual(['Delete']);
    expect(policies(prod.data, 'AWS::EFS::FileSystem')).toEqual(['Retain']);
    expect(only(dev.data, 'AWS::RDS::DBInstance')['DeletionProtection']).toBe(false);
  });

  it('A7: HTTPS with a certificate of its zone or an existing one, permanent redirect, alias record, recommended policy', async () => {
    const listeners = resources(prod.services, 'AWS::ElasticLoadBalancingV2::Listener');
    expect(listeners['HttpListener']?.['DefaultActions'][0].RedirectConfig.StatusCode).toBe('HTTP_301');
    expect(listeners['HttpsListener']).toMatchObject({
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
      Certificates: [{ CertificateArn: { Ref: 'Certificate' } }],
    });
    expect(only(prod.services, 'AWS::Route53::RecordSet')['Name']).toBe('app.atomic.example.com');
    const given = 'arn:aws:acm:us-east-1:111122223333:certificate/1';
    const { services: existing } = await templates('atomic-calendar', { settings: { certificate: given } });
    expect(resources(existing, 'AWS::CertificateManager::Certificate')).toEqual({});
    expect(resources(existing, 'AWS::ElasticLoadBalancingV2::Listener')['HttpsListener']?.['Certificates']).toEqual([
      { CertificateArn: given },
    ]);
  });

  it('A8: eight paths lead to eight services on the HTTPS listener, and services call each other by the domain', () => {
    const rules = Object.values(resources(prod.services, 'AWS::ElasticLoadBalancingV2::ListenerRule'));
    const paths = rules.map((rule) => [rule['Conditions'][0].PathPatternConfig.Values.join(' '), rule['Actions'][0].TargetGroupArn.Ref]);
    expect(Object.fromEntries(paths)).toEqual({
      '/app /app/*': 'AppAppTarget',
      '/v1/functions /v1/functions/*': 'FunctionsFunctionsTarget',
      '/v1/graphql /v1/graphql/*': 'HasuraHasuraTarget',
      '/v1/auth /v1/auth/*': 'SupertokensSupertokensTarget',
      '/v1/handshake /v1/handshake/*': 'HandshakeHandshakeTarget',
      '/v1/oauth /v1/oauth/*': 'OauthOauthTarget',
      '/v1/optaplanner /v1/optaplanner/*': 'OptaplannerOptaplannerTarget',
      '/v1/agent /v1/agent/*': 'PythonAgentPythonAgentTarget',
    });
    expect(new Set(rules.map((rule) => rule['ListenerArn'].Ref))).toEqual(new Set(['HttpsListener']));
    expect(new Set(rules.map((rule) => rule['Priority'])).size).toBe(8);
    expect(rules.filter((rule) => rule['Priority'] % 2 === 1), 'the number before each is for the waking page').toEqual([]);
    expect(environmentOf(containersOf(prod.services, 'OauthTask')['oauth'])).toEqual({
      GRAPHQL_URL: 'https://app.atomic.example.com/v1/graphql',
      RETURN_URL: 'https://app.atomic.example.com/app',
    });
  });

  it('A9: the JWT key is generated, three connection strings compose themselves, the rest waits for the operator', () => {
    expect(prod.data.Resources['HasuraJwtSecret']?.Properties['GenerateSecretString']).toMatchObject({
      SecretStringTemplate: '{"type":"HS256"}',
      GenerateStringKey: 'key',
      PasswordLength: 64,
    });
    // Hasura wants the JSON as a whole, and starts with nothing less.
    const hasura = containersOf(prod.services, 'HasuraTask')['hasura']?.['Secrets'] as { Name: string; ValueFrom: unknown }[];
    const jwt = JSON.stringify(hasura.find(({ Name }) => Name === 'HASURA_GRAPHQL_JWT_SECRET')?.ValueFrom);
    expect(jwt).toMatch(/HasuraJwtSecret/);
    expect(jwt).not.toMatch(/:key::|:SECRET::/);
    const composed = (id: string): string => JSON.stringify(prod.data.Resources[id]?.Properties['SecretString']);
    expect(composed('SupertokensDbConnStringSecret')).toMatch(
      /postgresql:\/\/atomic:\{\{resolve:secretsmanager:.*DbCredentials.*:SecretString:password\}\}@.*:5432\/atomicdb/,
    );
    expect(composed('HasuraDbConnStringSecret')).toMatch(/postgres:\/\/atomic:\{\{resolve/);
    expect(composed('OptaplannerDbConnStringSecret')).toMatch(/jdbc:postgresql:\/\/.*:5432\/atomicdb\?user=atomic&password=\{\{resolve/);
    const waiting = Object.entries(resources(prod.data, 'AWS::SecretsManager::Secret'))
      .filter(([, secret]) => secret['SecretString'] === 'fill-me-in')
      .map(([id]) => id);
    expect(waiting).toEqual([
      'OpenaiApiKeySecret',
      'NotionApiTokenSecret',
      'NotionNotesDbIdSecret',
      'NotionResearchProjectsDbIdSecret',
      'NotionResearchTasksDbIdSecret',
      'DeepgramApiKeySecret',
    ]);
    expect(prod.data.Resources['MskBootstrapBrokersSecret']?.Properties['SecretString'], 'left out it is empty').toBe('{"brokers":""}');
  });

  it('A10: the alarms of the site and of seven services', () => {
    expect(alarmNamed('loadbalancer-errors')).toMatchObject({
      MetricName: 'HTTPCode_ELB_5XX_Count',
      Threshold: 5,
      Period: 300,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
    for (const service of services.filter((name) => name !== 'python-agent')) {
      expect(alarmNamed(`${service}-unhealthy`)).toMatchObject({
        MetricName: 'UnHealthyHostCount',
        Threshold: 0,
        Period: 300,
        EvaluationPeriods: 2,
        ComparisonOperator: 'GreaterThanThreshold',
      });
      expect(alarmNamed(`${service}-errors`)).toMatchObject({
        MetricName: 'HTTPCode_Target_5XX_Count',
        Threshold: 3,
        Period: 300,
        EvaluationPeriods: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      });
      expect(alarmNamed(`${service}-slow`)).toMatchObject({
        MetricName: 'TargetResponseTime',
        ExtendedStatistic: 'p90',
        Period: 300,
        EvaluationPeriods: 3,
      });
    }
    expect([alarmNamed('app-slow')?.['Threshold'], alarmNamed('oauth-slow')?.['Threshold']]).toEqual([1, 2]);
  });

  it('A10: the alarms of CPU for the four busiest and of the database', () => {
    for (const service of ['app', 'functions', 'hasura', 'supertokens']) {
      expect(alarmNamed(`${service}-cpu-high`)).toMatchObject({
        Namespace: 'AWS/ECS',
        MetricName: 'CPUUtilization',
        Threshold: 85,
        Period: 300,
        EvaluationPeriods: 3,
      });
    }
    expect(alarmNamed('oauth-cpu-high')).toBeUndefined();
    expect(alarmNamed('db-database-cpu-high')).toMatchObject({ Threshold: 85, EvaluationPeriods: 3 });
    expect(alarmNamed('db-database-disk-low')).toMatchObject({
      MetricName: 'FreeStorageSpace',
      Threshold: 10_737_418_240,
      ComparisonOperator: 'LessThanThreshold',
    });
    expect(alarmNamed('db-database-memory-low')).toMatchObject({
      MetricName: 'FreeableMemory',
      Threshold: 209_715_200,
      EvaluationPeriods: 2,
    });
    expect(alarmNamed('db-database-connections-high')).toMatchObject({ Threshold: 150, EvaluationPeriods: 3 });
  });

  it('A10: every alarm is named after the platform and its stage', () => {
    const alarms = Object.values(resources(prod.services, 'AWS::CloudWatch::Alarm'));
    expect(alarms.filter((alarm) => !(alarm['AlarmName'] as string).startsWith('atomic-calendar-prod-'))).toEqual([]);
  });

  it('A12: the dashboard is named after its stack, begins with the alarms and has its address as an output', () => {
    const board = only(prod.services, 'AWS::CloudWatch::Dashboard');
    expect(board['DashboardName']).toBe('atomic-calendar-prod-services-SystemHealthOverview');
    const body = JSON.stringify(board['DashboardBody']);
    expect(body).toMatch(/^.{0,60}\\"type\\":\\"alarm/);
    for (const namespace of ['ECS', 'RDS']) expect(body).toMatch(new RegExp(`AWS/${namespace}\\\\+",\\\\+"CPUUtilization`));
    for (const metric of ['HTTPCode_ELB_5XX_Count', 'p90', 'UnHealthyHostCount', 'MemoryUtilization', 'FreeStorageSpace', 'FreeableMemory', 'DatabaseConnections'])
      expect(body).toContain(metric);
    expect(Object.keys(prod.services.Outputs ?? {})).toContain('SystemHealthDashboardUrl');
  });

  it('A13: load balancer, database and every secret are outputs', () => {
    expect(Object.keys(prod.services.Outputs ?? {})).toContain('AlbDnsName');
    expect(Object.keys(prod.data.Outputs ?? {})).toEqual(
      expect.arrayContaining([
        'DbInstanceEndpoint',
        'DbSecretArn',
        'HasuraJwtArn',
        'HasuraAdminArn',
        'SupertokensDbConnStringArn',
        'HasuraDbConnStringArn',
        'OptaplannerDbConnStringArn',
        'OpenaiApiKeyArn',
        'NotionApiTokenArn',
        'NotionNotesDbIdArn',
        'NotionResearchProjectsDbIdArn',
        'NotionResearchTasksDbIdArn',
        'DeepgramApiKeyArn',
        'MskBootstrapBrokersArn',
      ]),
    );
  });

  it('A14: every service may send traces', () => {
    for (const begin of ['AppTaskRole', 'FunctionsTaskRole', 'PythonAgentTaskRole']) {
      expect(statementsOf(roleOf(prod.services, begin)).flatMap(({ Action }) => Action)).toEqual(
        expect.arrayContaining(['xray:PutTraceSegments', 'xray:PutTelemetryRecords']),
      );
    }
  });

  it('A15: atomic-functions feeds the service functions and no other', async () => {
    const manifest = manifestOf(await platformOf('atomic-calendar'), 'dev');
    const fed = manifest.services.filter((service) => service.containers.some(({ image }) => image?.repository === 'atomic-functions'));
    expect(fed.map(({ name }) => name)).toEqual(['functions']);
  });
});
