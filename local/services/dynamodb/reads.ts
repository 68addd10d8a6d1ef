// GetItem, BatchGetItem, Query and Scan. Answers hold the stored items themselves, which never change: a client gets its own copy.
import { chargeRead, consumed } from './capacity.ts';
import { parseCondition, type Condition } from './condition.ts';
import { bind, meets, type Binding } from './evaluate.ts';
import { invalid, notSimulated } from './failures.ts';
import { keyRange } from './key-condition.ts';
import { bindPath, project, refuseOverlaps, type Path } from './paths.ts';
import { parseProjection } from './projection.ts';
import { find, type IndexSchema, type Table, type View } from './table.ts';
import { checkKey, keyNames, keyOf } from './validate.ts';
import { sizeOfItem, storedSize, type AttributeValue, type Item } from './values.ts';
import { refuseLegacy, targetKey } from './writes.ts';

export interface ReadRequest {
  readonly TableName: string;
  readonly IndexName?: string;
  readonly Key?: Item;
  readonly ConsistentRead?: boolean;
  readonly ProjectionExpression?: string;
  readonly KeyConditionExpression?: string;
  readonly FilterExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>>;
  readonly ExclusiveStartKey?: Item;
  readonly Limit?: number;
  readonly ScanIndexForward?: boolean;
  readonly Select?: string;
  readonly Segment?: number;
  readonly TotalSegments?: number;
  readonly ReturnConsumedCapacity?: string;
}

/** A page ends when it has read this many bytes. */
const pageBytes = 1024 * 1024;

export const getItem = (table: Table, request: ReadRequest, factor = 1): object => {
  refuseLegacy(request);
  const projection = request.ProjectionExpression === undefined ? undefined : parseProjection(request.ProjectionExpression);
  const paths = boundPaths(projection?.node, bind(request, [['ProjectionExpression', projection]]));
  checkKey(table, request.Key);
  const item = find(table, request.Key!);
  const units = chargeRead(table, item === undefined ? 0 : storedSize(item), request.ConsistentRead === true, factor);
  const shown = item === undefined ? {} : { Item: shape(item, paths) };
  return { ...shown, ...consumed(request, table, units) };
};

/** The bound paths of a projection; refuses overlapping ones. */
const boundPaths = (paths: readonly Path[] | undefined, binding: Binding): readonly Path[] | undefined => {
  const bound = paths?.map((path) => bindPath(path, binding.names));
  if (bound !== undefined) refuseOverlaps(bound, 'ProjectionExpression');
  return bound;
};

const shape = (item: Item, paths: readonly Path[] | undefined): Item => (paths === undefined ? item : project(item, paths));

export interface BatchGetRequest {
  readonly RequestItems: Readonly<Record<string, Omit<ReadRequest, 'TableName'> & { readonly Keys: readonly Item[] }>>;
  readonly ReturnConsumedCapacity?: string;
}

export const batchGet = (request: BatchGetRequest, tableOf: (name: string) => Table): object => {
  const total = Object.values(request.RequestItems).reduce((count, part) => count + part.Keys.length, 0);
  if (total === 0 || total > 100) throw invalid('Too many items requested for the BatchGetItem call');
  const responses: Record<string, unknown[]> = {};
  const capacity: unknown[] = [];
  for (const [name, { Keys, ...part }] of Object.entries(request.RequestItems)) {
    const table = tableOf(name);
    const wanted = Keys.map((key) => targetKey(table, key));
    if (new Set(wanted).size !== wanted.length) throw invalid('Provided list of item keys contains duplicates');
    const answers = Keys.map((Key) => getItem(table, { TableName: name, Key, ...part }) as { readonly Item?: Item });
    responses[name] = answers.flatMap((answer) => (answer.Item === undefined ? [] : [answer.Item]));
    capacity.push(consumed(request, table, answers.length * (part.ConsistentRead === true ? 1 : 0.5)).ConsumedCapacity);
  }
  return { Responses: responses, UnprocessedKeys: {}, ...(capacity[0] === undefined ? {} : { ConsumedCapacity: capacity }) };
};

interface Source {
  readonly table: Table;
  readonly view: View;
  readonly index: IndexSchema | undefined;
}

const sourceOf = (table: Table, request: ReadRequest): Source => {
  if (request.IndexName === undefined) return { table, view: table.main, index: undefined };
  const index = table.indexes.get(request.IndexName);
  if (index === undefined) throw invalid(`The table does not have the specified index: ${request.IndexName}`);
  if (request.ConsistentRead === true && index.schema.kind === 'global') {
    throw invalid('Consistent reads are not supported on global secondary indexes');
  }
  return { table, view: index.view, index: index.schema };
};

