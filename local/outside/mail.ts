// Mail boxes: what reached whom, and a mail server that may be down.
import type { World } from '../world.ts';

export interface Mail {
  readonly at: number;
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly body: string;
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
      world.trail.add({ kind: 'message', who: 'mail', what: `mail to ${mail.to}: ${mail.subject}`, detail: { ...mail } });
      return true;
    },
  };
};
