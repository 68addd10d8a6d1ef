// Why the wake story did what it did, as sentences: one per reason key of wake.ts and night-watch.ts.
import { exactWords } from '../instants.ts';
import type { Reasons } from '../reason.ts';

/** Within working hours the hours, or its use, keep it awake. */
const atLeast = (until: string | number | boolean | null | undefined): string => (until === null || until === undefined ? '' : `; it stays awake until ${until} at least`);

export const wakeReasons = {
  'work-begins': ({ at }) => `Working hours begin at ${at}.`,
  'wake-soon': ({ edge }) => `Working hours begin at ${edge}; waking starts as late as the last nights allow.`,
  'still-night': ({ until }) =>
    until === null
      ? 'The hours never call for work.'
      : `Night until ${until}: an ask to wake at this time is late or early, and nothing happens.`,
  'asleep-on-purpose': () =>
    'Somebody put the platform to sleep in working hours: it sleeps until work begins the next time, or until somebody wakes it.',
  visited: ({ by, until }) => `${by} visited the sleeping site${atLeast(until)}.`,
  'asked-to-wake': ({ by, until }) => `${by} woke the platform${atLeast(until)}.`,
  'already-awake': () => 'The platform is awake already.',
  'resume-wake': () => 'A waking had begun and was not finished: it goes on where it stopped.',
  'nothing-to-restore': () => 'The platform had not begun to sleep: nothing was changed.',
  'overtaken-by-sleep': () => 'Another story has taken over: this waking ends here.',
  waking: () => 'The platform is waking.',
  awake: ({ seconds, differences }) =>
    `Awake in ${exactWords(Number(seconds))}, ${differences} ${differences === 1 ? 'difference' : 'differences'} from the record.`,
  'awake-with-troubles': ({ failed }) => `Awake, except ${failed}.`,
  'missed-wake': () => 'Working hours and still asleep: the ask to wake was lost.',
  'no-spot-capacity': () => 'Spot has no capacity this morning: it runs on demand until the evening.',
  'left-down': ({ database }) => `${database ?? 'The database'} did not come up in the morning: it is started again.`,
  'left-at-zero': ({ desired }) => `A deploy that began in the night left it at zero: ${desired ?? 'its tasks'} again.`,
  'month-saved': ({ month, nights, saved }) => `The nights of ${month}, ${nights} of them, saved $${saved}.`,
  'late-for-work': ({ waiting, edge }) => `Not up when work begins at ${edge}: ${waiting}.`,
  'wake-failed': ({ error }) => `The waking was interrupted: ${error}. It goes on within 15 minutes.`,
} as const satisfies Reasons;
