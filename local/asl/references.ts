// What a JSONata expression refers to, found without running it: the variables it reads, and names that have no value in a state machine.
import { parseExpression } from './functions.ts';

export interface References {
  /** Variables read that the expression does not bind itself, `states` and functions included. */
  readonly variables: ReadonlySet<string>;
  /** Members of `$states` read, e.g. `input`, `result`. */
  readonly states: ReadonlySet<string>;
  /** Field names and `$`, `$$` used where there is no input document: AWS refuses them (engines §2). */
  readonly withoutContext: readonly string[];
}

type Node = Readonly<Record<string, any>>;

/** Reads an expression (its text without the markers); throws the library's syntax error. */
export const referencesIn = (text: string): References => {
  const bound = new Set<string>();
  const variables = new Set<string>();
  const states = new Set<string>();
  const withoutContext: string[] = [];
  const ast = parseExpression(text).ast() as Node;
  collect(ast, bound, variables, states);
  contextless(ast, withoutContext);
  for (const name of bound) variables.delete(name);
  return { variables, states, withoutContext };
};

const children = (node: Node): readonly Node[] =>
  Object.values(node)
    .flat(3)
    .filter((member: unknown): member is Node => typeof member === 'object' && member !== null);

const collect = (node: Node, bound: Set<string>, variables: Set<string>, states: Set<string>): void => {
  if (node.type === 'variable' && node.value !== '' && node.value !== '$') variables.add(node.value as string);
  if (node.type === 'bind') bound.add(node.lhs.value as string);
  if (node.type === 'lambda') for (const argument of node.arguments as readonly Node[]) bound.add(argument.value as string);
  for (const name of [node.focus, node.index]) if (typeof name === 'string') bound.add(name);
  if (node.type === 'path') {
    const [first, second] = node.steps as readonly Node[];
    if (first?.type === 'variable' && first.value === 'states' && second?.type === 'name') states.add(second.value as string);
  }
  for (const child of children(node)) collect(child, bound, variables, states);
};

/** Walks only what is evaluated without an input document: not the later steps of a path, nor filters, which have one. */
const contextless = (node: Node, found: string[]): void => {
  switch (node.type) {
    case 'path':
      contextless((node.steps as readonly Node[])[0] as Node, found);
      return;
    case 'name':
    case 'wildcard':
    case 'descendant':
      found.push(String(node.value));
      return;
    case 'variable':
      if (node.value === '' || node.value === '$') found.push(`$${node.value}`);
      return;
    default:
      for (const [name, member] of Object.entries(node)) {
        if (['stages', 'predicate', 'group', 'update'].includes(name)) continue;
        if (node.type === 'lambda' && name === 'arguments') continue;
        for (const child of children({ member })) contextless(child, found);
      }
  }
};

/** Functions an expression may call: JSONata 2.0.6 without `$eval`, and those Step Functions adds. */
export const functionNames: ReadonlySet<string> = new Set(
  [
    'sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim pad match contains',
    'replace split join formatNumber formatBase formatInteger parseInteger number floor ceil round abs sqrt power random boolean not',
    'map zip filter single reduce sift keys lookup append exists spread merge reverse each error assert type sort shuffle distinct',
    'base64encode base64decode encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl toMillis fromMillis clone now millis',
    'partition range hash uuid parse',
  ].flatMap((line) => line.split(' ')),
);
