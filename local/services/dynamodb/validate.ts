// What DynamoDB refuses in an item or key before it looks at the table.
import { invalid } from './failures.ts';
import { canonical, parseNumber } from './numbers.ts';
import type { KeySchema, Table } from './table.ts';
import { sizeOfItem, typeOf, utf8, type AttributeValue, type Item } from './values.ts';

const maximumItem = 400 * 1024;
const empty = 'One or more parameter values were invalid: ';

/** Checks every value: exactly one type, numbers in range, sets neither empty nor with duplicates, at most 32 levels. */
export const checkValue = (value: AttributeValue, depth = 0): void => {
  if (depth > 32) throw invalid('Nesting Levels have exceeded supported limits');
  const type = typeOf(value);
  if (type === undefined)
    throw invalid('Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes');
  if (type === 'N') canonical(value.N!);
  if (type === 'SS' || type === 'NS' || type === 'BS') checkSet(type, value);
  if (type === 'M') for (const name in value.M) checkValue(value.M[name]!, depth + 1);
  if (type === 'L') for (const element of value.L!) checkValue(element, depth + 1);
  if (type === 'NULL' && value.NULL !== true) throw invalid(`${empty}Null attribute value types must have the value of true`);
};

const checkSet = (type: 'SS' | 'NS' | 'BS', value: AttributeValue): void => {
  const texts =
    value.SS ?? value.NS?.map((number) => parseNumber(number).text) ?? value.BS!.map((bytes) => Buffer.from(bytes).toString('hex'));
  const called = { SS: 'string', NS: 'number', BS: 'binary' }[type];
  if (texts.length === 0) throw invalid(`${empty}An ${called} set  may not be empty`);
  if (new Set(texts).size !== texts.length) throw invalid(`${empty}Input collection [${texts.join(', ')}] contains duplicates.`);
};

/** Checks a whole item for writing: values, key attributes, index key types, size. */
export const checkItem = (table: Table, item: Item): void => {
  for (const name in item) checkValue(item[name]!);
  checkKeyAttributes(table, table.schema.key, item, `${empty}Missing the key `);
  checkIndexKeys(table, item);
  if (sizeOfItem(item) > maximumItem) throw invalid('Item size has exceeded the maximum allowed size');
};

const checkKeyAttributes = (table: Table, key: KeySchema, item: Item, missing: string): void => {
  for (const name of keyNames(key)) {
    const value = item[name];
    if (value === undefined) throw invalid(`${missing}${name} in the item`);
    checkKeyValue(table, name, value, name === key.hash ? 2048 : 1024);
  }
};

const checkKeyValue = (table: Table, name: string, value: AttributeValue, limit: number): void => {
  const expected = table.schema.types[name]!;
  const actual = typeOf(value);
  if (actual !== expected) throw invalid(`${empty}Type mismatch for key ${name} expected: ${expected} actual: ${actual}`);
  const length = value.S !== undefined ? utf8(value.S) : value.B !== undefined ? value.B.length : 1;
  if (length === 0)
    throw invalid(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
    );
  if (length > limit) {
    const which = limit === 2048 ? 'hashkey' : 'rangekey';
    throw invalid(`${empty}Size of ${which} has exceeded the maximum size limit of${limit} bytes`);
  }
};

const checkIndexKeys = (table: Table, item: Item): void => {
  for (const { schema } of table.indexes.values()) {
    for (const name of keyNames(schema)) {
      const value = item[name];
      if (value === undefined) continue;
      const expected = table.schema.types[name]!;
      const actual = typeOf(value);
      if (actual !== expected) {
        throw invalid(`${empty}Type mismatch for Index Key ${name} Expected: ${expected} Actual: ${actual} IndexName: ${schema.name}`);
      }
      if (value.S === '') {
        throw invalid(
          'One or more parameter values are not valid. A value specified for a secondary index key is not supported. ' +
            `The AttributeValue for a key attribute cannot contain an empty string value. IndexName: ${schema.name}, IndexKey: ${name}`,
        );
      }
    }
  }
};

export const keyNames = (key: KeySchema): readonly string[] => (key.range === undefined ? [key.hash] : [key.hash, key.range]);

/** Checks a `Key`: exactly the table's key attributes, of the right types. */
export const checkKey = (table: Table, key: Item | undefined): void => {
  if (key === undefined)
    throw invalid("1 validation error detected: Value null at 'key' failed to satisfy constraint: Member must not be null");
  const names = keyNames(table.schema.key);
  const matches = Object.keys(key).length === names.length && names.every((name) => typeOf(key[name] ?? {}) === table.schema.types[name]);
  if (!matches) throw invalid('The provided key element does not match the schema');
  for (const name of names) checkKeyValue(table, name, key[name]!, name === table.schema.key.hash ? 2048 : 1024);
};

export const keyOf = (key: KeySchema, item: Item): Item => {
  const result: Record<string, AttributeValue> = {};
  for (const name of keyNames(key)) result[name] = item[name]!;
  return result;
};
