// One table: its items by key, and its secondary indexes kept in step with every write.
import { createHash } from 'node:crypto';
import { compare, storedSize, type AttributeValue, type Item } from './values.ts';

export interface KeySchema {
  readonly hash: string;
  readonly range?: string;
}
export interface IndexSchema extends KeySchema {
  readonly name: string;
  readonly kind: 'global' | 'local';
  readonly projection: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
  readonly include: readonly string[];
}
export interface TableSchema {
  readonly key: KeySchema;
  readonly types: Readonly<Record<string, 'S' | 'N' | 'B'>>;
  readonly indexes: readonly IndexSchema[];
}

/** Items of a table or index, by partition, each partition in sort order. */
export interface View {
  readonly key: KeySchema;
  /** Items of one partition in ascending order. */
  partition(hash: AttributeValue): readonly Item[];
  /** The item of this key, by binary search. */
  lookup(key: Item): Item | undefined;
  /** All items, partitions in the order of their hashes, as a scan meets them. */
  all(): readonly Item[];
  /** Position of the item in {@link all} order: stable for a key, whether or not the item still exists. */
  order(a: Item, b: Item): number;
  insert(item: Item): void;
  remove(item: Item): void;
}

/** A key part as text, unique per type and value. */
export const keyText = (value: AttributeValue): string =>
  value.S !== undefined ? `S${value.S}` : value.N !== undefined ? `N${value.N}` : `B${Buffer.from(value.B!).toString('hex')}`;

const hashes = new Map<string, string>();
const hashOf = (text: string): string => {
  let hash = hashes.get(text);
  if (hash === undefined) {
    hash = createHash('md5').update(text).digest('hex');
    if (hashes.size > 100_000) hashes.clear();
    hashes.set(text, hash);
  }
  return hash;
};

const byParts =
  (names: readonly string[]) =>
  (a: Item, b: Item): number => {
    for (const name of names) {
      const order = compare(a[name]!, b[name]!) ?? 0;
      if (order !== 0) return order;
    }
    return 0;
  };

/** An empty view; `tableKey` breaks ties between items of an index that share the index key. */
export const makeView = (key: KeySchema, tableKey: KeySchema): View => {
  const partitions = new Map<string, Item[]>();
  const ties = [key.range, tableKey.hash, tableKey.range].filter((name): name is string => name !== undefined);
  const inPartition = byParts([...new Set(ties)].filter((name) => name !== key.hash));
  const order = (a: Item, b: Item): number => {
    const left = keyText(a[key.hash]!);
    const right = keyText(b[key.hash]!);
    if (left === right) return inPartition(a, b);
    return hashOf(left) < hashOf(right) ? -1 : 1;
  };
  const place = (items: readonly Item[], item: Item): number => {
    let low = 0;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (inPartition(items[middle]!, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const belongs = (item: Item): boolean => item[key.hash] !== undefined && (key.range === undefined || item[key.range] !== undefined);
  return {
    key,
    order,
    partition: (hash) => partitions.get(keyText(hash)) ?? [],
    all: () => {
      const names = [...partitions.keys()].sort((a, b) => (hashOf(a) < hashOf(b) ? -1 : 1));
      return names.flatMap((name) => partitions.get(name)!);
    },
    lookup: (item) => {
      const items = partitions.get(keyText(item[key.hash]!)) ?? [];
      const found = items[place(items, item)];
      return found !== undefined && inPartition(found, item) === 0 ? found : undefined;
    },
    insert: (item) => {
      if (!belongs(item)) return;
      const name = keyText(item[key.hash]!);
      const items = partitions.get(name);
      if (items === undefined) partitions.set(name, [item]);
      else items.splice(place(items, item), 0, item);
    },
    remove: (item) => {
      if (!belongs(item)) return;
      const name = keyText(item[key.hash]!);
      const items = partitions.get(name);
      if (items === undefined) return;
      const at = place(items, item);
      if (items[at] !== undefined && inPartition(items[at], item) === 0) items.splice(at, 1);
      if (items.length === 0) partitions.delete(name);
    },
  };
};

export interface Table {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  schema: TableSchema;
  /** Everything CloudFormation or CreateTable said that only Describe answers. */
  settings: TableSettings;
  readonly main: View;
  readonly indexes: Map<string, { readonly schema: IndexSchema; readonly view: View }>;
  /** Capacity units consumed so far, for the bill. */
  readonly consumed: { read: number; write: number; deletedByTtl: number };
  /** Told of every unit consumed, for the metrics. */
  readonly meter: (kind: 'read' | 'write', units: number) => void;
  size: { items: number; bytes: number };
  ttl: { attribute: string; enabled: boolean } | undefined;
  /** No item expires before this instant (ms); lets reads skip the search. */
  nextExpiry: number;
}

export interface TableSettings {
  billingMode: string;
  deletionProtection: boolean;
  pointInTimeRecovery: boolean;
  recoveryDays: number;
  tableClass: string;
  throughput: { readonly read: number; readonly write: number };
  tags: readonly { readonly Key: string; readonly Value: string }[];
  encrypted: boolean;
}

export const makeTable = (
  name: string,
  arn: string,
  createdAt: number,
  schema: TableSchema,
  settings: TableSettings,
  meter: Table['meter'],
): Table => {
  const table: Table = {
    name,
    arn,
    createdAt,
    schema,
    settings,
    meter,
    main: makeView(schema.key, schema.key),
    indexes: new Map(),
    consumed: { read: 0, write: 0, deletedByTtl: 0 },
    size: { items: 0, bytes: 0 },
    ttl: undefined,
    nextExpiry: Infinity,
  };
  for (const index of schema.indexes) addIndex(table, index);
  return table;
};

/** Adds an index and fills it from the items there are. */
export const addIndex = (table: Table, schema: IndexSchema): void => {
  const view = makeView(schema, table.schema.key);
  for (const item of table.main.all()) view.insert(item);
  table.indexes.set(schema.name, { schema, view });
};

export const find = (table: Table, key: Item): Item | undefined => table.main.lookup(key);

/** Puts `next` in the place of `old` (either may be missing) in the table and every index. */
export const replace = (table: Table, old: Item | undefined, next: Item | undefined): void => {
  const views = [table.main, ...[...table.indexes.values()].map((index) => index.view)];
  for (const view of views) {
    if (old !== undefined) view.remove(old);
    if (next !== undefined) view.insert(next);
  }
  table.size.items += (next === undefined ? 0 : 1) - (old === undefined ? 0 : 1);
  table.size.bytes += (next === undefined ? 0 : storedSize(next)) - (old === undefined ? 0 : storedSize(old));
};
