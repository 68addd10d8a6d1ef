// Checks every JSONata expression of a definition before anything runs: syntax, and names that can never have a value where they stand.
import { expressionText, isExpression } from './definition.ts';
import { syntaxProblem } from './expressions.ts';
import { functionNames, referencesIn, type References } from './references.ts';

type Json = Readonly<Record<string, unknown>>;

interface Place {
  /** Path in the definition, e.g. `/States/A/Output`. */
  readonly where: string;
  readonly source: string;
  /** Members of `$states` that exist here. */
  readonly states: readonly string[];
}

/** Findings in AWS's form, one line each. */
export const checkExpressions = (machine: Json): readonly string[] => {
  const places: Place[] = [];
  const assigned = new Set<string>();
  visitBranch(machine, '', places, assigned);
  return places.flatMap((place) =>
    findingsOf(place, assigned).map((what) => `SCHEMA_VALIDATION_FAILED: JSONata: ${what} at ${place.where}`),
  );
};

const findingsOf = ({ source, states }: Place, assigned: ReadonlySet<string>): readonly string[] => {
  const problem = syntaxProblem(source);
  if (problem !== undefined) return [problem];
  const references = knownReferences(source);
  const unassigned = [...references.variables].filter((name) => name !== 'states' && !functionNames.has(name) && !assigned.has(name));
  const missing = [...references.states].filter((name) => !states.includes(name));
  return [
    ...references.withoutContext.map((name) => `${name} has no value outside a path`),
    ...unassigned.map((name) => `$${name} is never assigned`),
    ...missing.map((name) => `$states.${name} does not exist here`),
  ];
};

const read = new Map<string, References>();

const knownReferences = (source: string): References => {
  const known = read.get(source) ?? referencesIn(expressionText(source));
  read.set(source, known);
  return known;
};

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

const objects = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

const visitBranch = (branch: Json, where: string, places: Place[], assigned: Set<string>): void => {
  if (!isObject(branch.States)) return;
  for (const [name, state] of Object.entries(branch.States)) {
    if (isObject(state)) visitState(state, `${where}/States/${name}`, places, assigned);
  }
};

const base = ['input', 'context'];

const visitState = (state: Json, where: string, places: Place[], assigned: Set<string>): void => {
  const hasResult = ['Task', 'Parallel', 'Map'].includes(String(state.Type));
  for (const [field, value] of Object.entries(state)) {
    if (field === 'Branches' || field === 'ItemProcessor' || field === 'Catch') continue;
    const states = hasResult && (field === 'Output' || field === 'Assign') ? [...base, 'result'] : base;
    visitValue(value, `${where}/${field}`, states, places);
  }
  visitValue(state.Catch, `${where}/Catch`, [...base, 'errorOutput'], places);
  for (const holder of [state, ...objects(state.Choices), ...objects(state.Catch)]) {
    if (isObject(holder.Assign)) for (const name of Object.keys(holder.Assign)) assigned.add(name);
  }
  for (const [index, branch] of objects(state.Branches).entries()) visitBranch(branch, `${where}/Branches[${index}]`, places, assigned);
  if (isObject(state.ItemProcessor)) visitBranch(state.ItemProcessor, `${where}/ItemProcessor`, places, assigned);
};

const visitValue = (value: unknown, where: string, states: readonly string[], places: Place[]): void => {
  if (isExpression(value)) places.push({ where, source: value, states });
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) visitValue(item, `${where}[${index}]`, states, places);
  else if (isObject(value)) for (const [name, member] of Object.entries(value)) visitValue(member, `${where}/${name}`, states, places);
};
