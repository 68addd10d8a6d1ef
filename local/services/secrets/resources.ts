// CloudFormation's AWS::SecretsManager types, with the attachment that writes a database's address into its secret.
import type { Made, ResourceType } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { generateSecret } from './generate.ts';
import type { Secret } from './secret.ts';
import type { SecretStore } from './store.ts';

const made = (secret: Secret): Made => ({ ref: secret.arn, attributes: { Id: secret.arn } });

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const textOf = (world: World, properties: any): string | undefined =>
  properties.GenerateSecretString === undefined
    ? properties.SecretString
    : generateSecret(world.random.stream('secrets.passwords'), properties.GenerateSecretString);

const secretType = (world: World, store: SecretStore): ResourceType => ({
  create: (properties, context) => {
    const name = properties.Name ?? context.generatedName(64);
    const secret = store.create(name, { description: properties.Description, kmsKey: properties.KmsKeyId, tags: properties.Tags ?? [] });
    const text = textOf(world, properties);
    if (text !== undefined) store.put(secret, { text });
    return made(secret);
  },
  update: (before, properties, old) => {
    const secret = store.existing(before.ref);
    secret.description = properties.Description;
    secret.tags = properties.Tags ?? [];
    const changed = !same(properties.GenerateSecretString, old.GenerateSecretString) || !same(properties.SecretString, old.SecretString);
    const text = changed ? textOf(world, properties) : undefined;
    if (text !== undefined) store.put(secret, { text });
    return made(secret);
  },
  remove: (before) => {
    const secret = store.get(before.ref);
    if (secret !== undefined) store.drop(secret);
  },
  replaceOn: ['Name'],
});

/** Adds engine, host, port and identifiers of the database to the secret's JSON; the password stays. */
const attachment = (world: World, store: SecretStore): ResourceType => {
  const attach = (properties: any): Made => {
    const secret = store.existing(properties.SecretId);
    const connection = world.services.rds.connection(properties.TargetId);
    store.put(secret, { text: JSON.stringify({ ...JSON.parse(store.text(secret.arn)), ...connection }) });
    return { ref: secret.arn, attributes: { Id: secret.arn } };
  };
  return { create: attach, update: (_, properties) => attach(properties) };
};

export const secretResources = (world: World, store: SecretStore): Readonly<Record<string, ResourceType>> => ({
  'AWS::SecretsManager::Secret': secretType(world, store),
  'AWS::SecretsManager::SecretTargetAttachment': attachment(world, store),
  'AWS::SecretsManager::ResourcePolicy': {
    create: (properties, context) => {
      store.existing(properties.SecretId).policy = properties.ResourcePolicy;
      return { ref: context.generatedName(), attributes: { Id: context.generatedName() } };
    },
    update: (before, properties) => {
      store.existing(properties.SecretId).policy = properties.ResourcePolicy;
      return before;
    },
    remove: (_, properties) => {
      const secret = store.get(properties.SecretId);
      if (secret !== undefined) secret.policy = undefined;
    },
  },
  'AWS::SecretsManager::RotationSchedule': {
    create: (properties) => {
      const secret = store.existing(properties.SecretId);
      secret.rotation = {
        functionArn: properties.RotationLambdaARN,
        automaticallyAfterDays: properties.RotationRules?.AutomaticallyAfterDays,
        schedule: properties.RotationRules?.ScheduleExpression,
      };
      return { ref: secret.arn, attributes: { Id: secret.arn } };
    },
    remove: (_, properties) => {
      const secret = store.get(properties.SecretId);
      if (secret !== undefined) secret.rotation = undefined;
    },
    replaceOn: ['SecretId', 'RotationLambdaARN', 'RotationRules'],
  },
});
