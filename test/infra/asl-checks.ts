// What no ASL validator finds (asl-validator misses them): undeclared variables, misplaced $states fields, forbidden functions, wrong error lists.
import jsonata from 'jsonata';

export interface State {
  readonly Type: string;
  readonly [field: string]: unknown;
}
export interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

interface Node {
  readonly type?: string;
  readonly value?: unknown;
  readonly steps?: readonly Node[];
  readonly [field: string]: unknown;
}

const builtin = new Set([
  'states', 'sum', 'count', 'max', 'min', 'average', 'string', 'substring', 'substringBefore', 'substringAfter', 'lowercase', 'uppercase', 'length', 'trim', 'pad', 'match',
  'contains', 'replace', 'split', 'join', 'formatNumber', 'formatBase', 'formatInteger', 'parseInteger', 'number', 'floor', 'ceil', 'round', 'abs', 'sqrt', 'power', 'random',
  'boolean', 'not', 'map', 'zip', 'filter', 'single', 'reduce', 'sift', 'keys', 'lookup', 'append', 'exists', 'spread', 'merge', 'reverse', 'each', 'error', 'assert', 'type', 'sort',
  'distinct', 'shuffle', 'base64encode', 'base64decode', 'encodeUrlComponent', 'encodeUrl', 'decodeUrlComponent', 'decodeUrl', 'toMillis', 'fromMillis', 'now', 'millis', 'clone',
  'partition', 'range', 'hash', 'uuid', 'parse',
]);

interface Found {
  readonly variables: readonly string[];
  readonly bound: ReadonlySet<string>;
  readonly states: readonly string[];
  readonly bare: readonly string[];
}

/** Everything an expression refers to: variables, the fields of $states it reads, and names without a variable in front. */
const references = (expression: string): Found => {
  const variables: string[] = [];
  const bound = new Set<string>();
  const states: string[] = [];
  const bare: string[] = [];
  const walk = (node: unknown, top: boolean): void => {
    if (Array.isArray(node)) return node.forEach((item) => walk(item, top));
    if (node === null || typeof node !== 'object') return;
    const { type, value } = node as Node;
    if (type === 'variable' && (top || !['', '$'].includes(String(value)))) variables.push(String(value));
    if (type === 'bind') bound.add(String((node as { lhs?: Node }).lhs?.value));
    if (type === 'lambda') for (const argument of (node as { arguments?: readonly Node[] }).arguments ?? []) bound.add(String(argument.value));
    if (type === 'path') {
      const [first, second] = (node as Node).steps ?? [];
      if (first?.type === 'variable' && first.value === 'states') states.push(String(second?.value));
      if (first?.type === 'name' && top) bare.push(String(first.value));
      ((node as Node).steps ?? []).forEach((step, index) => walk(step, top && index === 0 && step.type !== 'name'));
      for (const [field, child] of Object.entries(node)) if (field !== 'steps') walk(child, false);
      return;
    }
    // A predicate or a grouping looks at the items of a list: $ and bare names mean the item there.
    const perItem = ['stages', 'predicate', 'group'];
    for (const [field, child] of Object.entries(node)) walk(child, top && !perItem.includes(field));
  };
  walk(jsonata(expression).ast(), true);
  return { variables, bound, states, bare };
};

const expressionsIn = (value: unknown, path: string): readonly { readonly path: string; readonly text: string }[] => {
  if (typeof value === 'string') return value.startsWith('{%') && value.endsWith('%}') ? [{ path, text: value.slice(2, -2).trim() }] : [];
  if (Array.isArray(value)) return value.flatMap((item, index) => expressionsIn(item, `${path}[${index}]`));
  if (value !== null && typeof value === 'object') return Object.entries(value).flatMap(([key, item]) => expressionsIn(item, `${path}.${key}`));
  return [];
};

const nested = (state: State): readonly Machine[] => [
  ...((state['Branches'] as readonly Machine[] | undefined) ?? []),
  ...(state['ItemProcessor'] === undefined ? [] : [state['ItemProcessor'] as Machine]),
];

const assigned = (machine: Machine): readonly string[] =>
  Object.values(machine.States).flatMap((state) => [
    ...Object.keys((state['Assign'] as object | undefined) ?? {}),
    ...[...((state['Choices'] as readonly { Assign?: object }[] | undefined) ?? []), ...((state['Catch'] as readonly { Assign?: object }[] | undefined) ?? [])].flatMap(({ Assign }) => Object.keys(Assign ?? {})),
  ]);

/** Every finding of one machine and the machines inside it, as sentences that name state and field. */
export const findings = (machine: Machine, outer: readonly string[] = []): readonly string[] => {
  const known = [...outer, ...assigned(machine)];
  return Object.entries(machine.States).flatMap(([name, state]) => [
    ...ofExpressions(name, state, known),
    ...ofErrors(name, state),
    ...ofHeartbeat(name, state),
    ...(Object.keys((state['Assign'] as object | undefined) ?? {}).includes('states') ? [`${name}: assigns to states`] : []),
    ...nested(state).flatMap((inner) => findings(inner, known)),
  ]);
};

const ofExpressions = (name: string, state: State, known: readonly string[]): readonly string[] => {
  const { Branches: _branches, ItemProcessor: _processor, ...own } = state;
  return expressionsIn(own, name).flatMap(({ path, text }) => {
    let found: Found;
    try {
      found = references(text);
    } catch (error) {
      return [`${path}: ${(error as Error).message}`];
    }
    const inCatch = path.includes('.Catch[');
    const hasResult = ['Task', 'Parallel', 'Map'].includes(state.Type) && !inCatch && /\.(Output|Assign)/.test(path);
    return [
      ...found.variables.filter((variable) => variable === 'eval').map(() => `${path}: $eval does not exist on AWS`),
      ...found.variables.filter((variable) => variable === '' || variable === '$').map((variable) => `${path}: $${variable} at top level is refused by AWS`),
      ...found.variables
        .filter((variable) => !['', '$', 'eval'].includes(variable) && !builtin.has(variable) && !known.includes(variable) && !found.bound.has(variable))
        .map((variable) => `${path}: $${variable} is never assigned`),
      ...found.states.filter((field) => field === 'result' && !hasResult).map(() => `${path}: $states.result does not exist here`),
      ...found.states.filter((field) => field === 'errorOutput' && !inCatch).map(() => `${path}: $states.errorOutput exists in Catch only`),
      ...found.states.filter((field) => !['input', 'context', 'result', 'errorOutput'].includes(field)).map((field) => `${path}: $states.${field} does not exist`),
      ...found.bare.map((field) => `${path}: ${field} has no variable in front`),
    ];
  });
};

const ofErrors = (name: string, state: State): readonly string[] =>
  (['Retry', 'Catch'] as const).flatMap((field) => {
    const rules = (state[field] as readonly { ErrorEquals: readonly string[] }[] | undefined) ?? [];
    return rules.flatMap(({ ErrorEquals }, index) =>
      ErrorEquals.includes('States.ALL') && (ErrorEquals.length > 1 || index < rules.length - 1) ? [`${name}.${field}[${index}]: States.ALL must stand alone and last`] : [],
    );
  });

const ofHeartbeat = (name: string, state: State): readonly string[] =>
  typeof state['HeartbeatSeconds'] === 'number' && typeof state['TimeoutSeconds'] === 'number' && state['HeartbeatSeconds'] >= state['TimeoutSeconds']
    ? [`${name}: HeartbeatSeconds must be smaller than TimeoutSeconds`]
    : [];
