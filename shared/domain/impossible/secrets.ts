// Secrets that are read but not defined, or defined in a way that would lose what an operator filled in.
import { unfilled } from '../placeholder.ts';
import type { Platform, Secret } from '../platform.ts';
import { secretNamed, valuesOf } from '../wiring.ts';
import { type Impossibility, when } from './impossibility.ts';

const read = (platform: Platform, field: string, text: string): readonly Impossibility[] => {
  const { secret: name, key } = secretNamed(text);
  const secret = platform.secrets[name];
  if (secret === undefined) {
    const known = Object.keys(platform.secrets);
    return when(
      true,
      field,
      text,
      'there is no secret of this name',
      known.length === 0 ? 'define it under `secrets`' : `define it under \`secrets\`; known: ${known.join(', ')}`,
    );
  }
  const keys = secret.value.kind === 'keys' ? Object.keys(secret.value.keys) : null;
  return [
    ...when(keys === null && key !== null, field, text, 'this secret is one value and has no keys', `write '${name}'`),
    ...when(
      keys !== null && key !== null && !keys.includes(key),
      field,
      text,
      'this secret has no such key',
      `keys of ${name}: ${keys?.join(', ') ?? ''}`,
    ),
  ];
};

const shape = (name: string, secret: Secret): readonly Impossibility[] => {
  const values = valuesOf(secret);
  const kinds = new Set(values.map(({ value }) => value.kind));
  const generated = values.filter(({ value }) => value.kind === 'generate');
  return [
    ...when(values.length === 0, `secrets.${name}.keys`, {}, 'a secret without keys', 'give at least one key, or `value`'),
    ...when(
      kinds.has('compose') && kinds.size > 1,
      `secrets.${name}`,
      [...kinds],
      'a composed secret is written anew when its parts change, which would lose values that were filled in or generated',
      'put the composed values into a secret of their own',
    ),
    ...when(
      generated.length > 1,
      `secrets.${name}`,
      generated.map(({ key }) => key),
      'AWS generates one key per secret',
      'put the others into secrets of their own',
    ),
    ...values.flatMap(({ key, value }) =>
      when(
        key === null && value.kind === 'fill' && value.optional,
        `secrets.${name}.value`,
        value,
        `a secret is never empty: left out, its containers would read ${unfilled}`,
        'write it as one of `keys`, which stay empty',
      ),
    ),
  ];
};

const passwords = (platform: Platform): readonly Impossibility[] =>
  Object.entries(platform.databases).flatMap(([name, { credentials, rotation }]) => {
    if (credentials.kind !== 'key') return [];
    const field = `databases.${name}.password`;
    const text = `${credentials.secret}.${credentials.key}`;
    const missing = read(platform, field, text);
    if (missing.length > 0) return missing;
    const secret = platform.secrets[credentials.secret];
    const own = secret === undefined ? undefined : valuesOf(secret).find(({ key }) => key === credentials.key);
    return [
      ...when(
        own?.value.kind !== 'generate',
        field,
        text,
        'a database password is generated, so that nobody ever types it',
        `write ${credentials.key}: { generate: 32 }`,
      ),
      ...when(
        rotation > 0,
        `databases.${name}.rotation`,
        rotation,
        'generating this key anew would empty the other keys of the secret',
        'give the database its own `credentials` instead of `password`, or change both by hand (docs/decisions/002-connection-strings.md)',
      ),
    ];
  });

/** Everything read from, written to and kept in secrets. */
export const secretFindings = (platform: Platform): readonly Impossibility[] => [
  ...Object.entries(platform.services).flatMap(([name, service]) =>
    Object.entries(service.containers).flatMap(([container, { secrets, environment }]) =>
      Object.entries(secrets).flatMap(([variable, text]) => {
        const field = `services.${name}.containers.${container}.secrets.${variable}`;
        const plain = Object.hasOwn(environment, variable);
        return [
          ...read(platform, field, text),
          ...when(
            plain,
            field,
            text,
            'the container has a plain variable of this name, and ECS takes a name once',
            `remove ${variable} from \`environment\``,
          ),
        ];
      }),
    ),
  ),
  ...Object.entries(platform.secrets).flatMap(([name, secret]) => shape(name, secret)),
  ...passwords(platform),
];
