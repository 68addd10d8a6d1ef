// Weights of a listener rule, which ECS moves between two target groups (aws-facts B9).
import { modifyRule } from './listener-operations.ts';
import { forwardedTo, ruleOf } from './state.ts';
import type { ElbState } from './state.ts';

/** Which of the groups the rule gives the most weight; the first when it forwards to none of them. */
export const heaviest = (state: ElbState, ruleArn: string, targetGroupArns: readonly string[]): string => {
  const weights = new Map(forwardedTo(ruleOf(state, ruleArn).actions).map(({ arn, weight }) => [arn, weight]));
  return [...targetGroupArns].sort((left, right) => (weights.get(right) ?? 0) - (weights.get(left) ?? 0))[0]!;
};

export const weigh = (
  state: ElbState,
  ruleArn: string,
  groups: readonly { readonly targetGroupArn: string; readonly weight: number }[],
): void => {
  const TargetGroups = groups.map(({ targetGroupArn, weight }) => ({ TargetGroupArn: targetGroupArn, Weight: weight }));
  modifyRule(state, ruleOf(state, ruleArn), { Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }] });
};
