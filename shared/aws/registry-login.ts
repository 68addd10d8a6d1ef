// The password docker needs to push to ECR; it is valid for twelve hours and is handed on by standard input only (N3).
import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { client, type ClientHost } from './clients.ts';
import { attempt } from './failure.ts';

export interface RegistryLogin {
  readonly user: string;
  readonly password: string;
}

/** Throws AWS's own error when the caller may not. */
export const registryLogin = (host: ClientHost) => async (): Promise<RegistryLogin> => {
  const ecr = client(ECRClient, host);
  const { authorizationData } = await attempt('ecr:GetAuthorizationToken', 'the registry', () =>
    ecr.send(new GetAuthorizationTokenCommand({})),
  );
  const [user = 'AWS', password = ''] = atob(authorizationData?.[0]?.authorizationToken ?? '').split(':');
  return { user, password };
};
