// The account's secrets, found by name, ARN or ARN without its random ending.
import { AwsError } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { addVersion, versionOf, type Secret, type SecretVersion } from './secret.ts';

export interface NewSecret {
  readonly description?: string | undefined;
  readonly kmsKey?: string | undefined;
  readonly tags?: readonly { readonly Key: string; readonly Value: string }[];
  readonly owner?: string;
}

export interface SecretStore {
  readonly get: (id: string) => Secret | undefined;
  /** Throws ResourceNotFoundException, and InvalidRequestException for one that is scheduled for deletion. */
  readonly existing: (id: string) => Secret;
  readonly create: (name: string, options?: NewSecret) => Secret;
  readonly put: (
    secret: Secret,
    content: { readonly text?: string; readonly binary?: Uint8Array },
    options?: { readonly token?: string; readonly stages?: readonly string[] },
  ) => SecretVersion;
  /** The text with AWSCURRENT; throws when the secret has no value or is binary. */
  readonly text: (id: string) => string;
  readonly drop: (secret: Secret) => void;
  readonly all: () => readonly Secret[];
  /** The ARN to ask IAM about, also for a secret that does not exist. */
  readonly arnFor: (id: string) => string;
}

const notFound = (): AwsError => new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");

const newSecret = (name: string, arn: string, options: NewSecret, now: number): Secret => ({
  name,
  arn,
  createdAt: now,
  description: options.description,
  kmsKey: options.kmsKey,
  tags: options.tags ?? [],
  policy: undefined,
  rotation: undefined,
  rotatedAt: undefined,
  changedAt: now,
  readAt: undefined,
  deletedAt: undefined,
  owner: options.owner,
  versions: [],
});

export const makeSecretStore = (world: World): SecretStore => {
  const secrets = new Map<string, Secret>();
  const prefix = `arn:aws:secretsmanager:${world.region}:${world.account}:secret:`;
  const random = () => world.random.stream('secrets');
  const get = (id: string): Secret | undefined => {
    if (!id.startsWith('arn:')) return secrets.get(id);
    const ending = id.slice(prefix.length);
    return [...secrets.values()].find((secret) => secret.arn === id) ?? secrets.get(ending);
  };
  const existing = (id: string): Secret => {
    const secret = get(id);
    if (secret === undefined) throw notFound();
    return secret;
  };
  return {
    get,
    existing: (id) => {
      const secret = existing(id);
      if (secret.deletedAt !== undefined) {
        throw new AwsError('InvalidRequestException', 'You can’t perform this operation on the secret because it was marked for deletion.');
      }
      return secret;
    },
    create: (name, options = {}) => {
      const known = secrets.get(name);
      if (known?.deletedAt !== undefined) {
        throw new AwsError(
          'InvalidRequestException',
          "You can't create this secret because a secret with this name is already scheduled for deletion.",
        );
      }
      if (known !== undefined)
        throw new AwsError('ResourceExistsException', `The operation failed because the secret ${name} already exists.`);
      const secret = newSecret(name, `${prefix}${name}-${random().hex(6)}`, options, world.clock.now);
      secrets.set(name, secret);
      return secret;
    },
    put: (secret, { text, binary }, { token, stages = ['AWSCURRENT'] } = {}) => {
      if (Buffer.byteLength(text ?? '') > 65_536) throw new AwsError('InvalidParameterException', 'The secret value exceeds 65536 bytes.');
      const same = token === undefined ? undefined : versionOf(secret, { id: token });
      if (same !== undefined && same.text === text) return same;
      if (same !== undefined) throw new AwsError('ResourceExistsException', `You can't modify an existing version: ${token}`);
      return addVersion(secret, { id: token ?? random().uuid(), text, binary, createdAt: world.clock.now }, stages);
    },
    text: (id) => {
      const text = versionOf(existing(id), {})?.text;
      if (text === undefined)
        throw new AwsError(
          'ResourceNotFoundException',
          "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
        );
      return text;
    },
    drop: (secret) => void secrets.delete(secret.name),
    all: () => [...secrets.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    arnFor: (id) => get(id)?.arn ?? (id.startsWith('arn:') ? id : `${prefix}${id}-??????`),
  };
};
