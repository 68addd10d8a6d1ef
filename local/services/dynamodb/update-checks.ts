// What DynamoDB refuses in an update before it looks at the item: overlapping paths, key attributes, literals of the wrong type.
import type { Operand } from './condition.ts';
import type { Binding } from './evaluate.ts';
import { invalid } from './failures.ts';
import { bindPath, refuseOverlaps, type Path } from './paths.ts';
import type { Term, Update } from './update.ts';
import { typeOf, type TypeName } from './values.ts';

const parameter = 'UpdateExpression';

/** Every path the update touches, bound to names; refuses overlapping ones and key attributes. */
export const touchedPaths = (update: Update, binding: Binding, keyNames: readonly string[]): readonly Path[] => {
  const raw = [
    ...update.set.map((action) => action.path),
    ...update.remove,
    ...update.add.map((action) => action.path),
    ...update.delete.map((action) => action.path),
  ];
  const paths = raw.map((path) => bindPath(path, binding.names));
  refuseOverlaps(paths, parameter);
  checkLiterals(update, binding);
  const key = keyNames.find((name) => paths.some((path) => path[0] === name));
  if (key !== undefined) {
    throw invalid(`One or more parameter values were invalid: Cannot update attribute ${key}. This attribute is part of the key`);
  }
  return paths;
};

const longNames: Readonly<Record<TypeName, string>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  BOOL: 'BOOLEAN',
  NULL: 'NULL',
  M: 'MAP',
  L: 'LIST',
  SS: 'SS',
  NS: 'NS',
  BS: 'BS',
};

const literalType = (operand: Operand | Term, binding: Binding): TypeName | undefined =>
  operand.kind === 'value' ? typeOf(binding.values[operand.name]!) : undefined;

const checkLiterals = (update: Update, binding: Binding): void => {
  const adds: readonly TypeName[] = ['N', 'SS', 'NS', 'BS'];
  const sets: readonly TypeName[] = ['SS', 'NS', 'BS'];
  for (const { value } of update.add) demand('operator: ADD', literalType(value, binding), adds, true);
  for (const { value } of update.delete) demand('operator: DELETE', literalType(value, binding), sets, true);
  for (const { expression } of update.set) {
    const terms = expression.kind === 'sum' ? [expression.left, expression.right] : [expression.term];
    for (const term of terms) checkTerm(term, expression.kind === 'sum' ? (expression.sign === 1 ? '+' : '-') : undefined, binding);
  }
};

const checkTerm = (term: Term, operator: '+' | '-' | undefined, binding: Binding): void => {
  if (operator !== undefined) demand(`operator or function: ${operator}`, literalType(term, binding), ['N'], false);
  if (term.kind !== 'list-append') return;
  for (const part of [term.first, term.second]) demand('operator or function: list_append', literalType(part, binding), ['L'], false);
};

const demand = (what: string, type: TypeName | undefined, allowed: readonly TypeName[], long: boolean): void => {
  if (type === undefined || allowed.includes(type)) return;
  throw invalid(
    `Invalid ${parameter}: Incorrect operand type for operator or function; ${what}, operand type: ${long ? longNames[type] : type}`,
  );
};
