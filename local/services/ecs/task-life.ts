// The life of a task: PROVISIONING, PENDING, ACTIVATING, RUNNING, and its end, with an event for every change of state (aws-facts A6).
import { announceTask } from './announce.ts';
import { behaviourFor, exitOf } from './container-behaviour.ts';
import type { Exit } from './container-behaviour.ts';
import { watchHealth } from './health.ts';
import type { Container, Task, TaskStatus } from './model.ts';
import { newTask } from './new-task.ts';
import type { TaskOrder } from './new-task.ts';
import { initializationFailure, pullImage } from './pull.ts';
import { startLogs, writeLines } from './container-logs.ts';
import type { EcsState } from './state.ts';

/** Why a task ends: the code and text that DescribeTasks and the event show. */
export interface StopReason {
  readonly code: 'TaskFailedToStart' | 'EssentialContainerExited' | 'UserInitiated' | 'ServiceSchedulerInitiated' | 'SpotInterruption';
  readonly text: string;
}

/** What the service scheduler wants to hear about. */
export interface TaskListener {
  readonly healthy: (task: Task) => void;
  /** The task ends although nobody asked: it could not start, exited, or failed its health checks. */
  readonly failed: (task: Task, cause: StopReason) => void;
  /** The task no longer occupies its service: STOPPED, or its targets are drained. */
  readonly left: (task: Task) => void;
}

export interface TaskLife {
  readonly start: (order: TaskOrder) => Task;
  /** Asks a task to stop; does nothing when it is stopping already. */
  readonly stop: (task: Task, reason: StopReason) => void;
}

const SECOND = 1_000;
const DEFAULT_STOP_TIMEOUT = 30;

