// Farsight, row by row, on its templates and manifest (F1–F13; F3's single rollout is rehearsed, F14's workflow is a command).
import { beforeAll, describe, expect, it } from 'vitest';
import { manifestOf } from '../../infra/manifest.ts';
import { select } from '../../infra/select.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import type { Template } from '../assembly.ts';
import { containersOf, environmentOf, only, platformOf, resources, templates, type Part } from './platform-templates.ts';

describe('Farsight', () => {
  let parts: Readonly<Record<Part, Template>>;
  let manifest: Manifest;
  beforeAll(async () => {
    parts = await templates('farsight');
    manifest = manifestOf(await platformOf('farsight'), 'dev');
  });

  it('F1: a configurable network with NAT, four interface endpoints and the S3 gateway', () => {
    expect(only(parts.network, 'AWS::EC2::VPC')['CidrBlock']).toBe('10.0.0.0/16');
    expect(Object.keys(resources(parts.network, 'AWS::EC2::NatGateway'))).toEqual(['NatGateway1']);
    const endpoints = resources(parts.network, 'AWS::EC2::VPCEndpoint');
    expect(Object.entries(endpoints).map(([id, { VpcEndpointType }]) => [id, VpcEndpointType])).toEqual([
      ['S3Endpoint', 'Gateway'],
      ['EcrApiEndpoint', 'Interface'],
      ['EcrDkrEndpoint', 'Interface'],
      ['LogsEndpoint', 'Interface'],
      ['SecretsmanagerEndpoint', 'Interface'],
    ]);
    expect(endpoints['LogsEndpoint']?.['PrivateDnsEnabled']).toBe(true);
  });

  it('F2: two services of 512/1024 from one repository, one behind the load balancer, one a worker by its command', () => {
    expect(Object.keys(resources(parts.data, 'AWS::ECR::Repository'))).toEqual(['FarsightServerRepository']);
    const services = resources(parts.services, 'AWS::ECS::Service');
    expect(services['ApiService']).toMatchObject({ ServiceName: 'farsight-api-server', HealthCheckGracePeriodSeconds: 60 });
    expect(services['ApiService']?.['LoadBalancers'][0]).toMatchObject({ ContainerName: 'api-server', ContainerPort: 8000 });
    expect(services['WorkerService']?.['LoadBalancers']).toBeUndefined();
    expect(containersOf(parts.services, 'WorkerTask')['temporal-worker']?.['Command']).toEqual(['python', '-m', 'src.temporal.worker']);
    for (const task of Object.values(resources(parts.services, 'AWS::ECS::TaskDefinition')))
      expect([task['Cpu'], task['Memory']]).toEqual(['512', '1024']);
    expect(only(parts.services, 'AWS::ElasticLoadBalancingV2::TargetGroup')['HealthCheckPath']).toBe('/health');
  });

  it('F3: both services watch the same tag of the same repository and roll out together', () => {
    const watched = manifest.services.map((service) => service.containers[0]?.image);
    expect(watched[0]).toEqual({ registry: 'ecr', repository: 'farsight-server', tag: { kind: 'fixed', value: 'latest' }, own: true });
    expect(watched[1]).toEqual(watched[0]);
    expect(manifest.services.map(({ rollout }) => rollout.group)).toEqual(['farsight-server', 'farsight-server']);
  });

  it('F4: the API has 2 to 10 tasks, the worker 2 to 5, on CPU 70, five minutes in and one out', () => {
    expect(manifest.services.map(({ count }) => [count.min, count.max])).toEqual([
      [2, 10],
      [2, 5],
    ]);
    const policies = Object.values(resources(parts.services, 'AWS::ApplicationAutoScaling::ScalingPolicy'));
    expect(policies).toHaveLength(2);
    for (const policy of policies)
      expect(policy['TargetTrackingScalingPolicyConfiguration']).toMatchObject({
        TargetValue: 70,
        ScaleInCooldown: 300,
        ScaleOutCooldown: 60,
      });
  });

  it('F5: PostgreSQL on db.t3.medium in two zones, 100 GB, 7 days of backups; Redis on cache.t3.micro', () => {
    expect(only(parts.data, 'AWS::RDS::DBInstance')).toMatchObject({
      DBInstanceClass: 'db.t3.medium',
      MultiAZ: true,
      AllocatedStorage: '100',
      BackupRetentionPeriod: 7,
    });
    expect(only(parts.data, 'AWS::ElastiCache::CacheCluster')['CacheNodeType']).toBe('cache.t3.micro');
  });

  it('F6: the database takes its password from the very key that the services read', () => {
    const secret = parts.data.Resources['ServerSecretsSecret']?.Properties;
    expect(secret).toMatchObject({
      Name: 'farsight/server-secrets',
      GenerateSecretString: { GenerateStringKey: 'POSTGRES_PASSWORD', PasswordLength: 32, ExcludePunctuation: true },
    });
    expect(Object.keys(JSON.parse(secret?.['GenerateSecretString'].SecretStringTemplate as string) as object)).toEqual([
      'OPENAI_API_KEY',
      'PINECONE_API_KEY',
      'REDIS_PASSWORD',
      'API_KEY',
    ]);
    expect(only(parts.data, 'AWS::RDS::DBInstance')['MasterUserPassword']).toEqual({
      'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'ServerSecretsSecret' }, ':SecretString:POSTGRES_PASSWORD}}']],
    });
    const names = (task: string, container: string): readonly string[] =>
      ((containersOf(parts.services, task)[container]?.['Secrets'] ?? []) as { Name: string }[]).map(({ Name }) => Name);
    expect(names('ApiTask', 'api-server')).toEqual([
      'OPENAI_API_KEY',
      'PINECONE_API_KEY',
      'POSTGRES_PASSWORD',
      'REDIS_PASSWORD',
      'API_KEY',
    ]);
    expect(names('WorkerTask', 'temporal-worker')).toEqual(['OPENAI_API_KEY', 'PINECONE_API_KEY', 'POSTGRES_PASSWORD', 'REDIS_PASSWORD']);
  });

  it('F7: both services get the same ten addresses and names', () => {
    const api = environmentOf(containersOf(parts.services, 'ApiTask')['api-server']);
    expect(Object.keys(api)).toEqual([
      'POSTGRES_HOST',
      'POSTGRES_PORT',
      'POSTGRES_DB_NAME',
      'POSTGRES_USER',
      'REDIS_HOST',
      'REDIS_PORT',
      'TEMPORAL_ADDRESS',
      'TEMPORAL_NAMESPACE',
      'TEMPORAL_TASK_QUEUE',
      'PINECONE_INDEX',
    ]);
    expect(api).toMatchObject({
      POSTGRES_PORT: '5432',
      POSTGRES_DB_NAME: 'farsight',
      POSTGRES_USER: 'postgres',
      TEMPORAL_NAMESPACE: 'default',
      TEMPORAL_TASK_QUEUE: 'orchestrator-task-queue',
    });
    expect(environmentOf(containersOf(parts.services, 'WorkerTask')['temporal-worker'])).toEqual(api);
  });

  it('F8: Temporal is an address by default, and a service of the platform when the file says so', async () => {
    expect(environmentOf(containersOf(parts.services, 'ApiTask')['api-server'])['TEMPORAL_ADDRESS']).toBe('temporal.example.com:7233');
    const { network, services } = await templates('farsight', {
      change: {
        services: {
          temporal: {
            cpu: '0.5 vCPU',
            memory: '1 GiB',
            internalPort: 7233,
            needs: ['postgres'],
            containers: {
              temporal: {
                image: { fixed: 'temporalio/auto-setup:1.27' },
                port: 7233,
                environment: { DB: 'postgres12', POSTGRES_SEEDS: '{databases.postgres.host}' },
              },
            },
          },
          api: {
            needs: ['postgres', 'redis', 'temporal'],
            containers: { 'api-server': { environment: { TEMPORAL_ADDRESS: '{services.temporal.host}:{services.temporal.port}' } } },
          },
        },
      },
    });
    expect(environmentOf(containersOf(services, 'ApiTask')['api-server'])['TEMPORAL_ADDRESS']).toBe('temporal.farsight-dev.internal:7233');
    expect(only(network, 'AWS::ServiceDiscovery::PrivateDnsNamespace')['Name']).toBe('farsight-dev.internal');
    expect(resources(services, 'AWS::ECS::Service')['TemporalService']?.['ServiceRegistries']).toHaveLength(1);
    expect(resources(network, 'AWS::EC2::SecurityGroupIngress')['TemporalTasksFromApi']).toMatchObject({ FromPort: 7233 });
  });

  it('F9: seven settings change what they name', async () => {
    const changed = await platformOf('farsight', {
      settings: {
        region: 'eu-west-1',
        vpc_cidr: '10.50.0.0/16',
        db_instance_class: 'db.t4g.large',
        redis_node_type: 'cache.t4g.small',
        ecr_repo_name: 'fs-server',
        cluster_name: 'fs',
        temporal_address: 't.example.com:7233',
      },
    });
    expect([
      changed.region,
      changed.network.cidr,
      changed.databases['postgres']?.class,
      changed.caches['redis']?.node,
      changed.cluster.name,
    ]).toEqual(['eu-west-1', '10.50.0.0/16', 'db.t4g.large', 'cache.t4g.small', 'fs']);
    expect(manifestOf(changed, 'dev').services.map((service) => service.containers[0]?.image?.repository)).toEqual([
      'fs-server',
      'fs-server',
    ]);
    for (const service of Object.values(changed.services)) {
      const [container] = Object.values(service.containers);
      expect(container?.environment['TEMPORAL_ADDRESS']).toBe('t.example.com:7233');
    }
  });

  it('F9: settings come as --context name=value, and what is the CDK\'s own there is none', async () => {
    const { platform, stage } = await select({ platform: 'farsight', stage: 'prod', vpc_cidr: '10.50.0.0/16', 'cli-telemetry': false, 'aws:cdk:enable-path-metadata': 'true' });
    expect([stage, platform.network.cidr, platform.region]).toEqual(['prod', '10.50.0.0/16', 'us-east-1']);
    await expect(select({ platform: 'farsight', vpc_cird: '10.50.0.0/16' })).rejects.toThrow(/no setting has this name/);
  });

  it('F9: a setting that the file does not know is refused with the ones it knows', async () => {
    await expect(platformOf('farsight', { settings: { vpc_cird: '10.0.0.0/16' } })).rejects.toThrow(
      /vpc_cird.*\n.*no setting has this name\n.*write `vpc_cidr`; settings of this platform: region, vpc_cidr/,
    );
  });

  it('F10: the outputs LoadBalancerDNS and ECRRepositoryURI are there', () => {
    expect(Object.keys(parts.services.Outputs ?? {})).toContain('LoadBalancerDNS');
    expect(Object.keys(parts.data.Outputs ?? {})).toContain('ECRRepositoryURI');
  });

  it('F11: alarms on CPU, memory, missing tasks, failed health checks and database connections', () => {
    const names = Object.values(resources(parts.services, 'AWS::CloudWatch::Alarm')).map((alarm) => alarm['AlarmName'] as string);
    expect(names).toEqual(
      expect.arrayContaining([
        'farsight-dev-api-cpu-high',
        'farsight-dev-api-memory-high',
        'farsight-dev-api-tasks-missing',
        'farsight-dev-worker-tasks-missing',
        'farsight-dev-api-unhealthy',
        'farsight-dev-postgres-database-connections-high',
      ]),
    );
    const missing = parts.services.Resources['ApiTasksMissingAlarm']?.Properties;
    expect(missing?.['Metrics'][2]).toMatchObject({ Expression: 'should - does', ReturnData: true });
  });

  it('F12: the API container checks its own health', () => {
    expect(containersOf(parts.services, 'ApiTask')['api-server']?.['HealthCheck']).toEqual({
      Command: ['CMD-SHELL', 'python -c "import urllib.request; urllib.request.urlopen(\'http://localhost:8000/health\')" || exit 1'],
      Interval: 30,
      Timeout: 10,
      Retries: 3,
      StartPeriod: 60,
    });
  });

  it('F13: HTTPS with a certificate made and validated in its zone, an alias record, WAF and Container Insights', () => {
    expect(only(parts.services, 'AWS::CertificateManager::Certificate')).toMatchObject({
      DomainName: 'api.farsight.example.com',
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ DomainName: 'api.farsight.example.com', HostedZoneId: 'Z0123456789ABCDEFGHIJ' }],
    });
    expect(only(parts.services, 'AWS::Route53::RecordSet')).toMatchObject({
      Name: 'api.farsight.example.com',
      Type: 'A',
      HostedZoneId: 'Z0123456789ABCDEFGHIJ',
    });
    expect(only(parts.services, 'AWS::WAFv2::WebACL')['Rules'].map(({ Name }: { Name: string }) => Name)).toEqual([
      'AWSManagedRulesCommonRuleSet',
      'AWSManagedRulesKnownBadInputsRuleSet',
      'AWSManagedRulesAmazonIpReputationList',
      'RateLimit',
    ]);
    expect(only(parts.services, 'AWS::WAFv2::WebACLAssociation')['ResourceArn']).toEqual({ Ref: 'LoadBalancer' });
    expect(only(parts.services, 'AWS::ECS::Cluster')['ClusterSettings']).toEqual([{ Name: 'containerInsights', Value: 'enabled' }]);
  });

  it('F13, O13: daily copies in a vault that outlives its stack in prod, and none where they would keep the stack from being removed', async () => {
    const { data } = await templates('farsight', { stage: 'prod' });
    expect(only(data, 'AWS::Backup::BackupPlan')['BackupPlan'].BackupPlanRule[0]).toMatchObject({
      ScheduleExpression: 'cron(0 5 * * ? *)',
      Lifecycle: { DeleteAfterDays: 35 },
    });
    expect(data.Resources['BackupVault']?.['DeletionPolicy']).toBe('Retain');
    expect(resources(parts.data, 'AWS::Backup::BackupVault')).toEqual({});
  });

  it('F13: blue/green is one word: two target groups, one weighted rule, and a role that may shift traffic', async () => {
    const { services } = await templates('farsight', {
      change: { services: { api: { rollout: { strategy: 'blue-green', bake: '5 minutes' } } } },
    });
    const api = resources(services, 'AWS::ECS::Service')['ApiService'];
    expect(api?.['DeploymentConfiguration']).toMatchObject({ Strategy: 'BLUE_GREEN', BakeTimeInMinutes: 5 });
    expect(api?.['DeploymentConfiguration'].DeploymentCircuitBreaker).toBeUndefined();
    const rule = only(services, 'AWS::ElasticLoadBalancingV2::ListenerRule');
    expect(rule['Actions'][0].ForwardConfig.TargetGroups).toEqual([
      { TargetGroupArn: { Ref: 'ApiApiServerTarget' }, Weight: 1 },
      { TargetGroupArn: { Ref: 'ApiApiServerTargetAlternate' }, Weight: 0 },
    ]);
    expect(api?.['LoadBalancers'][0].AdvancedConfiguration).toMatchObject({
      AlternateTargetGroupArn: { Ref: 'ApiApiServerTargetAlternate' },
    });
  });
});
