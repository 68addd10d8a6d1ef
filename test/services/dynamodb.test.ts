// The simulated DynamoDB against the behaviour its documentation and error messages promise.
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

describe('conditional writes', () => {
  it('X1: of two claims of one lease, one wins and the other learns who has it', async () => {
    const claim = (owner: string) =>
      put(
        { ...key('lease'), owner: { S: owner } },
        { ConditionExpression: 'attribute_not_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' },
      );
    await claim('first');
    await expect(claim('second')).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      extra: { Item: { pk: { S: 'lease' }, sk: { S: 'a' }, owner: { S: 'first' } } },
    });
    expect((await get('lease')).owner).toEqual({ S: 'first' });
  });

  it('X1: a lease is taken over once it has expired', async () => {
    await put({ ...key('lease'), expires: { N: '100' }, fence: { N: '7' } });
    const take = (now: string) =>
      update('lease', 'SET expires = :later, fence = fence + :one', {
        ConditionExpression: 'attribute_not_exists(pk) OR expires < :now',
        ExpressionAttributeValues: { ':later': { N: '900' }, ':one': { N: '1' }, ':now': { N: now } },
        ReturnValues: 'ALL_NEW',
      });
    await expect(take('99')).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect((await take('101')).Attributes.fence).toEqual({ N: '8' });
  });

  it('understands every operator and function of a condition', async () => {
    await put({
      ...key('x'),
      n: { N: '5' },
      s: { S: 'hello' },
      l: { L: [{ S: 'a' }, { N: '1.0' }] },
      set: { SS: ['p', 'q'] },
      m: { M: { deep: { BOOL: true } } },
    });
    const holds = async (ConditionExpression: string, values?: object) =>
      call('UpdateItem', {
        TableName: table,
        Key: key('x'),
        UpdateExpression: 'REMOVE nothing',
        ConditionExpression,
        ...(values === undefined ? {} : { ExpressionAttributeValues: values }),
      }).then(
        () => true,
        (error: Error) => {
          if (error.name !== 'ConditionalCheckFailedException') throw error;
          return false;
        },
      );
    expect(await holds('n BETWEEN :a AND :b AND NOT n IN (:a, :b)', { ':a': { N: '4' }, ':b': { N: '6' } })).toBe(true);
    expect(await holds('begins_with(s, :p) AND size(s) = :five', { ':p': { S: 'hel' }, ':five': { N: '5' } })).toBe(true);
    expect(await holds('contains(l, :one) AND contains(l, :q)', { ':one': { N: '1' }, ':q': { S: 'a' } })).toBe(true);
    expect(await holds('attribute_type(m.deep, :t) AND l[1] = :one', { ':t': { S: 'BOOL' }, ':one': { N: '1' } })).toBe(true);
    expect(await holds('absent = :one', { ':one': { N: '1' } })).toBe(false);
    expect(await holds('absent <> :one', { ':one': { N: '1' } })).toBe(true);
    expect(await holds('n = :text', { ':text': { S: '5' } })).toBe(false);
    expect(await holds('(n > :big OR n <= :five) AND s <> :x', { ':big': { N: '10' }, ':five': { N: '5.0' }, ':x': { S: 'x' } })).toBe(
      true,
    );
  });
});

