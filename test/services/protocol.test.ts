// Every operation of every client the house uses, over the wire: random input and output from the schema must arrive as they were sent.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorld } from '../../local/create-world.ts';
import { connect } from '../../local/in-process.ts';
import { openEndpoint, type Endpoint } from '../../local/endpoint.ts';
import { CLIENTS, loadClient } from '../../local/protocol/clients.ts';
import { serviceModel, type OperationModel, type Shape } from '../../local/protocol/model.ts';
import { makeStream, type RandomStream } from '../../local/randomness.ts';
import { AwsError, type SimulatedService } from '../../local/simulated.ts';

const DEEPEST = 4;

const randomStruct = (shape: Shape, random: RandomStream, depth: number): Record<string, unknown> => {
  const members = [...shape.structIterator()].filter(([, member]) => {
    const nested = member.isStructSchema() || member.isListSchema() || member.isMapSchema();
    return !member.isStreaming() && !(nested && depth >= DEEPEST);
  });
  const chosen = shape.isUnionSchema() && members.length > 0 ? [random.pick(members)] : members;
  return Object.fromEntries(chosen.map(([name, member]) => [name, randomMember(member, random, depth)]));
};

const randomMember = (member: Shape, random: RandomStream, depth: number): unknown => {
  const { httpResponseCode, httpLabel, mediaType } = member.getMergedTraits();
  if (httpResponseCode) return 200;
  if (httpLabel && member.isStringSchema()) return `label-${random.between(1, 99)}`;
  if (mediaType === 'application/json') return '{"a":1}';
  return randomValue(member, random, depth + 1);
};

const randomValue = (shape: Shape, random: RandomStream, depth: number): unknown => {
  if (shape.isListSchema()) return [randomValue(shape.getValueSchema(), random, depth + 1), randomValue(shape.getValueSchema(), random, depth + 1)];
  if (shape.isMapSchema()) return { one: randomValue(shape.getValueSchema(), random, depth + 1), two: randomValue(shape.getValueSchema(), random, depth + 1) };
  if (shape.isStructSchema()) return randomStruct(shape, random, depth);
  if (shape.isBooleanSchema()) return random.chance(0.5);
  if (shape.isBigIntegerSchema()) return 123n;
  if (shape.isNumericSchema()) return random.between(1, 1000);
  if (shape.isTimestampSchema()) return new Date(random.between(1_700_000_000, 1_800_000_000) * 1000);
  if (shape.isBlobSchema()) return new Uint8Array([1, 2, random.between(0, 255)]);
  if (shape.isDocumentSchema()) return { document: 1 };
  return `v<&>"' ${random.between(1, 999_999)}`;
};

