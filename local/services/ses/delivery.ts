// How a message of SES reaches a mail box, and what happens when it does not: retries, bounces, the suppression list, the event.
import type { World } from '../../world.ts';
import type { Message, PostOffice } from './state.ts';

interface Bounce {
  readonly bounceType: 'Permanent' | 'Transient';
  readonly bounceSubType: string;
  readonly status: string;
  readonly diagnosticCode: string;
}

const MINUTE = 60_000;
/** A server that does not answer is tried for about fourteen hours; then it is a soft bounce. */
const PAUSES = [1, 5, 15, 30, 60, 120, 240, 360].map((minutes) => minutes * MINUTE);
const ON_THE_WAY = 1_500;

/** Sends a message on its way; the answer of the receiving server comes later. */
export const sendMail = (world: World, office: PostOffice, message: Message): void => {
  world.clock.after(ON_THE_WAY, () => attempt(world, office, message, 0), `mail to ${message.to}`);
};

const attempt = (world: World, office: PostOffice, message: Message, tries: number): void => {
  if (office.suppressed.has(message.to)) return bounced(world, office, message, suppressed);
  const refusal = office.refusing.get(message.to);
  if (refusal !== undefined) {
    if (refusal === 'Permanent') office.suppressed.add(message.to);
    return bounced(world, office, message, refusal === 'Permanent' ? unknownUser : mailboxFull);
  }
  const { to, from, subject, text, html, headers, pictures } = message;
  if (world.services.outside.mail.deliver({ to, from, subject, body: text, headers, pictures, ...(html === undefined ? {} : { html }) })) return;
  const pause = PAUSES[tries];
  if (pause === undefined) return bounced(world, office, message, silent);
  world.clock.after(pause, () => attempt(world, office, message, tries + 1), `mail to ${message.to}`);
};

const unknownUser: Bounce = { bounceType: 'Permanent', bounceSubType: 'General', status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 user unknown' };
const mailboxFull: Bounce = { bounceType: 'Transient', bounceSubType: 'MailboxFull', status: '4.2.2', diagnosticCode: 'smtp; 452 4.2.2 mailbox full' };
const silent: Bounce = { bounceType: 'Transient', bounceSubType: 'General', status: '4.4.7', diagnosticCode: 'smtp; 421 4.4.7 message expired' };
const suppressed: Bounce = {
  bounceType: 'Permanent',
  bounceSubType: 'OnAccountSuppressionList',
  status: '5.1.1',
  diagnosticCode: 'Amazon SES did not send the message to this address because it is on the suppression list for your account.',
};

const bounced = (world: World, office: PostOffice, message: Message, bounce: Bounce): void => {
  world.trail.add({ kind: 'message', who: 'ses', what: `mail to ${message.to} bounced: ${bounce.diagnosticCode}`, detail: { subject: message.subject } });
  const wanting = [...(office.sets.get(message.set ?? '')?.values() ?? [])].some(({ enabled, eventBus, types }) => enabled && eventBus !== undefined && types.includes('BOUNCE'));
  if (!wanting) return;
  const at = new Date(world.clock.now).toISOString();
  const source = message.from;
  world.services.events.emit({
    source: 'aws.ses',
    detailType: 'Email Bounced',
    resources: [`arn:${world.partition}:ses:${world.region}:${world.account}:configuration-set/${message.set}`],
    detail: {
      eventType: 'Bounce',
      bounce: {
        feedbackId: world.random.stream('ses').uuid(),
        bounceType: bounce.bounceType,
        bounceSubType: bounce.bounceSubType,
        bouncedRecipients: [{ emailAddress: message.to, action: 'failed', status: bounce.status, diagnosticCode: bounce.diagnosticCode }],
        timestamp: at,
        reportingMTA: 'dns; amazonses.com',
      },
      mail: {
        timestamp: at,
        source,
        sendingAccountId: world.account,
        messageId: message.messageId,
        destination: [message.to],
        headersTruncated: false,
        headers: message.headers,
        commonHeaders: { from: [source], to: [message.to], messageId: message.messageId, subject: message.subject },
        tags: { 'ses:configuration-set': [message.set ?? ''] },
      },
    },
  });
};
