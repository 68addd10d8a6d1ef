// Stopping, starting, backing up: the states a database goes through and how long they take (aws-facts D).
import { AwsError } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { daemonAt } from '../daemon-at.ts';
import { announce } from './events.ts';
import { isAurora, type Database, type Instance, type RdsState } from './model.ts';
import { makeStates, type States } from './states.ts';
import { neverStops, stateFault } from './refusals.ts';

const second = 1000;
const minute = 60 * second;
const day = 86_400 * second;

export interface Lifecycle {
  /** Throws the fault RDS answers when the database can not be stopped now. */
  stop(database: Database): void;
  /** Throws the fault RDS answers when it can not be started now, also for want of capacity. */
  start(database: Database): void;
  /** The database is made: available from now on, with daily backups. */
  settle(database: Database): void;
  /** Enters a state: trail, bill, metrics, cluster members. */
  enter(database: Database, status: string): void;
  /** The database is deleted. */
  end(database: Database): void;
}

interface Parts {
  readonly world: World;
  readonly state: RdsState;
  readonly states: States;
}

const between = ({ world }: Parts, least: number, most: number): number => world.random.stream('rds').between(least, most);

const longer = (database: Database): number => (database.kind === 'instance' && database.multiAz ? 1.5 : 1);

const beginStop = (parts: Parts, database: Database): void => {
  parts.states.enter(database, 'stopping');
  const seconds = database.plan.stopSeconds ?? between(parts, 60, 900) * longer(database);
  delete database.plan.stopSeconds;
  parts.states.later(database, seconds * second, () => stopped(parts, database));
};

/** Stopped for seven days at most: then RDS starts it by itself. */
const stopped = (parts: Parts, database: Database): void => {
  const { world, state, states } = parts;
  states.enter(database, 'stopped');
  announce(world, state, database, 'shutdown');
  announce(world, state, database, 'stopped');
  const restart = world.clock.now + 7 * day;
  database.automaticRestartAt = restart;
  const restarts = (): void => {
    announce(world, state, database, 'restart-after-seven-days');
    beginStart(parts, database);
  };
  database.timer = daemonAt(world.clock, restart, restarts, `rds ${database.id} seven days`);
};

const beginStart = (parts: Parts, database: Database): void => {
  const { states } = parts;
  states.enter(database, 'starting');
  database.automaticRestartAt = undefined;
  const seconds = database.plan.startSeconds ?? between(parts, 240, 840) * longer(database);
  delete database.plan.startSeconds;
  states.later(database, seconds * second, () => {
    const configures = database.kind === 'instance' && parts.world.random.stream('rds').chance(0.15);
    if (!configures) return started(parts, database);
    states.enter(database, 'configuring-enhanced-monitoring');
    states.later(database, between(parts, 30, 90) * second, () => started(parts, database));
  });
};

const started = (parts: Parts, database: Database): void => {
  const { world, state, states } = parts;
  states.enter(database, 'available');
  announce(world, state, database, 'restarted');
  announce(world, state, database, 'started');
  const missedBackup = database.backupRetentionDays > 0 && world.clock.now - (database.backupAt ?? database.createdAt) > day;
  if (missedBackup && world.random.stream('rds').chance(0.3))
    states.later(database, between(parts, 60, 300) * second, () => backup(parts, database));
};

/** The state is `backing-up` for minutes: usable, but neither stoppable nor modifiable. */
const backup = (parts: Parts, database: Database): void => {
  const { world, state, states } = parts;
  if (database.status !== 'available') return;
  states.enter(database, 'backing-up');
  announce(world, state, database, 'backup-begins');
  states.later(database, between(parts, 90, 420) * second, () => {
    database.backupAt = world.clock.now;
    states.enter(database, 'available');
    announce(world, state, database, 'backup-ends');
  });
};

const backupDaily = (parts: Parts, database: Instance): void => {
  const { clock } = parts.world;
  const today = Math.floor(clock.now / day) * day + database.backupMinute * minute;
  const begin = (): void => {
    if (parts.state.instances.get(database.id) !== database) return;
    backup(parts, database);
    backupDaily(parts, database);
  };
  daemonAt(clock, today > clock.now ? today : today + day, begin, `rds ${database.id} backup`);
};

const start = (parts: Parts, database: Database): void => {
  if (database.status !== 'stopped') throw stateFault(database, 'is not stopped, and can not be started.');
  const planned = database.plan.startError;
  delete database.plan.startError;
  if (planned !== undefined || parts.world.faults.happens('rds.start.capacity', database.id)) {
    const code = database.kind === 'instance' ? 'InsufficientDBInstanceCapacityFault' : 'InsufficientDBClusterCapacityFault';
    throw new AwsError(planned ?? code, `Insufficient capacity to start ${database.id}.`);
  }
  beginStart(parts, database);
};

export const makeLifecycle = (world: World, state: RdsState): Lifecycle => {
  const states = makeStates(world, state);
  const parts: Parts = { world, state, states };
  const refuse = (database: Database): void => {
    const never = neverStops(state, database);
    if (never !== undefined) throw stateFault(database, never);
  };
  return {
    enter: states.enter,
    stop: (database) => {
      refuse(database);
      if (database.status !== 'available') throw stateFault(database, 'is not in available state.');
      beginStop(parts, database);
    },
    start: (database) => {
      refuse(database);
      start(parts, database);
    },
    settle: (database) => {
      states.enter(database, 'available');
      announce(world, state, database, 'created');
      if (database.kind === 'instance' && database.backupRetentionDays > 0 && !isAurora(database.engine)) backupDaily(parts, database);
    },
    end: (database) => {
      states.end(database);
      announce(world, state, database, 'deleted');
    },
  };
};
