// The link in a notice of a sleeping platform: what is signed, how long it holds, and what whoever opens or presses it may do (S10).
import { callerOf, wakes, type Asked } from './caller.ts';
import type { Machine } from './known-callers.ts';
import { later } from './instants.ts';
import type { Manifest } from './manifest.ts';

/** What a link carries besides its address. */
export interface WakeLink {
  /** Last instant at which it may be pressed. */
  readonly until: string;
  /** Hex HMAC of what is signed; not called a signature, for notices mask those in addresses (N3). */
  readonly seal: string;
}

/** `expired` is said only of a link that was ours. */
export type LinkStanding = 'good' | 'expired' | 'forged';

/** Without hours a night ends when somebody comes; a link in an old message should not wake anything a month later. */
const LONGEST_SECONDS = 7 * 86_400;

/** A link lasts as long as the night it was sent in: until work begins by the clock, seven days at most without a clock. */
export const linkUntil = (wakesAt: string | null, at: string): string => wakesAt ?? later(at, LONGEST_SECONDS);

/** What the platform's own secret seals: the platform, what for, and until when; a link of another platform or purpose never fits. */
export const signedText = (platform: string, until: string): string => `wake\n${platform}\n${until}`;

/** The address that people are told. */
export const linkAddress = (base: string, { until, seal }: WakeLink): string =>
  `${base}${base.endsWith('/') ? '' : '/'}?${new URLSearchParams({ until, seal }).toString()}`;

/** Reads the query of a request; null without both parts, or when the instant is none. */
export const readLink = (query: Readonly<Record<string, string>>): WakeLink | null => {
  const { until, seal } = query;
  return until === undefined || seal === undefined || Number.isNaN(Date.parse(until)) ? null : { until, seal };
};

/** How a link stands whose seal fits or not. */
export const linkStanding = (link: WakeLink | null, sealed: boolean, at: string): LinkStanding => {
  if (link === null || !sealed) return 'forged';
  return at > link.until ? 'expired' : 'good';
};

/**
 * Opening a link wakes nothing: chats, mail scanners and browsers open links by themselves. Only its button, pressed by somebody, does;
 * whoever is a machine when it reads is one when it presses.
 */
export const isPress = (standing: LinkStanding, asked: Asked, machine: (agent: string) => Machine | null): boolean =>
  standing === 'good' && asked.method === 'POST' && wakes(callerOf({ ...asked, method: 'GET' }, machine));

/** A link is of use where something sleeps and a notice reaches people or their tools, unless the platform file wants none. */
export const sendsWakeLinks = ({ notices, services, databases, hours, nights }: Manifest): boolean =>
  nights?.wakeLink !== false &&
  (hours !== null || services.some(({ offHours }) => offHours.kind !== 'stay') || databases.some(({ offHours }) => offHours === 'stop')) &&
  (notices.emails.length > 0 || notices.slack !== null || (notices.webhook ?? null) !== null || notices.amazonQ === true);
