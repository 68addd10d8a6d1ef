// Writes one secret's text; reading is in secrets.ts. Values are never logged and never stand in an error (N3).
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { client, type ClientHost } from './clients.ts';
import { attempt } from './failure.ts';

/** Replaces the current value of a secret by name. */
export const putSecret =
  (host: ClientHost) =>
  async (name: string, text: string): Promise<void> => {
    const manager = client(SecretsManagerClient, host);
    await attempt('secretsmanager:PutSecretValue', name, () =>
      manager.send(new PutSecretValueCommand({ SecretId: name, SecretString: text })),
    );
  };
