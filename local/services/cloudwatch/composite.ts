// The rule language of composite alarms (aws-facts G3).
import { AwsError } from '../../simulated.ts';
import type { AlarmState } from './alarm.ts';

export interface CompositeRule {
  /** Names of the alarms the rule asks. */
  readonly children: readonly string[];
  readonly holds: (stateOf: (name: string) => AlarmState) => boolean;
}

type Test = (stateOf: (name: string) => AlarmState) => boolean;

const refuse = (rule: string, why: string): AwsError => new AwsError('ValidationError', `AlarmRule is invalid: ${why} in ${rule}`);

const cache = new Map<string, CompositeRule>();

/** Parses `ALARM("a") AND NOT (OK(b) OR TRUE)`; names may be quoted or bare, also ARNs. */
export const parseRule = (rule: string): CompositeRule => {
  const known = cache.get(rule);
  if (known !== undefined) return known;
  const made = parse(rule);
  cache.set(rule, made);
  return made;
};

const parse = (rule: string): CompositeRule => {
  const tokens = rule.match(/"[^"]*"|[()]|[^\s()"]+/g) ?? [];
  const children: string[] = [];
  let at = 0;
  const take = (word: string): boolean => {
    if (tokens[at]?.toUpperCase() !== word) return false;
    at += 1;
    return true;
  };
  const either = (): Test => {
    let left = both();
    while (take('OR')) {
      const [first, second] = [left, both()];
      left = (stateOf) => first(stateOf) || second(stateOf);
    }
    return left;
  };
  const both = (): Test => {
    let left = negated();
    while (take('AND')) {
      const [first, second] = [left, negated()];
      left = (stateOf) => first(stateOf) && second(stateOf);
    }
    return left;
  };
  const negated = (): Test => {
    if (!take('NOT')) return single();
    const inner = negated();
    return (stateOf) => !inner(stateOf);
  };
  const single = (): Test => {
    if (take('TRUE')) return () => true;
    if (take('FALSE')) return () => false;
    if (take('(')) {
      const inner = either();
      if (!take(')')) throw refuse(rule, 'missing )');
      return inner;
    }
    return stateTest();
  };
  const stateTest = (): Test => {
    const state = tokens[at]?.toUpperCase();
    if (state !== 'ALARM' && state !== 'OK' && state !== 'INSUFFICIENT_DATA') throw refuse(rule, `unexpected ${tokens[at] ?? 'end'}`);
    at += 1;
    if (!take('(')) throw refuse(rule, 'missing (');
    const name = tokens[at]!.replace(/^"|"$/g, '').split(':alarm:').at(-1)!;
    at += 1;
    if (!take(')')) throw refuse(rule, 'missing )');
    children.push(name);
    return (stateOf) => stateOf(name) === state;
  };
  const holds = either();
  if (at !== tokens.length) throw refuse(rule, `unexpected ${tokens[at]}`);
  if (new Set(children).size > 100) throw refuse(rule, 'more than 100 children');
  return { children: [...new Set(children)], holds };
};
