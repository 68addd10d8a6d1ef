// One rollout per service and digest, seen from the rollouts that ECS accepted: the same images are never brought twice in a row (R3).
import type { RolloutRecord } from '../../shared/contracts/ledger.ts';
import type { Check, Ended } from './check.ts';
import { isBlameless, recordsIn } from './records.ts';

/** A rollout of one service that ECS accepted. Rounds that carry it on show it again, with the same instant. */
interface Begun {
  readonly images: string;
  readonly startedAt: string;
  /** Whether it had an end of its own: what was interrupted or waits for the morning is rightly begun again. */
  readonly ended: 'good' | 'bad' | 'taken-over' | 'open';
  /** Another image was decided on meanwhile, and was itself taken over before it began. */
  readonly overtaken: boolean;
}

type Own = RolloutRecord['progress'][string];

const endOf = (ended: Ended, own: Own): Begun['ended'] => {
  const { step, reason } = own;
  if (step === 'released') return 'good';
  if (isBlameless(ended, own)) return 'open';
  if (step === 'back' || step === 'failed') return 'bad';
  return step === 'superseded' && reason === 'taken-over' ? 'taken-over' : 'open';
};

const inOrder = (images: Own['images']): string => JSON.stringify(Object.entries(images).sort(([one], [other]) => (one < other ? -1 : 1)));

/** Why the same images may follow themselves: nothing ended yet, a person lets a bad one go, or what another hand had put there is replaced. */
const isRight = (last: Begun, { who, reason }: Pick<RolloutRecord, 'who' | 'reason'>): boolean =>
  last.ended === 'open' ||
  (last.ended === 'taken-over' && last.overtaken) ||
  (last.ended === 'bad' && who !== null) ||
  (last.ended === 'good' && reason === 'restore-good');

const repeated = (ended: Ended): readonly string[] => {
  const last = new Map<string, Begun>();
  return recordsIn(ended, 'rollout').flatMap(({ key, value }) =>
    Object.entries(value.progress).flatMap(([service, own]) => {
      const before = last.get(service);
      const images = inOrder(own.images);
      if (own.startedAt === null) {
        if (before !== undefined && before.images !== images) last.set(service, { ...before, overtaken: true });
        return [];
      }
      const same = before?.images === images;
      last.set(service, { images, startedAt: own.startedAt, ended: endOf(ended, own), overtaken: false });
      if (!same || before.startedAt === own.startedAt || isRight(before, value)) return [];
      return [`${key}: ${service} rolled ${JSON.stringify(own.images)} out once more`];
    }),
  );
};

export const repeatRules: readonly Check[] = [{ id: 'R3', words: 'one rollout per service and digest', violations: repeated }];
