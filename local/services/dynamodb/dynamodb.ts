// The simulated DynamoDB: tables, items, expressions, transactions and time to live, synchronous and in memory.
import type { Operation, Permission, SimulatedService } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { batchGet, getItem, query, scan, type ReadRequest } from './reads.ts';
import { tableResources } from './resources.ts';
import { tableOperations } from './table-operations.ts';
import type { Table } from './table.ts';
import { makeTables, type Tables } from './tables.ts';
import { actionOf, transactGet, transactWrite, type TransactKind, type TransactWriteRequest } from './transact.ts';
import { AwsError } from '../../simulated.ts';
import { copyItem, type Item } from './values.ts';
import { batchWrite, writeOne } from './writes.ts';

/** What a table consumed so far, in capacity units. */
export interface ConsumedCapacity {
  readonly read: number;
  readonly write: number;
}

export interface Dynamodb extends SimulatedService {
  /** Every item of a table (copies), for tests and the console; expired items not yet deleted included. */
  items(tableName: string): readonly Item[];
  /** Read and write units since the start; per table, or of all tables. */
  consumed(tableName?: string): ConsumedCapacity;
  /** Names of all tables. */
  tables(): readonly string[];
}

const writeActions: Readonly<Record<TransactKind, string>> = {
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
  ConditionCheck: 'dynamodb:ConditionCheckItem',
};

const itemOperations = (tables: Tables): Readonly<Record<string, Operation>> => {
  const write = (operation: 'PutItem' | 'UpdateItem' | 'DeleteItem'): Operation => ({
    needs: (input) => [{ action: `dynamodb:${operation}`, resource: tables.arn(input.TableName) }],
    run: (input) => writeOne(operation, tables.existing(input.TableName), input),
  });
  const read = (operation: string, run: (table: Table, input: ReadRequest) => object): Operation => ({
    needs: (input: ReadRequest) => {
      const arn = tables.arn(input.TableName);
      return [{ action: `dynamodb:${operation}`, resource: input.IndexName === undefined ? arn : `${arn}/index/${input.IndexName}` }];
    },
    run: (input: ReadRequest) => run(tables.existing(input.TableName), input),
  });
  const perTable =
    (action: string) =>
    (input: { readonly RequestItems: object }): readonly Permission[] =>
      Object.keys(input.RequestItems).map((name) => ({ action, resource: tables.arn(name) }));
  return {
    PutItem: write('PutItem'),
    UpdateItem: write('UpdateItem'),
    DeleteItem: write('DeleteItem'),
    GetItem: read('GetItem', getItem),
    Query: read('Query', query),
    Scan: read('Scan', scan),
    BatchWriteItem: { needs: perTable('dynamodb:BatchWriteItem'), run: (input) => batchWrite(input, tables.existing) },
    BatchGetItem: { needs: perTable('dynamodb:BatchGetItem'), run: (input) => batchGet(input, tables.existing) },
  };
};

/** Tokens of TransactWriteItems are remembered for ten minutes. */
const tokenLife = 600_000;

const transactOperations = (world: World, tables: Tables): Readonly<Record<string, Operation>> => {
  const tokens = new Map<string, { readonly at: number; readonly request: string; readonly answer: unknown }>();
  const once = (input: TransactWriteRequest): unknown => {
    const token = input.ClientRequestToken;
    if (token === undefined) return transactWrite(input, tables.existing);
    const request = JSON.stringify(input);
    const known = tokens.get(token);
    if (known !== undefined && world.clock.now - known.at < tokenLife) {
      if (known.request === request) return known.answer;
      throw new AwsError(
        'IdempotentParameterMismatchException',
        'The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical',
      );
    }
    const answer = transactWrite(input, tables.existing);
    tokens.set(token, { at: world.clock.now, request, answer });
    return answer;
  };
  return {
    TransactWriteItems: {
      needs: (input: TransactWriteRequest) =>
        input.TransactItems.map(actionOf).map(({ kind, request }) => ({
          action: writeActions[kind],
          resource: tables.arn(request.TableName),
        })),
      run: once,
    },
    TransactGetItems: {
      needs: (input) =>
        input.TransactItems.map(({ Get }: { readonly Get: ReadRequest }) => ({
          action: 'dynamodb:GetItem',
          resource: tables.arn(Get.TableName),
        })),
      run: (input) => transactGet(input, tables.existing),
    },
  };
};

export const makeDynamodb = (world: World): Dynamodb => {
  const tables = makeTables(world);
  const sum = (units: readonly ConsumedCapacity[]): ConsumedCapacity =>
    units.reduce((total, one) => ({ read: total.read + one.read, write: total.write + one.write }), { read: 0, write: 0 });
  return {
    signingName: 'dynamodb',
    operations: { ...itemOperations(tables), ...transactOperations(world, tables), ...tableOperations(tables) },
    resources: tableResources(tables),
    items: (tableName) => tables.existing(tableName).main.all().map(copyItem),
    consumed: (tableName) => sum((tableName === undefined ? tables.names() : [tableName]).map((name) => tables.existing(name).consumed)),
    tables: tables.names,
    support: {
      does: [
        'Items: Put, Get, Update, Delete, Query, Scan, BatchWriteItem, BatchGetItem, TransactWriteItems, TransactGetItems',
        'Expressions: condition, key condition, filter, projection and update grammars with reserved words, unused placeholders and overlapping paths refused',
        'ReturnValues, ReturnValuesOnConditionCheckFailure, TransactionCanceledException with reasons, idempotent ClientRequestToken (10 minutes)',
        'Global and local secondary indexes, 1 MB pages, 400 KB items, 38-digit numbers, consumed capacity',
        'Time to live: expired items are deleted 1–36 hours later in virtual time',
        'CloudFormation: AWS::DynamoDB::Table, AWS::DynamoDB::GlobalTable (the own Region)',
      ],
      doesNot: [
        'Legacy parameters (Expected, AttributeUpdates, KeyConditions, …), PartiQL, streams, parallel scans: refused by name',
        'Backups and restore-table-to-point-in-time: fail by name; point-in-time recovery is kept as a setting',
        'Table status transitions (a new table is ACTIVE at once), provisioned throughput limits, eventual consistency of reads',
      ],
    },
  };
};