/** Values in one comparable form: the SDK adds `$metadata` and wraps JSON strings and payloads in classes of its own. */
const plain = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`;
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'bigint') return `${value}n`;
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof String) return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([name, member]) => name !== '$metadata' && member !== undefined);
  return Object.fromEntries(entries.map(([name, member]) => [name, plain(member)]));
};

/** One simulated service whose every operation takes what comes and answers what the test wants. */
const echo = (signingName: string, seen: { input?: unknown; output?: unknown }): SimulatedService => ({
  signingName,
  support: { does: [], doesNot: [] },
  operations: Object.fromEntries(
    [...(serviceModel(signingName)?.operations.keys() ?? [])].map((name) => [name, {
      needs: () => [],
      run: (input: unknown) => {
        seen.input = input;
        if (seen.output instanceof Error) throw seen.output;
        return seen.output;
      },
    }]),
  ),
});

/** What the wire cannot carry, by name and with the reason; everything else must arrive. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'logs:StartLiveTail': 'event stream',
  'logs:GetLogObject': 'event stream',
  'lambda:InvokeWithResponseStream': 'event stream',
  'ses:SendEmail': 'EndpointId picks another host',
  'ses:SendBulkEmail': 'EndpointId picks another host',
  'events:PutEvents': 'EndpointId picks another host and needs the SigV4a package',
};

/** A random length of body or kind of encoding in a header is no HTTP any more: test/serve/s3.test.ts shows S3. */
const ELSEWHERE: readonly string[] = ['sts', 's3'];
/** Of EC2 the house speaks only what it simulates: it has more operations than all the others together. */
const PARTLY: readonly string[] = ['ec2'];
const simulated = createWorld({ start: '2026-11-23T07:00:00Z', seed: 1 });
const spoken = (signingName: string): readonly OperationModel[] => {
  const all = [...serviceModel(signingName)!.operations.values()];
  return PARTLY.includes(signingName) ? all.filter(({ name }) => name in simulated.service(signingName)!.operations) : all;
};

const seen: { input?: unknown; output?: unknown } = {};
const world = createWorld({
  start: '2026-11-23T07:00:00Z', seed: 1,
  factories: Object.fromEntries(Object.keys(CLIENTS).map((name) => [name === 'sts' ? 'echo-sts' : name, () => echo(name, seen)])),
});
let endpoint: Endpoint;
beforeAll(async () => { endpoint = await openEndpoint(world); });
afterAll(() => world.close());

interface AnyClient {
  send(command: unknown): Promise<Record<string, unknown>>;
  destroy(): void;
}
type AnyConstructor = new (input: unknown) => unknown;

const clientOf = (signingName: string): AnyClient => {
  const { Client } = loadClient(signingName)!;
  return new Client({ endpoint: endpoint.url, region: 'us-east-1', credentials: endpoint.credentials, maxAttempts: 1, disableHostPrefix: true, ...(signingName === 'sqs' && { md5: false }) }) as unknown as AnyClient;
};

const roundTrip = async (client: AnyClient, signingName: string, operation: OperationModel): Promise<string | undefined> => {
  const random = makeStream(`${signingName}/${operation.name}`);
  const Command = loadClient(signingName)!.exports[`${operation.name}Command`] as AnyConstructor;
  const input = operation.input === undefined ? {} : randomStruct(operation.input, random, 0);
  seen.output = operation.output === undefined ? {} : randomStruct(operation.output, random, 0);
  seen.input = undefined;
  try {
    const output = await client.send(new Command(input));
    expect(plain(seen.input)).toEqual(plain(input));
    expect(plain(output)).toEqual(plain(seen.output));
    return undefined;
  } catch (error) {
    return `${signingName}:${operation.name}: ${String((error as Error).message).slice(0, 300)}`;
  }
};

describe('round trips', () => {
  test('the exceptions are under one percent of all operations', () => {
    const operations = Object.keys(CLIENTS).reduce((count, name) => count + serviceModel(name)!.operations.size, 0);
    expect(operations).toBeGreaterThan(1000);
    expect(Object.keys(EXCEPTIONS).length / operations).toBeLessThan(0.01);
  });

  test.each(Object.keys(CLIENTS).filter((name) => !ELSEWHERE.includes(name)))('every operation of %s arrives as it was sent', async (signingName) => {
    const client = clientOf(signingName);
    const problems: string[] = [];
    for (const operation of spoken(signingName)) {
      if (`${signingName}:${operation.name}` in EXCEPTIONS) continue;
      const problem = await roundTrip(client, signingName, operation);
      if (problem !== undefined) problems.push(problem);
    }
    client.destroy();
    expect(problems).toEqual([]);
  });
});

describe('errors', () => {
  test.each([
    ['ecs', 'UpdateServiceCommand', { service: 'api' }, 'ServiceNotFoundException', 'ServiceNotFoundException'],
    ['rds', 'StopDBInstanceCommand', { DBInstanceIdentifier: 'main' }, 'InvalidDBInstanceState', 'InvalidDBInstanceStateFault'],
    ['rds', 'StopDBInstanceCommand', { DBInstanceIdentifier: 'main' }, 'InvalidDBInstanceStateFault', 'InvalidDBInstanceStateFault'],
    ['elasticloadbalancing', 'DescribeTargetHealthCommand', { TargetGroupArn: 'x' }, 'TargetGroupNotFound', 'TargetGroupNotFoundException'],
    ['scheduler', 'GetScheduleCommand', { Name: 'x' }, 'ResourceNotFoundException', 'ResourceNotFoundException'],
    ['lambda', 'GetFunctionCommand', { FunctionName: 'x' }, 'ResourceNotFoundException', 'ResourceNotFoundException'],
    ['dynamodb', 'GetItemCommand', { TableName: 'x', Key: {} }, 'ConditionalCheckFailedException', 'ConditionalCheckFailedException'],
    ['monitoring', 'DescribeAlarmsCommand', {}, 'InvalidNextToken', 'InvalidNextToken'],
    ['sns', 'PublishCommand', { Message: 'm' }, 'NotFound', 'NotFoundException'],
    ['sqs', 'GetQueueUrlCommand', { QueueName: 'x' }, 'QueueDoesNotExist', 'QueueDoesNotExist'],
  ])('%s %s refused with %s reaches the caller under the name the SDK gives it, over the wire and in process', async (signingName, command, input, code, name) => {
    seen.output = new AwsError(code, 'boom <x> & more', 400);
    const client = clientOf(signingName);
    const Command = loadClient(signingName)!.exports[command] as AnyConstructor;
    await expect(client.send(new Command(input))).rejects.toMatchObject({ name, message: 'boom <x> & more' });
    const inProcess = connect(client, world, { kind: 'operator' });
    await expect(inProcess.send(new Command(input))).rejects.toMatchObject({ name, message: 'boom <x> & more' });
    client.destroy();
  });

  test('extra members of a modelled error arrive', async () => {
    seen.output = new AwsError('ConditionalCheckFailedException', 'The conditional request failed', 400, { Item: { pk: { S: 'lease' } } });
    const client = clientOf('dynamodb');
    const Command = loadClient('dynamodb')!.exports['GetItemCommand'] as AnyConstructor;
    await expect(client.send(new Command({ TableName: 'x', Key: {} }))).rejects.toMatchObject({ Item: { pk: { S: 'lease' } } });
    client.destroy();
  });
});
