// The simulated Secrets Manager and Parameter Store.
import { beforeEach, describe, expect, it } from 'vitest';
import { createWorld } from '../../local/create-world.ts';
import type { World } from '../../local/world.ts';

let world: World;
const call = (operation: string, input: object, service = 'secretsmanager'): Promise<any> =>
  world.call({ service, operation, input, caller: { kind: 'operator' } });
const context = (logicalId: string) => ({ world, stackName: 'data', logicalId, generatedName: () => `data-${logicalId}-X1` });
const make = (type: string, properties: object, logicalId = 'Secret') =>
  Promise.resolve(world.services.secrets.resources![type]!.create(properties, context(logicalId)));

beforeEach(() => {
  world = createWorld({ start: '2026-11-23T08:00:00Z', seed: 1 });
});

describe('secrets', () => {
  it('A9: a generated secret has its password under the key of the template, made by the rules', async () => {
    const rules = {
      SecretStringTemplate: '{"username":"app"}',
      GenerateStringKey: 'password',
      PasswordLength: 40,
      ExcludePunctuation: true,
      ExcludeCharacters: 'abc',
    };
    const { ref, attributes } = await make('AWS::SecretsManager::Secret', { Name: 'wizelit/db-credentials', GenerateSecretString: rules });
    const value = JSON.parse(world.services.secrets.value('wizelit/db-credentials'));
    expect(value).toEqual({ username: 'app', password: expect.stringMatching(/^[0-9A-Zd-z]{40}$/) });
    expect(value.password).toMatch(/[0-9]/);
    expect(ref).toMatch(/^arn:aws:secretsmanager:us-east-1:111122223333:secret:wizelit\/db-credentials-.{6}$/);
    expect(attributes.Id).toBe(ref);
    expect(world.services.secrets.value(ref)).toBe(world.services.secrets.value('wizelit/db-credentials'));
  });

  it('F6: attaching a database writes its address into the secret and keeps the password', async () => {
    world.services.rds.createInstance('farsight-db', {
      Engine: 'postgres',
      DBName: 'farsight',
      DBInstanceClass: 'db.t3.medium',
      AllocatedStorage: '100',
    });
    const { ref } = await make('AWS::SecretsManager::Secret', {
      GenerateSecretString: { SecretStringTemplate: '{"username":"app"}', GenerateStringKey: 'password' },
    });
    const before = JSON.parse(world.services.secrets.value(ref));
    await make('AWS::SecretsManager::SecretTargetAttachment', {
      SecretId: ref,
      TargetId: 'farsight-db',
      TargetType: 'AWS::RDS::DBInstance',
    });
    expect(JSON.parse(world.services.secrets.value(ref))).toEqual({
      ...before,
      engine: 'postgres',
      host: expect.stringMatching(/^farsight-db\..+\.us-east-1\.rds\.amazonaws\.com$/),
      port: 5432,
      dbname: 'farsight',
      dbInstanceIdentifier: 'farsight-db',
    });
  });

  it('a new value becomes AWSCURRENT and the old one AWSPREVIOUS; a repeated token has no second effect', async () => {
    const { ARN } = await call('CreateSecret', { Name: 'app', SecretString: 'one' });
    const ClientRequestToken = '11111111-1111-4111-8111-111111111111';
    for (let i = 0; i < 2; i += 1) await call('PutSecretValue', { SecretId: 'app', SecretString: 'two', ClientRequestToken });
    expect((await call('GetSecretValue', { SecretId: ARN })).SecretString).toBe('two');
    expect((await call('GetSecretValue', { SecretId: 'app', VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('one');
    expect((await call('DescribeSecret', { SecretId: 'app' })).VersionIdsToStages[ClientRequestToken]).toEqual(['AWSCURRENT']);
    expect((await call('ListSecrets', { Filters: [{ Key: 'name', Values: ['ap'] }] })).SecretList).toHaveLength(1);
  });

  it('N3: the trail never keeps a secret value', async () => {
    await call('CreateSecret', { Name: 'app', SecretString: 'hunter2' });
    await call('PutSecretValue', { SecretId: 'app', SecretString: 'hunter3' });
    await call('GetSecretValue', { SecretId: 'app' });
    expect(JSON.stringify(world.trail.entries)).not.toMatch(/hunter/);
  });

  it('a deleted secret can be restored within its window and is gone after it', async () => {
    await call('CreateSecret', { Name: 'app', SecretString: 'one' });
    await call('DeleteSecret', { SecretId: 'app', RecoveryWindowInDays: 7 });
    await expect(call('GetSecretValue', { SecretId: 'app' })).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await call('RestoreSecret', { SecretId: 'app' });
    expect(world.services.secrets.value('app')).toBe('one');
    await call('DeleteSecret', { SecretId: 'app', RecoveryWindowInDays: 7 });
    await world.clock.run(Date.parse('2026-12-01T08:00:00Z'));
    await expect(call('GetSecretValue', { SecretId: 'app' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('a master password managed by RDS can be rotated but not written', async () => {
    const arn = world.services.secrets.createManaged('rds!db-1', 'postgres');
    const before = JSON.parse(world.services.secrets.value(arn));
    await expect(call('PutSecretValue', { SecretId: arn, SecretString: 'x' })).rejects.toMatchObject({ name: 'InvalidRequestException' });
    world.services.secrets.rotate(arn);
    const after = JSON.parse(world.services.secrets.value(arn));
    expect([after.username, after.password === before.password]).toEqual(['postgres', false]);
    expect(JSON.parse((await call('GetSecretValue', { SecretId: arn, VersionStage: 'AWSPREVIOUS' })).SecretString)).toEqual(before);
  });

  it('two worlds of one seed generate the same password, another seed another one', async () => {
    const password = (seed: number) => createWorld({ start: 0, seed }).services.secrets.createManaged('rds!db-1', 'postgres');
    expect(password(1)).toBe(password(1));
    expect(password(1)).not.toBe(password(2));
  });
});

describe('parameters', () => {
  const ssm = (operation: string, input: object) => call(operation, input, 'ssm');

  it('R6: a parameter is overwritten only when asked, and every version stays readable', async () => {
    await ssm('PutParameter', { Name: '/acme/web/image', Value: 'none', Type: 'String' });
    await expect(ssm('PutParameter', { Name: '/acme/web/image', Value: 'x', Type: 'String' })).rejects.toMatchObject({
      name: 'ParameterAlreadyExists',
    });
    expect((await ssm('PutParameter', { Name: '/acme/web/image', Value: 'repo@sha256:1', Overwrite: true })).Version).toBe(2);
    expect((await ssm('GetParameter', { Name: '/acme/web/image' })).Parameter).toMatchObject({
      Value: 'repo@sha256:1',
      Version: 2,
      Type: 'String',
    });
    expect([
      world.services.ssm.value('/acme/web/image:1'),
      world.services.ssm.value('arn:aws:ssm:us-east-1:111122223333:parameter/acme/web/image'),
    ]).toEqual(['none', 'repo@sha256:1']);
    await expect(ssm('GetParameter', { Name: '/acme/none' })).rejects.toMatchObject({ name: 'ParameterNotFound' });
  });

  it('reads by name list and by path, secure values only decrypted', async () => {
    for (const name of ['/a/one', '/a/b/two', '/c'])
      await ssm('PutParameter', { Name: name, Value: name, Type: name === '/c' ? 'SecureString' : 'String' });
    expect(await ssm('GetParameters', { Names: ['/a/one', '/none'] })).toMatchObject({
      Parameters: [{ Name: '/a/one' }],
      InvalidParameters: ['/none'],
    });
    const names = async (input: object) =>
      (await ssm('GetParametersByPath', { Path: '/a', ...input })).Parameters.map((one: any) => one.Name);
    expect([await names({}), await names({ Recursive: true })]).toEqual([['/a/one'], ['/a/b/two', '/a/one']]);
    expect((await ssm('GetParameter', { Name: '/c' })).Parameter.Value).not.toBe('/c');
    expect((await ssm('GetParameter', { Name: '/c', WithDecryption: true })).Parameter.Value).toBe('/c');
  });
});
