// The account's quarantine in Parameter Store: one parameter per failed digest, which needs no stack to own it (R10, decision 010).
import { DeleteParametersCommand, GetParametersCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Manifest } from '../domain/manifest.ts';
import { banName, readBan, writeBan, type Ban } from '../domain/shared-quarantine.ts';
import { client, type ClientHost } from './clients.ts';
import { attempt } from './failure.ts';

export interface SharedQuarantine {
  /** The ban on a digest, null when there is none or the platform asks nobody. */
  find(digest: string): Promise<Ban | null>;
  add(bans: readonly Ban[]): Promise<void>;
  /** A person vouches for these digests, for the whole account. */
  lift(digests: readonly string[]): Promise<void>;
}

/** Parameters one request may name. */
const PER_REQUEST = 10;

export const sharedQuarantine = (host: ClientHost & { readonly manifest: Pick<Manifest, 'quarantine'> }): SharedQuarantine => {
  const shares = host.manifest.quarantine === 'account';
  const ssm = (): SSMClient => client(SSMClient, host);
  return {
    find: async (digest) => {
      if (!shares) return null;
      const command = new GetParametersCommand({ Names: [banName(digest)] });
      const { Parameters } = await attempt('ssm:GetParameters', banName(digest), () => ssm().send(command));
      const text = Parameters?.[0]?.Value;
      return text === undefined ? null : readBan(digest, text);
    },
    add: async (bans) => {
      if (!shares) return;
      for (const ban of bans) {
        const command = new PutParameterCommand({ Name: banName(ban.digest), Value: writeBan(ban), Type: 'String', Overwrite: true });
        await attempt('ssm:PutParameter', banName(ban.digest), () => ssm().send(command));
      }
    },
    lift: async (digests) => {
      if (!shares) return;
      for (let from = 0; from < digests.length; from += PER_REQUEST) {
        const Names = digests.slice(from, from + PER_REQUEST).map(banName);
        // A digest nobody else banned is answered as invalid, which is as good as gone.
        await attempt('ssm:DeleteParameters', Names.join(', '), () => ssm().send(new DeleteParametersCommand({ Names })));
      }
    },
  };
};