describe('updates', () => {
  it('SET, REMOVE, ADD and DELETE read the item as it was before', async () => {
    await put({ ...key('x'), a: { N: '1' }, b: { N: '2' }, tags: { SS: ['p', 'q'] }, history: { L: [{ N: '1' }] } });
    const { Attributes } = await update(
      'x',
      'SET a = b, b = a, history = list_append(history, :more), c = if_not_exists(c, :zero) + :one REMOVE gone ADD n :one DELETE tags :p',
      {
        ExpressionAttributeValues: { ':more': { L: [{ N: '2' }] }, ':zero': { N: '0' }, ':one': { N: '1' }, ':p': { SS: ['p'] } },
        ReturnValues: 'UPDATED_NEW',
      },
    );
    expect(Attributes).toEqual({
      a: { N: '2' },
      b: { N: '1' },
      history: { L: [{ N: '1' }, { N: '2' }] },
      c: { N: '1' },
      n: { N: '1' },
      tags: { SS: ['q'] },
    });
  });

  it('writes into nested documents and refuses paths whose parent is missing', async () => {
    await put({ ...key('x'), m: { M: { parts: { L: [{ S: 'zero' }, { S: 'one' }] } } } });
    await update('x', 'SET m.parts[1] = :v, m.#n = :v REMOVE m.parts[0]', {
      ExpressionAttributeNames: { '#n': 'name' },
      ExpressionAttributeValues: { ':v': { S: 'new' } },
    });
    expect((await get('x')).m).toEqual({ M: { parts: { L: [{ S: 'new' }] }, name: { S: 'new' } } });
    await expect(update('x', 'SET nobody.home = :v', { ExpressionAttributeValues: { ':v': { S: 'x' } } })).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'The document path provided in the update expression is invalid for update',
    });
  });

  it('an update of a missing item creates it, and UPDATED_OLD shows only what was touched', async () => {
    expect(await update('new', 'SET a = :one', { ExpressionAttributeValues: { ':one': { N: '1.50' } }, ReturnValues: 'ALL_OLD' })).toEqual(
      {},
    );
    expect(
      await update('new', 'SET a = a + :one', { ExpressionAttributeValues: { ':one': { N: '0.25' } }, ReturnValues: 'UPDATED_OLD' }),
    ).toEqual({ Attributes: { a: { N: '1.5' } } });
    expect(await get('new')).toEqual({ ...key('new'), a: { N: '1.75' } });
  });

  it.each([
    ['SET sk = :v', 'One or more parameter values were invalid: Cannot update attribute sk. This attribute is part of the key'],
    ['SET status = :v', 'Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: status'],
    [
      'SET a = :v, a.b = :v',
      'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]',
    ],
    ['SET a = absent', 'The provided expression refers to an attribute that does not exist in the item'],
    [
      'SET a = :undefined',
      'Invalid UpdateExpression: An expression attribute value used in expression is not defined; attribute value: :undefined',
    ],
    ['SET a = now(:v)', 'Invalid UpdateExpression: Invalid function name; function: now'],
    ['SET a = :v SET b = :v', 'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;'],
    ['ADD a :v', 'Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: STRING'],
    [
      'SET a = b + :v',
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: +, operand type: S',
    ],
    [
      'DELETE m.tags :v',
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator: DELETE, operand type: STRING',
    ],
  ])('refuses %s as DynamoDB words it', async (expression, message) => {
    const values = expression.includes(':v') ? { ExpressionAttributeValues: { ':v': { S: 'x' } } } : {};
    await expect(update('x', expression, values)).rejects.toMatchObject({ name: 'ValidationException', message });
  });

  it('refuses projections that overlap and comparisons of something with itself', async () => {
    const get = call('GetItem', { TableName: table, Key: key('x'), ProjectionExpression: 'a.b, a' });
    await expect(get).rejects.toMatchObject({ message: expect.stringContaining('path one: [a, b], path two: [a]') });
    await expect(put(key('x'), { ConditionExpression: 'a = a' })).rejects.toMatchObject({
      message: expect.stringContaining('The first operand must be distinct from the remaining operands'),
    });
  });

  it('refuses unused placeholders', async () => {
    await expect(update('x', 'SET a = :v', { ExpressionAttributeValues: { ':v': { N: '1' }, ':w': { N: '2' } } })).rejects.toMatchObject({
      message: 'Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}',
    });
  });
});

describe('the rest', () => {
  it('time to live deletes hours after the item expired, never at once', async () => {
    await call('UpdateTimeToLive', { TableName: table, TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true } });
    await put({ ...key('old'), expires: { N: '1795417200' } });
    await put({ ...key('record') });
    await world.clock.run(Date.parse('2026-11-23T07:30:00Z'));
    expect(await get('old')).toBeDefined();
    await world.clock.run(Date.parse('2026-11-25T07:30:00Z'));
    expect(await get('old')).toBeUndefined();
    expect(await get('record')).toBeDefined();
  });

  it('refuses what the item or key may not be', async () => {
    await expect(put({ pk: { S: 'x' } })).rejects.toMatchObject({
      message: 'One or more parameter values were invalid: Missing the key sk in the item',
    });
    await expect(put({ ...key('x'), kind: { N: '1' } })).rejects.toMatchObject({
      message: 'One or more parameter values were invalid: Type mismatch for Index Key kind Expected: S Actual: N IndexName: by-kind',
    });
    await expect(call('GetItem', { TableName: table, Key: { pk: { S: 'x' } } })).rejects.toMatchObject({
      message: 'The provided key element does not match the schema',
    });
    await expect(put({ ...key('x'), big: { S: 'x'.repeat(400 * 1024) } })).rejects.toMatchObject({
      message: 'Item size has exceeded the maximum allowed size',
    });
    await expect(call('GetItem', { TableName: 'nobody', Key: key('x') })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(put(key('x'), { Expected: {} })).rejects.toMatchObject({ name: 'NotSimulatedException' });
  });

  it('X5: counts the capacity it consumed', async () => {
    const before = world.services.dynamodb.consumed();
    await put({ ...key('x'), kind: { S: 'k' }, text: { S: 'y'.repeat(1500) } });
    await get('x');
    const after = world.services.dynamodb.consumed();
    expect({ write: after.write - before.write, read: after.read - before.read }).toEqual({ write: 4, read: 1 });
    const metric = { namespace: 'AWS/DynamoDB', name: 'ConsumedWriteCapacityUnits', dimensions: { TableName: table } };
    expect(world.services.cloudwatch.value(metric, world.clock.now)).toBe(4);
  });
});
