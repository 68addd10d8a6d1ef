// The simulated DynamoDB: queries, scans, batches and transactions.
import { beforeEach, describe, expect, it } from 'vitest';
import { createWorld } from '../../local/create-world.ts';
import type { World } from '../../local/world.ts';

let world: World;
const call = (operation: string, input: object): Promise<any> =>
  world.call({ service: 'dynamodb', operation, input, caller: { kind: 'operator' } });
const table = 'ledger';
const put = (Item: object, more: object = {}) => call('PutItem', { TableName: table, Item, ...more });
const key = (pk: string, sk = 'a') => ({ pk: { S: pk }, sk: { S: sk } });
const get = async (pk: string, sk = 'a') => (await call('GetItem', { TableName: table, Key: key(pk, sk), ConsistentRead: true })).Item;
const update = (pk: string, UpdateExpression: string, more: object = {}) =>
  call('UpdateItem', { TableName: table, Key: key(pk), UpdateExpression, ...more });

beforeEach(async () => {
  world = createWorld({ start: '2026-11-23T07:00:00Z', seed: 1 });
  await call('CreateTable', {
    TableName: table,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk', 'kind'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-kind',
        KeySchema: [
          { AttributeName: 'kind', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  });
});

describe('queries', () => {
  beforeEach(async () => {
    for (const [pk, sk, kind] of [
      ['s', '01', 'push'],
      ['s', '02', 'night'],
      ['s', '03', 'push'],
      ['t', '04', 'push'],
    ] as const) {
      await put({ ...key(pk, sk), kind: { S: kind }, n: { N: sk } });
    }
  });
  const keys = (answer: any) => answer.Items.map((item: any) => item.sk.S);

  it('answers one partition in order, forwards and backwards, with sort key conditions', async () => {
    const query = (condition: string, more: object = {}, values: object = {}) =>
      call('Query', {
        TableName: table,
        KeyConditionExpression: condition,
        ExpressionAttributeValues: { ':s': { S: 's' }, ...values },
        ...more,
      });
    expect(keys(await query('pk = :s'))).toEqual(['01', '02', '03']);
    expect(keys(await query('pk = :s AND sk > :one', {}, { ':one': { S: '01' } }))).toEqual(['02', '03']);
    expect(keys(await query('sk BETWEEN :one AND :two AND pk = :s', {}, { ':one': { S: '01' }, ':two': { S: '02' } }))).toEqual([
      '01',
      '02',
    ]);
    expect(keys(await query('pk = :s AND begins_with(sk, :z)', { ScanIndexForward: false, Limit: 2 }, { ':z': { S: '0' } }))).toEqual([
      '03',
      '02',
    ]);
  });

  it('pages with LastEvaluatedKey even when the item of the key has gone', async () => {
    const request = { TableName: table, KeyConditionExpression: 'pk = :s', ExpressionAttributeValues: { ':s': { S: 's' } }, Limit: 2 };
    const first = await call('Query', request);
    expect(first.LastEvaluatedKey).toEqual(key('s', '02'));
    await call('DeleteItem', { TableName: table, Key: key('s', '02') });
    const second = await call('Query', { ...request, ExclusiveStartKey: first.LastEvaluatedKey });
    expect(keys(second)).toEqual(['03']);
    expect(second.LastEvaluatedKey).toBeUndefined();
  });

  it('keeps indexes in step with writes, filters after reading and counts what was read', async () => {
    await update('s', 'SET kind = :k', { Key: key('s', '02'), ExpressionAttributeValues: { ':k': { S: 'push' } } });
    const answer = await call('Query', {
      TableName: table,
      IndexName: 'by-kind',
      KeyConditionExpression: 'kind = :p',
      FilterExpression: 'n > :one',
      ProjectionExpression: 'sk',
      ExpressionAttributeValues: { ':p': { S: 'push' }, ':one': { N: '1' } },
    });
    expect(answer).toMatchObject({ Items: [{ sk: { S: '02' } }, { sk: { S: '03' } }, { sk: { S: '04' } }], Count: 3, ScannedCount: 4 });
    await expect(
      call('Query', { TableName: table, KeyConditionExpression: 'sk = :s', ExpressionAttributeValues: { ':s': { S: 's' } } }),
    ).rejects.toMatchObject({ message: 'Query condition missed key schema element: pk' });
  });

  it('scans everything once over pages', async () => {
    const seen: string[] = [];
    let start: object | undefined;
    do {
      const answer = await call('Scan', { TableName: table, Limit: 1, ...(start === undefined ? {} : { ExclusiveStartKey: start }) });
      seen.push(...keys(answer));
      start = answer.LastEvaluatedKey;
    } while (start !== undefined);
    expect(seen.toSorted()).toEqual(['01', '02', '03', '04']);
  });
});

describe('batches and transactions', () => {
  it('X1: a transaction does all or nothing and says which condition failed', async () => {
    await put({ ...key('taken'), n: { N: '1' } });
    const write = call('TransactWriteItems', {
      TransactItems: [
        { Put: { TableName: table, Item: key('fresh') } },
        {
          Update: {
            TableName: table,
            Key: key('taken'),
            UpdateExpression: 'SET n = :v',
            ConditionExpression: 'n = :v',
            ExpressionAttributeValues: { ':v': { N: '2' } },
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
      ],
    });
    await expect(write).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message: 'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]',
      extra: {
        CancellationReasons: [
          { Code: 'None' },
          { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: { ...key('taken'), n: { N: '1' } } },
        ],
      },
    });
    expect(await get('fresh')).toBeUndefined();
  });

  it('X1: a repeated transaction token has no second effect', async () => {
    const write = () =>
      call('TransactWriteItems', {
        ClientRequestToken: 'once',
        TransactItems: [
          {
            Update: { TableName: table, Key: key('n'), UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': { N: '1' } } },
          },
        ],
      });
    await write();
    await write();
    expect((await get('n')).n).toEqual({ N: '1' });
  });

  it('writes and reads in batches', async () => {
    await call('BatchWriteItem', { RequestItems: { [table]: [{ PutRequest: { Item: key('a') } }, { PutRequest: { Item: key('b') } }] } });
    const answer = await call('BatchGetItem', { RequestItems: { [table]: { Keys: [key('a'), key('none'), key('b')] } } });
    expect(answer.Responses[table]).toEqual([key('a'), key('b')]);
  });
});
