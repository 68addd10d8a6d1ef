// Simulated Application Auto Scaling for ECS services (aws-facts C): bounds that clamp at once, suspensions, schedules, policies.
import type { SimulatedService } from '../simulated.ts';
import type { World } from '../world.ts';
import type { ScalableTarget } from './scaling/model.ts';
import { policyOperations, targetOperations } from './scaling/operations.ts';
import { evaluate } from './scaling/policies.ts';
import { scalingResources } from './scaling/resources.ts';
import type { Targets } from './scaling/targets.ts';

export interface Scaling extends SimulatedService {
  /** The scalable target of a service, when one is registered. */
  target(cluster: string, service: string): ScalableTarget | undefined;
  /** CloudWatch runs an alarm action that is a scaling policy's ARN: `alarmName` has just begun to ring. */
  alarmed(policyArn: string, alarmName: string): Promise<void>;
}

export const makeScaling = (world: World): Scaling => {
  const targets: Targets = new Map();
  return {
    signingName: 'application-autoscaling',
    operations: { ...targetOperations(targets), ...policyOperations(targets) },
    resources: scalingResources(targets),
    support: {
      does: [
        'RegisterScalableTarget moves the desired count into the bounds at once, even when only a suspended state is given',
        'nothing else corrects a count outside the bounds until a scaling action',
        'suspended states, scheduled actions (at, rate, cron, time zones) without memory of earlier bounds',
        'target tracking on CPU, memory, requests per target and custom metrics with its TargetTracking-* alarms; step policies by their first step',
        'no scale-in during a deployment; the scaled-to-max event (A11)',
      ],
      doesNot: ['namespaces other than ecs', 'predictive scaling', 'not-scaled activities'],
    },
    target: (cluster, service) => targets.get(`service/${cluster}/${service}`),
    alarmed: async (policyArn, alarmName) => {
      const policy = [...targets.values()].flatMap((target) => [...target.policies.values()]).find(({ arn }) => arn === policyArn);
      if (policy !== undefined) await evaluate(world, policy, alarmName);
    },
  };
};
