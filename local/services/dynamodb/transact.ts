// TransactWriteItems and TransactGetItems: all or nothing, with the reasons of a cancellation in request order.
import { AwsError } from '../../simulated.ts';
import { invalid } from './failures.ts';
import { getItem, type ReadRequest } from './reads.ts';
import type { Table } from './table.ts';
import { sizeOfItem, type Item } from './values.ts';
import { commit, stageCheck, stageDelete, stagePut, stageUpdate, targetKey, type Staged, type WriteRequest } from './writes.ts';

type TableOf = (name: string) => Table;

interface TransactItem {
  readonly Put?: WriteRequest;
  readonly Update?: WriteRequest;
  readonly Delete?: WriteRequest;
  readonly ConditionCheck?: WriteRequest;
}
export interface TransactWriteRequest {
  readonly TransactItems: readonly TransactItem[];
  readonly ClientRequestToken?: string;
  readonly ReturnConsumedCapacity?: string;
}

interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: Item;
}

interface Outcome {
  readonly staged?: Staged;
  readonly reason: Reason;
}

const stages = { Put: stagePut, Update: stageUpdate, Delete: stageDelete, ConditionCheck: stageCheck } as const;
export type TransactKind = keyof typeof stages;

/** The one action of a transaction entry. */
export const actionOf = (entry: TransactItem): { readonly kind: TransactKind; readonly request: WriteRequest } => {
  const kinds = (Object.keys(stages) as TransactKind[]).filter((kind) => entry[kind] !== undefined);
  const kind = kinds[0];
  if (kinds.length !== 1 || kind === undefined) {
    throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  return { kind, request: entry[kind]! };
};

export const transactWrite = (request: TransactWriteRequest, tableOf: TableOf): object => {
  const actions = request.TransactItems.map(actionOf);
  checkCount(actions.length);
  const keys = actions.map(({ request: one }) => targetKey(tableOf(one.TableName), one.Item ?? one.Key ?? {}));
  if (new Set(keys).size !== keys.length) throw invalid('Transaction request cannot include multiple operations on one item');
  const outcomes = actions.map(({ kind, request: one }) => attempt(() => stages[kind](tableOf(one.TableName), one)));
  if (outcomes.some((outcome) => outcome.staged === undefined)) throw cancelled(outcomes.map((outcome) => outcome.reason));
  const staged = outcomes.map((outcome) => outcome.staged!);
  const bytes = staged.reduce((total, { next }) => total + (next === undefined ? 0 : sizeOfItem(next)), 0);
  if (bytes > 4 * 1024 * 1024) throw invalid('Transaction request size exceeded 4 MB limit');
  const units = new Map<Table, number>();
  for (const write of staged) units.set(write.table, (units.get(write.table) ?? 0) + commit(write, 2));
  return capacityOf(request.ReturnConsumedCapacity, units);
};

const checkCount = (count: number): void => {
  if (count >= 1 && count <= 100) return;
  throw invalid(
    `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length ${count === 0 ? 'greater than or equal to 1' : 'less than or equal to 100'}`,
  );
};

/** Stages one action; its failure becomes a reason. A malformed request fails the whole call instead. */
const attempt = (stage: () => Staged): Outcome => {
  try {
    return { staged: stage(), reason: { Code: 'None' } };
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'ConditionalCheckFailedException') throw error;
    const item = error.extra.Item as Item | undefined;
    return {
      reason: { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', ...(item === undefined ? {} : { Item: item }) },
    };
  }
};

const cancelled = (reasons: readonly Reason[]): AwsError =>
  new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map((reason) => reason.Code).join(', ')}]`,
    400,
    { CancellationReasons: reasons },
  );

const capacityOf = (asked: string | undefined, units: ReadonlyMap<Table, number>): object =>
  asked === undefined || asked === 'NONE'
    ? {}
    : { ConsumedCapacity: [...units].map(([table, total]) => ({ TableName: table.name, CapacityUnits: total })) };

export interface TransactGetRequest {
  readonly TransactItems: readonly { readonly Get: ReadRequest }[];
  readonly ReturnConsumedCapacity?: string;
}

export const transactGet = (request: TransactGetRequest, tableOf: TableOf): object => {
  checkCount(request.TransactItems.length);
  const answers = request.TransactItems.map(
    ({ Get }) => getItem(tableOf(Get.TableName), { ...Get, ConsistentRead: true }, 2) as { readonly Item?: Item },
  );
  return { Responses: answers.map(({ Item: item }) => (item === undefined ? {} : { Item: item })) };
};
