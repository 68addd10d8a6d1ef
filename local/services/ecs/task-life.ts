// The life of a task: PROVISIONING, PENDING, ACTIVATING, RUNNING, with an event for every change of state (aws-facts A6).
import { announceTask } from './announce.ts';
import { behaviourFor, exitOf } from './container-behaviour.ts';
import type { Exit } from './container-behaviour.ts';
import { startLogs, writeLines } from './container-logs.ts';
import { watchHealth } from './health.ts';
import type { Container, Task } from './model.ts';
import { newTask } from './new-task.ts';
import type { TaskOrder } from './new-task.ts';
import { initializationFailure, pullImage } from './pull.ts';
import type { EcsState } from './state.ts';
import { changed, later, move, tell } from './task-changes.ts';
import { endTask } from './task-end.ts';

const SECOND = 1_000;

/** Starts one task; image pull, container start and health follow on the clock, 15–40 s for a healthy image. */
export const startTask = (state: EcsState, order: TaskOrder): Task => {
  const task = newTask(state, order);
  announceTask(state, task);
  tell(state, task, 'PROVISIONING');
  later(state, task, [4 * SECOND, 9 * SECOND], () => prepare(state, task));
  return task;
};

const prepare = (state: EcsState, task: Task): void => {
  task.connectivityAt = state.world.clock.now;
  task.pullStartedAt = state.world.clock.now;
  move(state, task, 'PENDING');
  const failure = initializationFailure(state.world, task) ?? mishap(state.world, task) ?? pullAll(state, task);
  if (failure !== undefined) return later(state, task, [2 * SECOND, 8 * SECOND], () => failToStart(state, task, failure));
  const slow = state.world.faults.happens('ecs.start.slow', task.service?.name);
  later(state, task, slow ? [60 * SECOND, 240 * SECOND] : [10 * SECOND, 28 * SECOND], () => activate(state, task));
};

/** With the fault `ecs.start.fails` the platform itself fails, as AWS words it, whatever the image is like. */
const mishap = ({ faults }: EcsState['world'], task: Task): string | undefined =>
  faults.happens('ecs.start.fails', task.service?.name)
    ? 'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: context deadline exceeded'
    : undefined;

const failToStart = (state: EcsState, task: Task, failure: string): void => {
  for (const container of task.containers) container.reason = failure;
  endTask(state, task, { code: 'TaskFailedToStart', text: failure });
};

const activate = (state: EcsState, task: Task): void => {
  task.pullStoppedAt = state.world.clock.now;
  move(state, task, 'ACTIVATING');
  later(state, task, [SECOND, 3 * SECOND], () => run(state, task));
};

const run = (state: EcsState, task: Task): void => {
  task.startedAt = state.world.clock.now;
  for (const container of task.containers) startContainer(state, task, container);
  move(state, task, 'RUNNING');
  tell(state, task, 'RUNNING');
  watchHealth(state, task);
};

const startContainer = (state: EcsState, task: Task, container: Container): void => {
  container.lastStatus = 'RUNNING';
  container.startedAt = state.world.clock.now;
  startLogs(state.world, task, container);
  const exit = exitOf(container.behaviour!) ?? databaseExit(state, container);
  if (exit === undefined) return keepConnections(state, task, container);
  task.timers.push(state.world.clock.after(exit.afterSeconds * SECOND, () => exited(state, task, container, exit), 'ecs container exit'));
};

/** Connection pools of a running container, closed when its task ends: they keep an Aurora cluster from pausing (aws-facts D). */
const keepConnections = ({ world }: EcsState, task: Task, container: Container): void => {
  for (const identifier of container.behaviour?.requiresDatabases ?? []) task.timers.push(world.services.rds.connect(identifier));
};

/** An essential container takes the task with it. */
const exited = (state: EcsState, task: Task, container: Container, exit: Exit): void => {
  writeLines(state.world, task, container, exit.lines);
  container.lastStatus = 'STOPPED';
  container.exitCode = exit.exitCode;
  if (exit.reason !== undefined) container.reason = exit.reason;
  if (container.definition.essential === false) return changed(state, task);
  endTask(state, task, { code: 'EssentialContainerExited', text: 'Essential container in task exited' });
};

/** Pulls every container's image; answers the text of the first failure. */
const pullAll = (state: EcsState, task: Task): string | undefined => {
  const revision = task.deployment?.revision;
  for (const container of task.containers) {
    const consistent = revision?.consistent === true && container.definition.versionConsistency !== 'disabled';
    const pulled = pullImage(state.world, task, container, consistent ? revision.digests.get(container.name) : undefined);
    if (!pulled.ok) return pulled.reason;
    container.digest = pulled.image.reportedDigest;
    container.behaviour = behaviourFor(pulled.image.behaviour, container.command);
    if (consistent) revision.digests.set(container.name, pulled.image.digest);
  }
  return undefined;
};

/** A container that needs a database which is not available exits soon after it starts. */
const databaseExit = ({ world }: EcsState, container: Container): Exit | undefined => {
  const missing = (container.behaviour?.requiresDatabases ?? []).find((identifier) => !world.services.rds.available(identifier));
  if (missing === undefined) return undefined;
  return { afterSeconds: 4, exitCode: 1, lines: [`could not connect to server: database ${missing} refused the connection`] };
};
