// Stopping, starting, backing up: the states a database goes through and how long they take (aws-facts D).
import { AwsError } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { daemonAt } from '../daemon-at.ts';
import { announce } from './events.ts';
import { isAurora, membersOf, type Database, type Instance, type RdsState } from './model.ts';

const second = 1000;
const minute = 60 * second;
const day = 86_400 * second;

/** Billed by the hour in every state but these. */
const unbilled: readonly string[] = ['stopping', 'stopped', 'starting', 'creating', 'deleting'];

export interface Lifecycle {
  /** Throws the fault RDS answers when the database can not be stopped now. */
  stop(database: Database): void;
  start(database: Database): void;
  /** Begins the daily backups of a new database. */
  settle(database: Database): void;
  /** Enters a state: trail, bill, metrics, cluster members. */
  enter(database: Database, status: string): void;
  end(database: Database): void;
}

const fault = (database: Database, message: string): AwsError =>
  new AwsError(database.kind === 'instance' ? 'InvalidDBInstanceStateFault' : 'InvalidDBClusterStateFault', message);

/** Why RDS never stops this database, whatever its state; undefined when it may. */
const neverStops = (state: RdsState, database: Database): string | undefined => {
  if (database.kind === 'cluster') {
    return database.multiAzClass === undefined ? undefined : `DB cluster ${database.id} is a Multi-AZ DB cluster, which can not be stopped`;
  }
  if (database.clusterId !== undefined) return `Instance ${database.id} is a member of the cluster ${database.clusterId}. Stop or start the cluster instead`;
  if (database.replicaOf !== undefined) return `Cannot stop or start a read replica: ${database.id}`;
  if ([...state.instances.values()].some((other) => other.replicaOf === database.id)) return `Cannot stop or start an instance that has read replicas: ${database.id}`;
  if (database.multiAz && database.engine.startsWith('sqlserver')) return `Cannot stop a SQL Server instance with Multi-AZ: ${database.id}`;
  return undefined;
};

const account = (database: Database, now: number): void => {
  const billed = !unbilled.includes(database.status);
  if (billed && database.billedSince === undefined) database.billedSince = now;
  if (billed || database.billedSince === undefined) return;
  // Each start is charged for at least ten minutes.
  database.billedMs += Math.max(10 * minute, now - database.billedSince);
  database.billedSince = undefined;
};

export const makeLifecycle = (world: World, state: RdsState): Lifecycle => {
  const { clock } = world;
  const random = () => world.random.stream('rds');

  const enter = (database: Database, status: string): void => {
    database.timer?.();
    database.timer = undefined;
    database.status = status;
    world.trail.add({ kind: 'database', who: database.id, what: status });
    const own = database.kind === 'cluster' ? [database, ...membersOf(state, database)] : [database];
    for (const one of own) {
      one.status = status;
      account(one, clock.now);
      for (const source of one.metrics) source.changed();
    }
  };

  const later = (database: Database, milliseconds: number, run: () => void): void => {
    database.timer = clock.after(milliseconds, run, `rds ${database.id}`);
  };

  const longer = (database: Database): number => (database.kind === 'instance' && database.multiAz ? 1.5 : 1);

  const stopped = (database: Database): void => {
    enter(database, 'stopped');
    announce(world, state, database, 'shutdown');
    announce(world, state, database, 'stopped');
    const restart = clock.now + 7 * day;
    database.automaticRestartAt = restart;
    database.timer = daemonAt(clock, restart, () => {
      announce(world, state, database, 'restart-after-seven-days');
      beginStart(database);
    }, `rds ${database.id} seven days`);
  };

  const beginStart = (database: Database): void => {
    enter(database, 'starting');
    database.automaticRestartAt = undefined;
    const seconds = database.plan.startSeconds ?? random().between(240, 840) * longer(database);
    delete database.plan.startSeconds;
    later(database, seconds * second, () => {
      if (database.kind === 'instance' && random().chance(0.15)) {
        enter(database, 'configuring-enhanced-monitoring');
        later(database, random().between(30, 90) * second, () => started(database));
      } else started(database);
    });
  };

  const started = (database: Database): void => {
    enter(database, 'available');
    announce(world, state, database, 'restarted');
    announce(world, state, database, 'started');
    const missed = database.backupRetentionDays > 0 && clock.now - (database.backupAt ?? database.createdAt) > day;
    if (missed && random().chance(0.3)) later(database, random().between(60, 300) * second, () => backup(database));
  };

  /** The state is `backing-up` for minutes: usable, but neither stoppable nor modifiable. */
  const backup = (database: Database): void => {
    if (database.status !== 'available') return;
    enter(database, 'backing-up');
    announce(world, state, database, 'backup-begins');
    later(database, random().between(90, 420) * second, () => {
      database.backupAt = clock.now;
      enter(database, 'available');
      announce(world, state, database, 'backup-ends');
    });
  };

  const daily = (database: Instance): void => {
    const today = Math.floor(clock.now / day) * day + database.backupMinute * minute;
    const next = today > clock.now ? today : today + day;
    daemonAt(clock, next, () => {
      if (state.instances.get(database.id) !== database) return;
      backup(database);
      daily(database);
    }, `rds ${database.id} backup`);
  };

  return {
    enter,
    stop: (database) => {
      const never = neverStops(state, database);
      if (never !== undefined) throw fault(database, never);
      if (database.status !== 'available') throw fault(database, `${database.kind === 'instance' ? 'Instance' : 'DbCluster'} ${database.id} is not in available state.`);
      enter(database, 'stopping');
      const seconds = database.plan.stopSeconds ?? random().between(60, 900) * longer(database);
      delete database.plan.stopSeconds;
      later(database, seconds * second, () => stopped(database));
    },
    start: (database) => {
      const never = neverStops(state, database);
      if (never !== undefined) throw fault(database, never);
      if (database.status !== 'stopped') throw fault(database, `${database.kind === 'instance' ? 'Instance' : 'DbCluster'} ${database.id} is not stopped, and can not be started.`);
      const planned = database.plan.startError;
      delete database.plan.startError;
      if (planned !== undefined || world.faults.happens('rds.start.capacity', database.id)) {
        throw new AwsError(planned ?? (database.kind === 'instance' ? 'InsufficientDBInstanceCapacityFault' : 'InsufficientDBClusterCapacityFault'), `Insufficient capacity to start ${database.id}.`);
      }
      beginStart(database);
    },
    settle: (database) => {
      enter(database, 'available');
      announce(world, state, database, 'created');
      if (database.kind === 'instance' && database.backupRetentionDays > 0 && !isAurora(database.engine)) daily(database);
    },
    end: (database) => {
      database.timer?.();
      database.status = 'deleting';
      account(database, clock.now);
      for (const source of database.metrics) source.remove();
      announce(world, state, database, 'deleted');
    },
  };
};
