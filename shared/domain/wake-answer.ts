// What a caller gets while the platform sleeps or wakes: a page, a JSON answer, or a line for machines (S10).
import { isReading, type Caller } from './caller.ts';
import { durationWords } from './instants.ts';
import { escaped, wakingPage } from './wake-page.ts';

export interface Progress {
  readonly title: string;
  readonly state: 'asleep' | 'waking' | 'awake';
  /** Seconds until the site is expected to be up. */
  readonly secondsLeft: number;
  /** Share of the expected time that is over, 0 to 100. */
  readonly percent: number;
  readonly steps: readonly { readonly name: string; readonly done: number; readonly of: number }[];
  /** It takes clearly longer than usual. */
  readonly slow: boolean;
  /** When work begins by the clock, in words of the platform's zone; null without hours. */
  readonly opens: string | null;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const NO_STORE = { 'Cache-Control': 'no-store', 'X-Dayshift': 'asleep', 'X-Robots-Tag': 'noindex' } as const;
/** A crawler comes back in an hour; a 503 keeps what it knows of the site. */
const CRAWLER_SECONDS = 3_600;
const AGAIN_SECONDS = 15;
/** The page needs nothing from anywhere else. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The answer for a caller; `checkersSee` is what monitors of this platform shall be told while it sleeps as planned. */
export const answerFor = (caller: Caller, method: string, progress: Progress, checkersSee: 200 | 503): Answered => {
  const answer = byCaller(caller, method, progress, checkersSee);
  return method === 'HEAD' ? { ...answer, body: '' } : answer;
};

const byCaller = (caller: Caller, method: string, progress: Progress, checkersSee: 200 | 503): Answered => {
  switch (caller) {
    case 'person':
      return page(progress, method);
    case 'tool':
    case 'page':
      return json(progress);
    case 'checker':
      return isReading(method) ? forChecker(progress, checkersSee) : json(progress);
    case 'unfurler':
      return { status: 200, headers: { ...NO_STORE, 'Content-Type': 'text/html; charset=utf-8' }, body: card(progress) };
    case 'crawler':
      return {
        status: 503,
        headers: { ...NO_STORE, 'Content-Type': 'text/plain; charset=utf-8', 'Retry-After': String(CRAWLER_SECONDS) },
        body: 'Asleep. Please come back later.\n',
      };
  }
};

const retryAfter = ({ secondsLeft }: Progress): string => String(Math.max(AGAIN_SECONDS, Math.ceil(secondsLeft)));

const page = (progress: Progress, method: string): Answered => ({
  status: 503,
  headers: {
    ...NO_STORE,
    'Content-Type': 'text/html; charset=utf-8',
    'Retry-After': retryAfter(progress),
    'Content-Security-Policy': POLICY,
    'Referrer-Policy': 'no-referrer',
  },
  body: wakingPage(progress, method),
});

const json = (progress: Progress): Answered => {
  const { state, secondsLeft, percent, steps, slow } = progress;
  const message =
    state === 'asleep'
      ? 'The platform sleeps. Nothing you sent was processed.'
      : `The platform is waking, about ${durationWords(secondsLeft)} to go. Nothing you sent was processed.`;
  return {
    status: 503,
    headers: { ...NO_STORE, 'Content-Type': 'application/json', 'Retry-After': retryAfter(progress) },
    body: JSON.stringify({ error: 'asleep', state, message, retryAfterSeconds: Number(retryAfter(progress)), percent, steps, slow }),
  };
};

/** A monitor that is told 503 every night cries wolf; once a waking is overdue it shall cry. */
const forChecker = ({ state, slow }: Progress, checkersSee: 200 | 503): Answered => {
  const status = slow ? 503 : checkersSee;
  return {
    status,
    headers: {
      ...NO_STORE,
      'Content-Type': 'text/plain; charset=utf-8',
      ...(status === 503 ? { 'Retry-After': String(AGAIN_SECONDS) } : {}),
    },
    body: slow ? 'Waking takes too long.\n' : `${state === 'asleep' ? 'Asleep as planned' : 'Waking'}.\n`,
  };
};

const card = ({ title, opens }: Progress): string => {
  const words = opens === null ? 'Sleeps until somebody opens it.' : `Sleeps until ${opens}, or until somebody opens it.`;
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<title>${escaped(title)}</title>`,
    `<meta property="og:title" content="${escaped(title)}"><meta property="og:description" content="${escaped(words)}">`,
    `<meta name="description" content="${escaped(words)}"></head><body><p>${escaped(words)}</p></body></html>`,
  ].join('');
};
