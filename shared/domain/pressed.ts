// What a pressed button leaves on its message: a line with what was done, by whom and when, and no button that was used (L6).
import { instantWords } from './instants.ts';
import type { Button, Notice, Pressed } from './notice.ts';
import type { Order } from './order.ts';

type Offer = Pick<Button, 'action' | 'subject'>;

/** A message with buttons as a road showed it, and what was pressed on it since. */
export interface Shown {
  readonly channel: string;
  readonly message: string;
  /** As it was written: later presses start from it. */
  readonly notice: Notice;
  /** Every button it has had: an edit may take one away before its press is told. */
  readonly offered: readonly Offer[];
  readonly done: readonly Pressed[];
}

/** Messages of one thread that are kept: the first, and the newest reminders below it. */
const NEWEST = 2;

const words: Readonly<Record<Button['action'], string>> = {
  acknowledge: 'Acknowledged',
  mute: 'Muted',
  rollback: 'Sent back to the release before',
  'keep-awake': 'Kept awake',
  wake: 'Woken',
  'sleep-now': 'Sent to sleep',
  approve: 'Approved',
  reject: 'Refused',
};

/** Buttons that make no sense any more once this one was pressed, beside itself. */
const pointless: Readonly<Partial<Record<Button['action'], readonly Button['action'][]>>> = {
  approve: ['reject'],
  reject: ['approve'],
  'sleep-now': ['keep-awake'],
};

/** What a press leaves: `Muted until Mon 23 Nov 12:40 AEDT by mara, Mon 23 Nov 11:40 AEDT`; null for verbs that no button has. */
export const pressedBy = ({ verb, subject, by }: Order, until: string | null, timeZone: string, at: string): Pressed | null => {
  if (!isPressable(verb)) return null;
  const end = until === null ? '' : ` until ${instantWords(until, timeZone)}`;
  return { action: verb, subject, until, line: `${words[verb]}${end} by ${by.name}, ${instantWords(at, timeZone)}` };
};

const isPressable = (verb: string): verb is keyof typeof words => Object.hasOwn(words, verb);

/** The notice with the lines of what was done; its used buttons are gone, until what they did has ended. */
export const withDone = (notice: Notice, done: readonly Pressed[], at: string): Notice => {
  if (done.length === 0) return notice;
  const gone = ({ action, subject }: Button): boolean =>
    done.some(
      (press) =>
        press.subject === subject &&
        (press.action === action || pointless[press.action]?.includes(action) === true) &&
        (press.until === null || press.until > at),
    );
  return { ...notice, done: done.map(({ line }) => line), buttons: (notice.buttons ?? []).filter((button) => !gone(button)) };
};

/** The thread's messages that have had the pressed button, with what it did. */
export const pressedOn = (shown: readonly Shown[], { pressed }: Notice): readonly Shown[] =>
  pressed === undefined
    ? []
    : shown.filter(({ offered }) => has(offered, pressed)).map((one) => ({ ...one, done: [...one.done, pressed] }));

const has = (offered: readonly Offer[], one: Offer): boolean =>
  offered.some(({ action, subject }) => action === one.action && subject === one.subject);

const offers = (before: readonly Offer[], { buttons = [] }: Notice): readonly Offer[] => [
  ...before,
  ...buttons.filter((button) => !has(before, button)).map(({ action, subject }) => ({ action, subject })),
];

/** What was done by buttons of this message. */
export const doneOn = (shown: readonly Shown[], message: string): readonly Pressed[] =>
  shown.find((one) => one.message === message)?.done ?? [];

/** The kept messages once `notice` was shown as this message, be it new or an edit of a known one. */
export const nowShown = (
  shown: readonly Shown[],
  notice: Notice,
  place: { readonly channel: string; readonly message: string },
): readonly Shown[] => {
  const changed = pressedOn(shown, notice);
  const marked = shown.map((one) => changed.find(({ message }) => message === one.message) ?? one);
  const known = marked.some(({ message }) => message === place.message);
  if (known) return marked.map((one) => (one.message === place.message ? { ...one, notice, offered: offers(one.offered, notice) } : one));
  if ((notice.buttons ?? []).length === 0) return marked;
  const [first, ...others] = [...marked, { ...place, notice, offered: offers([], notice), done: [] }];
  return first === undefined ? [] : [first, ...others.slice(-NEWEST)];
};
