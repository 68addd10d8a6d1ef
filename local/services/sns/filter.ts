// Subscription filter policies, over message attributes or over the message body.
import { AwsError } from '../../simulated.ts';
import type { MessageAttribute, Publication, Subscription } from './topic.ts';

type Policy = Readonly<Record<string, unknown>>;
type Values = readonly unknown[] | undefined;

/** Whether the subscription wants the message. A body that is no JSON object never matches a body policy. */
export const wants = (subscription: Subscription, publication: Publication): boolean => {
  const policy = subscription.filterPolicy as Policy | undefined;
  if (policy === undefined) return true;
  if (subscription.filterScope === 'MessageBody') {
    const body = parsed(publication.message);
    return typeof body === 'object' && body !== null && !Array.isArray(body) && matches(policy, body as Policy);
  }
  return matches(policy, fromAttributes(publication.attributes ?? {}));
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const fromAttributes = (attributes: Readonly<Record<string, MessageAttribute>>): Policy =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue = '' }]) => [
      name,
      DataType === 'Number' ? Number(StringValue) : DataType === 'String.Array' ? parsed(StringValue) : StringValue,
    ]),
  );

const matches = (policy: Policy, facts: Policy): boolean =>
  Object.entries(policy).every(([name, rule]) => {
    if (name === '$or') return (rule as readonly Policy[]).some((alternative) => matches(alternative, facts));
    const fact = facts[name];
    if (Array.isArray(rule))
      return rule.some((one) => ruleHolds(one, fact === undefined ? undefined : Array.isArray(fact) ? fact : [fact]));
    return typeof fact === 'object' && fact !== null && matches(rule as Policy, fact as Policy);
  });

const ruleHolds = (rule: unknown, values: Values): boolean => {
  if (typeof rule !== 'object' || rule === null) return values?.some((value) => value === rule) === true;
  const [[operator, operand] = [], ...more] = Object.entries(rule);
  if (operator === undefined || more.length > 0) throw unknownOperator(JSON.stringify(rule));
  if (operator === 'exists') return (values !== undefined) === operand;
  if (values === undefined) return false;
  if (operator === 'anything-but') return values.every((value) => !listed(operand, value));
  return values.some((value) => operatorHolds(operator, operand, value));
};

const listed = (operand: unknown, value: unknown): boolean => {
  if (Array.isArray(operand)) return operand.includes(value);
  if (typeof operand !== 'object' || operand === null) return operand === value;
  return Object.entries(operand).some(([operator, part]) => operatorHolds(operator, part, value));
};

const operatorHolds = (operator: string, operand: unknown, value: unknown): boolean => {
  switch (operator) {
    case 'prefix':
      return typeof value === 'string' && value.startsWith(String(operand));
    case 'suffix':
      return typeof value === 'string' && value.endsWith(String(operand));
    case 'equals-ignore-case':
      return typeof value === 'string' && value.toLowerCase() === String(operand).toLowerCase();
    case 'numeric':
      return typeof value === 'number' && numeric(operand as readonly (string | number)[], value);
    default:
      throw unknownOperator(operator);
  }
};

const numeric = (terms: readonly (string | number)[], value: number): boolean => {
  for (let i = 0; i < terms.length; i += 2) {
    const limit = Number(terms[i + 1]);
    const holds = { '=': value === limit, '<': value < limit, '<=': value <= limit, '>': value > limit, '>=': value >= limit }[
      String(terms[i])
    ];
    if (holds === undefined) throw unknownOperator(`numeric ${terms[i]}`);
    if (!holds) return false;
  }
  return true;
};

const unknownOperator = (what: string): AwsError =>
  new AwsError('InvalidParameterException', `Invalid parameter: FilterPolicy: Unrecognized match type ${what}`);
