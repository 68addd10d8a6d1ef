// What people are told about nights: warning, asleep, put off, changed by hand, awake, late, interrupted (N1, N4).
import { durationWords, instantWords } from './instants.ts';
import type { Button, Fact, Notice } from './notice.ts';
import { sentence, type Facts } from './reason.ts';
import { savedFacts, type SavedFacts } from './savings-words.ts';
import { inTerminal } from './terminal-words.ts';
import { oneLine } from './text-fit.ts';

/** The parts of a platform that its notices name. */
export interface Place {
  readonly id: string;
  readonly platform: string;
  readonly title: string;
  readonly stage: string;
  readonly site: string | null;
  readonly timeZone: string;
}

interface Words {
  readonly id: string;
  readonly story: 'sleep' | 'wake';
  readonly severity: Notice['severity'];
  readonly tone: Notice['tone'];
  readonly title: string;
  readonly summary: string;
  readonly facts?: readonly Fact[];
  readonly nextSteps?: readonly string[];
  readonly buttons?: readonly Button[];
  readonly lists?: readonly { readonly title: string; readonly lines: readonly string[] }[];
  /** Wake link of this night with its words, where the platform has one. */
  readonly wakeLink?: { readonly text: string; readonly url: string | null };
}

const TITLE_LENGTH = 140;
const LIST_LINES = 20;

const write = (place: Place, words: Words, at: string): Notice => ({
  version: 1,
  id: words.id,
  platform: place.platform,
  stage: place.stage,
  story: words.story,
  severity: words.severity,
  tone: words.tone,
  title: oneLine(words.title, TITLE_LENGTH),
  summary: words.summary,
  facts: words.facts ?? [],
  excerpts: (words.lists ?? [])
    .filter(({ lines }) => lines.length > 0)
    .map(({ title, lines }) => ({ title, lines: lines.slice(0, LIST_LINES) })),
  links: [
    ...(words.wakeLink === undefined || words.wakeLink.url === null ? [] : [{ text: words.wakeLink.text, url: words.wakeLink.url }]),
    ...(place.site === null ? [] : [{ text: 'Open the site', url: place.site }]),
  ],
  nextSteps: words.nextSteps ?? [],
  thread: words.id,
  ...(words.buttons === undefined ? {} : { buttons: words.buttons }),
  at,
});

const name = ({ title, stage }: Place): string => `${title} ${stage}`;
const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
const keepAwake = (text: string): Button => ({ action: 'keep-awake', text, subject: 'platform', style: 'primary' });
const wakeNow: Button = { action: 'wake', text: 'Wake now', subject: 'platform', style: 'default' };

/** A quarter of an hour before sleep, and what `ends` then (S8); the link is for whoever needs it later in the night. */
export const sleepSoon = (place: Place, edge: string, at: string, wakeLink: string | null = null, ends = 'The working hours end.'): Notice =>
  write(
    place,
    {
      id: `sleep-soon-${edge}`,
      story: 'sleep',
      severity: 'channel',
      tone: 'neutral',
      title: `${name(place)} goes to sleep at ${instantWords(edge, place.timeZone)}`,
      summary: `${ends} Whoever still works can keep it awake; it wakes exactly as it is now when work begins again.`,
      nextSteps: [`Keep it awake: ${inTerminal('keep-awake until 22:00', place)}`],
      buttons: [keepAwake('Keep awake 2 h')],
      wakeLink: { text: 'Wake it in the night', url: wakeLink },
    },
    at,
  );

/** Sleep is put off once; repeats stay silent (S9). Its buttons are of use now, not in tomorrow's summary. */
export const sleepPutOff = (place: Place, reason: string, facts: Facts, at: string): Notice =>
  write(
    place,
    {
      id: `sleep-put-off-${at}`,
      story: 'sleep',
      severity: 'channel',
      tone: 'neutral',
      title: `${name(place)} stays awake a little longer`,
      summary: sentence(reason, facts),
      buttons: [keepAwake('Keep awake 2 h'), { action: 'sleep-now', text: 'Sleep now', subject: 'platform', style: 'default' }],
    },
    at,
  );

