// What Amazon SES answers means for a mail that was to be sent, and what a bounce tells people by another road (N2).
import type { Answer } from './delivery.ts';
import type { Notice } from './notice.ts';
import { wallWords } from './wall-clock.ts';

export interface MailSettings {
  /** Sender, e.g. `alerts@example.com`. */
  readonly from: string;
  /** Domain or address verified in SES; absent or null: the sender's domain. */
  readonly identity?: string | null;
}

/** The identity that vouches for the sender. */
export const mailIdentity = ({ from, identity }: MailSettings): string => identity ?? from.split('@')[1] ?? from;

/** The configuration set that reports bounces, one per platform. */
export const mailConfigurationSet = (platformId: string): string => `${platformId}-notices`;

const refused: ReadonlySet<string> = new Set([
  'MessageRejected',
  'MailFromDomainNotVerifiedException',
  'AccountSuspendedException',
  'SendingPausedException',
  'NotFoundException',
  'AccessDeniedException',
]);

/** An error of SendEmail, by name and message: too fast, not this letter, not this sender, or SES is in trouble. */
export const mailRefusal = (name: string, message: string): Answer => {
  if (name === 'TooManyRequestsException') return { kind: 'slow-down', seconds: /daily/i.test(message) ? 15 * 60 : 2 };
  if (name === 'BadRequestException') return { kind: 'unreadable', why: message };
  if (refused.has(name)) return { kind: 'refused', why: `${name}: ${message}` };
  return { kind: 'unavailable', why: `${name}: ${message}` };
};

export interface Bounced {
  readonly kind: 'bounce' | 'complaint' | 'reject';
  /** Nothing will ever arrive there, as opposed to not now. */
  readonly permanent: boolean;
  readonly recipients: readonly { readonly address: string; readonly why: string }[];
  readonly subject: string;
  readonly at: string;
}

/** One record per address and day of the team: a broken address is told once a day, not once a mail. */
export const bounceKey = ({ recipients, at }: Bounced, timeZone: string): string =>
  `bounce#${recipients
    .map(({ address }) => address)
    .toSorted()
    .join(',')}#${wallWords(Date.parse(at), timeZone).slice(0, 10)}`;

const happened: Readonly<Record<Bounced['kind'], string>> = {
  bounce: 'came back',
  complaint: 'was marked as spam',
  reject: 'was not sent, because Amazon SES found a virus in it',
};

const stepsOf = ({ kind, permanent, recipients }: Bounced): readonly string[] => {
  const again = recipients.map(({ address }) => `aws sesv2 delete-suppressed-destination --email-address ${address}`);
  switch (kind) {
    case 'bounce':
      return ['Correct the address in the platform file (notices.emails) and deploy.', ...(permanent ? [`If the address is right: ${again.join('; ')}`] : [])];
    case 'complaint':
      return ['Ask whoever reads there, or take the address out of the platform file (notices.emails).', `If it was a mistake: ${again.join('; ')}`];
    case 'reject':
      return ['Read the notice in another road or with dayshift why: a log line in it may have looked like a virus.'];
  }
};

/** What `why` finds of it: nothing of the platform changed (N4). */
export const recordOfTrouble = (id: string, { kind, subject, recipients }: Bounced) =>
  ({
    id,
    story: 'operator',
    service: null,
    action: 'nothing',
    reason: `mail-${kind}`,
    facts: { to: recipients.map(({ address }) => address).join(', '), why: recipients.map(({ why }) => why).join('; '), subject },
  }) as const;

/** The notice about a mail that did not arrive; by the other roads, or by mail to the others when there is no other road. */
export const bouncedNotice = (bounced: Bounced, { platform, stage, otherRoads }: { readonly platform: string; readonly stage: string; readonly otherRoads: boolean }): Notice => {
  const addresses = bounced.recipients.map(({ address }) => address).join(', ');
  return {
    version: 1,
    id: `mail-${bounced.kind}-${bounced.at}`,
    platform,
    stage,
    story: 'operator',
    severity: 'channel',
    tone: bounced.permanent ? 'bad' : 'warning',
    title: bounced.kind === 'bounce' ? `Mail to ${addresses} does not arrive` : `Mail to ${addresses} ${happened[bounced.kind]}`,
    summary: `"${bounced.subject}" ${happened[bounced.kind]}. ${bounced.permanent ? 'Amazon SES sends nothing more to this address until it is taken off the suppression list.' : 'The next mail is tried all the same.'}`,
    facts: bounced.recipients.map(({ address, why }) => ({ label: address, value: why })),
    excerpts: [],
    links: [],
    nextSteps: stepsOf(bounced),
    thread: `mail-${addresses}`,
    ...(otherRoads ? { avoids: 'email' as const } : {}),
    at: bounced.at,
  };
};
