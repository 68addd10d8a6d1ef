// What people are told when an image waits: which, for what, and what they can do about it (R8, R11).
import { instantWords } from './instants.ts';
import type { Button, Notice } from './notice.ts';
import { approvalSubject } from './order.ts';
import { inWords } from './redeploy.ts';
import type { Telling } from './redeploy-notice.ts';
import { inTerminal } from './terminal-words.ts';
import { oneLine } from './text-fit.ts';

export interface Held {
  readonly service: string;
  readonly images: Readonly<Record<string, string>>;
  readonly since: string;
  readonly why: string;
  readonly reason: string;
}

/** Reasons a person should act on; the others pass by themselves. */
const FOR_PEOPLE: ReadonlySet<string> = new Set(['approval-due', 'approval-expired', 'approval-refused', 'scan-refused', 'scan-missing']);

const nextSteps = ({ service, reason }: Held, about: Telling): readonly string[] => {
  switch (reason) {
    case 'approval-due':
      return [`Approve: ${inTerminal(`approve ${service}`, about)}`, `Refuse: ${inTerminal(`approve ${service} --reject`, about)}`];
    case 'approval-expired':
      return [`Ask again by pushing, or approve now: ${inTerminal(`approve ${service}`, about)}`];
    case 'scan-refused':
      return ['Push an image without these findings: it rolls out by itself.'];
    case 'scan-missing':
      return ['Look whether the repository scans on push, then push again.'];
    case 'on-hold':
      return [`Let the line run again: ${inTerminal(`resume ${service}`, about)}`];
    default:
      return [];
  }
};

/** Approval by button: for these very digests, so that a press never vouches for a newer image (L6). */
const buttonsFor = ({ service, reason, images }: Held): readonly Button[] => {
  if (reason !== 'approval-due' && reason !== 'approval-expired') return [];
  const subject = approvalSubject(service, images);
  const approve: Button = { action: 'approve', text: 'Approve', subject, style: 'primary' };
  return reason === 'approval-due' ? [approve, { action: 'reject', text: 'Reject', subject, style: 'danger' }] : [approve];
};

const titleWords: Readonly<Record<string, string>> = {
  'approval-due': 'waits for approval',
  'approval-expired': 'waits: nobody approved it',
  'approval-refused': 'was refused and stays out',
  'scan-refused': 'stays out because of its scan',
  'scan-missing': 'stays out: it was not scanned',
  'scan-pending': 'waits for its scan',
  'changes-frozen': 'waits for the end of a freeze',
  'on-hold': 'waits while the line is stopped',
  'group-held': 'waits for its group',
  'too-young': 'waits until it is old enough',
};

export const heldNotice = (held: Held, about: Telling, at: string): Notice => ({
  version: 1,
  id: `held-${held.service}-${held.since}`,
  platform: about.platform,
  stage: about.stage,
  story: 'redeploy',
  severity: FOR_PEOPLE.has(held.reason) ? 'channel' : 'digest',
  tone: FOR_PEOPLE.has(held.reason) ? 'warning' : 'neutral',
  title: oneLine(`${held.service}: ${inWords(held.images)} ${titleWords[held.reason] ?? 'waits'}`, 140),
  summary: held.why,
  facts: [
    { label: 'Service', value: held.service },
    { label: 'Image', value: inWords(held.images) },
    { label: 'Waits since', value: instantWords(held.since, about.hours?.timeZone ?? 'UTC') },
  ],
  excerpts: [],
  links: [],
  nextSteps: nextSteps(held, about),
  ...(buttonsFor(held).length === 0 ? {} : { buttons: buttonsFor(held) }),
  thread: `held ${held.service} ${held.since}`,
  at,
});
