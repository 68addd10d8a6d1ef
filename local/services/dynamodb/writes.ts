// PutItem, UpdateItem, DeleteItem and BatchWriteItem: each is first staged (checked, computed), then committed.
import { chargeWrite, consumed } from './capacity.ts';
import { parseCondition } from './condition.ts';
import { bind, meets } from './evaluate.ts';
import { conditionFailed, invalid, notSimulated } from './failures.ts';
import type { Path } from './paths.ts';
import { find, replace, type Table } from './table.ts';
import { checkItem, checkKey, checkValue, keyNames, keyOf } from './validate.ts';
import { copyItem, sizeOfItem, type AttributeValue, type Item } from './values.ts';
import { applyUpdate, onlyTouched } from './apply-update.ts';
import { parseUpdate } from './update.ts';
import { touchedPaths } from './update-checks.ts';

export interface WriteRequest {
  readonly TableName: string;
  readonly Item?: Item;
  readonly Key?: Item;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>>;
  readonly ReturnValues?: string;
  readonly ReturnValuesOnConditionCheckFailure?: string;
  readonly ReturnConsumedCapacity?: string;
}

/** A write that passed every check: what it replaces, by what, and which paths an update touched. */
export interface Staged {
  readonly table: Table;
  readonly old: Item | undefined;
  readonly next: Item | undefined;
  readonly touched: readonly Path[];
}

const legacy = ['Expected', 'ConditionalOperator', 'AttributeUpdates', 'AttributesToGet', 'KeyConditions', 'QueryFilter', 'ScanFilter'];

/** Refuses DynamoDB's legacy parameters by name: nothing here uses them. */
export const refuseLegacy = (request: object): void => {
  for (const name of legacy) {
    if ((request as Record<string, unknown>)[name] !== undefined) throw notSimulated(`the legacy parameter ${name}`);
  }
};

const checkValues = (request: WriteRequest): void => {
  const values = request.ExpressionAttributeValues;
  if (values === undefined) return;
  if (Object.keys(values).length === 0) throw invalid('ExpressionAttributeValues must not be empty');
  for (const name in values) checkValue(values[name]!);
};

/** Throws ConditionalCheckFailedException when the condition does not hold, with the item when asked for. */
const demand = (request: WriteRequest, holds: boolean, old: Item | undefined): void => {
  if (holds) return;
  throw conditionFailed(request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && old !== undefined ? copyItem(old) : undefined);
};

const conditionOf = (request: WriteRequest) =>
  request.ConditionExpression === undefined ? undefined : parseCondition(request.ConditionExpression, 'ConditionExpression');

export const stagePut = (table: Table, request: WriteRequest): Staged => {
  refuseLegacy(request);
  checkValues(request);
  const condition = conditionOf(request);
  const binding = bind(request, [['ConditionExpression', condition]]);
  if (request.Item === undefined)
    throw invalid("1 validation error detected: Value null at 'item' failed to satisfy constraint: Member must not be null");
  checkItem(table, request.Item);
  const old = find(table, request.Item);
  demand(request, condition === undefined || meets(old ?? {}, condition.node, binding), old);
  return { table, old, next: copyItem(request.Item), touched: [] };
};

export const stageDelete = (table: Table, request: WriteRequest): Staged => {
  refuseLegacy(request);
  checkValues(request);
  const condition = conditionOf(request);
  const binding = bind(request, [['ConditionExpression', condition]]);
  checkKey(table, request.Key);
  const old = find(table, request.Key!);
  demand(request, condition === undefined || meets(old ?? {}, condition.node, binding), old);
  return { table, old, next: undefined, touched: [] };
};

export const stageUpdate = (table: Table, request: WriteRequest): Staged => {
  refuseLegacy(request);
  checkValues(request);
  const update = request.UpdateExpression === undefined ? undefined : parseUpdate(request.UpdateExpression);
  const condition = conditionOf(request);
  const binding = bind(request, [
    ['UpdateExpression', update],
    ['ConditionExpression', condition],
  ]);
  checkKey(table, request.Key);
  const touched = update === undefined ? [] : touchedPaths(update.node, binding, keyNames(table.schema.key));
  const old = find(table, request.Key!);
  demand(request, condition === undefined || meets(old ?? {}, condition.node, binding), old);
  const before = old ?? copyItem(request.Key!);
  const next = update === undefined ? before : copyItem(applyUpdate(before, update.node, binding));
  checkUpdated(table, next);
  return { table, old, next, touched };
};

