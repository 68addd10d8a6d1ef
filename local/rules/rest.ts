// At rest the ledger and AWS agree: no lease outlives its holder, no rollout hangs, nothing waits in a queue, the platform knows whether it sleeps.
import { scheduledState } from '../../shared/domain/hours-decisions.ts';
import type { Check, Ended } from './check.ts';
import { asleepOnPurpose, recordsIn } from './records.ts';

const HOUR = 3_600_000;
/** A rollout has a deadline of its own and may wait for gates. */
const LONGEST_ROLLOUT = 6 * HOUR;
/** A lease lasts an hour without a sign of life. */
const SETTLED = 1.5 * HOUR;
/** Messages older than this wait for nobody. */
const WAITING = 30 * 60_000;

const running = ({ world }: Ended): ReadonlySet<string> =>
  new Set(
    world.services.states
      .machines()
      .flatMap(({ arn }) => world.services.states.executions(arn))
      .filter(({ status }) => status === 'RUNNING')
      .map(({ name }) => name),
  );

const orphanedRollouts = (ended: Ended): readonly string[] => {
  const alive = running(ended);
  const { now } = ended.world.clock;
  return recordsIn(ended, 'rollout')
    .filter(({ value }) => value.result === 'in-progress')
    .filter(({ value }) => now - Date.parse(value.decidedAt) > LONGEST_ROLLOUT || (now - Date.parse(value.leasedAt) > SETTLED && !alive.has(value.holder)))
    .map(({ key, value }) => `rollout ${key} of ${value.services.join(', ')} is in progress since ${value.decidedAt}, held by ${value.holder}`);
};

const platformState = (ended: Ended): readonly string[] => {
  const { world, manifest } = ended;
  const [record] = recordsIn(ended, 'platform');
  if (manifest.hours === null || record === undefined) return [];
  const { now } = world.clock;
  const settled = [now, now - SETTLED].every((at) => scheduledState(manifest.hours!, new Date(at).toISOString()) === 'at-work');
  if (!settled || asleepOnPurpose(ended, now)) return [];
  const told = world.services.ssm.value(manifest.asleepParameter);
  const wrong = [record.value.state === 'awake' ? '' : `the ledger says ${record.value.state}`, told === 'no' ? '' : `${manifest.asleepParameter} says ${told}`];
  return wrong.filter((words) => words !== '');
};

const waitingMessages = ({ world, manifest }: Ended): readonly string[] =>
  world.services.sqs
    .all()
    .filter(({ name }) => name.startsWith(manifest.id) && !/dead|dlq|parked/i.test(name))
    .flatMap(({ name, messages }) => {
      const old = [...messages.values()].filter(({ sentAt }) => world.clock.now - sentAt > WAITING).length;
      return old === 0 ? [] : [`${old} messages wait in ${name}`];
    });

export const restRules: readonly Check[] = [
  { id: 'X1', words: 'no rollout hangs', violations: orphanedRollouts },
  { id: 'X1', words: 'the ledger and AWS agree whether the platform sleeps', violations: platformState },
  { id: 'N2', words: 'nothing waits for long on its way to people', violations: waitingMessages },
];
