// What a deploy may and may not do to a living platform: images, counts and bounds belong to the automation, stateful resources keep their ids.
import { describe, expect, it } from 'vitest';
import { knownPlatforms } from '../../infra/select.ts';
import { decisionLines } from '../../infra/stage.ts';
import { deploymentOf } from '../../infra/names.ts';
import type { Template } from '../assembly.ts';
import pinned from './stateful-ids.json' with { type: 'json' };
import { containersOf, only, platformOf, resources, templates } from './platform-templates.ts';

/** What holds data, passwords or keys, or is known to people and machines by its name. */
const stateful = [
  'AWS::RDS::DBInstance',
  'AWS::RDS::DBCluster',
  'AWS::ElastiCache::CacheCluster',
  'AWS::ElastiCache::ReplicationGroup',
  'AWS::DynamoDB::Table',
  'AWS::S3::Bucket',
  'AWS::EFS::FileSystem',
  'AWS::ECR::Repository',
  'AWS::SecretsManager::Secret',
  'AWS::Cognito::UserPool',
  'AWS::Cognito::IdentityPool',
  'AWS::KMS::Key',
  'AWS::Backup::BackupVault',
  'AWS::Logs::LogGroup',
  'AWS::SSM::Parameter',
];

const statefulIds = (all: Readonly<Record<string, Template>>): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    Object.entries(all).flatMap(([part, template]) => {
      const ids = Object.entries(template.Resources).flatMap(([id, resource]) => (stateful.includes(resource.Type) ? [id] : []));
      return ids.length === 0 ? [] : [[part, ids]];
    }),
  );

