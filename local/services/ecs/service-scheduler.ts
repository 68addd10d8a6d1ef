// Keeps a service at its desired count and moves its deployments forward: one decision whenever something changed, no ticking.
import { announceAction, serviceMessage } from './announce.ts';
import { kick } from './kick.ts';
import type { Deployment, Service, Task } from './model.ts';
import { nextProvider } from './new-task.ts';
import { nextStep } from './rolling.ts';
import { steadyReached } from './rollouts.ts';
import type { EcsState } from './state.ts';
import { stopTask } from './task-end.ts';
import { startTask } from './task-life.ts';
import { holdsOldTasks, scaledUp } from './traffic-shift.ts';

const PLACEMENT_RETRY = 60_000;

/** One look at a service: stop and start what the counts and percentages allow, then see whether it is steady. */
export const look = (state: EcsState, service: Service): void => {
  if (service.status === 'INACTIVE') return;
  const primary = service.deployments[0]!;
  const tasks = [...service.tasks].filter((task) => task.desiredStatus === 'RUNNING');
  const desired = service.status === 'ACTIVE' ? service.desired : 0;
  const hold = holdsOldTasks(service, primary) ? service.lastCompleted : undefined;
  const step = nextStep({ desired, configuration: service.configuration, primary, tasks, ...(hold === undefined ? {} : { hold }) });
  stopTasks(state, service, primary, step.stop);
  if (step.start > 0) startTasks(state, service, primary, step.start);
  if (step.stuck) tellStuck(state, service);
  settle(state, service, primary);
  if (service.status === 'DRAINING' && service.tasks.size === 0) service.status = 'INACTIVE';
};

const stopTasks = (state: EcsState, service: Service, primary: Deployment, tasks: readonly Task[]): void => {
  if (tasks.length === 0) return;
  service.steady = false;
  const text = `Scaling activity initiated by (deployment ${primary.id})`;
  for (const task of tasks) stopTask(state, task, { code: 'ServiceSchedulerInitiated', text });
  serviceMessage(state, service, `(service ${service.name}) has stopped ${tasks.length} running tasks: ${named(tasks)}.`);
};

const named = (tasks: readonly Task[]): string => tasks.map((task) => `(task ${task.id})`).join(' ');

const startTasks = (state: EcsState, service: Service, primary: Deployment, count: number): void => {
  service.steady = false;
  const wait = primary.notBefore - state.world.clock.now;
  if (wait > 0) return kick(state, service, wait);
  const started: Task[] = [];
  while (started.length < count) {
    const provider = providerFor(service);
    if (!state.capacity[provider]) {
      noCapacity(state, service, provider);
      break;
    }
    started.push(startTask(state, orderOf(service, primary, provider)));
  }
  if (started.length > 0)
    serviceMessage(state, service, `(service ${service.name}) has started ${started.length} tasks: ${named(started)}.`);
};

const providerFor = (service: Service): 'FARGATE' | 'FARGATE_SPOT' => {
  if (service.launchType !== undefined) return 'FARGATE';
  const running = [...service.tasks].filter((task) => task.desiredStatus === 'RUNNING').map((task) => task.capacityProvider);
  return nextProvider(service.capacityProviderStrategy, running) === 'FARGATE_SPOT' ? 'FARGATE_SPOT' : 'FARGATE';
};

/** Spot is never replaced with on-demand capacity (B5): the scheduler only tries again. */
const noCapacity = (state: EcsState, service: Service, provider: string): void => {
  const { world } = state;
  serviceMessage(
    state,
    service,
    `(service ${service.name}) was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a different availability zone.`,
  );
  const capacityProviderArns = [`arn:aws:ecs:${world.region}:${world.account}:capacity-provider/${provider}`];
  announceAction(state, service, 'ERROR', 'SERVICE_TASK_PLACEMENT_FAILURE', { reason: 'RESOURCE:FARGATE', capacityProviderArns });
  world.trail.add({ kind: 'task', who: service.arn, what: 'placement failure', detail: { provider } });
  kick(state, service, PLACEMENT_RETRY);
};

const tellStuck = (state: EcsState, service: Service): void => {
  const message =
    `(service ${service.name}) was unable to stop or start tasks during a deployment because of the service deployment configuration. ` +
    'Update the minimumHealthyPercent or maximumPercent value and try again.';
  if (service.events[0]?.message !== message) serviceMessage(state, service, message);
};

/** Drops emptied deployments, finds the steady state and lets the rollout complete. */
const settle = (state: EcsState, service: Service, primary: Deployment): void => {
  const present = [...service.tasks].filter(occupies);
  service.deployments = service.deployments.filter(
    (deployment) => deployment === primary || present.some((task) => task.deployment === deployment),
  );
  const good = present.filter((task) => task.deployment === primary && task.healthy);
  if (holdsOldTasks(service, primary) && good.length === service.desired) scaledUp(state, service, primary);
  if (primary.rollout === 'FAILED' || present.length !== service.desired || good.length !== service.desired) {
    delete primary.steadySince;
    service.steady = false;
    return;
  }
  primary.steadySince ??= state.world.clock.now;
  if (!service.steady) tellSteady(state, service);
  service.steady = true;
  steadyReached(state, service, primary);
};

/** A drained target still holds its place; once its containers are told to stop, a task no longer does. */
const occupies = (task: Task): boolean => !['STOPPING', 'DEPROVISIONING', 'STOPPED'].includes(task.lastStatus);

export const tellSteady = (state: EcsState, service: Service): void => {
  serviceMessage(state, service, `(service ${service.name}) has reached a steady state.`);
  announceAction(state, service, 'INFO', 'SERVICE_STEADY_STATE');
};

const orderOf = (service: Service, primary: Deployment, capacityProvider: string) => ({
  cluster: service.cluster,
  definition: primary.revision.workload.taskDefinition,
  workload: { ...primary.revision.workload, loadBalancers: primary.links },
  group: `service:${service.name}`,
  startedBy: primary.id,
  capacityProvider,
  service,
  deployment: primary,
  enableExecuteCommand: service.enableExecuteCommand,
  tags: tagsFor(service, primary),
});

const tagsFor = (service: Service, primary: Deployment): Service['tags'] => {
  if (service.propagateTags === 'SERVICE') return service.tags;
  return service.propagateTags === 'TASK_DEFINITION' ? primary.revision.workload.taskDefinition.tags : [];
};
