// Counts the capacity units of reads and writes (for the bill and for `ReturnConsumedCapacity`).
import type { Table } from './table.ts';
import { storedSize, type Item } from './values.ts';

/** Write units of one item: per started KB of the larger of before and after, at least 1; doubled in transactions. */
export const writeUnits = (old: Item | undefined, next: Item | undefined): number =>
  Math.max(1, Math.ceil(Math.max(old === undefined ? 0 : storedSize(old), next === undefined ? 0 : storedSize(next)) / 1024));

/** Read units of a number of bytes: per started 4 KB one strongly consistent unit, half when eventually consistent. */
export const readUnits = (bytes: number, consistent: boolean): number => Math.max(1, Math.ceil(bytes / 4096)) * (consistent ? 1 : 0.5);

/** Units the global and local indexes of the table consume for this write: only those whose entry changes. */
export const indexUnits = (table: Table, old: Item | undefined, next: Item | undefined): Readonly<Record<string, number>> => {
  const units: Record<string, number> = {};
  for (const { schema } of table.indexes.values()) {
    const has = (item: Item | undefined): boolean =>
      item !== undefined && item[schema.hash] !== undefined && (schema.range === undefined || item[schema.range] !== undefined);
    const before = has(old);
    const after = has(next);
    if (before || after) units[schema.name] = writeUnits(old, next);
  }
  return units;
};

/** Adds the units of a write to the table's account and answers the total. */
export const chargeWrite = (table: Table, old: Item | undefined, next: Item | undefined, factor = 1): number => {
  const own = writeUnits(old, next);
  const indexes = Object.values(indexUnits(table, old, next)).reduce((total, units) => total + units, 0);
  table.consumed.write += (own + indexes) * factor;
  table.meter('write', (own + indexes) * factor);
  return (own + indexes) * factor;
};

export const chargeRead = (table: Table, bytes: number, consistent: boolean, factor = 1): number => {
  const units = readUnits(bytes, consistent) * factor;
  table.consumed.read += units;
  table.meter('read', units);
  return units;
};

interface Asked {
  readonly ReturnConsumedCapacity?: string;
}

/** The `ConsumedCapacity` member when the request asked for it. */
export const consumed = (request: Asked, table: Table, units: number): { readonly ConsumedCapacity?: unknown } => {
  const asked = request.ReturnConsumedCapacity ?? 'NONE';
  if (asked === 'NONE') return {};
  const total = { TableName: table.name, CapacityUnits: units };
  return { ConsumedCapacity: asked === 'INDEXES' ? { ...total, Table: { CapacityUnits: units } } : total };
};
