// Mail boxes: what reached whom, and a mail server that may be down.
import type { World } from '../world.ts';

export interface Mail {
  readonly at: number;
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly body: string;
  /** Beside the plain text, when the sender wrote both. */
  readonly html?: string;
  readonly headers?: readonly { readonly name: string; readonly value: string }[];
  readonly pictures?: readonly { readonly name: string; readonly contentId: string; readonly bytes: Uint8Array }[];
}

export interface MailBoxes {
  /** Hands a mail to the receiver's server; false when it does not accept it now (the sender tries again later). */
  deliver(mail: Omit<Mail, 'at'>): boolean;
  /** Mails to one address, oldest first. */
  box(address: string): readonly Mail[];
  readonly all: readonly Mail[];
  /** The receiving servers refuse everything until then (virtual ms). */
  outage(until: number): void;
}

/** The trail keeps how large a picture is, not its bytes. */
const detailOf = ({ pictures, ...mail }: Omit<Mail, 'at'>): Readonly<Record<string, unknown>> => ({
  ...mail,
  ...(pictures === undefined || pictures.length === 0 ? {} : { pictures: pictures.map(({ name, bytes }) => ({ name, bytes: bytes.length })) }),
});

export const makeMailBoxes = (world: World): MailBoxes => {
  const mails: Mail[] = [];
  let downUntil = 0;
  return {
    all: mails,
    box: (address) => mails.filter((mail) => mail.to === address),
    outage: (until) => {
      downUntil = until;
      world.trail.add({ kind: 'fault', who: 'mail', what: `mail servers refuse until ${new Date(until).toISOString()}` });
    },
    deliver: (mail) => {
      if (world.clock.now < downUntil) return false;
      mails.push({ at: world.clock.now, ...mail });
      world.trail.add({ kind: 'message', who: 'mail', what: `mail to ${mail.to}: ${mail.subject}`, detail: detailOf(mail) });
      return true;
    },
  };
};