/** What an index holds of an item. */
const seenThrough = ({ index, table }: Source, item: Item): Item => {
  if (index === undefined || index.projection === 'ALL') return item;
  const names = new Set([...keyNames(table.schema.key), ...keyNames(index), ...(index.projection === 'INCLUDE' ? index.include : [])]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)));
};

export const query = (table: Table, request: ReadRequest): object => {
  refuseLegacy(request);
  const source = sourceOf(table, request);
  if (request.KeyConditionExpression === undefined) {
    throw invalid('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
  }
  const key = parseCondition(request.KeyConditionExpression, 'KeyConditionExpression');
  const plan = preparation(request, [['KeyConditionExpression', key]]);
  refuseKeysInFilter(plan.filter, source.view.key, plan.binding);
  const range = keyRange(key.node, source.view.key, table.schema.types, plan.binding);
  const inRange = range.within(source.view.partition(range.hash));
  const backwards = request.ScanIndexForward === false;
  return page(source, request, plan, backwards ? inRange.toReversed() : inRange, backwards);
};

export const scan = (table: Table, request: ReadRequest): object => {
  refuseLegacy(request);
  const source = sourceOf(table, request);
  if (request.TotalSegments !== undefined && request.TotalSegments > 1) throw notSimulated('a parallel Scan (TotalSegments)');
  return page(source, request, preparation(request, []), source.view.all(), false);
};

interface Plan {
  readonly binding: Binding;
  readonly filter: Condition | undefined;
  readonly projection: readonly Path[] | undefined;
}

const preparation = (request: ReadRequest, more: Parameters<typeof bind>[1]): Plan => {
  const filter = request.FilterExpression === undefined ? undefined : parseCondition(request.FilterExpression, 'FilterExpression');
  const projection = request.ProjectionExpression === undefined ? undefined : parseProjection(request.ProjectionExpression);
  const binding = bind(request, [...more, ['FilterExpression', filter], ['ProjectionExpression', projection]]);
  if (request.Limit !== undefined && request.Limit < 1) {
    throw invalid(
      `1 validation error detected: Value '${request.Limit}' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1`,
    );
  }
  return { binding, filter: filter?.node, projection: boundPaths(projection?.node, binding) };
};

const pathsIn = (condition: Condition): readonly Path[] => {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return [...pathsIn(condition.left), ...pathsIn(condition.right)];
    case 'not':
      return pathsIn(condition.inner);
    case 'exists':
      return [condition.path];
    case 'between':
    case 'in':
      return condition.operand.kind === 'value' ? [] : [condition.operand.path];
    default:
      return [condition.left, condition.right].flatMap((operand) => (operand.kind === 'value' ? [] : [operand.path]));
  }
};

const refuseKeysInFilter = (filter: Condition | undefined, key: View['key'], binding: Binding): void => {
  for (const path of filter === undefined ? [] : pathsIn(filter)) {
    const name = bindPath(path, binding.names)[0] as string;
    if (!keyNames(key).includes(name)) continue;
    throw invalid(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${name}`);
  }
};

/** One page of ordered items: start after the given key, stop at Limit or 1 MB read, filter, project. */
const page = (source: Source, request: ReadRequest, plan: Plan, items: readonly Item[], backwards: boolean): object => {
  const start = request.ExclusiveStartKey;
  const after = (item: Item): boolean => (backwards ? source.view.order(item, start!) < 0 : source.view.order(item, start!) > 0);
  const first = start === undefined ? 0 : items.findIndex(after);
  const found: Item[] = [];
  let bytes = 0;
  let at = first === -1 ? items.length : first;
  const begin = at;
  const limit = request.Limit ?? Infinity;
  while (at < items.length && at - begin < limit && bytes < pageBytes) {
    const item = seenThrough(source, items[at]!);
    bytes += item === items[at] ? storedSize(item) : sizeOfItem(item);
    if (plan.filter === undefined || meets(item, plan.filter, plan.binding)) found.push(item);
    at += 1;
  }
  const stopped = at > begin && (at < items.length || at - begin >= limit);
  const units = chargeRead(source.table, bytes, request.ConsistentRead === true);
  return {
    ...(request.Select === 'COUNT' ? {} : { Items: found.map((item) => shape(item, plan.projection)) }),
    Count: found.length,
    ScannedCount: at - begin,
    ...(stopped ? { LastEvaluatedKey: lastKey(source, items[at - 1]!) } : {}),
    ...consumed(request, source.table, units),
  };
};

const lastKey = ({ table, index }: Source, item: Item): Item => ({
  ...(index === undefined ? {} : keyOf(index, item)),
  ...keyOf(table.schema.key, item),
});
