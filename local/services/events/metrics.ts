// The AWS/Events metrics of a rule.
import type { World } from '../../world.ts';
import { makeMinuteCounter, type MinuteCounter } from '../minute-counter.ts';
import type { Delivery } from './delivery.ts';
import type { Rule } from './rules.ts';

export interface EventMetrics {
  readonly triggered: (rule: Rule) => void;
  readonly invoked: (delivery: Delivery) => void;
  readonly failed: (delivery: Delivery) => void;
}

export const eventMetrics = (world: World): EventMetrics => {
  const counters = new Map<string, Map<string, MinuteCounter>>();
  const counterOf = (name: string, RuleName: string): MinuteCounter => {
    const ofMetric = counters.get(name) ?? new Map<string, MinuteCounter>();
    const counter = ofMetric.get(RuleName) ?? makeMinuteCounter(world, { namespace: 'AWS/Events', name, dimensions: { RuleName } });
    counters.set(name, ofMetric.set(RuleName, counter));
    return counter;
  };
  const count = (name: string, rule: string): void => counterOf(name, rule).add();
  return {
    triggered: (rule) => count('TriggeredRules', rule.name),
    invoked: (delivery) => count('Invocations', delivery.ruleName),
    failed: (delivery) => count('FailedInvocations', delivery.ruleName),
  };
};
