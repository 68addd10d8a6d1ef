// Follows a rollout to its end: shows its steps with elapsed and expected time, and answers its result as an exit code.
import { ledger } from '../shared/aws/ledger.ts';
import type { Entry, History, RolloutRecord } from '../shared/contracts/ledger.ts';
import { secondsBetween } from '../shared/domain/instants.ts';
import { sentence } from '../shared/domain/reason.ts';
import { paint } from './layout.ts';
import type { Place } from './place.ts';
import { progressLine } from './progress.ts';
import { INTERRUPTED, type Terminal } from './terminal.ts';

export interface Watched {
  /** Tells the rollout (or the decision not to roll) from others. */
  readonly isIt: (entry: Entry<'rollout'>) => boolean;
  /** Tells the history of a decision that needed no rollout. */
  readonly isDecision: (entry: History) => boolean;
  /** Gives up when nothing has been decided after so many seconds. */
  readonly patience: number;
  /** Decisions from then on count; by default from the beginning of the following. */
  readonly since?: string;
}

const LOOK_SECONDS = 3;
const LONGEST_SECONDS = 3 * 3_600;
const RECENT = 20;
const GOOD: ReadonlySet<RolloutRecord['result']> = new Set(['released', 'staged', 'held', 'skipped']);

/** Decisions that a rollout follows. */
const ROLLING: ReadonlySet<string> = new Set(['roll', 'adopt', 'restore', 'stage', 'wait']);

/** What an execution of this name decided. */
export const startedAs = (execution: string): Pick<Watched, 'isIt' | 'isDecision'> => ({
  isIt: ({ value }) => value.id.startsWith(execution),
  isDecision: ({ id }) => id.startsWith(execution),
});

/** What the median of the last finished rollouts took, in seconds; null before the first. */
const expectedSeconds = (rollouts: readonly Entry<'rollout'>[]): number | null => {
  const took = rollouts
    .filter(({ value }) => value.result === 'released')
    .map(({ value }) => secondsBetween(value.decidedAt, value.phases.at(-1)?.at ?? value.decidedAt))
    .toSorted((one, other) => one - other);
  return took[Math.floor(took.length / 2)] ?? null;
};

/** Follows until it is over. 0 released, staged, held or already there; 1 taken back, failed or superseded; 130 interrupted. */
export const followRollout = async (place: Place, terminal: Terminal, watched: Watched): Promise<number> => {
  const book = ledger(place.host);
  const began = place.now();
  const known = await book.list('rollout', { limit: RECENT, newestFirst: true });
  const line = progressLine(terminal, began, expectedSeconds(known));
  while (secondsBetween(began, place.now()) < LONGEST_SECONDS) {
    const rollout = (await book.list('rollout', { limit: RECENT, newestFirst: true })).find(watched.isIt);
    if (rollout !== undefined && rollout.value.result !== 'in-progress') {
      line.end();
      return tellEnd(place, terminal, rollout.value);
    }
    if (rollout === undefined) {
      const decision = await decisionWithout(place, watched.isDecision, watched.since ?? began);
      if (decision !== null) {
        line.end();
        terminal.out(`${decision}\n`);
        return 0;
      }
      if (secondsBetween(began, place.now()) > watched.patience) break;
    }
    line.show(rollout === undefined ? 'waiting for the decision' : stepsOf(rollout.value), place.now());
    await place.pause(LOOK_SECONDS, terminal.interrupted);
    if (terminal.interrupted.aborted) {
      line.end();
      terminal.err(`The rollout goes on. Look again with: dayshift status, or dayshift why ${rollout?.value.id ?? 'latest'}\n`);
      return INTERRUPTED;
    }
  }
  line.end();
  terminal.err('Nothing was decided yet. The reconciler looks within 15 minutes; see dayshift history.\n');
  return 1;
};

const stepsOf = ({ progress }: RolloutRecord): string =>
  Object.entries(progress)
    .map(
      ([service, { step, reason, facts }]) =>
        `${service} ${step.replace('-', ' ')}${reason === 'tasks-starting' ? `: ${sentence(reason, facts)}` : ''}`,
    )
    .join(', ');

const decisionWithout = async (place: Place, isIt: Watched['isDecision'], since: string): Promise<string | null> => {
  const entries = (await ledger(place.host).list('history', { from: since })).filter(
    ({ value }) => value.story === 'redeploy' && !ROLLING.has(value.action) && isIt(value),
  );
  return entries.length === 0 ? null : entries.map(({ value }) => sentence(value.reason, value.facts)).join('\n');
};

const tellEnd = async (place: Place, terminal: Terminal, { id, result, progress, decidedAt }: RolloutRecord): Promise<number> => {
  const good = GOOD.has(result);
  const failures = good
    ? []
    : (await ledger(place.host).list('history', { from: decidedAt })).filter(
        ({ value }) => value.id.startsWith(`${id}/`) && value.action === 'failed',
      );
  const words = Object.entries(progress).map(([service, own]) => {
    const failure = failures.find(({ value }) => value.service === service)?.value;
    const why = failure === undefined ? sentence(own.reason, { service, ...own.facts }) : sentence(failure.reason, failure.facts);
    return `${service}: ${own.step.replace('-', ' ')}. ${why}`;
  });
  terminal.out(`${paint(terminal, good ? 'good' : 'bad', result.replace('-', ' '))}\n${words.map((line) => `  ${line}\n`).join('')}`);
  if (!good) terminal.out(`The evidence: dayshift why ${id}\n`);
  return good ? 0 : 1;
};
