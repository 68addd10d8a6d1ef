// A rollout's facts in words a person understands: which image runs and which was refused, what began it, how long it took (N1).
import type { StoppedTask } from './evidence.ts';
import { digestOf, shortDigest, type ImageSet } from './image-references.ts';
import { exactWords, instantWords, secondsBetween } from './instants.ts';
import type { Fact } from './notice.ts';
import { inWords } from './redeploy.ts';
import { detailOf } from './rollout-judge.ts';
import type { Progress, ProgressByService } from './rollout-progress.ts';

export interface RolloutInWords {
  readonly trigger: { readonly kind: string; readonly detail: string };
  readonly who?: string | null;
  readonly progress: ProgressByService;
  readonly tags: readonly string[];
  readonly commit: string | null;
  readonly gates?: Readonly<Record<string, readonly string[]>>;
  readonly phases: readonly { readonly name: string; readonly at: string }[];
}

/** The images that differ from the good ones: in a task of several containers only these are news. */
const changedIn = ({ images, good }: Progress): ImageSet => {
  const changed = Object.entries(images).filter(([container, reference]) => digestOf(good[container] ?? '') !== digestOf(reference));
  return changed.length === 0 ? images : Object.fromEntries(changed);
};

const goodFor = (own: Progress): ImageSet =>
  Object.fromEntries(Object.entries(own.good).filter(([container]) => changedIn(own)[container] !== undefined));

const several = ({ images }: Progress): boolean => Object.keys(images).length > 1;

/** New and old images of what changed, with the container's name where the task has several. */
export const newWords = (own: Progress): string => inWords(changedIn(own), several(own));
export const oldWords = (own: Progress): string => inWords(goodFor(own), several(own));

const refused: ReadonlySet<Progress['step']> = new Set(['failing', 'going-back', 'back', 'failed']);

type Way = 'runs' | 'goes-back' | 'sleeps' | 'down';

/** Where the good image of a refused one is: what was stopped before it began has changed nothing. */
const wayOf = ({ step, prove, startedAt }: Progress): Way => {
  if (step === 'failed') return 'down';
  if (prove === true) return 'sleeps';
  return step === 'back' || startedAt === null ? 'runs' : 'goes-back';
};

const distinct = (words: readonly string[]): string => [...new Set(words)].filter((word) => word !== '').join('; ');

/** What runs, and what was refused where a service went back: one digest for both would name the bad one as the running one. */
const imageFacts = ({ progress, tags }: RolloutInWords): readonly Fact[] => {
  const all = Object.values(progress);
  const bad = all.filter(({ step }) => refused.has(step));
  const tagged: readonly Fact[] = tags.length === 0 ? [] : [{ label: 'Tags', value: tags.join(', ') }];
  if (bad.length === 0)
    return [{ label: 'Image', value: distinct(all.flatMap(({ images }) => Object.values(images).map(shortDigest))) }, ...tagged];
  const of = (way: Way): string => distinct(bad.filter((own) => wayOf(own) === way).map(oldWords));
  const facts: readonly Fact[] = [
    { label: 'Runs now', value: of('runs') },
    { label: 'Goes back to', value: of('goes-back') },
    { label: 'Starts in the morning', value: of('sleeps') },
    { label: 'Refused', value: `${distinct(bad.map(newWords))}${tags.length === 0 ? '' : ` (${tags.join(', ')})`}` },
  ];
  return facts.filter(({ value }) => value !== '');
};

/** `123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop/api@sha256:…` is `shop/api`; other registries keep their host. */
const repositoryOf = (reference: string): string =>
  (reference.split('@')[0] ?? reference).replace(/^\d{12}\.dkr\.ecr\.[^/]+\//, '').replace(/:[^/:]+$/, '');

/** Identifiers say nothing to a reader of a message; `why` names them. */
const ids = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/;

/** What began it: `a push of v12 to shop/api`, `mara (rollback)`, `the morning`. */
export const startedWords = ({ trigger: { kind, detail }, who = null, tags, progress }: RolloutInWords): string => {
  const repositories = [...new Set(Object.values(progress).flatMap((own) => Object.values(changedIn(own)).map(repositoryOf)))];
  const pushed = `${tags.length === 0 ? '' : ` of ${tags.join(', ')}`}${repositories.length === 0 ? '' : ` to ${repositories.slice(0, 3).join(', ')}`}`;
  const said = detail.endsWith(` by ${who}`) ? detail.slice(0, -` by ${who}`.length) : detail;
  const more = said === '' || said === who || ids.test(said) ? '' : ` (${said})`;
  switch (kind) {
    case 'push':
      return `a push${pushed}`;
    case 'webhook':
      return `a push${pushed}${who === null ? '' : ` by ${who}`}, told by the registry's webhook`;
    case 'poll':
      return `a push${pushed}, found by looking`;
    case 'scan':
      return `the scan of a push${pushed}`;
    case 'reconcile':
      return `the reconciler${more}`;
    case 'wake':
      return `the morning${more}`;
    case 'operator':
      return `${who ?? 'a person'}${more}`;
    default:
      return `${kind}${more}`;
  }
};

/** What the gates answered, and that the migration passed; empty where there are none (R8). */
const gateFacts = ({ gates = {}, progress }: RolloutInWords): readonly Fact[] => {
  const migrated = Object.values(progress).some(({ migrate, migration }) => migration !== null && !migrate);
  const answers = [...Object.values(gates).flat(), ...(migrated ? ['migration passed'] : [])];
  return answers.length === 0 ? [] : [{ label: 'Gates', value: distinct(answers) }];
};

/** The facts beside a rollout's message. */
export const rolloutFacts = (rollout: RolloutInWords, at: string): readonly Fact[] => [
  { label: 'Services', value: Object.keys(rollout.progress).sort().join(', ') },
  ...imageFacts(rollout),
  ...(rollout.commit === null ? [] : [{ label: 'Commit', value: rollout.commit }]),
  ...gateFacts(rollout),
  { label: 'Started by', value: startedWords(rollout) },
  { label: 'Duration', value: exactWords(secondsBetween(rollout.phases[0]?.at ?? at, at)) },
];

/** Stopped tasks, newest first, on the platform's own clock. */
export const stoppedLines = (evidence: readonly StoppedTask[], timeZone: string): readonly string[] =>
  evidence
    .toSorted((one, other) => other.stoppedAt.localeCompare(one.stoppedAt))
    .map((task) => `${instantWords(task.stoppedAt, timeZone)}  ${task.code}: ${detailOf(task)}`);
