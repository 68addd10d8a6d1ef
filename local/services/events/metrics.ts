// The AWS/Events metrics of a rule.
import type { World } from '../../world.ts';
import type { Delivery } from './delivery.ts';
import type { Rule } from './rules.ts';

export interface EventMetrics {
  readonly triggered: (rule: Rule) => void;
  readonly invoked: (delivery: Delivery) => void;
  readonly failed: (delivery: Delivery) => void;
}

export const eventMetrics = (world: World): EventMetrics => {
  const count = (name: string, RuleName: string): void =>
    world.services.cloudwatch.record({ namespace: 'AWS/Events', name, dimensions: { RuleName }, value: 1 });
  return {
    triggered: (rule) => count('TriggeredRules', rule.name),
    invoked: (delivery) => count('Invocations', delivery.ruleName),
    failed: (delivery) => count('FailedInvocations', delivery.ruleName),
  };
};
