// The ledger on DynamoDB: one item per record, a version on each, and a fence check in the same transaction when a lease is held (X1).
import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand, TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { AttributeValue, PutItemCommandInput, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { EXPIRING, HISTORY_DAYS, type Entry, type History, type Kind, type Lease, type Records } from '../contracts/ledger.ts';
import type { Ledger } from '../ports.ts';
import { client, required, type ClientHost } from './clients.ts';
import { attempt, nameOf } from './failure.ts';

export interface LedgerHost extends ClientHost {
  readonly environment: Readonly<Record<string, string | undefined>>;
}
type Item = Record<string, AttributeValue>;
interface Table {
  readonly db: DynamoDBClient;
  readonly name: string;
}

const DAY_SECONDS = 86_400;
const seconds = (at: string): number => Math.floor(Date.parse(at) / 1000);
const keyOf = (kind: string, key: string): Item => ({ kind: { S: kind }, key: { S: key } });

/** The ledger of the platform whose table is named by LEDGER_TABLE. */
export const ledger = (host: LedgerHost): Ledger => {
  const table: Table = { db: client(DynamoDBClient, host), name: required(host.environment, 'LEDGER_TABLE') };
  return {
    recall: (kind, key) => recall(table, kind, key),
    remember: (kind, key, value, options) => remember(table, kind, key, value, options),
    list: (kind, range) => list(table, kind, range ?? {}),
    lease: (key, holder, forSeconds, at) => lease(table, key, holder, forSeconds, at),
    release: (held) => release(table, held),
    note: (entry, at) => note(table, entry, at),
  };
};

const entryOf = <K extends Kind>(item: Item): Entry<K> => ({
  key: item['key']?.S ?? '',
  version: Number(item['version']?.N ?? '0'),
  at: item['at']?.S ?? '',
  value: JSON.parse(item['value']?.S ?? 'null') as Records[K],
});

const recall = async <K extends Kind>(table: Table, kind: K, key: string): Promise<Entry<K> | null> => {
  const command = new GetItemCommand({ TableName: table.name, Key: keyOf(kind, key), ConsistentRead: true });
  const { Item } = await attempt('dynamodb:GetItem', `${kind} ${key}`, () => table.db.send(command));
  return Item === undefined ? null : entryOf(Item);
};

const itemOf = (kind: Kind, key: string, value: unknown, version: number, at: string): Item => ({
  ...keyOf(kind, key),
  version: { N: String(version) },
  at: { S: at },
  value: { S: JSON.stringify(value) },
  ...(EXPIRING.includes(kind) ? { expires: { N: String(seconds(at) + HISTORY_DAYS * DAY_SECONDS) } } : {}),
});

const remember = async <K extends Kind>(
  table: Table,
  kind: K,
  key: string,
  value: Records[K],
  options: { readonly expect: 'new' | 'any' | number; readonly at: string; readonly fence?: Lease },
): Promise<number> => {
  const version = options.expect === 'any' ? seconds(options.at) : options.expect === 'new' ? 1 : options.expect + 1;
  const put: PutItemCommandInput & { Item: Item } = { TableName: table.name, Item: itemOf(kind, key, value, version, options.at), ...expectation(options.expect) };
  const { fence } = options;
  try {
    if (fence === undefined) await attempt('dynamodb:PutItem', `${kind} ${key}`, () => table.db.send(new PutItemCommand(put)));
    else await attempt('dynamodb:TransactWriteItems', `${kind} ${key}`, () => table.db.send(new TransactWriteItemsCommand({ TransactItems: [fenceCheck(table, fence), { Put: put }] })));
  } catch (error) {
    throw raceLost(error, kind, key, fence);
  }
  return version;
};

const expectation = (expect: 'new' | 'any' | number): Partial<PutItemCommandInput> => {
  if (expect === 'any') return {};
  if (expect === 'new') return { ConditionExpression: 'attribute_not_exists(#key)', ExpressionAttributeNames: { '#key': 'key' } };
  return {
    ConditionExpression: '#version = :expected',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':expected': { N: String(expect) } },
  };
};

const fenceCheck = (table: Table, fence: Lease): object => ({
  ConditionCheck: {
    TableName: table.name,
    Key: keyOf('lease', fence.key),
    ConditionExpression: '#fence = :fence AND #holder = :holder',
    ExpressionAttributeNames: { '#fence': 'fence', '#holder': 'holder' },
    ExpressionAttributeValues: { ':fence': { N: String(fence.fence) }, ':holder': { S: fence.holder } },
  },
});

