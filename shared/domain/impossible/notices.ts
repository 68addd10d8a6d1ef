// Notices that could not be sent as the platform file asks.
import type { Platform } from '../platform.ts';
import { type Impossibility, when } from './impossibility.ts';

/** Recipients of one message of Amazon SES. */
const MOST = 50;

export const noticeFindings = ({ notices: { emails, mail } }: Platform): readonly Impossibility[] => [
  ...when(
    mail !== undefined && mail !== null && emails.length > MOST,
    'notices.emails',
    emails.length,
    `Amazon SES takes at most ${MOST} recipients per message`,
    'write to a group address',
  ),
  ...when(
    mail !== undefined && mail !== null && emails.length === 0,
    'notices.mail',
    mail?.from,
    'a sender without anybody to write to',
    'name people in `notices.emails`, or leave `notices.mail` out',
  ),
];
