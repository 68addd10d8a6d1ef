// The AWS/Events metrics of a rule, counted per minute and read by CloudWatch on demand.
import { makeMinuteCounter, type MinuteCounter } from '../minute-counter.ts';
import type { World } from '../../world.ts';
import type { Delivery } from './delivery.ts';
import type { Rule } from './rules.ts';

export interface EventMetrics {
  readonly triggered: (rule: Rule) => void;
  readonly invoked: (delivery: Delivery) => void;
  readonly failed: (delivery: Delivery) => void;
}

export const eventMetrics = (world: World): EventMetrics => {
  const counters = new Map<string, MinuteCounter>();
  const count = (name: string, ruleName: string): void => {
    const key = `${name}/${ruleName}`;
    let counter = counters.get(key);
    if (counter === undefined) {
      counter = makeMinuteCounter(world, { namespace: 'AWS/Events', name, dimensions: { RuleName: ruleName } });
      counters.set(key, counter);
    }
    counter.add();
  };
  return {
    triggered: (rule) => count('TriggeredRules', rule.name),
    invoked: (delivery) => count('Invocations', delivery.ruleName),
    failed: (delivery) => count('FailedInvocations', delivery.ruleName),
  };
};
