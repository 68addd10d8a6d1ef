// One round of deciding: which services begin, which carry on from the round before, and which are left alone (R3, R4).
import { holds } from './image-references.ts';
import type { RedeployDecision } from './redeploy.ts';
import { DOOMED, FINAL, nextAction, type Progress, type ProgressByService } from './rollout-progress.ts';
import type { Trigger, TriggerKind } from './selection.ts';

/** Decisions that become part of a rollout. */
const PLANNED: ReadonlySet<RedeployDecision['action']> = new Set(['roll', 'adopt', 'restore', 'stage']);

export const isPlanned = ({ action }: RedeployDecision): boolean => PLANNED.has(action);

/** One member of an atomic group that is held holds the others: all or none (R13). */
export const holdTogether = (
  decisions: readonly RedeployDecision[],
  groupOf: (service: string) => string | null,
): readonly RedeployDecision[] => {
  const held = new Map(
    decisions.flatMap(({ service, action }) =>
      action === 'hold' && groupOf(service) !== null ? [[groupOf(service), service] as const] : [],
    ),
  );
  return decisions.map((decision) => {
    const because = held.get(groupOf(decision.service));
    if (because === undefined || groupOf(decision.service) === null || !['roll', 'stage'].includes(decision.action)) return decision;
    return { ...decision, action: 'hold', reason: 'group-held', facts: { ...decision.facts, because } };
  });
};

/** What a round of an execution that already rolls something does with a new decision. */
export const isNews = (decision: RedeployDecision, own: Progress | undefined): boolean => {
  if (!isPlanned(decision)) return false;
  if (own === undefined || FINAL.has(own.step)) return true;
  return !holds(own.images, decision.images) && !(own.step === 'going-back' && decision.action === 'restore');
};

/** Unfinished services of the round before that no news concerns: they carry on as they are. */
export const carried = (before: ProgressByService, news: ReadonlySet<string>): ProgressByService =>
  Object.fromEntries(Object.entries(before).filter(([service, { step }]) => !FINAL.has(step) && !news.has(service)));

/** A newer image takes the place of one whose proof still runs: whoever carries the new one out ends that task first (R12). */
export const withOldProofs = (planned: ProgressByService, before: ProgressByService): ProgressByService =>
  Object.fromEntries(
    Object.entries(planned).map(([service, own]) => {
      const proof = before[service]?.proof;
      return [service, typeof proof === 'string' ? { ...own, proof } : own];
    }),
  );

/** The round before, closed: whatever was unfinished has been taken over. */
export const closed = (before: ProgressByService, by: string, at: string): ProgressByService =>
  Object.fromEntries(
    Object.entries(before).map(([service, own]) =>
      FINAL.has(own.step)
        ? [service, own]
        : [service, { ...own, step: 'superseded' as const, since: at, deadline: null, reason: 'taken-over', facts: { service, by } }],
    ),
  );

/** A rollout whose story stopped on an error: nothing is known to be wrong with the image, so nothing is quarantined. */
export const abandoned = (before: ProgressByService, error: string, at: string): ProgressByService =>
  Object.fromEntries(
    Object.entries(before).map(([service, own]) =>
      FINAL.has(own.step)
        ? [service, own]
        : [
            service,
            { ...own, step: 'superseded' as const, since: at, deadline: null, reason: 'rollout-abandoned', facts: { service, error } },
          ],
    ),
  );

/**
 * After a decision: what was asked of services whose migration runs was not answered by it, and is heard when that is over (R8);
 * so is what waited because a person wanted another service back.
 */
export const stillToHear = (progress: ProgressByService, decidedAt: string, waiting: readonly string[] = []): ProgressByService =>
  Object.fromEntries(
    Object.entries(progress).map(([service, { heardUntil, ...own }]) => [
      service,
      own.step === 'migrating' || waiting.includes(service) ? { ...own, heardUntil: heardUntil ?? decidedAt } : own,
    ]),
  );

const isFree = (own: Progress | undefined): own is Progress => own !== undefined && own.step !== 'migrating';

/** Whether that was asked of a service after it was decided on last. */
const isNew = ({ service, at }: Pick<Ask, 'service' | 'at'>, before: ProgressByService, decidedAt: string): boolean =>
  at > (before[service]?.heardUntil ?? decidedAt);

