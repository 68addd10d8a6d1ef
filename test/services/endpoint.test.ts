import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, expect, test } from 'vitest';
import { createWorld } from '../../local/create-world.ts';
import { openEndpoint, type Endpoint } from '../../local/endpoint.ts';
import { connect } from '../../local/in-process.ts';
import type { Factories } from '../../local/factories.ts';
import type { FaultPlan } from '../../local/faults.ts';
import { AwsError } from '../../local/simulated.ts';
import type { World } from '../../local/world.ts';

const table = 'arn:aws:dynamodb:us-east-1:111122223333:table/*';
const worlds: World[] = [];
afterEach(async () => { for (const world of worlds.splice(0)) await world.close(); });

/** A world whose DynamoDB only lists tables, and says no as often as the test wants. */
const open = async (options: { readonly faults?: FaultPlan; readonly refuse?: AwsError } = {}): Promise<{ world: World; endpoint: Endpoint; calls: () => number }> => {
  let calls = 0;
  const factories = {
    dynamodb: () => ({
      signingName: 'dynamodb', support: { does: [], doesNot: [] },
      operations: {
        ListTables: {
          needs: () => [{ action: 'dynamodb:ListTables', resource: table }],
          run: () => {
            calls += 1;
            if (options.refuse !== undefined) throw options.refuse;
            return { TableNames: ['ledger'] };
          },
        },
      },
    }),
  } as unknown as Factories;
  const world = createWorld({ start: '2030-01-01T00:00:00Z', seed: 1, factories, ...(options.faults && { faults: options.faults }) });
  worlds.push(world);
  return { world, endpoint: await openEndpoint(world), calls: () => calls };
};

test('the access key says who calls: the operator, a role, or nobody known', async () => {
  const { world, endpoint } = await open();
  const roleArn = world.services.iam.createRole({ name: 'door', policies: {} });
  const role = world.services.sts.issue(roleArn, 'decide');
  const identity = async (credentials: { accessKeyId: string; secretAccessKey: string }): Promise<string | undefined> => {
    const client = new STSClient({ endpoint: endpoint.url, region: 'us-east-1', credentials, maxAttempts: 1 });
    return (await client.send(new GetCallerIdentityCommand({}))).Arn;
  };
  expect(await identity(endpoint.credentials)).toBe('arn:aws:iam::111122223333:user/operator');
  expect(await identity({ accessKeyId: role.AccessKeyId, secretAccessKey: role.SecretAccessKey })).toBe('arn:aws:sts::111122223333:assumed-role/door/decide');
  await expect(identity({ accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' })).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
});

test('X2: a role is refused over the wire in the words of AWS, and may assume a role whose trust policy names it', async () => {
  const { world, endpoint } = await open();
  const door = world.services.iam.createRole({ name: 'door' });
  const trusting = world.services.iam.createRole({ name: 'reader', trust: { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: door } }] } });
  const { AccessKeyId, SecretAccessKey } = world.services.sts.issue(door, 'decide');
  const config = { endpoint: endpoint.url, region: 'us-east-1', credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey }, maxAttempts: 1 };
  await expect(new DynamoDBClient(config).send(new ListTablesCommand({}))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: 'User: arn:aws:sts::111122223333:assumed-role/door/decide is not authorized to perform: dynamodb:ListTables on resource: ' +
      'arn:aws:dynamodb:us-east-1:111122223333:table/* because no identity-based policy allows the dynamodb:ListTables action',
  });
  const assumed = await new STSClient(config).send(new AssumeRoleCommand({ RoleArn: trusting, RoleSessionName: 'look' }));
  expect(assumed.AssumedRoleUser?.Arn).toBe('arn:aws:sts::111122223333:assumed-role/reader/look');
  await expect(new STSClient(config).send(new AssumeRoleCommand({ RoleArn: door, RoleSessionName: 'look' }))).rejects.toMatchObject({ name: 'AccessDenied' });
});

test('a fault of a simulator is AWS 500 for the caller and fails the run with its own error', async () => {
  const { world, endpoint } = await open({ refuse: new TypeError('bug in the simulator') as unknown as AwsError });
  const client = new DynamoDBClient({ endpoint: endpoint.url, region: 'us-east-1', credentials: endpoint.credentials, maxAttempts: 1 });
  await expect(client.send(new ListTablesCommand({}))).rejects.toMatchObject({ name: 'InternalFailure' });
  await expect(world.clock.run(world.clock.now + 1)).rejects.toThrow('bug in the simulator');
});

test('in process a client reaches the world with its own name for errors, and without network or region', async () => {
  const { world } = await open();
  const roleArn = world.services.iam.createRole({ name: 'door' });
  const asOperator = connect(new DynamoDBClient({ region: 'us-east-1' }), world, { kind: 'operator' });
  expect((await asOperator.send(new ListTablesCommand({}))).TableNames).toEqual(['ledger']);
  const asRole = connect(new DynamoDBClient({ region: 'us-east-1' }), world, { kind: 'role', roleArn, session: 'decide' });
  await expect(asRole.send(new ListTablesCommand({}))).rejects.toMatchObject({ name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } });
});

test('X1: in process a throttled call is tried three times as the SDK does, in virtual time', async () => {
  const { world, calls } = await open({ refuse: new AwsError('ThrottlingException', 'Rate exceeded') });
  const client = connect(new DynamoDBClient({ region: 'us-east-1' }), world, { kind: 'operator' });
  const started = world.clock.now;
  await expect(world.clock.finish(client.send(new ListTablesCommand({})))).rejects.toMatchObject({ name: 'ThrottlingException', $metadata: { attempts: 3 } });
  expect(calls()).toBe(3);
  expect(world.clock.now).toBeGreaterThan(started);
});

test('X1: an error after the effect reaches the caller although the call was carried out', async () => {
  const { world, calls } = await open({
    faults: { rules: [{ kind: 'error', when: 'after-effect', operation: 'ListTables', from: 2, error: { code: 'InternalServerError', message: 'lost answer' } }] },
  });
  const list = () => world.call({ service: 'dynamodb', operation: 'ListTables', input: {}, caller: { kind: 'operator' } });
  await list();
  await expect(list()).rejects.toMatchObject({ code: 'InternalServerError' });
  await list();
  expect(calls()).toBe(3);
  expect(world.trail.of('fault').map((entry) => entry.what)).toEqual(['dynamodb:ListTables fails with InternalServerError, after-effect']);
});