const byWords: Readonly<Record<string, string>> = { schedule: 'the schedule', reconcile: 'the reconciler' };

export interface AsleepWords {
  readonly night: string;
  readonly reason: string;
  readonly facts: Facts;
  readonly services: number;
  readonly databases: number;
  readonly caches?: number;
  readonly wakesAt: string | null;
  readonly troubles: readonly { readonly resource: string; readonly error: string }[];
  /** What was to sleep and cannot, with the reason. */
  readonly staying?: readonly { readonly resource: string; readonly error: string }[];
  /** Wakes the platform when opened and pressed, without Slack's app or a command line. */
  readonly wakeLink?: string | null;
  /** What it cost that somebody woke it since the last night, outside the hours. */
  readonly wakingCost?: { readonly seconds: number; readonly usd: number; readonly by: string; readonly unpriced?: readonly string[] } | null;
}

export const asleep = (place: Place, words: AsleepWords, at: string): Notice => {
  const fine = words.troubles.length === 0;
  const { staying = [], caches = 0 } = words;
  const sleeping = [counted(words.services, 'service'), counted(words.databases, 'database'), ...(caches === 0 ? [] : [counted(caches, 'cache')])];
  return write(
    place,
    {
      id: `sleep-${words.night}`,
      story: 'sleep',
      severity: fine && staying.length === 0 ? 'digest' : 'channel',
      tone: fine ? 'good' : 'warning',
      title: fine ? `${name(place)} sleeps` : `${name(place)} sleeps, except ${words.troubles.map(({ resource }) => resource).join(', ')}`,
      summary: sentence(words.reason, words.facts),
      facts: [
        { label: 'Asleep', value: sleeping.join(', ') },
        { label: 'Wakes', value: words.wakesAt === null ? 'when asked or visited' : instantWords(words.wakesAt, place.timeZone) },
        ...(words.wakingCost === undefined || words.wakingCost === null ? [] : [{ label: 'Woken meanwhile', value: wakingWords(words.wakingCost) }]),
        { label: 'Record', value: words.night },
      ],
      lists: [
        { title: 'Still up', lines: words.troubles.map(({ resource, error }) => `${resource}: ${error}`) },
        { title: 'Cannot sleep', lines: staying.map(({ resource, error }) => `${resource}: ${error}`) },
      ],
      nextSteps: fine ? [] : [`It is tried again every 15 minutes; what keeps it up: ${inTerminal('why', place)}`],
      buttons: [wakeNow],
      wakeLink: { text: 'Wake it now', url: words.wakeLink ?? null },
    },
    at,
  );
};

/** `$0.12 for 2 h 31 min, by mara`. */
const wakingWords = ({ seconds, usd, by, unpriced }: NonNullable<AsleepWords['wakingCost']>): string =>
  `$${usd.toFixed(2)} for ${durationWords(seconds)}, by ${by}${unpriced === undefined ? '' : `; price unknown here: ${unpriced.join(', ')}`}`;

/** Something in the night was changed by hand, or by AWS's own seven-day rule (S7, S13). */
export const nightChanged = (place: Place, night: string, restarted: readonly string[], changes: readonly string[], at: string): Notice =>
  write(
    place,
    {
      id: `night-${night}-${at}`,
      story: 'sleep',
      severity: 'channel',
      tone: 'neutral',
      title:
        changes.length > 0 ? `${name(place)} was changed by hand while asleep` : `${name(place)}: ${restarted.join(', ')} is stopped again`,
      summary:
        changes.length > 0
          ? 'The change is respected until work begins; then the record of the evening is restored.'
          : sentence('database-restarted', { databases: restarted.join(', ') }),
      lists: [{ title: 'Changed', lines: changes }],
      nextSteps: changes.length > 0 ? [`To have the whole platform back now: ${inTerminal('wake', place)}`] : [],
      buttons: changes.length > 0 ? [wakeNow] : [],
    },
    at,
  );

export interface AwakeWords extends SavedFacts {
  readonly night: string;
  readonly seconds: number;
  readonly differences: readonly string[];
  readonly explained: readonly string[];
  readonly failed: readonly { readonly resource: string; readonly error: string }[];
  readonly by: string;
}

