// Reads secrets by name from Secrets Manager; values are kept for five minutes and never logged (N3).
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Secrets } from '../ports.ts';
import { client, type ClientHost } from './clients.ts';
import { attempt } from './failure.ts';

export interface SecretsHost extends ClientHost {
  readonly now: () => number;
}

const KEPT_MILLISECONDS = 5 * 60 * 1000;

/** Secrets of the account, as text; null when there is none of that name or it has no value yet. */
export const secrets = (host: SecretsHost): Secrets => {
  const manager = client(SecretsManagerClient, host);
  const kept = new Map<string, { readonly value: string | null; readonly until: number }>();
  const read = async (name: string): Promise<string | null> => {
    const known = kept.get(name);
    if (known !== undefined && known.until > host.now()) return known.value;
    const value = await fetch(manager, name);
    kept.set(name, { value, until: host.now() + KEPT_MILLISECONDS });
    return value;
  };
  return { read, forget: (name) => void kept.delete(name) };
};

const fetch = async (manager: SecretsManagerClient, name: string): Promise<string | null> => {
  const [answer] = await Promise.allSettled([
    attempt('secretsmanager:GetSecretValue', name, () => manager.send(new GetSecretValueCommand({ SecretId: name }))),
  ]);
  if (answer.status === 'fulfilled') return answer.value.SecretString ?? null;
  if ((answer.reason as Error).name === 'ResourceNotFoundException') return null;
  throw answer.reason;
};
