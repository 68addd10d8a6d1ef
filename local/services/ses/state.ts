// What the simulated SES remembers: proofs, configuration sets, whom it no longer writes to, and when it sent.

export interface EventDestination {
  readonly name: string;
  readonly enabled: boolean;
  readonly types: readonly string[];
  readonly eventBus: string | undefined;
}

/** No such user, a full mail box, a reader who marks it as spam, or a virus that SES finds in it. */
export type Trouble = 'unknown' | 'full' | 'complains' | 'virus';

export interface PostOffice {
  readonly verified: Set<string>;
  readonly sets: Map<string, Map<string, EventDestination>>;
  readonly troubles: Map<string, Trouble>;
  readonly suppressed: Set<string>;
  /** Instants of the last day's messages, one per recipient. */
  readonly sent: number[];
  sandbox: boolean;
}

/** One message to one recipient. */
export interface Message {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | undefined;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly pictures: readonly { readonly name: string; readonly contentId: string; readonly bytes: Uint8Array }[];
  readonly set: string | undefined;
}

export const emptyPostOffice = (): PostOffice => ({
  verified: new Set(),
  sets: new Map(),
  troubles: new Map(),
  suppressed: new Set(),
  sent: [],
  sandbox: true,
});

/** `Ops <ops@example.com>` and `ops@example.com` are one address. */
export const addressOf = (mailbox: string): string => /<([^>]+)>/.exec(mailbox)?.[1] ?? mailbox.trim();

/** Verified itself, or by its domain or a parent of it. */
export const isVerified = ({ verified }: PostOffice, mailbox: string): boolean => {
  const address = addressOf(mailbox);
  const labels = (address.split('@')[1] ?? '').split('.');
  return verified.has(address) || labels.some((_, index) => verified.has(labels.slice(index).join('.')));
};
