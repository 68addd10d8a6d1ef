// Scaling of one service between its bounds: target tracking on CPU, memory and requests (O4, A3, F4).
import { CfnScalableTarget, CfnScalingPolicy } from 'aws-cdk-lib/aws-applicationautoscaling';
import type { CfnService } from 'aws-cdk-lib/aws-ecs';
import { Fn } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Service } from '../../shared/domain/platform.ts';
import { hasScalableTarget } from '../../shared/domain/wiring.ts';
import { clusterName, type Deployment, pascal, serviceName } from '../names.ts';
import type { DeployState } from './deploy-state.ts';
import type { LoadBalancer } from './load-balancer.ts';
import type { Target } from './routes.ts';

interface Tracking {
  readonly key: string;
  readonly target: number | null;
  readonly metric: CfnScalingPolicy.PredefinedMetricSpecificationProperty;
}

const trackings = (service: Service, balancer: LoadBalancer | null, target: Target | undefined): readonly Tracking[] => {
  const { scaling } = service;
  if (scaling === null) return [];
  const requests: Tracking[] =
    balancer === null || target === undefined
      ? []
      : [
          {
            key: 'Requests',
            target: scaling.requests,
            metric: {
              predefinedMetricType: 'ALBRequestCountPerTarget',
              resourceLabel: Fn.join('/', [balancer.resource.attrLoadBalancerFullName, target.group.attrTargetGroupFullName]),
            },
          },
        ];
  return [
    { key: 'Cpu', target: scaling.cpu, metric: { predefinedMetricType: 'ECSServiceAverageCPUUtilization' } },
    { key: 'Memory', target: scaling.memory, metric: { predefinedMetricType: 'ECSServiceAverageMemoryUtilization' } },
    ...requests,
  ];
};

/** Registers the bounds and one policy per target; a service that needs no bounds keeps the count it is given. */
export const serviceScaling = (
  scope: Construct,
  deployment: Deployment,
  name: string,
  service: Service,
  resource: CfnService,
  state: DeployState,
  balancer: LoadBalancer | null,
  targets: readonly Target[],
): void => {
  if (!hasScalableTarget(service)) return;
  const target = new CfnScalableTarget(scope, `${pascal(name)}Scaling`, {
    serviceNamespace: 'ecs',
    scalableDimension: 'ecs:service:DesiredCount',
    resourceId: `service/${clusterName(deployment)}/${serviceName(deployment, name, service)}`,
    minCapacity: state.bound('min'),
    maxCapacity: state.bound('max'),
  });
  target.addResourceDependency(resource);
  for (const tracking of trackings(service, balancer, targets[0])) {
    if (tracking.target === null || service.scaling === null) continue;
    new CfnScalingPolicy(scope, `${pascal(name)}Scaling${tracking.key}`, {
      policyName: `${serviceName(deployment, name, service)}-${tracking.key.toLowerCase()}`,
      policyType: 'TargetTrackingScaling',
      scalingTargetId: target.ref,
      targetTrackingScalingPolicyConfiguration: {
        targetValue: tracking.target,
        predefinedMetricSpecification: tracking.metric,
        scaleInCooldown: service.scaling.inSeconds,
        scaleOutCooldown: service.scaling.outSeconds,
      },
    });
  }
};
