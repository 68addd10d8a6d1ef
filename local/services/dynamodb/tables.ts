// The account's tables by name or ARN.
import type { World } from '../../world.ts';
import { expire } from './expiry.ts';
import { requestedNotFound } from './failures.ts';
import { makeTable, type Table, type TableSchema, type TableSettings } from './table.ts';

export interface Tables {
  /** The table's ARN, from a name or an ARN. */
  readonly arn: (nameOrArn: string) => string;
  readonly get: (nameOrArn: string) => Table | undefined;
  /** The table with expired items removed; throws ResourceNotFoundException when there is none. */
  readonly existing: (nameOrArn: string) => Table;
  readonly add: (name: string, schema: TableSchema, settings: TableSettings) => Table;
  readonly drop: (nameOrArn: string) => void;
  readonly names: () => readonly string[];
}

const minute = 60_000;
/** Minutes of consumption kept for readers. */
const kept = 3000;

/** Consumed capacity per minute as AWS/DynamoDB metrics; minutes without a request have no datapoint. */
const makeMeter = (world: World, name: string): Table['meter'] => {
  const counts = { read: new Map<number, number>(), write: new Map<number, number>() };
  const dimensions = { TableName: name };
  const source = (metric: string, kind: 'read' | 'write'): void => {
    world.services.cloudwatch.addSource({ namespace: 'AWS/DynamoDB', name: metric, dimensions, sample: (at) => counts[kind].get(at) });
  };
  source('ConsumedReadCapacityUnits', 'read');
  source('ConsumedWriteCapacityUnits', 'write');
  return (kind, units) => {
    const now = Math.floor(world.clock.now / minute) * minute;
    const bucket = counts[kind];
    bucket.set(now, (bucket.get(now) ?? 0) + units);
    if (bucket.size > kept) bucket.delete(bucket.keys().next().value!);
  };
};

export const makeTables = (world: World): Tables => {
  const tables = new Map<string, Table>();
  const prefix = `arn:aws:dynamodb:${world.region}:${world.account}:table/`;
  const nameOf = (nameOrArn: string): string =>
    nameOrArn.startsWith('arn:') ? nameOrArn.slice(nameOrArn.indexOf(':table/') + 7) : nameOrArn;
  const get = (nameOrArn: string): Table | undefined => tables.get(nameOf(nameOrArn));
  return {
    get,
    arn: (nameOrArn) => get(nameOrArn)?.arn ?? prefix + nameOf(nameOrArn),
    existing: (nameOrArn) => {
      const table = get(nameOrArn);
      if (table === undefined) throw requestedNotFound();
      expire(table, world.clock.now);
      return table;
    },
    add: (name, schema, settings) => {
      const table = makeTable(name, prefix + name, world.clock.now, schema, settings, makeMeter(world, name));
      tables.set(name, table);
      return table;
    },
    drop: (nameOrArn) => void tables.delete(nameOf(nameOrArn)),
    names: () => [...tables.keys()].sort(),
  };
};
