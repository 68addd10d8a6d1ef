// Keys: what a hand on the keyboard can do; none of them acts while a field is being written in.
import type { Store } from './store.ts';

/** Every key with its words, for the sheet behind `?`. */
export const keys: readonly (readonly [key: string, words: string])[] = [
  ['Space', 'play or pause'],
  ['.', 'one step: to the next line of the trail'],
  ['1 2 3', 'real time, 60 ×, 3600 ×'],
  ['E', 'jump to 20:00'],
  ['J K', 'next, previous line of the timeline'],
  ['L', 'back to the present'],
  ['/', 'search the timeline'],
  ['P', 'push an image'],
  ['W M', 'why, messages'],
  ['?', 'these keys'],
];

const speeds: Readonly<Record<string, number>> = { '1': 1, '2': 60, '3': 3600 };

/** Goes to the next or previous line shown. */
export const moveSelection = (store: Store, by: number): void => {
  const { timeline, entries } = store.recording;
  const here = store.address.seq === null ? timeline.seqs.length : timeline.positionOf(store.address.seq);
  const seq = timeline.seqs[Math.min(timeline.seqs.length - 1, Math.max(0, here + by))];
  const entry = seq === undefined ? undefined : entries[seq - 1];
  if (entry !== undefined) store.go({ seq: entry.seq, at: entry.at });
};

const open = (id: string): void => {
  const popover = document.getElementById(id);
  const button = document.querySelector<HTMLElement>(`[popovertarget="${id}"]`);
  if (popover !== null && !popover.matches(':popover-open')) button?.click();
};

const act = (store: Store, key: string): boolean => {
  const speed = speeds[key];
  if (speed !== undefined) void store.order('play', { speed });
  else if (key === ' ') void store.order(store.time.mode === 'paused' ? 'play' : 'pause');
  else if (key === '.') void store.order('step');
  else if (key === 'e') void store.order('jump', { to: '20:00' });
  else if (key === 'j') moveSelection(store, 1);
  else if (key === 'k') moveSelection(store, -1);
  else if (key === 'l') store.go({ at: null, seq: null });
  else if (key === '/') document.getElementById('timeline-words')?.focus();
  else if (key === 'p') open('menu-push');
  else if (key === 'w') store.go({ panel: 'why' });
  else if (key === 'm') store.go({ panel: 'messages' });
  else if (key === '?') open('menu-keys');
  else return false;
  return true;
};

const isWriting = (target: EventTarget | null): boolean => target instanceof HTMLElement && target.closest('input, select, textarea, [popover]:popover-open') !== null;

/** Listens until the answer is called. */
export const listen = (store: Store): (() => void) => {
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
    // Space on a button presses the button.
    if (event.key === ' ' && event.target instanceof HTMLButtonElement) return;
    if (act(store, event.key.toLowerCase())) event.preventDefault();
  };
  addEventListener('keydown', onKey);
  return () => removeEventListener('keydown', onKey);
};
