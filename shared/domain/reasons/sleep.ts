// Why the sleep story did what it did, as sentences: one per reason key of sleep.ts and night-watch.ts.
import type { Reasons } from '../reason.ts';

const counted = (count: unknown, noun: string): string => `${String(count)} ${noun}${count === 1 ? '' : 's'}`;

export const sleepReasons = {
  'off-hours': ({ until }) => (until === null ? 'Outside working hours.' : `Outside working hours until ${until}.`),
  'asked-to-sleep': ({ by }) => `${by} asked the platform to sleep.`,
  idle: () => 'Nobody has used the platform for as long as it may stay awake.',
  'sleep-soon': ({ edge }) => `The working hours end at ${edge}.`,
  'at-work': ({ until }) =>
    until === null ? 'Working hours.' : `Working hours until ${until}: an ask to sleep at this time is late or early, and nothing happens.`,
  'short-night': ({ until }) => `Work begins again at ${until}: too short a pause to sleep.`,
  'no-hours': () => 'This platform has no working hours: it sleeps and wakes only when asked.',
  'keep-awake-ends': ({ by, until }) => `${by} kept it awake until ${until}; it sleeps then.`,
  'kept-awake': ({ by, until, note }) =>
    `${by} keeps the platform awake until ${until}${note === '' || note === null || note === undefined ? '' : ` (${note})`}.`,
  'in-use': ({ what, until }) => `Still in use: ${what}. Sleep waits, until ${until} at the latest.`,
  'postponed-enough': ({ what }) => `Still in use (${what}), but sleep has been put off for an hour.`,
  'already-asleep': () => 'The platform sleeps already.',
  'resume-sleep': () => 'A sleep had begun and was not finished: it goes on where it stopped.',
  'waking-first': () => 'The platform is just waking; it can sleep once it is awake.',
  'tend-night': () => 'The platform sleeps; what has changed in the night is looked after.',
  'driven-by-another': () => 'Another execution is already at it.',
  'overtaken-by-wake': () => 'Somebody or the clock began to wake the platform: the sleep ends here.',
  'rollout-first': () => 'A rollout is under way: it ends first.',
  'database-missing': () => 'AWS does not find a database: it is looked for again before anything is written down.',
  'falling-asleep': () => 'The platform is falling asleep.',
  'went-to-sleep': ({ services, databases }) => `${counted(services, 'service')} and ${counted(databases, 'database')} asleep.`,
  'asleep-with-troubles': ({ troubles }) => `The platform sleeps, except ${troubles}.`,
  'missed-sleep': () => 'Outside working hours and still awake: the ask to sleep was lost.',
  'database-restarted': ({ databases }) => `AWS starts a stopped database after seven days: ${databases ?? 'it'} is stopped again.`,
  'still-up': () => 'Something could not be put to sleep in the evening: it is tried again.',
  'changed-by-hand': ({ changes }) => `Changed by hand in the night and left alone until the next edge: ${changes}.`,
  'sleep-failed': ({ error }) => `The sleep was interrupted: ${error}. It goes on within 15 minutes.`,
} as const satisfies Reasons;