export const awake = (place: Place, words: AwakeWords, at: string): Notice => {
  const { differences, failed } = words;
  const fine = differences.length === 0 && failed.length === 0;
  return write(
    place,
    {
      id: `wake-${words.night}`,
      story: 'wake',
      severity: failed.length > 0 ? 'page' : fine ? 'digest' : 'channel',
      tone: fine ? 'good' : failed.length > 0 ? 'bad' : 'warning',
      title: fine
        ? `${name(place)} is awake`
        : failed.length > 0
          ? `${name(place)} is awake, except ${failed.map(({ resource }) => resource).join(', ')}`
          : `${name(place)} is awake with ${counted(differences.length, 'difference')}`,
      summary:
        failed.length > 0
          ? 'Not everything came up in time; what did serves already.'
          : fine
            ? `Everything is back exactly as it was, by ${byWords[words.by] ?? words.by}.`
            : 'Everything serves, but not everything is as it was in the evening.',
      facts: [
        { label: 'Took', value: durationWords(words.seconds) },
        ...savedFacts(words),
        { label: 'Record', value: words.night },
      ],
      lists: [
        { title: 'Not up', lines: failed.map(({ resource, error }) => `${resource}: ${error}`) },
        { title: 'Different from the record', lines: differences },
        { title: 'Changed on purpose', lines: words.explained },
      ],
      nextSteps:
        failed.length > 0
          ? [`Look at the stopped tasks: ${inTerminal('why', place)}`]
          : differences.length > 0
            ? [`Compare, and set by hand what should be otherwise: ${inTerminal('history', place)}`]
            : [],
    },
    at,
  );
};

/** `2028-02` as people say it. */
const monthWords = (month: string): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'long', year: 'numeric' }).format(new Date(`${month}-01T00:00:00Z`));

/** Once a month, with its last night over (S14). */
export const monthSaved = (
  place: Place,
  month: { readonly month: string; readonly nights: number; readonly saved: number; readonly keptBilling: number },
  unpriced: readonly string[],
  at: string,
): Notice =>
  write(
    place,
    {
      id: `saved-${month.month}`,
      story: 'wake',
      severity: 'channel',
      tone: 'good',
      title: `${name(place)}: ${counted(month.nights, 'night')} of ${monthWords(month.month)} saved $${month.saved.toFixed(2)}`,
      summary: `While it slept, $${month.keptBilling.toFixed(2)} were billed all the same, for what cannot sleep.`,
      facts: [
        { label: 'Saved', value: `$${month.saved.toFixed(2)}` },
        { label: 'Kept billing', value: `$${month.keptBilling.toFixed(2)}` },
        ...(unpriced.length === 0 ? [] : [{ label: 'Price unknown', value: unpriced.join(', ') }]),
      ],
      nextSteps: [`Night by night: ${inTerminal('savings', place)}`],
    },
    at,
  );

/** Before working hours begin, when something will not be up in time. */
export const lateForWork = (place: Place, night: string, waiting: readonly string[], edge: string, at: string): Notice =>
  write(
    place,
    {
      id: `wake-late-${night}`,
      story: 'wake',
      severity: 'page',
      tone: 'warning',
      title: `${name(place)} will be late: ${waiting.slice(0, 3).join(', ')}${waiting.length > 3 ? ' and more' : ''}`,
      summary: sentence('late-for-work', { waiting: waiting.join(', '), edge: instantWords(edge, place.timeZone) }),
      nextSteps: ['Nothing has to be done: it goes on by itself and you are told when it is up.'],
    },
    at,
  );

/** A story that could not go on by itself. */
export const nightInterrupted = (place: Place, story: 'sleep' | 'wake', id: string, error: string, at: string): Notice =>
  write(
    place,
    {
      id: `${story}-interrupted-${id}`,
      story,
      severity: story === 'wake' ? 'page' : 'channel',
      tone: 'bad',
      title: `${name(place)}: ${story === 'sleep' ? 'going to sleep' : 'waking'} was interrupted`,
      summary: sentence(`${story}-failed`, { error: error.slice(0, 300) }),
      nextSteps: [`Start it at once: ${inTerminal(story, place)}`],
    },
    at,
  );