/** Names a lost race: the first reason of a cancelled transaction is the fence, the second the record's own condition. */
const raceLost = (error: unknown, kind: Kind, key: string, fence: Lease | undefined): unknown => {
  const original = (error as { cause?: { CancellationReasons?: readonly { Code?: string }[] } }).cause;
  const [fenceReason, putReason] = original?.CancellationReasons ?? [];
  if (fenceReason?.Code === 'ConditionalCheckFailed') return named('LeaseLost', `the lease ${fence?.key} is no longer held by ${fence?.holder}`, error);
  if (nameOf(error) === 'ConditionalCheckFailedException' || putReason?.Code === 'ConditionalCheckFailed') {
    return named('Conflict', `another writer changed ${kind} ${key} first`, error);
  }
  return error;
};

const named = (name: string, message: string, cause: unknown): Error => Object.assign(new Error(message, { cause }), { name });

const list = async <K extends Kind>(
  table: Table,
  kind: K,
  range: { readonly from?: string; readonly to?: string; readonly limit?: number; readonly newestFirst?: boolean },
): Promise<readonly Entry<K>[]> => {
  const entries: Entry<K>[] = [];
  let start: Item | undefined;
  do {
    const query: QueryCommandInput = {
      TableName: table.name,
      ConsistentRead: true,
      KeyConditionExpression: '#kind = :kind AND #key BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#kind': 'kind', '#key': 'key' },
      ExpressionAttributeValues: { ':kind': { S: kind }, ':from': { S: range.from ?? ' ' }, ':to': { S: range.to ?? '\uffff' } },
      ScanIndexForward: range.newestFirst !== true,
      ...(range.limit === undefined ? {} : { Limit: range.limit - entries.length }),
      ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    };
    const page = await attempt('dynamodb:Query', kind, () => table.db.send(new QueryCommand(query)));
    entries.push(...(page.Items ?? []).map((item) => entryOf<K>(item)));
    start = page.LastEvaluatedKey;
  } while (start !== undefined && entries.length < (range.limit ?? Number.POSITIVE_INFINITY));
  return entries;
};

const lease = async (table: Table, key: string, holder: string, forSeconds: number, at: string): Promise<Lease | null> => {
  const until = seconds(at) + forSeconds;
  const command = new UpdateItemCommand({
    TableName: table.name,
    Key: keyOf('lease', key),
    // The same holder may take it again: a retried door gets a new fence, and what its dead predecessor still writes is refused.
    UpdateExpression: 'SET #fence = if_not_exists(#fence, :zero) + :one, #holder = :holder, #until = :until',
    ConditionExpression: 'attribute_not_exists(#holder) OR #until < :now OR #holder = :holder',
    ExpressionAttributeNames: { '#fence': 'fence', '#holder': 'holder', '#until': 'until' },
    ExpressionAttributeValues: { ':zero': { N: '0' }, ':one': { N: '1' }, ':holder': { S: holder }, ':until': { N: String(until) }, ':now': { N: String(seconds(at)) } },
    ReturnValues: 'ALL_NEW',
  });
  try {
    const { Attributes } = await attempt('dynamodb:UpdateItem', `lease ${key}`, () => table.db.send(command));
    return leaseOf(key, holder, Attributes, until);
  } catch (error) {
    if (nameOf(error) === 'ConditionalCheckFailedException') return null;
    throw error;
  }
};

const leaseOf = (key: string, holder: string, item: Item | undefined, until: number): Lease => ({
  key,
  holder,
  fence: Number(item?.['fence']?.N ?? '0'),
  until: new Date(until * 1000).toISOString(),
});

/** Ends a lease by making it expired, not by deleting it: the fence number must keep growing. */
const release = async (table: Table, held: Lease): Promise<void> => {
  const command = new UpdateItemCommand({
    TableName: table.name,
    Key: keyOf('lease', held.key),
    UpdateExpression: 'SET #until = :ended REMOVE #holder',
    ConditionExpression: '#holder = :holder AND #fence = :fence',
    ExpressionAttributeNames: { '#holder': 'holder', '#until': 'until', '#fence': 'fence' },
    ExpressionAttributeValues: { ':ended': { N: '0' }, ':holder': { S: held.holder }, ':fence': { N: String(held.fence) } },
  });
  try {
    await attempt('dynamodb:UpdateItem', `lease ${held.key}`, () => table.db.send(command));
  } catch (error) {
    // Somebody took it over after it expired: it is released all the same.
    if (nameOf(error) !== 'ConditionalCheckFailedException') throw error;
  }
};

const note = async (table: Table, entry: History, at: string): Promise<void> => {
  const item = itemOf('history', `${at}#${entry.id}`, entry, 1, at);
  await attempt('dynamodb:PutItem', `history ${entry.id}`, () => table.db.send(new PutItemCommand({ TableName: table.name, Item: item })));
};
