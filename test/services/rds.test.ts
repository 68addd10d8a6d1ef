// The simulated RDS and ElastiCache: states, waits, refusals and what happens by itself.
import { beforeEach, describe, expect, it } from 'vitest';
import { createWorld } from '../../local/create-world.ts';
import type { World } from '../../local/world.ts';

let world: World;
const start = Date.parse('2026-11-23T08:00:00Z');
const minute = 60_000;
const day = 86_400_000;
const later = (milliseconds: number) => world.clock.run(world.clock.now + milliseconds);
const call = (operation: string, input: object, service = 'rds'): Promise<any> =>
  world.call({ service, operation, input, caller: { kind: 'operator' } });
const db = { DBInstanceIdentifier: 'wizelit-db' };
const status = () => world.services.rds.status('wizelit-db');
let emitted: any[];
const eventIds = () => emitted.filter((event) => event.source === 'aws.rds').map((event) => event.detail.EventID);

/** No automated backup disturbs unless a test asks for one. */
const properties = {
  Engine: 'postgres',
  EngineVersion: '17.5',
  DBInstanceClass: 'db.t3.micro',
  AllocatedStorage: '20',
  DBName: 'app',
  BackupRetentionPeriod: 0,
};

beforeEach(() => {
  emitted = [];
  world = createWorld({
    start,
    seed: 1,
    factories: {
      events: () =>
        ({
          signingName: 'events',
          operations: {},
          support: { does: [], doesNot: [] },
          emit: (event: object) => emitted.push(event),
        }) as never,
    },
  });
  world.services.rds.createInstance('Wizelit-DB', properties);
});