describe('a deploy', () => {
  it('R9: ECS guards each deployment too: its circuit breaker rolls back, and so do the alarms of a service that watches them, and no others', async () => {
    const { services } = await templates('farsight');
    const guarded = (id: string) => resources(services, 'AWS::ECS::Service')[id]?.['DeploymentConfiguration'];
    const breaker = { Enable: true, Rollback: true };
    const alarms = ['farsight-dev-api-unhealthy', 'farsight-dev-api-errors', 'farsight-dev-api-slow'];
    expect(guarded('ApiService')).toMatchObject({ DeploymentCircuitBreaker: breaker, Alarms: { ...breaker, AlarmNames: alarms } });
    expect(guarded('WorkerService')).toMatchObject({ DeploymentCircuitBreaker: breaker });
    expect(guarded('WorkerService')).not.toHaveProperty('Alarms');
  });

  it('A2, O13: each service is made after the capacity it may name and removed before it, and the capacity after the load balancer', async () => {
    const { services } = await templates('atomic-calendar');
    const needs = (id: string) => services.Resources[id]?.['DependsOn'] as string | readonly string[];
    for (const id of Object.keys(resources(services, 'AWS::ECS::Service'))) expect(needs(id), id).toContain('ClusterCapacity');
    expect([needs('ClusterCapacity')].flat()).toEqual(['LoadBalancer']);
  });

  it('R5: takes the released image from its parameter, never from a tag', async () => {
    const { services, data } = await templates('farsight');
    expect(containersOf(services, 'ApiTask')['api-server']?.['Image']).toBe('{{resolve:ssm:/dayshift/farsight-dev/api/api-server/image}}');
    expect(resources(data, 'AWS::SSM::Parameter')['ApiApiServerImage']).toMatchObject({
      Name: '/dayshift/farsight-dev/api/api-server/image',
      Value: 'none',
    });
  });

  it('R6: sets no count once an image is released, and no bound while the platform sleeps', async () => {
    const { services } = await templates('farsight');
    expect(services.Parameters?.['ApiApiServerImage']).toMatchObject({
      Type: 'AWS::SSM::Parameter::Value<String>',
      Default: '/dayshift/farsight-dev/api/api-server/image',
    });
    expect(services.Parameters?.['AsleepNow']).toMatchObject({
      Type: 'AWS::SSM::Parameter::Value<String>',
      Default: '/dayshift/farsight-dev/asleep',
    });
    expect(services.Conditions).toMatchObject({
      ApiUnreleased: { 'Fn::Equals': [{ Ref: 'ApiApiServerImage' }, 'none'] },
      Asleep: { 'Fn::Equals': [{ Ref: 'AsleepNow' }, 'yes'] },
    });
    expect(resources(services, 'AWS::ECS::Service')['ApiService']?.['DesiredCount']).toEqual({
      'Fn::If': ['ApiUnreleased', 0, { Ref: 'AWS::NoValue' }],
    });
    expect(resources(services, 'AWS::ApplicationAutoScaling::ScalableTarget')['ApiScaling']).toMatchObject({
      MinCapacity: { 'Fn::If': ['ApiUnreleased', 0, { 'Fn::If': ['Asleep', 0, 2] }] },
      MaxCapacity: { 'Fn::If': ['ApiUnreleased', 0, { 'Fn::If': ['Asleep', 0, 10] }] },
    });
  });

  it('R6: rolls the newest revision of the family, and only when the task definition changed', async () => {
    const before = only((await templates('wizelit')).services, 'AWS::ECS::Service');
    expect(before['TaskDefinition']).toBe('wizelit-dev-app');
    const quiet = await templates('wizelit', { change: { services: { app: { grace: '2 minutes' } } } });
    expect(only(quiet.services, 'AWS::ECS::Service')['ForceNewDeployment']).toEqual(before['ForceNewDeployment']);
    const louder = await templates('wizelit', {
      change: { services: { app: { containers: { app: { environment: { LOG_LEVEL: 'debug' } } } } } },
    });
    expect(only(louder.services, 'AWS::ECS::Service')['ForceNewDeployment'].ForceNewDeploymentNonce).not.toBe(
      before['ForceNewDeployment'].ForceNewDeploymentNonce,
    );
  });

  it('R6: gives a service with fixed images its number as bounds, never as a count', async () => {
    const { services } = await templates('atomic-calendar', { change: { services: { hasura: { count: 2, scaling: null } } } });
    expect(resources(services, 'AWS::ECS::Service')['HasuraService']?.['DesiredCount']).toBeUndefined();
    expect(resources(services, 'AWS::ApplicationAutoScaling::ScalableTarget')['HasuraScaling']).toMatchObject({
      MinCapacity: { 'Fn::If': ['Asleep', 0, 2] },
      MaxCapacity: { 'Fn::If': ['Asleep', 0, 2] },
    });
  });

  it('R7: no service waits for an image that does not exist: two images are both needed, fixed images none', async () => {
    const { services } = await templates('managed-chatkit');
    expect(services.Conditions?.['WebUnreleased']).toEqual({
      'Fn::Or': [{ 'Fn::Equals': [{ Ref: 'WebFrontendImage' }, 'none'] }, { 'Fn::Equals': [{ Ref: 'WebBackendImage' }, 'none'] }],
    });
    const atomic = await templates('atomic-calendar');
    expect(Object.keys(atomic.services.Conditions ?? {})).not.toContain('HasuraUnreleased');
  });

  it('R6: a rotated password reaches database, connection string and tasks in one deploy', async () => {
    const before = await templates('wizelit');
    const after = await templates('wizelit', { change: { databases: { db: { rotation: 1 } } } });
    const password = (template: Template): string => JSON.stringify(only(template, 'AWS::RDS::DBInstance')['MasterUserPassword']);
    expect(password(before.data)).toContain(':SecretString:password}}');
    expect(password(after.data)).toContain(':SecretString:password:AWSCURRENT}}');
    expect(after.data.Resources['DbCredentials']?.Properties['GenerateSecretString'].SecretStringTemplate).toBe(
      '{"username":"postgres","rotation":"1"}',
    );
    expect(JSON.stringify(after.data.Resources['DatabaseUrlSecret'])).toContain(':SecretString:password:AWSCURRENT}}');
    expect(only(after.services, 'AWS::ECS::Service')['ForceNewDeployment']).not.toEqual(
      only(before.services, 'AWS::ECS::Service')['ForceNewDeployment'],
    );
  });

  it('X4: one manifest, equal templates and no account for equal input', async () => {
    for (const name of knownPlatforms()) {
      const first = JSON.stringify(await templates(name, { stage: 'prod' }));
      const second = JSON.stringify(await templates(name, { stage: 'prod', settings: {}, change: {} }));
      expect(second === first, `${name} is synthesized twice alike`).toBe(true);
      expect(first).not.toMatch(/\d{4}-\d{2}-\d{2}T\d{2}:/);
    }
  });

  it.each(knownPlatforms())('A10, F11: every alarm of %s says what it means and what to do, and none speaks because data is missing', async (name) => {
    const alarms = Object.values(resources((await templates(name, { stage: 'prod' })).services, 'AWS::CloudWatch::Alarm'));
    expect(alarms.length).toBeGreaterThan(2);
    const wrong = alarms.filter(
      ({ AlarmDescription, TreatMissingData }) => TreatMissingData !== 'notBreaching' || !/\. What to do: .+\./.test(AlarmDescription as string),
    );
    expect(wrong.map(({ AlarmName }) => AlarmName as string)).toEqual([]);
  });

  it.each(Object.entries(pinned))('X4: what holds data, passwords or keys of %s keeps its logical id', async (name, ids) => {
    expect(statefulIds(await templates(name, { stage: 'prod' }))).toEqual(ids);
  });

  it.each(knownPlatforms())('O13: %s in dev keeps nothing, and nothing in it keeps it from being removed', async (name) => {
    const all = Object.values(await templates(name)).flatMap((template) => Object.values(template.Resources));
    const of = (...types: readonly string[]) => all.filter(({ Type }) => types.includes(Type));
    expect(all.filter((resource) => ['Retain', 'RetainExceptOnCreate', 'Snapshot'].includes(String(resource['DeletionPolicy'])))).toEqual([]);
    // Of databases AWS keeps a snapshot unless it is told not to.
    expect(of('AWS::RDS::DBInstance', 'AWS::RDS::DBCluster').filter((database) => database['DeletionPolicy'] !== 'Delete')).toEqual([]);
    expect(of('AWS::RDS::DBInstance', 'AWS::RDS::DBCluster').filter(({ Properties }) => Properties['DeletionProtection'] !== false)).toEqual([]);
    // What is not empty is not deleted.
    expect(of('AWS::ECR::Repository').filter(({ Properties }) => Properties['EmptyOnDelete'] !== true)).toEqual([]);
    expect(of('Custom::S3AutoDeleteObjects')).toHaveLength(of('AWS::S3::Bucket').length);
    expect(of('AWS::Backup::BackupVault')).toEqual([]);
  });

  it('A6: what the stage decides is said at every synth', async () => {
    const lines = decisionLines(deploymentOf(await platformOf('wizelit', { stage: 'prod' }), 'prod'));
    expect(lines).toEqual([
      'Wizelit, stage prod:',
      '  database db: standby in a second zone: yes  (decided by the stage)',
      '  database db: deletion protection: yes  (decided by the stage)',
      '  database db: automatic backups: 14 days  (decided by the stage)',
      '  database db: when its stack is removed: a last snapshot is kept, and its automatic backups until they expire  (decided by the stage)',
      '  service app: log lines: 30 days, kept when its stack is removed  (decided by the stage)',
      '  tables, buckets, file systems, image repositories, users when their stack is removed: kept; tables and users are protected from deletion  (decided by the stage)',
      '  network flow logs: yes  (decided by the stage)',
      '  load balancer: deletion protection: yes  (decided by the stage)',
      '  load balancer: access log: yes  (decided by the stage)',
      '  ledger of the automation and forms for its secrets when their stack is removed: kept; the ledger is protected from deletion  (decided by the stage)',
      '  urgent alarms: page  (decided by the stage)',
    ]);
  });

  it('A6: a stage changes versions of a bucket, backups of files and shells in tasks, and says each', async () => {
    const said = async (name: string, stage: 'dev' | 'prod'): Promise<string> => decisionLines(deploymentOf(await platformOf(name, { stage }), stage)).join('\n');
    for (const [stage, yes, no] of [['dev', 'no', 'yes'], ['prod', 'yes', 'no']] as const) {
      expect(await said('atomic-calendar', stage)).toContain(`  bucket data: earlier versions of objects: ${yes}  (decided by the stage)`);
      expect(await said('atomic-calendar', stage)).toContain(`  file system vectors: automatic backups: ${yes}  (decided by the stage)`);
      expect(await said('starter', stage)).toContain(`  service web: shells in its tasks: ${no}  (decided by the stage)`);
    }
  });

  it.each([
    ['dev', '1 day', '7 days, deleted when its stack is removed', 'no'],
    ['staging', '7 days', '14 days, deleted when its stack is removed', 'no'],
    ['prod', '14 days', '30 days, kept when its stack is removed', 'yes'],
  ] as const)('A6: %s keeps backups for %s, log lines for %s, and protects: %s', async (stage, backups, logs, protects) => {
    const lines = decisionLines(deploymentOf(await platformOf('wizelit', { stage }), stage));
    expect(lines).toContain(`  database db: automatic backups: ${backups}  (decided by the stage)`);
    expect(lines).toContain(`  service app: log lines: ${logs}  (decided by the stage)`);
    expect(lines).toContain(`  database db: deletion protection: ${protects}  (decided by the stage)`);
  });

  it('A6: what is kept of a database in prod is said by its kind', async () => {
    const databases = { main: { kind: 'aurora-serverless', version: '17.5' }, db: {}, copy: { readReplicaOf: 'db', offHours: 'stay' } } as const;
    const lines = decisionLines(deploymentOf(await platformOf('starter', { stage: 'prod', change: { hours: null, databases } }), 'prod'));
    expect(lines.filter((line) => line.includes('when its stack is removed')).slice(0, 3)).toEqual([
      '  database main: when its stack is removed: a last snapshot is kept  (decided by the stage)',
      '  database db: when its stack is removed: a last snapshot is kept, and its automatic backups until they expire  (decided by the stage)',
      '  database copy: when its stack is removed: deleted: its data is its source’s  (decided by the stage)',
    ]);
  });

  it('A6, F13: whether a stage makes daily copies is said', async () => {
    const said = async (stage: 'dev' | 'prod'): Promise<string | undefined> =>
      decisionLines(deploymentOf(await platformOf('farsight', { stage }), stage)).find((line) => line.includes('AWS Backup'));
    expect(await said('dev')).toBe('  daily copies by AWS Backup: none: data goes with its stack  (decided by the stage)');
    expect(await said('prod')).toBe('  daily copies by AWS Backup: each kept for 35 days  (decided by the stage)');
  });
});
