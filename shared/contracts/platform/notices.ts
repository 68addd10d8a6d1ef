// Who hears of what the platform does, by which road, at which hours, and who may answer back (L5–L7).
import * as v from 'valibot';
import { HoursSchema } from './operations.ts';
import { duration, open, said } from './words.ts';

const secretNamed = (keys: string, example: string) => v.strictObject({ secret: said(v.string(), `Secret with ${keys}.`, example) });

const RoadHoursSchema = v.strictObject({
  slack: open(said(HoursSchema, 'Hours of the Slack channel.', { words: 'mon-fri 08:00-18:00', timeZone: 'Australia/Sydney' })),
  email: open(said(HoursSchema, 'Hours of e-mail.', { words: 'mon-fri 08:00-18:00', timeZone: 'Australia/Sydney' })),
  webhook: open(said(HoursSchema, 'Hours of the webhook.', { words: 'mon-fri 08:00-18:00', timeZone: 'Australia/Sydney' })),
  amazonQ: open(said(HoursSchema, 'Hours of Amazon Q Developer.', { words: 'mon-fri 08:00-18:00', timeZone: 'Australia/Sydney' })),
});

const DigestSchema = v.strictObject({
  daily: v.optional(said(v.boolean(), 'Every working morning.', true), false),
  monthly: v.optional(said(v.boolean(), 'On the first of the month.', true), false),
});

const MailSchema = v.strictObject({
  from: said(v.pipe(v.string(), v.email('an e-mail address')), 'Sender of every mail.', 'alerts@example.com'),
  identity: v.optional(said(v.string(), 'Domain or address that is verified in SES. Default: the domain of `from`.', 'example.com')),
});

export const NoticesSchema = v.strictObject({
  emails: v.optional(
    said(v.array(v.pipe(v.string(), v.email('an e-mail address'))), 'People who get notices by e-mail; each must confirm once.', [
      'ops@example.com',
    ]),
    [],
  ),
  mail: open(
    said(MailSchema, 'Mail through Amazon SES: HTML with graphs, and bounces told. Without it, plain text through SNS. At most 50 addresses.', {
      from: 'alerts@example.com',
    }),
  ),
  slack: open(
    said(secretNamed('the key `webhook`, or `token`, `channel` and `signingSecret`', 'shop/slack'), 'Slack channel.', {
      secret: 'shop/slack',
    }),
  ),
  webhook: open(
    said(secretNamed('the keys `url` and `signingSecret`', 'shop/webhook'), 'HTTPS address that takes every notice as signed JSON.', {
      secret: 'shop/webhook',
    }),
  ),
  amazonQ: v.optional(said(v.boolean(), 'Amazon Q Developer in chat applications is subscribed to the topic.', true), false),
  allow: v.optional(
    said(
      v.record(v.string(), v.array(v.string())),
      'Who may do what by button or `/dayshift`: a verb, or `*` for everything, to ids of Slack users or user groups. Nobody by default.',
      {
        '*': ['U012AB3CD'],
        acknowledge: ['U045EF6GH', 'S0614TZR7'],
      },
    ),
    {},
  ),
  escalate: open(said(duration(), 'A page that nobody acknowledged for so long is said again, louder.', '15 minutes')),
  repeat: open(said(duration(), 'An open incident is said again every so often while it lasts.', '4 hours')),
  roadHours: open(
    said(RoadHoursSchema, 'Hours of single roads: outside them only pages take the road, everything else is in the next digest.', {
      email: { words: 'mon-fri 08:00-18:00', timeZone: 'Australia/Sydney' },
    }),
  ),
  digest: open(
    said(DigestSchema, 'Summaries: what slept, woke, was rolled out, failed, was muted, and what it saved.', {
      daily: true,
      monthly: true,
    }),
  ),
});
