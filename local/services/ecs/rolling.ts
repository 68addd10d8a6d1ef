// The arithmetic of a rolling deployment: how many tasks may start and which may stop now, within the minimum and maximum percent (B2).
import type { Deployment, DeploymentConfiguration, Task } from './model.ts';

export interface RollingView {
  readonly desired: number;
  readonly configuration: DeploymentConfiguration;
  readonly primary: Deployment;
  /** Tasks that are meant to run. */
  readonly tasks: readonly Task[];
  /** A deployment whose tasks all stay, because traffic has not shifted yet (B9). */
  readonly hold?: Deployment;
}

export interface RollingStep {
  readonly start: number;
  readonly stop: readonly Task[];
  /** The percentages allow neither start nor stop although the rollout is not done. */
  readonly stuck: boolean;
}

/** What the scheduler does next. A failed deployment starts nothing and only shrinks to the desired count (B4). */
export const nextStep = ({ desired, configuration, primary, tasks, hold }: RollingView): RollingStep => {
  const mine = tasks.filter((task) => task.deployment === primary);
  const others = tasks.filter((task) => task.deployment !== primary);
  if (primary.rollout === 'FAILED')
    return { start: 0, stop: leastUseful(tasks).slice(0, Math.max(0, tasks.length - desired)), stuck: false };
  const surplus = leastUseful(mine).slice(0, Math.max(0, mine.length - desired));
  if (others.length === 0) return { start: Math.max(0, desired - mine.length), stop: surplus, stuck: false };

  if (hold !== undefined) {
    const superseded = others.filter((task) => task.deployment !== hold);
    return { start: Math.max(0, desired - mine.length), stop: [...surplus, ...superseded], stuck: false };
  }
  const most = Math.floor((desired * configuration.maximumPercent) / 100);
  const least = Math.ceil((desired * configuration.minimumHealthyPercent) / 100);
  const wanted = Math.max(0, desired - mine.length);
  const start = Math.min(wanted, Math.max(0, most - tasks.length));
  const stop = [...surplus, ...replaceable(mine, others, desired, least, wanted - start)];
  return { start, stop, stuck: start === 0 && stop.length === 0 && wanted > 0 };
};

/** Old tasks that may go: those without health at once, healthy ones as new ones take over or must make room. */
const replaceable = (
  mine: readonly Task[],
  others: readonly Task[],
  desired: number,
  least: number,
  roomNeeded: number,
): readonly Task[] => {
  const healthyMine = mine.filter((task) => task.healthy).length;
  const healthyOthers = others.filter((task) => task.healthy);
  const spare = Math.max(0, healthyMine + healthyOthers.length - least);
  const takenOver = Math.max(0, others.length - Math.max(0, desired - healthyMine));
  const unhealthy = others.filter((task) => !task.healthy);
  const count = Math.min(spare, Math.max(takenOver - unhealthy.length, roomNeeded - unhealthy.length, 0));
  return [...unhealthy, ...healthyOthers.slice(0, count)];
};

/** Not yet healthy ones first, then the youngest. */
const leastUseful = (tasks: readonly Task[]): readonly Task[] =>
  [...tasks].sort((left, right) => Number(left.healthy) - Number(right.healthy) || right.createdAt - left.createdAt);
