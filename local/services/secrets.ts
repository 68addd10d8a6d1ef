// The simulated Secrets Manager: secrets with versions and labels, generated passwords, rotation records.
import type { SimulatedService } from '../simulated.ts';
import type { World } from '../world.ts';
import { generateSecret } from './secrets/generate.ts';
import { secretOperations } from './secrets/operations.ts';
import { secretResources } from './secrets/resources.ts';
import { rotate } from './secrets/rotate.ts';
import { makeSecretStore } from './secrets/store.ts';

export interface Secrets extends SimulatedService {
  /** The current text of a secret, by name or ARN. */
  value(idOrArn: string): string;
  /** Makes the master secret of a database as RDS does (`rds!db-…`); answers its ARN. */
  createManaged(name: string, username: string): string;
  /** Rotates now: a new password, the old version as AWSPREVIOUS, and the event. */
  rotate(idOrArn: string): void;
}

export const makeSecrets = (world: World): Secrets => {
  const store = makeSecretStore(world);
  return {
    signingName: 'secretsmanager',
    operations: secretOperations(world, store),
    resources: secretResources(world, store),
    value: store.text,
    createManaged: (name, username) => {
      const secret = store.create(name, { description: 'Managed by RDS', owner: 'rds' });
      secret.rotation = { functionArn: undefined, automaticallyAfterDays: 7, schedule: undefined };
      const rules = { SecretStringTemplate: JSON.stringify({ username }), GenerateStringKey: 'password', ExcludeCharacters: '/@" \'' };
      store.put(secret, { text: generateSecret(world.random.stream('secrets.passwords'), rules) });
      return secret.arn;
    },
    rotate: (id) => void rotate(world, store, store.existing(id)),
    support: {
      does: [
        'Secrets with versions and AWSCURRENT/AWSPREVIOUS, GetSecretValue, PutSecretValue, DescribeSecret, ListSecrets, deletion with recovery window, resource policies',
        'GenerateSecretString and GetRandomPassword with every rule; attachment of a database; managed master passwords; rotation on demand with its event',
        'CloudFormation: AWS::SecretsManager::Secret, SecretTargetAttachment, ResourcePolicy, RotationSchedule',
      ],
      doesNot: ['Rotation by itself on schedule, rotation functions', 'Replication to other Regions, encryption keys'],
    },
  };
};
