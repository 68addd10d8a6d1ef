// Aurora Serverless v2 with a minimum of 0: pauses when nobody is connected, resumes at the first attempt (aws-facts D).
import type { World } from '../../world.ts';
import { announce } from './events.ts';
import { membersOf, type Cluster, type RdsState } from './model.ts';

const hour = 3_600_000;

export interface Pausing {
  /** Someone connects: a paused cluster resumes in about 15 s (30 s after a day). Answers ms until it takes the connection. */
  wake(cluster: Cluster): number;
  /** Nobody may be connected any more: the pause interval begins. */
  watch(cluster: Cluster): void;
}

export const makePausing = (world: World, state: RdsState): Pausing => {
  const pausedAt = new Map<Cluster, number>();
  const change = (cluster: Cluster, capacity: number): void => {
    cluster.capacity = capacity;
    for (const source of [...cluster.metrics, ...membersOf(state, cluster).flatMap((member) => member.metrics)]) source.changed();
  };
  const tell = (cluster: Cluster, name: 'pausing' | 'paused' | 'resuming' | 'resumed'): void => {
    for (const member of membersOf(state, cluster)) announce(world, state, member, name);
  };
  const pause = (cluster: Cluster): void => {
    if (cluster.connections > 0 || cluster.status !== 'available' || cluster.capacity === 0) return;
    tell(cluster, 'pausing');
    change(cluster, 0);
    pausedAt.set(cluster, world.clock.now);
    tell(cluster, 'paused');
    world.trail.add({ kind: 'database', who: cluster.id, what: 'paused' });
  };
  const watch = (cluster: Cluster): void => {
    cluster.pauseTimer?.();
    cluster.pauseTimer = undefined;
    if (cluster.serverless?.min !== 0 || cluster.connections > 0) return;
    cluster.pauseTimer = world.clock.after(cluster.serverless.pauseSeconds * 1000, () => pause(cluster), `pause ${cluster.id}`);
  };
  return {
    watch,
    wake: (cluster) => {
      if (cluster.serverless === undefined || cluster.capacity > 0) {
        watch(cluster);
        return 0;
      }
      const long = world.clock.now - (pausedAt.get(cluster) ?? world.clock.now) > 24 * hour;
      const wait = long
        ? world.random.stream('rds.resume').between(30_000, 45_000)
        : world.random.stream('rds.resume').between(12_000, 18_000);
      tell(cluster, 'resuming');
      change(cluster, Math.max(0.5, cluster.serverless.min));
      world.trail.add({ kind: 'database', who: cluster.id, what: 'resuming' });
      world.clock.after(wait, () => tell(cluster, 'resumed'), `resume ${cluster.id}`);
      watch(cluster);
      return wait;
    },
  };
};
