// Which roads a notice takes: its severity decides, hours may close a road for a while, and a broken road never carries the news of its
// own break (L5, N2).
import type { Hours } from './hours.ts';
import { scheduledState } from './hours-decisions.ts';
import type { ManifestNotices } from './manifest.ts';
import type { Notice } from './notice.ts';

/** `machine` is the topic itself: anything subscribed to it gets every notice as JSON. */
export type Road = 'machine' | 'slack' | 'email' | 'webhook' | 'amazonQ';

export interface RoadSettings {
  readonly slack: boolean;
  readonly email: boolean;
  readonly webhook: boolean;
  readonly amazonQ: boolean;
  /** A daily summary is asked for: what can wait waits for it. */
  readonly digest: boolean;
  /** Hours of single roads; a road without hours is always open. */
  readonly hours: Readonly<Partial<Record<'slack' | 'email' | 'webhook' | 'amazonQ', Hours | null>>>;
}

/** The roads that the platform file opens. */
export const roadSettings = ({ emails, slack, webhook, amazonQ, roadHours, digest }: ManifestNotices): RoadSettings => ({
  slack: slack !== null,
  email: emails.length > 0,
  webhook: webhook !== undefined && webhook !== null,
  amazonQ: amazonQ === true,
  digest: digest?.daily === true,
  hours: roadHours ?? {},
});

/** Whether people can hear by another road that mail is in trouble; otherwise mail to the others is all there is. */
export const hasRoadBesideMail = ({ slack, webhook, amazonQ }: RoadSettings): boolean => slack || webhook || amazonQ;

/**
 * The roads of one notice: a page takes all, at any hour; the channel's trouble goes to mail too, its good news only where people chat;
 * what is for the digest waits for it (without a digest people read it in the chat), and so does what comes outside a road's hours.
 */
export const roadsFor = (notice: Notice, settings: RoadSettings): readonly Road[] => [
  'machine',
  ...wanted(notice, settings).filter((road) => isOpen(road, notice, settings)),
];

type Named = Exclude<Road, 'machine'>;

const wanted = (notice: Notice, settings: RoadSettings): readonly Named[] => {
  // Amazon Q edits nothing: an update would be one more message.
  const chat: readonly Named[] = (['slack', 'amazonQ'] as const).filter((road) => settings[road] && (road === 'slack' || notice.place !== 'update'));
  const mail: readonly Named[] = settings.email && notice.place !== 'update' ? ['email'] : [];
  const hook: readonly Named[] = settings.webhook ? ['webhook'] : [];
  const trouble = notice.tone === 'bad' || notice.tone === 'warning' || notice.place === 'close';
  switch (notice.severity) {
    case 'page':
      return [...chat, ...mail, ...hook];
    case 'channel':
      return [...chat, ...(trouble || chat.length === 0 ? mail : []), ...hook];
    case 'digest':
      return notice.digest === true ? [...chat, ...mail] : [...(settings.digest ? [] : chat), ...hook];
  }
};

/** A broken road is avoided; a closed one opens for pages, and for the end of what it has told the beginning of. */
const isOpen = (road: Named, notice: Notice, { hours }: RoadSettings): boolean => {
  if (notice.avoids === road) return false;
  const own = hours[road] ?? null;
  return (
    own === null ||
    notice.severity === 'page' ||
    notice.digest === true ||
    notice.place === 'close' ||
    scheduledState(own, notice.at) === 'at-work'
  );
};
