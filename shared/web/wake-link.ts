// Makes and checks wake links with the platform's own secret (S10); without a secret there are no links, and none is genuine.
import { wakeEnvironment, wakeLinkSecret } from '../contracts/wake.ts';
import type { Manifest } from '../domain/manifest.ts';
import { linkAddress, linkStanding, signedText, type LinkStanding, type WakeLink } from '../domain/wake-link.ts';
import type { Secrets } from '../ports.ts';
import { isSigned, signatureOf } from './body-signature.ts';

interface Host {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly manifest: Manifest;
}

export interface WakeLinks {
  /** A link that holds until then; null where the platform has none. */
  make(until: string): Promise<string | null>;
  /** Whether a link is ours and holds at that instant. */
  judge(link: WakeLink | null, at: string): Promise<LinkStanding>;
}

const PREFIX = 'sha256=';

/** The platform's wake links; the adapter that reads secrets is handed in, because rooms beside AWS know no SDK. */
export const wakeLinks =
  <S>(secretsOf: (host: S) => Secrets) =>
  (host: S & Host): WakeLinks => {
    const secrets = secretsOf(host);
    const { id } = host.manifest;
    const key = async (): Promise<string> => (await secrets.read(wakeLinkSecret(id))) ?? '';
    return {
      make: async (until) => {
        const address = host.environment[wakeEnvironment.link] ?? '';
        const secret = address === '' ? '' : await key();
        return secret === '' ? null : linkAddress(address, { until, seal: signatureOf(signedText(id, until), secret).slice(PREFIX.length) });
      },
      judge: async (link, at) => {
        const sealed = link !== null && isSigned(signedText(id, link.until), `${PREFIX}${link.seal}`, await key());
        return linkStanding(link, sealed, at);
      },
    };
  };