describe('stopping and starting', () => {
  it('S3: stops in minutes, only from available, and tells when AWS would start it again', async () => {
    expect((await call('StopDBInstance', db)).DBInstance.DBInstanceStatus).toBe('stopping');
    await expect(call('StopDBInstance', db)).rejects.toMatchObject({
      name: 'InvalidDBInstanceStateFault',
      message: 'Instance wizelit-db is not in available state.',
    });
    await later(16 * minute);
    const [instance] = (await call('DescribeDBInstances', db)).DBInstances;
    expect(instance.DBInstanceStatus).toBe('stopped');
    const stopped = emitted.find((event) => event.detail.EventID === 'RDS-EVENT-0087').detail;
    expect(instance.AutomaticRestartTime).toEqual(new Date(Date.parse(stopped.Date) + 7 * day));
    await expect(call('ModifyDBInstance', { ...db, DeletionProtection: true })).rejects.toMatchObject({
      name: 'InvalidDBInstanceStateFault',
    });
  });

  it('S4: starts in minutes and is usable only when available', async () => {
    await call('StopDBInstance', db);
    await later(16 * minute);
    await call('StartDBInstance', db);
    expect([status(), world.services.rds.available('wizelit-db')]).toEqual(['starting', false]);
    await later(30 * minute);
    expect([status(), world.services.rds.available('wizelit-db')]).toEqual(['available', true]);
    expect(eventIds()).toEqual(expect.arrayContaining(['RDS-EVENT-0004', 'RDS-EVENT-0087', 'RDS-EVENT-0006', 'RDS-EVENT-0088']));
    expect(emitted.find((event) => event.detail.EventID === 'RDS-EVENT-0087')).toMatchObject({
      source: 'aws.rds',
      detailType: 'RDS DB Instance Event',
      resources: ['arn:aws:rds:us-east-1:111122223333:db:wizelit-db'],
      detail: {
        EventCategories: ['notification'],
        SourceType: 'DB_INSTANCE',
        SourceIdentifier: 'wizelit-db',
        Message: 'DB instance stopped',
      },
    });
  });

  it('S7: after seven days AWS starts it by itself, with event 0154 and then 0088', async () => {
    await call('StopDBInstance', db);
    await later(7 * day - minute);
    expect(status()).toBe('stopped');
    await later(60 * minute);
    expect(status()).toBe('available');
    expect(eventIds().filter((id) => ['RDS-EVENT-0154', 'RDS-EVENT-0088'].includes(id))).toEqual(['RDS-EVENT-0154', 'RDS-EVENT-0088']);
  });

  it('S4: a start may fail for capacity and succeed when tried again', async () => {
    await call('StopDBInstance', db);
    await later(16 * minute);
    world.services.rds.plan('wizelit-db', { startError: 'InsufficientDBInstanceCapacityFault', startSeconds: 60 });
    await expect(call('StartDBInstance', db)).rejects.toMatchObject({ name: 'InsufficientDBInstanceCapacityFault' });
    await call('StartDBInstance', db);
    await later(5 * minute);
    expect(status()).toBe('available');
  });

  it('S7: refuses what can never be stopped', async () => {
    world.services.rds.createInstance('replica', { ...properties, SourceDBInstanceIdentifier: 'wizelit-db' });
    world.services.rds.createInstance('mssql', { ...properties, Engine: 'sqlserver-se', MultiAZ: true });
    for (const DBInstanceIdentifier of ['replica', 'wizelit-db', 'mssql']) {
      await expect(call('StopDBInstance', { DBInstanceIdentifier })).rejects.toMatchObject({ name: 'InvalidDBInstanceStateFault' });
    }
    world.services.rds.createCluster('three', { Engine: 'postgres', DBClusterInstanceClass: 'db.m6gd.large' });
    await expect(call('StopDBCluster', { DBClusterIdentifier: 'three' })).rejects.toMatchObject({ name: 'InvalidDBClusterStateFault' });
    await expect(call('StopDBInstance', { DBInstanceIdentifier: 'none' })).rejects.toMatchObject({ name: 'DBInstanceNotFoundFault' });
  });

  it('S3: the daily backup makes it not stoppable for minutes', async () => {
    world.services.rds.createInstance('backed', { ...properties, BackupRetentionPeriod: 7, PreferredBackupWindow: '09:00-09:30' });
    await world.clock.run(Date.parse('2026-11-23T09:00:30Z'));
    expect([world.services.rds.status('backed'), world.services.rds.available('backed')]).toEqual(['backing-up', true]);
    await expect(call('StopDBInstance', { DBInstanceIdentifier: 'backed' })).rejects.toMatchObject({ name: 'InvalidDBInstanceStateFault' });
    await later(10 * minute);
    expect(world.services.rds.status('backed')).toBe('available');
  });

  it('S14: hours are billed while it runs, at least ten minutes per start', async () => {
    await later(60 * minute);
    world.services.rds.plan('wizelit-db', { stopSeconds: 60, startSeconds: 60 });
    await call('StopDBInstance', db);
    await later(10 * 60 * minute);
    expect(world.services.rds.billedHours('wizelit-db')).toBe(1);
    world.services.rds.plan('wizelit-db', { stopSeconds: 60, startSeconds: 60 });
    await call('StartDBInstance', db);
    await later(3 * minute);
    await call('StopDBInstance', db);
    await later(60 * minute);
    expect(world.services.rds.billedHours('wizelit-db')).toBeCloseTo(1 + 1 / 6);
  });

  it('R8: a snapshot is taken before a stop when asked, and its name is used once', async () => {
    await call('StopDBInstance', { ...db, DBSnapshotIdentifier: 'before-night' });
    expect((await call('DescribeDBSnapshots', { DBSnapshotIdentifier: 'before-night' })).DBSnapshots[0]).toMatchObject({
      Status: 'creating',
      DBInstanceIdentifier: 'wizelit-db',
    });
    await later(20 * minute);
    expect((await call('DescribeDBSnapshots', db)).DBSnapshots[0].Status).toBe('available');
    await expect(call('CreateDBSnapshot', { ...db, DBSnapshotIdentifier: 'before-night' })).rejects.toMatchObject({
      name: 'DBSnapshotAlreadyExistsFault',
    });
    await expect(call('CreateDBSnapshot', { ...db, DBSnapshotIdentifier: 'other' })).rejects.toMatchObject({
      name: 'InvalidDBInstanceStateFault',
    });
  });

  it('metrics vanish while it is stopped', async () => {
    const cpu = { namespace: 'AWS/RDS', name: 'CPUUtilization', dimensions: { DBInstanceIdentifier: 'wizelit-db' } };
    await later(2 * minute);
    expect(world.services.cloudwatch.value(cpu)).toBe(8);
    await call('StopDBInstance', db);
    await later(20 * minute);
    expect(world.services.cloudwatch.value(cpu)).toBeUndefined();
  });
});

