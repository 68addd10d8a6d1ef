// Whether a JSON body has the types its schema asks for: AWS refuses one that has not before any operation looks at it.
import type { Shape } from './model.ts';

const refuse = (message: string): never => {
  throw new TypeError(message);
};

const kindOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'Start of list found where not expected';
  if (typeof value === 'object') return 'Start of structure or map found where not expected';
  return `${typeof value === 'boolean' ? String(value).toUpperCase() : (typeof value).toUpperCase()}_VALUE can not be converted`;
};

const isPlainObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Not-a-number and the infinities travel as text. */
const isNumber = (value: unknown): boolean => typeof value === 'number' || value === 'NaN' || value === 'Infinity' || value === '-Infinity';

const scalarFits = (shape: Shape, value: unknown): boolean => {
  if (shape.isDocumentSchema()) return true;
  if (shape.isTimestampSchema()) return typeof value === 'number' || typeof value === 'string';
  if (shape.isBigIntegerSchema() || shape.isBigDecimalSchema() || shape.isNumericSchema()) return isNumber(value);
  if (shape.isBooleanSchema()) return typeof value === 'boolean';
  return typeof value === 'string';
};

/** Throws TypeError in AWS's words where a value is of another type; null stands for any absent value. `keyOf` names a member in the body. */
export const checkTypes = (shape: Shape, value: unknown, keyOf: (name: string, member: Shape) => string): void => {
  if (value === null || value === undefined) return;
  if (shape.isListSchema()) {
    if (!Array.isArray(value)) return refuse(kindOf(value));
    for (const item of value) checkTypes(shape.getValueSchema(), item, keyOf);
    return;
  }
  if (shape.isMapSchema() || shape.isStructSchema()) {
    if (!isPlainObject(value)) return refuse(kindOf(value));
    if (shape.isMapSchema()) for (const item of Object.values(value)) checkTypes(shape.getValueSchema(), item, keyOf);
    else for (const [name, member] of shape.structIterator()) checkTypes(member, value[keyOf(name, member)], keyOf);
    return;
  }
  if (!scalarFits(shape, value)) refuse(kindOf(value));
};
