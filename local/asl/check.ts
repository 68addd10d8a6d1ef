// Reads a state machine's definition and refuses, with every finding at once, what AWS would refuse or the rehearsal does not run.
import { checkExpressions } from './check-expressions.ts';
import type { Machine } from './definition.ts';

type Json = Readonly<Record<string, unknown>>;

const common = ['Type', 'Comment', 'QueryLanguage', 'Assign', 'Output'];
const onward = [...common, 'Next', 'End'];
const recovering = [...onward, 'Retry', 'Catch'];

/** Fields a JSONata state may have, by type (ASL, "State fields"). JSONPath fields are not among them. */
const fields: Readonly<Record<string, readonly string[]>> = {
  Pass: onward,
  Task: [...recovering, 'Resource', 'Arguments', 'TimeoutSeconds', 'HeartbeatSeconds'],
  Choice: [...common, 'Choices', 'Default'],
  Wait: [...onward, 'Seconds', 'Timestamp'],
  Succeed: common,
  Fail: ['Type', 'Comment', 'QueryLanguage', 'Error', 'Cause'],
  Parallel: [...recovering, 'Branches', 'Arguments'],
  Map: [
    ...recovering,
    'Items',
    'ItemSelector',
    'ItemBatcher',
    'ItemProcessor',
    'MaxConcurrency',
    'ToleratedFailureCount',
    'ToleratedFailurePercentage',
    'Label',
  ],
};

/** A definition AWS or the rehearsal refuses; `findings` says where and why. */
export class InvalidDefinition extends Error {
  readonly findings: readonly string[];
  constructor(findings: readonly string[]) {
    super(`Invalid State Machine Definition: '${findings.join(', ')}'`);
    this.name = 'InvalidDefinition';
    this.findings = findings;
  }
}

/** Parses and checks a definition; throws InvalidDefinition naming every finding. */
export const readMachine = (text: string): Machine => {
  let machine: unknown;
  try {
    machine = JSON.parse(text);
  } catch (problem) {
    throw new InvalidDefinition([`INVALID_JSON_DESCRIPTION: ${(problem as Error).message}`]);
  }
  if (!isObject(machine)) throw new InvalidDefinition(['INVALID_JSON_DESCRIPTION: the definition is not an object']);
  const findings: string[] = [];
  checkBranch(machine, '', machine.QueryLanguage === 'JSONata', { findings, names: new Set() });
  findings.push(...checkExpressions(machine));
  if (findings.length > 0) throw new InvalidDefinition(findings);
  return machine as unknown as Machine;
};

interface Check {
  readonly findings: string[];
  /** State names are unique in the whole machine. */
  readonly names: Set<string>;
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

const finding = (check: Check, where: string, what: string): void => {
  check.findings.push(`SCHEMA_VALIDATION_FAILED: ${what} at ${where || '/'}`);
};

const checkBranch = (branch: Json, where: string, jsonata: boolean, check: Check): void => {
  const states = branch.States;
  if (!isObject(states)) return finding(check, where, 'States is missing');
  if (typeof branch.StartAt !== 'string' || !Object.hasOwn(states, branch.StartAt)) {
    finding(check, where, `StartAt names no state: ${String(branch.StartAt)}`);
  }
  for (const [name, state] of Object.entries(states)) {
    const place = `${where}/States/${name}`;
    if (name.length > 80) finding(check, place, 'a state name has at most 80 characters');
    if (check.names.has(name)) finding(check, place, 'a state name is used twice');
    check.names.add(name);
    if (isObject(state)) checkState(state, place, states, jsonata, check);
    else finding(check, place, 'a state is an object');
  }
  const unreachable = unreachableStates(branch, states);
  if (unreachable.length > 0) finding(check, where, `MISSING_TRANSITION_TARGET: no way leads to ${unreachable.join(', ')}`);
};

const checkState = (state: Json, where: string, siblings: Json, jsonata: boolean, check: Check): void => {
  const allowed = fields[String(state.Type)];
  if (allowed === undefined) return finding(check, where, `unknown Type ${String(state.Type)}`);
  if (!jsonata && state.QueryLanguage !== 'JSONata') finding(check, where, 'only the query language JSONata is rehearsed');
  for (const field of Object.keys(state)) {
    if (!allowed.includes(field)) finding(check, `${where}/${field}`, `a JSONata ${String(state.Type)} state has no such field here`);
  }
  for (const next of targets(state)) {
    if (!Object.hasOwn(siblings, next)) finding(check, where, `MISSING_TRANSITION_TARGET: ${next}`);
  }
  checkShape(state, where, check);
  for (const [place, branch] of innerBranches(state)) checkBranch(branch, `${where}/${place}`, true, check);
};

const checkShape = (state: Json, where: string, check: Check): void => {
  const type = String(state.Type);
  const ends = ['Succeed', 'Fail', 'Choice'].includes(type) || state.End === true;
  if (ends === (typeof state.Next === 'string')) finding(check, where, 'a state has either Next or End');
  if (type === 'Wait' && (state.Seconds === undefined) === (state.Timestamp === undefined)) {
    finding(check, where, 'a Wait state has either Seconds or Timestamp');
  }
  if (type === 'Task' && typeof state.Resource !== 'string') finding(check, where, 'Resource is missing');
  if (type === 'Choice' && !(Array.isArray(state.Choices) && state.Choices.length > 0)) finding(check, where, 'Choices is missing');
  for (const rule of [...list(state.Retry), ...list(state.Catch)]) {
    const names = isObject(rule) ? list(rule.ErrorEquals) : [];
    if (names.length === 0) finding(check, where, 'ErrorEquals is missing');
    if (names.includes('States.ALL') && names.length > 1) finding(check, where, 'States.ALL stands alone in ErrorEquals');
  }
  for (const rules of [list(state.Retry), list(state.Catch)]) {
    const all = rules.findIndex((rule) => isObject(rule) && list(rule.ErrorEquals).includes('States.ALL'));
    if (all >= 0 && all < rules.length - 1) finding(check, where, 'States.ALL stands in the last rule');
  }
};

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Every state a state may lead to. */
const targets = (state: Json): string[] => {
  const direct = [state.Next, state.Default];
  const ruled = [...list(state.Choices), ...list(state.Catch)].map((rule) => (isObject(rule) ? rule.Next : undefined));
  return [...direct, ...ruled].filter((name): name is string => typeof name === 'string');
};

const innerBranches = (state: Json): [string, Json][] => {
  const branches = list(state.Branches).map((branch, index): [string, unknown] => [`Branches[${index}]`, branch]);
  const processor: [string, unknown][] = state.ItemProcessor === undefined ? [] : [['ItemProcessor', state.ItemProcessor]];
  return [...branches, ...processor].filter((inner): inner is [string, Json] => isObject(inner[1]));
};

const unreachableStates = (branch: Json, states: Json): string[] => {
  const reached = new Set<string>();
  const open = [String(branch.StartAt)];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const state = states[name];
    if (reached.has(name) || !isObject(state)) continue;
    reached.add(name);
    open.push(...targets(state));
  }
  return Object.keys(states).filter((name) => !reached.has(name));
};