describe('Aurora', () => {
  const serverless = {
    Engine: 'aurora-postgresql',
    ServerlessV2ScalingConfiguration: { MinCapacity: 0, MaxCapacity: 4 },
    MasterUsername: 'app',
  };
  const capacity = { namespace: 'AWS/RDS', name: 'ServerlessDatabaseCapacity', dimensions: { DBClusterIdentifier: 'aurora' } };

  it('S7: Serverless v2 with minimum 0 pauses by itself, stays available, and wakes at the first connection', async () => {
    world.services.rds.createCluster('aurora', serverless);
    world.services.rds.createInstance('aurora-1', {
      Engine: 'aurora-postgresql',
      DBInstanceClass: 'db.serverless',
      DBClusterIdentifier: 'aurora',
    });
    const close = world.services.rds.connect('aurora');
    await later(60 * minute);
    expect(world.services.cloudwatch.value(capacity)).toBe(0.5);
    close();
    await later(8 * minute);
    expect([world.services.cloudwatch.value(capacity), world.services.rds.status('aurora')]).toEqual([0, 'available']);
    expect(world.services.rds.available('aurora-1')).toBe(true);
    await later(2 * minute);
    expect(world.services.cloudwatch.value(capacity)).toBe(0.5);
    expect(eventIds().filter((id) => ['RDS-EVENT-0372', 'RDS-EVENT-0374'].includes(id))).toEqual(['RDS-EVENT-0372', 'RDS-EVENT-0374']);
  });

  it('S3: a cluster stops and starts with its members, which can not be stopped alone', async () => {
    world.services.rds.createCluster('aurora', serverless);
    world.services.rds.createInstance('aurora-1', {
      Engine: 'aurora-postgresql',
      DBInstanceClass: 'db.serverless',
      DBClusterIdentifier: 'aurora',
    });
    await expect(call('StopDBInstance', { DBInstanceIdentifier: 'aurora-1' })).rejects.toMatchObject({
      name: 'InvalidDBInstanceStateFault',
    });
    await call('StopDBCluster', { DBClusterIdentifier: 'aurora' });
    await later(16 * minute);
    expect([world.services.rds.status('aurora'), world.services.rds.status('aurora-1')]).toEqual(['stopped', 'stopped']);
    await call('StartDBCluster', { DBClusterIdentifier: 'aurora' });
    await later(20 * minute);
    const [cluster] = (await call('DescribeDBClusters', { DBClusterIdentifier: 'aurora' })).DBClusters;
    expect(cluster).toMatchObject({ Status: 'available', DBClusterMembers: [{ DBInstanceIdentifier: 'aurora-1', IsClusterWriter: true }] });
  });
});

describe('caches', () => {
  const cache = (operation: string, input: object) => call(operation, input, 'elasticache');
  const address = async () =>
    (await cache('DescribeReplicationGroups', { ReplicationGroupId: 'cache' })).ReplicationGroups[0].NodeGroups[0].PrimaryEndpoint.Address;

  it('S3: hibernation deletes with a final snapshot and restores under the same name and address', async () => {
    world.services.elasticache.createReplicationGroup('cache', { Engine: 'redis', CacheNodeType: 'cache.t3.micro' });
    const before = await address();
    await cache('DeleteReplicationGroup', { ReplicationGroupId: 'cache', FinalSnapshotIdentifier: 'night' });
    await expect(cache('DeleteReplicationGroup', { ReplicationGroupId: 'cache' })).rejects.toMatchObject({
      name: 'InvalidReplicationGroupStateFault',
    });
    await later(15 * minute);
    await expect(cache('DescribeReplicationGroups', { ReplicationGroupId: 'cache' })).rejects.toMatchObject({
      name: 'ReplicationGroupNotFoundFault',
    });
    await cache('CreateReplicationGroup', {
      ReplicationGroupId: 'cache',
      ReplicationGroupDescription: 'x',
      SnapshotName: 'night',
      Engine: 'redis',
      CacheNodeType: 'cache.t3.micro',
    });
    expect(world.services.elasticache.available('cache')).toBe(false);
    await later(15 * minute);
    expect([world.services.elasticache.available('cache'), await address()]).toEqual([true, before]);
    await expect(cache('CreateCacheCluster', { CacheClusterId: 'c', SnapshotName: 'none' })).rejects.toMatchObject({
      name: 'SnapshotNotFoundFault',
    });
  });
});
