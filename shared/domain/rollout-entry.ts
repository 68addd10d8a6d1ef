// One rollout as one readable entry: what began it and who, which images, what the gates answered, when each phase began, how it ended.
import { shortDigest, type ImageSet } from './image-references.ts';
import { instantWords } from './instants.ts';
import { inWords } from './redeploy.ts';
import { FINAL } from './rollout-progress.ts';

export interface RolloutEntry {
  readonly id: string;
  readonly at: string;
  readonly services: readonly string[];
  readonly trigger: { readonly kind: string; readonly detail: string };
  /** The person behind it, null where a push, the clock or the reconciler began it. */
  readonly who: string | null;
  readonly images: Readonly<Record<string, ImageSet>>;
  readonly tags: readonly string[];
  readonly commit: string | null;
  /** What the gates of each service answered (R8). */
  readonly gates: Readonly<Record<string, readonly string[]>>;
  readonly phases: readonly { readonly name: string; readonly at: string }[];
  readonly result: string;
  /** From the decision to the last phase, null while it is under way. */
  readonly seconds: number | null;
}

/** The fields of the ledger's record that an entry is made of. */
export interface Recorded extends Omit<RolloutEntry, 'at' | 'gates' | 'seconds'> {
  readonly decidedAt: string;
  readonly gates?: RolloutEntry['gates'];
}

/** The entry of a record. */
export const rolloutEntry = (record: Recorded): RolloutEntry => {
  const { id, services, trigger, who, images, tags, commit, gates = {}, phases, result } = record;
  const [first, last] = [phases[0]?.at ?? record.decidedAt, phases.at(-1)?.at];
  const over = result !== 'in-progress' && last !== undefined;
  const seconds = over ? Math.round((Date.parse(last) - Date.parse(first)) / 1000) : null;
  return { id, at: first, services, trigger, who, images, tags, commit, gates, phases, result, seconds };
};

/** Whether a line of history is the end of a rollout for its service: its id is the rollout's, the service and the last step. */
export const endedWith = ({ id, action }: { readonly id: string; readonly action: string }): boolean =>
  (FINAL as ReadonlySet<string>).has(action) && id.endsWith(`/${action}`);

/** The entry as labelled lines; times of phases on the platform's own clock. */
export const entryLines = (entry: RolloutEntry, timeZone: string): readonly (readonly [label: string, words: string])[] => {
  const { id, services, trigger, who, tags, commit, gates, phases, result } = entry;
  const image = [digests(entry), tags.join(', '), commit === null ? '' : `commit ${commit}`].filter((part) => part !== '');
  return [
    ['Rollout', `${id} of ${services.join(', ')}, ${result.replace('-', ' ')}`],
    ['Trigger', `${trigger.kind} ${trigger.detail}`.trim()],
    ['Who', who ?? 'nobody, by itself'],
    ['Image', image.join(', ')],
    ...Object.entries(gates).map(([service, answers]) => ['Gates', `${service}: ${answers.join('; ')}`] as const),
    ['Phases', phases.map(({ name, at }) => `${name} ${clock(at, timeZone)}`).join(', ')],
  ];
};

/** Services with equal images are told once; the container is named where a task has several. */
const digests = ({ images }: RolloutEntry): string =>
  [...new Set(Object.values(images).map((set) => (Object.keys(set).length === 1 ? Object.values(set).map(shortDigest).join() : inWords(set))))].join('; ');

const clock = (at: string, timeZone: string): string => instantWords(at, timeZone).split(' ')[3] ?? '';
