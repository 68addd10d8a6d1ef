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
  const trouble = office.troubles.get(message.to);
  if (trouble === 'virus') return told(world, office, message, rejected);
  if (office.suppressed.has(message.to)) return told(world, office, message, bounced(world, message, suppressed));
  if (trouble === 'unknown') {
    office.suppressed.add(message.to);
    return told(world, office, message, bounced(world, message, unknownUser));
  }
  if (trouble === 'full') return told(world, office, message, bounced(world, message, mailboxFull));
  const { to, from, subject, text, html, headers, pictures } = message;
  if (world.services.outside.mail.deliver({ to, from, subject, body: text, headers, pictures, ...(html === undefined ? {} : { html }) })) {
    if (trouble === 'complains') world.clock.after(READ_AFTER, () => complain(world, office, message), `complaint of ${to}`);
    return;
  }
  const pause = PAUSES[tries];
  if (pause === undefined) return told(world, office, message, bounced(world, message, silent));
  world.clock.after(pause, () => attempt(world, office, message, tries + 1), `mail to ${message.to}`);
};

/** A reader who complains is written to no more, as one who does not exist (the account's suppression list takes both). */
const complain = (world: World, office: PostOffice, message: Message): void => {
  office.suppressed.add(message.to);
  told(world, office, message, {
    type: 'COMPLAINT',
    detailType: 'Email Complaint Received',
    words: `${message.to} marked the mail as spam`,
    detail: {
      eventType: 'Complaint',
      complaint: {
        feedbackId: world.random.stream('ses').uuid(),
        complaintSubType: null,
        complainedRecipients: [{ emailAddress: message.to }],
        complaintFeedbackType: 'abuse',
        timestamp: new Date(world.clock.now).toISOString(),
      },
    },
  });
};

const READ_AFTER = 10 * MINUTE;

const unknownUser: Bounce = { bounceType: 'Permanent', bounceSubType: 'General', status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 user unknown' };
const mailboxFull: Bounce = { bounceType: 'Transient', bounceSubType: 'MailboxFull', status: '4.2.2', diagnosticCode: 'smtp; 452 4.2.2 mailbox full' };
const silent: Bounce = { bounceType: 'Transient', bounceSubType: 'General', status: '4.4.7', diagnosticCode: 'smtp; 421 4.4.7 message expired' };
const suppressed: Bounce = {
  bounceType: 'Permanent',
  bounceSubType: 'OnAccountSuppressionList',
  status: '5.1.1',
  diagnosticCode: 'Amazon SES did not send the message to this address because it is on the suppression list for your account.',
};

/** One thing that became of a mail, as the configuration set tells it. */
interface Told {
  readonly type: 'BOUNCE' | 'COMPLAINT' | 'REJECT';
  readonly detailType: string;
  /** For the trail. */
  readonly words: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

const rejected: Told = {
  type: 'REJECT',
  detailType: 'Email Rejected',
  words: 'mail was rejected: bad content',
  detail: { eventType: 'Reject', reject: { reason: 'Bad content' } },
};

const bounced = (world: World, message: Message, bounce: Bounce): Told => ({
  type: 'BOUNCE',
  detailType: 'Email Bounced',
  words: `mail to ${message.to} bounced: ${bounce.diagnosticCode}`,
  detail: {
    eventType: 'Bounce',
    bounce: {
      feedbackId: world.random.stream('ses').uuid(),
      bounceType: bounce.bounceType,
      bounceSubType: bounce.bounceSubType,
      bouncedRecipients: [{ emailAddress: message.to, action: 'failed', status: bounce.status, diagnosticCode: bounce.diagnosticCode }],
      timestamp: new Date(world.clock.now).toISOString(),
      reportingMTA: 'dns; amazonses.com',
    },
  },
});

/** Into the trail, and as an event to whoever the configuration set names. */
const told = (world: World, office: PostOffice, message: Message, { type, detailType, words, detail }: Told): void => {
  world.trail.add({ kind: 'message', who: 'ses', what: words, detail: { subject: message.subject } });
  const destinations = [...(office.sets.get(message.set ?? '')?.values() ?? [])];
  if (!destinations.some(({ enabled, eventBus, types }) => enabled && eventBus !== undefined && types.includes(type))) return;
  world.services.events.emit({
    source: 'aws.ses',
    detailType,
    resources: [`arn:${world.partition}:ses:${world.region}:${world.account}:configuration-set/${message.set}`],
    detail: {
      ...detail,
      mail: {
        timestamp: new Date(world.clock.now).toISOString(),
        source: message.from,
        sendingAccountId: world.account,
        messageId: message.messageId,
        destination: [message.to],
        headersTruncated: false,
        headers: message.headers,
        commonHeaders: { from: [message.from], to: [message.to], messageId: message.messageId, subject: message.subject },
        tags: { 'ses:configuration-set': [message.set ?? ''] },
      },
    },
  });
};
