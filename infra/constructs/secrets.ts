// Secrets of the platform file: generated and filled in by the operator (kept for ever), or composed at deploy time (decision 002).
import { CfnOutput, Stack } from 'aws-cdk-lib/core';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { unfilled } from '../../shared/domain/placeholder.ts';
import type { Secret, SecretValue } from '../../shared/domain/platform.ts';
import { referencesOf } from '../../shared/domain/references.ts';
import { valuesOf } from '../../shared/domain/wiring.ts';
import type { Attributes } from '../attributes.ts';
import { type Deployment, pascal, secretName } from '../names.ts';
import { accept } from '../platform-stack.ts';

/** Letters and digits only: safe in a URL, in JSON and in a shell (decision 002). */
export const urlSafe = { excludePunctuation: true, includeSpace: false, requireEachIncludedType: true } as const;

const isComposed = (secret: Secret): boolean => valuesOf(secret).some(({ value }) => value.kind === 'compose');

const placeholder = (value: SecretValue): string => {
  if (value.kind === 'text') return value.text;
  return value.kind === 'fill' && value.optional ? '' : unfilled;
};

const generatorOf = (secret: Secret): CfnSecret.GenerateSecretStringProperty | null => {
  const values = valuesOf(secret);
  const made = values.find(({ value }) => value.kind === 'generate');
  if (made === undefined || made.value.kind !== 'generate') return null;
  const length = { passwordLength: made.value.length, ...urlSafe };
  if (made.key === null) return length;
  const others = values.filter(({ key }) => key !== made.key).map(({ key, value }) => [key, placeholder(value)]);
  return { ...length, generateStringKey: made.key, secretStringTemplate: JSON.stringify(Object.fromEntries(others)) };
};

const plainText = (secret: Secret): string => {
  if (secret.value.kind === 'whole') return secret.value.whole.kind === 'text' ? secret.value.whole.text : unfilled;
  return JSON.stringify(Object.fromEntries(Object.entries(secret.value.keys).map(([key, value]) => [key, placeholder(value)])));
};

const hints = (secret: Secret): string =>
  valuesOf(secret)
    .flatMap(({ key, value }) => (value.kind === 'fill' ? [key === null ? value.hint : `${key}: ${value.hint}`] : []))
    .join('; ');

const define = (scope: Construct, name: string, secret: CfnSecret, attributes: Attributes): void => {
  attributes.define(`secrets.${name}.arn`, secret.ref);
  new CfnOutput(scope, `${pascal(name)}Arn`, { value: secret.ref, description: `Secret ${name}` });
};

/** Secrets whose values are generated or filled in; CloudFormation writes them once. */
export const ownSecrets = (scope: Construct, deployment: Deployment, attributes: Attributes): void => {
  for (const [name, described] of Object.entries(deployment.platform.secrets)) {
    if (isComposed(described)) continue;
    const generator = generatorOf(described);
    const fill = hints(described);
    const secret = new CfnSecret(scope, `${pascal(name)}Secret`, {
      name: secretName(deployment, name, described),
      description: [described.title ?? name, ...(fill === '' ? [] : [`Fill in: ${fill}`])].join('. ').slice(0, 2_048),
      ...(generator === null ? { secretString: plainText(described) } : { generateSecretString: generator }),
    });
    accept(
      secret,
      'AwsSolutions-SMG4',
      'Keys of outside services are rotated by their owners; a generated key is rotated by replacing it in the platform file.',
    );
    define(scope, name, secret, attributes);
  }
};

/** The platform's databases a secret speaks of, with how often their passwords have been rotated. */
const rotationsIn = ({ platform }: Deployment, secret: Secret): readonly string[] => [
  ...new Set(
    valuesOf(secret)
      .flatMap(({ value }) => (value.kind === 'compose' ? referencesOf(value.text) : []))
      .flatMap(({ root, name }) =>
        root === 'databases' && name !== null ? [`${name} rotation ${platform.databases[name]?.rotation ?? 0}`] : [],
      ),
  ),
];

/** Secrets put together from other values, passwords included, when CloudFormation writes them. */
export const composedSecrets = (scope: Construct, deployment: Deployment, attributes: Attributes): void => {
  for (const [name, described] of Object.entries(deployment.platform.secrets)) {
    if (!isComposed(described)) continue;
    const text = (value: SecretValue): string => (value.kind === 'compose' ? attributes.fill(value.text) : unfilled);
    const secretString =
      described.value.kind === 'whole'
        ? text(described.value.whole)
        : Stack.of(scope).toJsonString(Object.fromEntries(Object.entries(described.value.keys).map(([key, value]) => [key, text(value)])));
    const secret = new CfnSecret(scope, `${pascal(name)}Secret`, {
      name: secretName(deployment, name, described),
      description: `${described.title ?? name}. Composed at deploy time (${rotationsIn(deployment, described).join(', ')})`,
      secretString,
    });
    accept(
      secret,
      'AwsSolutions-SMG4',
      'Composed from a secret of its own: it is written anew whenever that one rotates (docs/decisions/002-connection-strings.md).',
    );
    define(scope, name, secret, attributes);
  }
};
