// The Secrets Manager API.
import { AwsError, type Operation, type Permission } from '../../simulated.ts';
import { page } from '../paging.ts';
import type { World } from '../../world.ts';
import { generatePassword } from './generate.ts';
import { rotate } from './rotate.ts';
import { versionOf, type Secret } from './secret.ts';
import type { SecretStore } from './store.ts';

const named = (secret: Secret) => ({ ARN: secret.arn, Name: secret.name });

const valueOf = (world: World, secret: Secret, input: any): object => {
  const version = versionOf(secret, { id: input.VersionId, stage: input.VersionStage });
  if (version === undefined) {
    throw new AwsError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for staging label: ${input.VersionStage ?? 'AWSCURRENT'}`,
    );
  }
  secret.readAt = world.clock.now;
  return {
    ...named(secret),
    VersionId: version.id,
    VersionStages: [...version.stages],
    CreatedDate: new Date(version.createdAt),
    ...(version.text === undefined ? {} : { SecretString: version.text }),
    ...(version.binary === undefined ? {} : { SecretBinary: version.binary }),
  };
};

const optional = <T>(name: string, value: T | undefined): object => (value === undefined ? {} : { [name]: value });
const dateOf = (instant: number | undefined): Date | undefined => (instant === undefined ? undefined : new Date(instant));

const described = (secret: Secret): object => ({
  ...named(secret),
  CreatedDate: new Date(secret.createdAt),
  LastChangedDate: new Date(secret.changedAt),
  ...optional('LastAccessedDate', dateOf(secret.readAt)),
  ...optional('DeletedDate', dateOf(secret.deletedAt)),
  ...optional('LastRotatedDate', dateOf(secret.rotatedAt)),
  ...optional('Description', secret.description),
  ...optional('KmsKeyId', secret.kmsKey),
  ...optional('OwningService', secret.owner),
  RotationEnabled: secret.rotation !== undefined,
  ...(secret.rotation === undefined
    ? {}
    : {
        ...optional('RotationLambdaARN', secret.rotation.functionArn),
        RotationRules: {
          ...optional('AutomaticallyAfterDays', secret.rotation.automaticallyAfterDays),
          ...optional('ScheduleExpression', secret.rotation.schedule),
        },
      }),
  Tags: secret.tags,
  VersionIdsToStages: Object.fromEntries(secret.versions.map((version) => [version.id, [...version.stages]])),
});

const put = (store: SecretStore, secret: Secret, input: any): object => {
  if (secret.owner !== undefined) throw new AwsError('InvalidRequestException', `You can't modify a secret managed by ${secret.owner}.`);
  const version = store.put(
    secret,
    { ...optional('text', input.SecretString), ...optional('binary', input.SecretBinary) },
    { ...optional('token', input.ClientRequestToken), ...optional('stages', input.VersionStages) },
  );
  return { ...named(secret), VersionId: version.id, VersionStages: [...version.stages] };
};

const create = (store: SecretStore, input: any): object => {
  const secret = store.create(input.Name, { description: input.Description, kmsKey: input.KmsKeyId, tags: input.Tags ?? [] });
  return input.SecretString === undefined && input.SecretBinary === undefined
    ? named(secret)
    : put(store, secret, { ...input, VersionStages: undefined });
};

const remove = (world: World, store: SecretStore, secret: Secret, input: any): object => {
  const days = input.ForceDeleteWithoutRecovery === true ? 0 : (input.RecoveryWindowInDays ?? 30);
  if (days !== 0 && (days < 7 || days > 30))
    throw new AwsError('InvalidParameterException', 'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).');
  const deletion = world.clock.now + days * 86_400_000;
  if (days === 0) store.drop(secret);
  else {
    secret.deletedAt = world.clock.now;
    world.clock.at(deletion, () => void (secret.deletedAt !== undefined && store.drop(secret)), `delete secret ${secret.name}`);
  }
  return { ...named(secret), DeletionDate: new Date(deletion) };
};

const list = (store: SecretStore, input: any): object => {
  const wanted = (secret: Secret): boolean =>
    (input.IncludePlannedDeletion === true || secret.deletedAt === undefined) &&
    (input.Filters ?? []).every(({ Key, Values }: { Key: string; Values: readonly string[] }) => {
      const tested = {
        name: [secret.name],
        description: [secret.description ?? ''],
        'tag-key': secret.tags.map((tag) => tag.Key),
        'tag-value': secret.tags.map((tag) => tag.Value),
      }[Key];
      if (tested === undefined) throw new AwsError('InvalidParameterException', `Filter key ${Key} is not simulated`);
      return Values.some((value) => tested.some((text) => text.startsWith(value)));
    });
  const { items, nextToken } = page(store.all().filter(wanted), input.MaxResults ?? 100, input.NextToken, 'InvalidNextTokenException');
  return { SecretList: items.map(described), ...(nextToken === undefined ? {} : { NextToken: nextToken }) };
};

const needs = (store: SecretStore, action: string, id: string): readonly Permission[] => {
  const policy = store.get(id)?.policy;
  return [{ action: `secretsmanager:${action}`, resource: store.arnFor(id), ...(policy === undefined ? {} : { resourcePolicy: policy }) }];
};

export const secretOperations = (world: World, store: SecretStore): Readonly<Record<string, Operation>> => {
  const secret = ['SecretString', 'SecretBinary'];
  const on = (action: string, run: (secret: Secret, input: any) => unknown): Operation => ({
    secret,
    needs: (input) => needs(store, action, input.SecretId),
    run: (input) => run(store.existing(input.SecretId), input),
  });
  return {
    CreateSecret: { secret, needs: (input) => needs(store, 'CreateSecret', input.Name), run: (input) => create(store, input) },
    GetSecretValue: on('GetSecretValue', (secret, input) => valueOf(world, secret, input)),
    DescribeSecret: {
      needs: (input) => needs(store, 'DescribeSecret', input.SecretId),
      run: (input) => described(store.get(input.SecretId) ?? store.existing(input.SecretId)),
    },
    PutSecretValue: on('PutSecretValue', (secret, input) => put(store, secret, input)),
    UpdateSecret: on('UpdateSecret', (secret, input) => {
      if (input.Description !== undefined) secret.description = input.Description;
      return input.SecretString === undefined && input.SecretBinary === undefined ? named(secret) : put(store, secret, input);
    }),
    DeleteSecret: on('DeleteSecret', (secret, input) => remove(world, store, secret, input)),
    RestoreSecret: {
      needs: (input) => needs(store, 'RestoreSecret', input.SecretId),
      run: (input) => {
        const secret = store.get(input.SecretId) ?? store.existing(input.SecretId);
        secret.deletedAt = undefined;
        return named(secret);
      },
    },
    ListSecrets: { needs: () => [{ action: 'secretsmanager:ListSecrets', resource: '*' }], run: (input) => list(store, input) },
    ListSecretVersionIds: on('ListSecretVersionIds', (secret) => ({
      ...named(secret),
      Versions: secret.versions.map((version) => ({
        VersionId: version.id,
        VersionStages: [...version.stages],
        CreatedDate: new Date(version.createdAt),
      })),
    })),
    GetRandomPassword: {
      needs: () => [{ action: 'secretsmanager:GetRandomPassword', resource: '*' }],
      run: (input) => ({ RandomPassword: generatePassword(world.random.stream('secrets.passwords'), input) }),
    },
    GetResourcePolicy: on('GetResourcePolicy', (secret) => ({
      ...named(secret),
      ...optional('ResourcePolicy', secret.policy === undefined ? undefined : JSON.stringify(secret.policy)),
    })),
    PutResourcePolicy: on('PutResourcePolicy', (secret, input) => {
      secret.policy = JSON.parse(input.ResourcePolicy);
      return named(secret);
    }),
    RotateSecret: on('RotateSecret', (secret) => ({ ...named(secret), VersionId: rotate(world, store, secret).id })),
  };
};
