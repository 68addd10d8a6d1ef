// The events ECS puts on the default bus (aws-facts A3, A4, A6) and the messages a service keeps.
import type { EcsState } from './state.ts';
import type { Deployment, Service, Task } from './model.ts';
import { taskDetail } from './task-view.ts';

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** ECS Task State Change: one per state change; a redelivery carries the same `detail.version`. */
export const announceTask = ({ world }: EcsState, task: Task): void => {
  world.services.events.emit({
    source: 'aws.ecs',
    detailType: 'ECS Task State Change',
    resources: [task.arn],
    detail: { ...taskDetail(task, iso, 'eni'), updatedAt: iso(task.updatedAt) },
  });
};

type DeploymentEventName = 'SERVICE_DEPLOYMENT_IN_PROGRESS' | 'SERVICE_DEPLOYMENT_COMPLETED' | 'SERVICE_DEPLOYMENT_FAILED';

/** ECS Deployment State Change: names the legacy deployment id and the reason, nothing else (A3). */
export const announceDeployment = ({ world }: EcsState, service: Service, deployment: Deployment, eventName: DeploymentEventName): void => {
  const eventType = eventName === 'SERVICE_DEPLOYMENT_FAILED' ? 'ERROR' : 'INFO';
  world.services.events.emit({
    source: 'aws.ecs',
    detailType: 'ECS Deployment State Change',
    resources: [service.arn],
    detail: { eventType, eventName, deploymentId: deployment.id, updatedAt: iso(deployment.updatedAt), reason: deployment.rolloutReason },
  });
  world.trail.add({
    kind: 'deployment',
    who: service.arn,
    what: deployment.rolloutReason,
    detail: {
      service: service.name,
      cluster: service.cluster.name,
      deploymentId: deployment.id,
      state: deployment.rollout,
      taskDefinition: deployment.revision.workload.taskDefinition.arn,
      desired: service.desired,
    },
  });
};

type ActionEventType = 'INFO' | 'WARN' | 'ERROR';

/** ECS Service Action (A4). */
export const announceAction = (
  { world }: EcsState,
  service: Service,
  eventType: ActionEventType,
  eventName: string,
  more: Readonly<Record<string, unknown>> = {},
): void => {
  world.services.events.emit({
    source: 'aws.ecs',
    detailType: 'ECS Service Action',
    resources: [service.arn],
    detail: { eventType, eventName, clusterArn: service.cluster.arn, createdAt: iso(world.clock.now), ...more },
  });
};

/** Adds a line to what DescribeServices shows; the last 100 are kept, newest first. */
export const serviceMessage = ({ world }: EcsState, service: Service, message: string): void => {
  service.events.unshift({ id: world.random.stream('ecs').uuid(), createdAt: world.clock.now, message });
  if (service.events.length > 100) service.events.length = 100;
};
