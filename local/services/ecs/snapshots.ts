// What other simulators, rule checks and tests read of ECS: plain copies in the API's words, without an API call.
import type { RolloutState, Service, Task, TaskStatus } from './model.ts';

export interface ContainerSnapshot {
  readonly name: string;
  readonly image: string;
  readonly imageDigest?: string;
  readonly lastStatus: string;
  readonly exitCode?: number;
  readonly reason?: string;
}

export interface TaskSnapshot {
  readonly arn: string;
  readonly lastStatus: TaskStatus;
  readonly desiredStatus: 'RUNNING' | 'STOPPED';
  readonly healthy: boolean;
  readonly taskDefinition: string;
  readonly deploymentId?: string;
  readonly capacityProvider: string;
  readonly address: string;
  readonly cpu: string;
  readonly memory: string;
  readonly startedAt?: number;
  readonly containers: readonly ContainerSnapshot[];
}

export interface ServiceSnapshot {
  readonly arn: string;
  readonly status: string;
  readonly desiredCount: number;
  readonly runningCount: number;
  readonly pendingCount: number;
  readonly healthyCount: number;
  readonly taskDefinition: string;
  /** The first is PRIMARY. */
  readonly deployments: readonly {
    readonly id: string;
    readonly taskDefinition: string;
    readonly rolloutState: RolloutState;
    readonly failedTasks: number;
  }[];
  /** Legacy id of the deployment a circuit breaker would go back to. */
  readonly lastCompleted?: string;
}

const optional = <Value>(name: string, value: Value | undefined): object => (value === undefined ? {} : { [name]: value });

export const taskSnapshot = (task: Task): TaskSnapshot => ({
  arn: task.arn,
  lastStatus: task.lastStatus,
  desiredStatus: task.desiredStatus,
  healthy: task.healthy,
  taskDefinition: task.definition.arn,
  capacityProvider: task.capacityProvider,
  address: task.address,
  cpu: task.definition.cpu,
  memory: task.definition.memory,
  containers: task.containers.map((container) => ({
    name: container.name,
    image: container.image,
    lastStatus: container.lastStatus,
    ...optional('imageDigest', container.digest),
    ...optional('exitCode', container.exitCode),
    ...optional('reason', container.reason),
  })),
  ...optional('deploymentId', task.deployment?.id),
  ...optional('startedAt', task.startedAt),
});

export const serviceSnapshot = (service: Service): ServiceSnapshot => {
  const tasks = [...service.tasks];
  return {
    arn: service.arn,
    status: service.status,
    desiredCount: service.desired,
    runningCount: tasks.filter((task) => task.lastStatus === 'RUNNING').length,
    pendingCount: tasks.filter((task) => ['PROVISIONING', 'PENDING', 'ACTIVATING'].includes(task.lastStatus)).length,
    healthyCount: tasks.filter((task) => task.healthy).length,
    taskDefinition: service.workload.taskDefinition.arn,
    deployments: service.deployments.map((deployment) => ({
      id: deployment.id,
      taskDefinition: deployment.revision.workload.taskDefinition.arn,
      rolloutState: deployment.rollout,
      failedTasks: deployment.failedTasks,
    })),
    ...optional('lastCompleted', service.lastCompleted?.id),
  };
};