const checkUpdated = (table: Table, next: Item): void => {
  if (sizeOfItem(next) > 400 * 1024) throw invalid('Item size to update has exceeded the maximum allowed size');
  checkItem(table, next);
};

/** A `ConditionCheck` of a transaction: nothing changes. */
export const stageCheck = (table: Table, request: WriteRequest): Staged => {
  checkValues(request);
  const condition = conditionOf(request);
  const binding = bind(request, [['ConditionExpression', condition]]);
  checkKey(table, request.Key);
  const old = find(table, request.Key!);
  demand(request, condition === undefined || meets(old ?? {}, condition.node, binding), old);
  return { table, old, next: old, touched: [] };
};

/** Carries a staged write out; answers the capacity units it consumed. */
export const commit = (staged: Staged, factor = 1): number => {
  const { table, old, next } = staged;
  if (old !== next) {
    replace(table, old, next);
    noteExpiry(table, next);
  }
  return chargeWrite(table, old, next, factor);
};

/** Remembers the earliest expiry, so that reads need not look at items while none can have expired. */
export const noteExpiry = (table: Table, item: Item | undefined): void => {
  if (table.ttl === undefined || item === undefined) return;
  const seconds = Number(item[table.ttl.attribute]?.N ?? Number.NaN);
  if (Number.isFinite(seconds)) table.nextExpiry = Math.min(table.nextExpiry, seconds * 1000);
};

const allowedReturns: Readonly<Record<string, readonly string[]>> = {
  PutItem: ['NONE', 'ALL_OLD'],
  DeleteItem: ['NONE', 'ALL_OLD'],
  UpdateItem: ['NONE', 'ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW'],
};

/** One single-item write operation: stage, commit, answer. */
export const writeOne = (operation: 'PutItem' | 'DeleteItem' | 'UpdateItem', table: Table, request: WriteRequest): object => {
  const wanted = request.ReturnValues ?? 'NONE';
  if (!allowedReturns[operation]!.includes(wanted)) throw invalid('ReturnValues can only be ALL_OLD or NONE');
  const stage = { PutItem: stagePut, DeleteItem: stageDelete, UpdateItem: stageUpdate }[operation];
  const staged = stage(table, request);
  const units = commit(staged);
  const attributes = returned(wanted, staged);
  return { ...(attributes === undefined ? {} : { Attributes: attributes }), ...consumed(request, table, units) };
};

const returned = (wanted: string, { old, next, touched }: Staged): Item | undefined => {
  if (wanted === 'ALL_OLD') return old;
  if (wanted === 'ALL_NEW') return next;
  if (wanted === 'NONE') return undefined;
  const source = wanted === 'UPDATED_OLD' ? old : next;
  const part = source === undefined ? {} : onlyTouched(source, touched);
  return Object.keys(part).length === 0 ? undefined : copyItem(part);
};

interface BatchEntry {
  readonly PutRequest?: { readonly Item: Item };
  readonly DeleteRequest?: { readonly Key: Item };
}
export interface BatchWriteRequest {
  readonly RequestItems: Readonly<Record<string, readonly BatchEntry[]>>;
  readonly ReturnConsumedCapacity?: string;
}

/** BatchWriteItem: at most 25 puts and deletes on different items, none conditional. */
export const batchWrite = (request: BatchWriteRequest, tableOf: (name: string) => Table): object => {
  const entries = Object.entries(request.RequestItems).flatMap(([name, list]) => list.map((entry) => ({ table: tableOf(name), entry })));
  if (entries.length === 0 || entries.length > 25) throw invalid('Too many items requested for the BatchWriteItem call');
  const staged = entries.map(({ table, entry }) =>
    entry.PutRequest === undefined
      ? stageDelete(table, { TableName: table.name, Key: entry.DeleteRequest!.Key })
      : stagePut(table, { TableName: table.name, Item: entry.PutRequest.Item }),
  );
  const keys = staged.map(({ table }, i) => targetKey(table, entries[i]!.entry.PutRequest?.Item ?? entries[i]!.entry.DeleteRequest!.Key));
  if (new Set(keys).size !== keys.length) throw invalid('Provided list of item keys contains duplicates');
  const capacity = staged.map((write) => consumed(request, write.table, commit(write)).ConsumedCapacity);
  return { UnprocessedItems: {}, ...(capacity[0] === undefined ? {} : { ConsumedCapacity: capacity }) };
};

/** A text that is the same for two requests about one item. */
export const targetKey = (table: Table, item: Item): string => `${table.name} ${JSON.stringify(keyOf(table.schema.key, item))}`;
