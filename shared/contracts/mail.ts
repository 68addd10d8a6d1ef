// What crosses the border of the mail road: the events of Amazon SES about mails that did not arrive.
import * as v from 'valibot';
import type { Bounced } from '../domain/mail-road.ts';
import type { Pattern } from './alarm.ts';

/** Bounces, complaints and rejections of the mails of one configuration set. */
export const bouncedPattern = (configurationSet: string): Pattern => ({
  source: ['aws.ses'],
  'detail-type': ['Email Bounced', 'Email Complaint Received', 'Email Rejected'],
  detail: { mail: { tags: { 'ses:configuration-set': [configurationSet] } } },
});

const Mail = v.object({
  destination: v.array(v.string()),
  commonHeaders: v.optional(v.object({ subject: v.optional(v.string(), '') }), {}),
});

/** Input of notices/bounced. */
export const BouncedEvent = v.object({
  time: v.pipe(
    v.string(),
    v.check((text) => !Number.isNaN(Date.parse(text)), 'is not an instant'),
    v.transform((text) => new Date(text).toISOString()),
  ),
  detail: v.variant('eventType', [
    v.object({
      eventType: v.literal('Bounce'),
      mail: Mail,
      bounce: v.object({
        bounceType: v.string(),
        bounceSubType: v.optional(v.string(), ''),
        bouncedRecipients: v.array(v.object({ emailAddress: v.string(), diagnosticCode: v.optional(v.string(), '') })),
      }),
    }),
    v.object({
      eventType: v.literal('Complaint'),
      mail: Mail,
      complaint: v.object({ complainedRecipients: v.array(v.object({ emailAddress: v.string() })) }),
    }),
    v.object({ eventType: v.literal('Reject'), mail: Mail, reject: v.optional(v.object({ reason: v.optional(v.string(), '') }), {}) }),
  ]),
});
export type BouncedEvent = v.InferOutput<typeof BouncedEvent>;

/** The event in the domain's words. */
export const bouncedOf = ({ time, detail }: BouncedEvent): Bounced => {
  const common = { subject: detail.mail.commonHeaders.subject ?? '', at: time };
  switch (detail.eventType) {
    case 'Bounce':
      return {
        ...common,
        kind: 'bounce',
        permanent: detail.bounce.bounceType === 'Permanent',
        recipients: detail.bounce.bouncedRecipients.map(({ emailAddress, diagnosticCode }) => ({
          address: emailAddress,
          why: diagnosticCode === '' ? `${detail.bounce.bounceType} ${detail.bounce.bounceSubType}`.trim() : diagnosticCode,
        })),
      };
    case 'Complaint':
      return {
        ...common,
        kind: 'complaint',
        permanent: true,
        recipients: detail.complaint.complainedRecipients.map(({ emailAddress }) => ({ address: emailAddress, why: 'marked as spam' })),
      };
    case 'Reject':
      return {
        ...common,
        kind: 'reject',
        permanent: false,
        recipients: detail.mail.destination.map((address) => ({ address, why: detail.reject.reason ?? '' })),
      };
  }
};
