// Who the credentials at hand belong to, and in which account (sts:GetCallerIdentity needs no permission).
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { client, type ClientHost } from './clients.ts';
import { attempt } from './failure.ts';

export interface Identity {
  readonly account: string;
  readonly arn: string;
}

/** Throws AWS's own error when there are no credentials or they have expired. */
export const callerIdentity = async (host: ClientHost): Promise<Identity> => {
  const sts = client(STSClient, host);
  const { Account, Arn } = await attempt('sts:GetCallerIdentity', 'the caller', () => sts.send(new GetCallerIdentityCommand({})));
  return { account: Account ?? '', arn: Arn ?? '' };
};