export const taskLife = (state: EcsState, listener: TaskListener): TaskLife => {
  const { world } = state;
  const random = () => world.random.stream('ecs');
  const later = (task: Task, least: number, most: number, step: () => void): void => {
    task.timers.push(world.clock.after(random().between(least, most), step, 'ecs task'));
  };
  const move = (task: Task, status: TaskStatus): void => {
    task.lastStatus = status;
    changed(state, task);
  };

  const start = (order: TaskOrder): Task => {
    const task = newTask(state, order);
    announceTask(state, task);
    tell(state, task, 'PROVISIONING');
    later(task, 4 * SECOND, 9 * SECOND, () => prepare(task));
    return task;
  };
  const prepare = (task: Task): void => {
    task.connectivityAt = world.clock.now;
    task.pullStartedAt = world.clock.now;
    move(task, 'PENDING');
    const failure = initializationFailure(world, task) ?? pullAll(state, task);
    if (failure !== undefined) return later(task, 2 * SECOND, 8 * SECOND, () => failToStart(task, failure));
    later(task, 10 * SECOND, 28 * SECOND, () => activate(task));
  };
  const failToStart = (task: Task, failure: string): void => {
    for (const container of task.containers) container.reason = failure;
    end(task, { code: 'TaskFailedToStart', text: failure });
  };
  const activate = (task: Task): void => {
    task.pullStoppedAt = world.clock.now;
    move(task, 'ACTIVATING');
    later(task, SECOND, 3 * SECOND, () => run(task));
  };
  const run = (task: Task): void => {
    task.startedAt = world.clock.now;
    for (const container of task.containers) startContainer(task, container);
    move(task, 'RUNNING');
    tell(state, task, 'RUNNING');
    watchHealth(state, task, { healthy: listener.healthy, unhealthy: (reason) => end(task, { code: 'ServiceSchedulerInitiated', text: reason }) });
  };
  const startContainer = (task: Task, container: Container): void => {
    container.lastStatus = 'RUNNING';
    container.startedAt = world.clock.now;
    startLogs(world, task, container);
    const exit = exitOf(container.behaviour!) ?? databaseExit(state, container);
    if (exit === undefined) return;
    task.timers.push(world.clock.after(exit.afterSeconds * SECOND, () => exited(task, container, exit), 'ecs container exit'));
  };
  const exited = (task: Task, container: Container, exit: Exit): void => {
    writeLines(world, task, container, exit.lines);
    container.lastStatus = 'STOPPED';
    container.exitCode = exit.exitCode;
    if (exit.reason !== undefined) container.reason = exit.reason;
    if (container.definition.essential === false) return changed(state, task);
    end(task, { code: 'EssentialContainerExited', text: 'Essential container in task exited' });
  };

  /** The task ends by itself: the scheduler hears of it before it is gone. */
  const end = (task: Task, reason: StopReason): void => {
    if (task.desiredStatus === 'STOPPED') return;
    leave(task, reason);
    listener.failed(task, reason);
  };
  const stop = (task: Task, reason: StopReason): void => {
    if (task.desiredStatus !== 'STOPPED') leave(task, reason);
  };
  const leave = (task: Task, reason: StopReason): void => {
    for (const cancel of task.timers.splice(0)) cancel();
    Object.assign(task, { desiredStatus: 'STOPPED', stopCode: reason.code, stoppedReason: reason.text, stoppingAt: world.clock.now, healthy: false });
    const drainSeconds = deregister(state, task);
    tell(state, task, 'stopping');
    if (task.startedAt === undefined || task.containers.every((container) => container.lastStatus === 'STOPPED' || dead(task, container))) {
      return dismantle(task);
    }
    if (drainSeconds === 0) return terminate(task);
    move(task, 'DEACTIVATING');
    world.clock.after(drainSeconds * SECOND, () => terminate(task), 'ecs drained');
  };
  /** An essential container that exited takes the others with it at once. */
  const dead = (task: Task, _container: Container): boolean => task.stopCode === 'EssentialContainerExited' || task.stopCode === 'TaskFailedToStart';
  const terminate = (task: Task): void => {
    move(task, 'STOPPING');
    listener.left(task);
    const patience = Math.min(...task.containers.map((container) => container.definition.stopTimeout ?? DEFAULT_STOP_TIMEOUT));
    world.clock.after(random().between(1, Math.min(4, patience)) * SECOND, () => dismantle(task), 'ecs stopping');
  };
  const dismantle = (task: Task): void => {
    stopContainers(task);
    task.executionStoppedAt = world.clock.now;
    move(task, 'DEPROVISIONING');
    world.clock.after(random().between(3, 9) * SECOND, () => finish(task), 'ecs deprovisioned');
  };
  const finish = (task: Task): void => {
    task.stoppedAt = world.clock.now;
    task.service?.tasks.delete(task);
    move(task, 'STOPPED');
    tell(state, task, 'STOPPED');
    listener.left(task);
  };
  return { start, stop };
};

/** Containers that never started have no exit code; the others end on SIGTERM. */
const stopContainers = (task: Task): void => {
  for (const container of task.containers) {
    if (container.startedAt !== undefined && container.lastStatus !== 'STOPPED') container.exitCode = 0;
    container.lastStatus = 'STOPPED';
  }
};

const changed = (state: EcsState, task: Task): void => {
  task.version += 1;
  task.updatedAt = state.world.clock.now;
  announceTask(state, task);
};

const tell = ({ world }: EcsState, task: Task, what: string): void => {
  world.trail.add({
    kind: 'task',
    who: task.arn,
    what,
    detail: {
      group: task.group,
      cluster: task.cluster.name,
      taskDefinition: task.definition.arn,
      digests: task.containers.map((container) => container.digest ?? null),
      ...(task.stopCode === undefined ? {} : { stopCode: task.stopCode, stoppedReason: task.stoppedReason }),
    },
  });
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

/** Takes the task out of its target groups; answers the longest deregistration delay in seconds. */
const deregister = ({ world }: EcsState, task: Task): number => {
  if (task.startedAt === undefined) return 0;
  const delays = task.workload.loadBalancers.map(({ targetGroupArn, containerPort }) => world.services.elb.deregister(targetGroupArn, task.address, containerPort));
  return Math.max(0, ...delays);
};
