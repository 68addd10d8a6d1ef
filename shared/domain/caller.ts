// Who asks at the door of a sleeping platform, and whether that wakes it (S10).
import type { Machine } from './known-callers.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * `person`: opens a page. `tool`: a program somebody runs, a webhook, an app. `page`: a page that was left open, or a part of one.
 * `checker`, `unfurler`, `crawler`: machines that come by themselves.
 */
export type Caller = 'person' | 'tool' | 'page' | Machine;

/** Only what somebody does on purpose wakes the platform. */
export const wakes = (caller: Caller): boolean => caller === 'person' || caller === 'tool';

/** Paths that browsers and machines ask for by themselves. */
const BY_ITSELF =
  /^\/(favicon\.ico|apple-touch-icon[^/]*\.png|robots\.txt|sitemap[^/]*\.xml|ads\.txt|humans\.txt|manifest\.json|site\.webmanifest|browserconfig\.xml|\.well-known\/.*)$/;
/** What only scanners look for. */
const PRYING = /(\.php|\.asp|\.aspx|\.env|\.git\/|\/wp-|\/cgi-bin|phpmyadmin|\/\.aws|\/actuator|\/vendor\/)/i;
/** Words that give a machine away whose name is in no list; CUBOT makes phones. */
const TELLING = /(?<!cu)bot\b|crawl|spider|scanner|monitor|health.?check|uptime|probe|\+https?:/;
/** Names under which webhooks are sent. */
const SENDS = /hook|^(stripe|paypal|sendgrid|zapier)\b/;
const HEALTH_PATH = /^\/(health|healthz|health-?check|livez|readyz|ready|alive|ping|status|up)\/?$/i;

/** Reading is what machines do by themselves; everything else is something that was sent and must not be taken for received. */
export const isReading = (method: string): boolean => method === 'GET' || method === 'HEAD' || method === 'OPTIONS';

/** Tells callers apart by what they say of themselves and how they ask; `machine` knows the names of machines. */
export const callerOf = ({ method, path, headers }: Asked, machine: (agent: string) => Machine | null): Caller => {
  const named = machine(headers['user-agent'] ?? '');
  const agent = (headers['user-agent'] ?? '').toLowerCase();
  // Chats send their webhooks and commands under the name that fetches links; services that send webhooks are on the list of crawlers.
  if (!isReading(method) && (named === 'unfurler' || SENDS.test(agent))) return 'tool';
  if (named !== null) return named;
  if (agent === '') return HEALTH_PATH.test(path) ? 'checker' : 'crawler';
  if (PRYING.test(path)) return 'crawler';
  if (BY_ITSELF.test(path) || isBackground(headers)) return 'page';
  if (TELLING.test(agent)) return HEALTH_PATH.test(path) ? 'checker' : 'crawler';
  if (method === 'OPTIONS') return 'page';
  if (!agent.startsWith('mozilla/')) return HEALTH_PATH.test(path) ? 'checker' : 'tool';
  return isNavigation(method, headers) ? 'person' : 'page';
};

/** A browser fetches ahead of a click, a picture, or for a script of a page that was left open. */
const isBackground = (headers: Asked['headers']): boolean => {
  const purpose = `${headers['sec-purpose'] ?? ''} ${headers['purpose'] ?? ''} ${headers['x-moz'] ?? ''}`;
  if (/prefetch|prerender|preview/.test(purpose)) return true;
  const mode = headers['sec-fetch-mode'];
  return mode !== undefined && mode !== 'navigate';
};

/** Browsers that do not say how they fetch still say that they want a page. */
const isNavigation = (method: string, headers: Asked['headers']): boolean =>
  headers['sec-fetch-mode'] === 'navigate' ||
  ((method === 'GET' || method === 'HEAD' || method === 'POST') && (headers['accept'] ?? '').includes('text/html'));

/** Whoever pressed the wake link: it was sent to the team, so the address is all that tells one from another. */
export const presserWords = (address: string): string => `${visitorWords(address)} with the wake link`;

/**
 * `203.0.113.*` or `2001:db8:…`: enough to tell visitors apart, not enough to name one. The load balancer appends the address it sees;
 * what stands before it is only what the visitor claims.
 */
export const visitorWords = (forwarded: string | undefined): string => {
  const address = (forwarded ?? '').split(',').at(-1)?.trim() ?? '';
  if (/^\d+\.\d+\.\d+\.\d+$/.test(address)) return `a visitor from ${address.replace(/\.\d+$/, '.*')}`;
  return /^[0-9a-f]*:[0-9a-f:.]+$/i.test(address) ? `a visitor from ${address.split(':').slice(0, 3).join(':')}:…` : 'a visitor';
};
