// Elastic Load Balancing operations on listeners and rules (aws-facts E).
import { AwsError } from '../../simulated.ts';
import type { Operation } from '../../simulated.ts';
import { page } from '../paging.ts';
import { checkConditions, createListener, createRule, routingChanged } from './create.ts';
import type { Rule } from './model.ts';
import { listenerOf, loadBalancerOf, ruleOf } from './state.ts';
import type { ElbState } from './state.ts';
import { defaultRuleShape, listenerShape, ruleShape } from './views.ts';

export const PAGE = 400;
const on = (action: string, field: string) => (input: any) => [{ action: `elasticloadbalancing:${action}`, resource: input[field] }];
export const anywhere = (action: string) => () => [{ action: `elasticloadbalancing:${action}`, resource: '*' }];

export const listenerOperations = (state: ElbState): Readonly<Record<string, Operation>> => ({
  CreateListener: {
    needs: on('CreateListener', 'LoadBalancerArn'),
    run: (input) => ({ Listeners: [listenerShape(createListener(state, loadBalancerOf(state, input.LoadBalancerArn), input))] }),
  },
  DescribeListeners: {
    needs: anywhere('DescribeListeners'),
    run: (input) => {
      const all =
        input.ListenerArns?.map((arn: string) => listenerOf(state, arn)) ?? loadBalancerOf(state, input.LoadBalancerArn).listeners;
      const { items, nextToken } = page<any>(all, input.PageSize ?? PAGE, input.Marker);
      return { Listeners: items.map(listenerShape), NextMarker: nextToken };
    },
  },
  ModifyListener: {
    needs: on('ModifyListener', 'ListenerArn'),
    run: (input) => {
      const listener = listenerOf(state, input.ListenerArn);
      if (input.DefaultActions !== undefined) listener.defaultActions = input.DefaultActions;
      if (input.Certificates !== undefined) listener.certificates = input.Certificates;
      if (input.SslPolicy !== undefined) listener.sslPolicy = input.SslPolicy;
      if (input.Port !== undefined) listener.port = Number(input.Port);
      if (input.Protocol !== undefined) listener.protocol = input.Protocol;
      routingChanged(state);
      return { Listeners: [listenerShape(listener)] };
    },
  },
  DeleteListener: {
    needs: on('DeleteListener', 'ListenerArn'),
    run: (input) => {
      removeListener(state, input.ListenerArn);
      return {};
    },
  },
});

export const removeListener = (state: ElbState, arn: string): void => {
  const listener = listenerOf(state, arn);
  for (const rule of listener.rules) state.rules.delete(rule.arn);
  listener.loadBalancer.listeners.splice(listener.loadBalancer.listeners.indexOf(listener), 1);
  state.listeners.delete(arn);
  routingChanged(state);
};

export const removeRule = (state: ElbState, arn: string): void => {
  const rule = ruleOf(state, arn);
  rule.listener.rules.splice(rule.listener.rules.indexOf(rule), 1);
  state.rules.delete(arn);
  routingChanged(state);
};

export const ruleOperations = (state: ElbState): Readonly<Record<string, Operation>> => ({
  CreateRule: {
    needs: on('CreateRule', 'ListenerArn'),
    run: (input) => ({ Rules: [ruleShape(createRule(state, listenerOf(state, input.ListenerArn), input))] }),
  },
  ModifyRule: {
    needs: on('ModifyRule', 'RuleArn'),
    run: (input) => {
      const rule = ruleOf(state, input.RuleArn);
      modifyRule(state, rule, input);
      return { Rules: [ruleShape(rule)] };
    },
  },
  DeleteRule: {
    needs: on('DeleteRule', 'RuleArn'),
    run: (input) => {
      removeRule(state, input.RuleArn);
      return {};
    },
  },
  SetRulePriorities: {
    needs: (input) =>
      input.RulePriorities.map((item: { RuleArn: string }) => ({
        action: 'elasticloadbalancing:SetRulePriorities',
        resource: item.RuleArn,
      })),
    run: (input) => ({ Rules: setPriorities(state, input.RulePriorities).map(ruleShape) }),
  },
  DescribeRules: {
    needs: anywhere('DescribeRules'),
    run: (input) => {
      if (input.RuleArns !== undefined) return { Rules: input.RuleArns.map((arn: string) => ruleShape(ruleOf(state, arn))) };
      const listener = listenerOf(state, input.ListenerArn);
      const ordered = [...listener.rules].sort((left, right) => left.priority - right.priority);
      const { items, nextToken } = page([...ordered.map(ruleShape), defaultRuleShape(listener)], input.PageSize ?? PAGE, input.Marker);
      return { Rules: items, NextMarker: nextToken };
    },
  },
});

/** A given list replaces the whole list (aws-facts E). */
export const modifyRule = (state: ElbState, rule: Rule, input: any): void => {
  if (input.Conditions !== undefined) {
    checkConditions(input.Conditions);
    rule.conditions = input.Conditions;
  }
  if (input.Actions !== undefined) rule.actions = input.Actions;
  state.world.trail.add({
    kind: 'target',
    who: rule.arn,
    what: 'listener rule changed',
    detail: { priority: rule.priority, conditions: rule.conditions },
  });
  routingChanged(state);
};

/** All of them or none: a priority held by a rule outside the list is an error. */
const setPriorities = (state: ElbState, wanted: readonly { RuleArn: string; Priority: number }[]): readonly Rule[] => {
  const rules = wanted.map((item) => ruleOf(state, item.RuleArn));
  const priorities = wanted.map((item) => Number(item.Priority));
  const taken = rules[0]?.listener.rules.filter((rule) => !rules.includes(rule) && priorities.includes(rule.priority)) ?? [];
  if (taken.length > 0 || new Set(priorities).size < priorities.length) {
    throw new AwsError('PriorityInUse', `Priority '${taken[0]?.priority ?? priorities[0]}' is currently in use`);
  }
  rules.forEach((rule, index) => {
    rule.priority = priorities[index]!;
  });
  return rules;
};