/** What ends a wait after a look: something to do, somebody who asked, or a next look that is due sooner than the wait lasts. */
export const afterLook = (
  { progress, owed, decidedAt }: { readonly progress: ProgressByService; readonly owed: readonly string[]; readonly decidedAt: string },
  asks: readonly { readonly service: string; readonly at: string }[],
  lookIn: number,
  waitSeconds: number,
): 'advance' | 'settle' | 'snapshot' | 'again' | 'look' | null => {
  const heard = askedAgain(progress, asks, decidedAt);
  if (heard.some((service) => hasJustMigrated(progress[service]))) return 'again';
  const next = nextAction(progress, owed);
  if (next !== 'watch') return next;
  if (heard.length > 0) return 'again';
  return lookIn < waitSeconds ? 'look' : null;
};

/** Its migration is over and nothing of the image runs yet: what was asked meanwhile is heard before it begins (R8). */
const hasJustMigrated = (own: Progress | undefined): boolean => own?.step === 'queued' && own.migration !== null;

/**
 * Services to decide on again: those that asked since the last decision, and those another deployment was put over.
 * A migration that runs is left to end first: two at once on one database is what nobody tested (R8).
 */
export const askedAgain = (
  before: ProgressByService,
  asks: readonly { readonly service: string; readonly at: string }[],
  decidedAt: string,
): readonly string[] => {
  const asked = asks.filter((ask) => isFree(before[ask.service]) && isNew(ask, before, decidedAt)).map(({ service }) => service);
  const overrun = Object.entries(before).flatMap(([service, { step, reason }]) =>
    step === 'superseded' && reason === 'another-deployment' ? [service] : [],
  );
  return [...new Set([...asked, ...overrun])].sort();
};

/** What was asked of a service that is being changed. */
export interface Ask {
  readonly service: string;
  readonly at: string;
  readonly detail: string;
  readonly kind?: TriggerKind;
  /** The person behind it. */
  readonly who?: string;
  /** The person who wants it back on what was good. */
  readonly back?: string;
}

/** What a round after the first has to answer. */
export interface Heard {
  readonly trigger: Trigger;
  readonly services: readonly string[];
  /** Services that asked as well and are heard in the next round. */
  readonly waiting?: readonly string[];
  /** Images that are just being brought to a service. */
  readonly underWay: ReadonlyMap<string, Progress['images']>;
}

/** The asks since the last decision: a person who wants a service back comes first, unless it is on its way back already (R10). */
export const hear = (before: ProgressByService, trigger: Trigger, asks: readonly Ask[], decidedAt: string): Heard => {
  const services = askedAgain(before, asks, decidedAt);
  const backs = asks.filter((ask) => {
    const own = before[ask.service];
    return ask.back !== undefined && isNew(ask, before, decidedAt) && isFree(own) && !DOOMED.has(own.step);
  });
  const [first] = backs;
  const underWay = new Map(Object.entries(before).flatMap(([service, { step, images }]) => (FINAL.has(step) ? [] : [[service, images] as const])));
  if (first?.back === undefined) return { trigger: newestOf(asks.filter((ask) => isNew(ask, before, decidedAt)), services) ?? trigger, services, underWay };
  const back = [...new Set(backs.map(({ service }) => service))].sort();
  return {
    trigger: { kind: 'operator', detail: first.detail, by: first.back, intent: 'previous' },
    services: back,
    waiting: services.filter((service) => !back.includes(service)),
    underWay,
  };
};

/** Services whose proven image a person sent back before it was released: it is not released at all, and the round that follows takes it back (R10). */
export const sentBack = (before: ProgressByService, asks: readonly Ask[], decidedAt: string): readonly string[] =>
  asks.flatMap((ask) => (ask.back !== undefined && isNew(ask, before, decidedAt) && before[ask.service]?.step === 'proven' ? [ask.service] : []));

/** What asked last for one of these services: the rollout that follows is its own, not that of the round before. */
const newestOf = (asks: readonly Ask[], services: readonly string[]): Trigger | null => {
  const heard = asks.filter(({ service, kind }) => kind !== undefined && services.includes(service));
  const newest = heard.toSorted((one, other) => other.at.localeCompare(one.at))[0];
  if (newest?.kind === undefined) return null;
  return { kind: newest.kind, detail: newest.detail, ...(newest.who === undefined ? {} : { by: newest.who }) };
};
