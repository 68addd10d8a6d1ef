// Entering a state: what the trail, the bill, the metrics and the members of a cluster learn of it.
import type { World } from '../../world.ts';
import { membersOf, type Database, type RdsState } from './model.ts';

export interface States {
  readonly enter: (database: Database, status: string) => void;
  /** Runs later unless the database changes its state before. */
  readonly later: (database: Database, milliseconds: number, run: () => void) => void;
  readonly end: (database: Database) => void;
}

/** Billed by the hour in every state but these. */
const unbilled: readonly string[] = ['stopping', 'stopped', 'starting', 'creating', 'deleting'];
/** Each start is charged for at least this long (ms). */
const leastCharge = 600_000;

const account = (database: Database, now: number): void => {
  const billed = !unbilled.includes(database.status);
  if (billed && database.billedSince === undefined) database.billedSince = now;
  if (billed || database.billedSince === undefined) return;
  database.billedMs += Math.max(leastCharge, now - database.billedSince);
  database.billedSince = undefined;
};

export const makeStates = (world: World, state: RdsState): States => ({
  enter: (database, status) => {
    database.timer?.();
    database.timer = undefined;
    world.trail.add({ kind: 'database', who: database.id, what: status });
    const own = database.kind === 'cluster' ? [database, ...membersOf(state, database)] : [database];
    for (const one of own) {
      one.status = status;
      account(one, world.clock.now);
      for (const source of one.metrics) source.changed();
    }
  },
  later: (database, milliseconds, run) => {
    database.timer = world.clock.after(milliseconds, run, `rds ${database.id}`);
  },
  end: (database) => {
    database.timer?.();
    database.status = 'deleting';
    account(database, world.clock.now);
    for (const source of database.metrics) source.remove();
  },
});
