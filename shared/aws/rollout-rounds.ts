// Opens a round of a rollout in the ledger: leases, the record, asks left for whoever is busy, and what was decided against (X1, R3).
import type { Entry, Lease, RolloutRecord } from '../contracts/ledger.ts';
import { serviceLease, type DecideInput, type StoryStep } from '../contracts/redeploy.ts';
import { holds } from '../domain/image-references.ts';
import type { RedeployDecision } from '../domain/redeploy.ts';
import { sentence } from '../domain/reason.ts';
import { planRollout, rolledOf } from '../domain/rollout-plan.ts';
import { carried, closed, hear, isNews, stillToHear, withOldProofs, type Heard } from '../domain/rollout-round.ts';
import { nextAction, resultOf, type ProgressByService } from '../domain/rollout-progress.ts';
import { FIRST_LOOK_SECONDS, unfinished } from '../domain/rollout-watch.ts';
import type { Trigger } from '../domain/selection.ts';
import { afterHolding, afterPardon, afterQuarantine } from '../domain/service-memory.ts';
import type { Ledger, Machines } from '../ports.ts';
import { nudge } from './rollout-nudge.ts';
import { startNextShare } from './rollout-shares.ts';
import { LEASE_SECONDS, letGo } from './service-leases.ts';
import { recordService } from './service-records.ts';
import { closeDead, deadRollouts } from './stale-rollouts.ts';
import { platformNow, stoppedNow, type Standings } from './situations.ts';

export interface RoundPorts {
  readonly ledger: Ledger;
  readonly machines: Pick<Machines, 'answer' | 'start'>;
}

export interface Round {
  readonly key: string;
  readonly id: string;
  readonly trigger: Trigger;
  readonly at: string;
  readonly holder: string;
  readonly before: Entry<'rollout'> | null;
  /** Services left for the next execution. */
  readonly rest?: readonly string[];
  /** Services whose asks are heard in the next round. */
  readonly waiting?: readonly string[];
}

/** Rollouts looked through for one that is still in progress. */
const RECENT = 20;

/** What was asked since the round before. */
export const hearAsks = async (ledger: Pick<Ledger, 'list'>, { value }: Entry<'rollout'>, trigger: Trigger): Promise<Heard> => {
  const asks = (await ledger.list('ask')).map((ask) => ({ service: ask.key, ...ask.value }));
  return hear(value.progress, trigger, asks, value.decidedAt);
};

/** Records of one execution are numbered, so that a door that runs twice writes the same key. */
export const roundOf = (input: DecideInput, before: Entry<'rollout'> | null, trigger: Trigger): Round => {
  const number = before === null ? 1 : Number(before.value.id.slice(before.value.id.lastIndexOf('.') + 1)) + 1;
  const id = `${input.execution.name}.${number}`;
  return { id, key: `${input.execution.startedAt}#${id}`, trigger, at: input.at, holder: input.execution.name, before };
};

/** Carries the decisions into the ledger and says what the machine does next. */
export const openRound = async (
  ports: RoundPorts,
  round: Round,
  standings: Standings,
  decisions: readonly RedeployDecision[],
): Promise<StoryStep> => {
  const before = round.before?.value.progress ?? {};
  const own = decisions.filter((decision) => isNews(decision, before[decision.service]));
  const { mine, busy } = await takeLeases(ports, round, own);
  // A person's word is kept by nobody else: it waits until whoever holds the service is done.
  if (mine.length === 0 && round.before === null && isWord(round.trigger) && busy.some(({ reason }) => reason === 'service-busy'))
    return { action: 'pause', rollout: null, seconds: WORD_AGAIN, reason: 'service-busy' };
  if (mine.length > 0 && (await movedMeanwhile(ports.ledger, standings, round.at))) return stepBack(ports, round, mine);
  const passedOn = await passOnHolds(ports, round, decisions);
  const skipped = decisions.filter((decision) => !own.includes(decision) && !passedOn.has(decision.service));
  // Noted before it is remembered: after a crash in between, the same line is written again.
  await noteSkipped(ports.ledger, round, [...skipped, ...busy]);
  await rememberWords(ports, round, decisions, new Set([...unfinished(before), ...mine.map(({ service }) => service)]));
  if (mine.length === 0)
    return carryOn(
      ports,
      round,
      decisions.some(({ action }) => action === 'hold'),
    );
  const entries = standings.services.flatMap(({ settings, situation, revision }) => {
    const decision = mine.find(({ service }) => service === settings.name);
    return decision === undefined ? [] : [{ decision, situation, settings, revision }];
  });
  const changing = new Set(mine.map(({ service }) => service));
  const dead = await deadRollouts(ports.ledger, round, changing);
  const planned = [before, ...dead.map(({ value }) => value.progress)].reduce(withOldProofs, planRollout(entries, round.at));
  const progress = { ...stillToHear(carried(before, changing), round.before?.value.decidedAt ?? round.at, round.waiting), ...planned };
  await writeRecord(ports.ledger, round, progress, standings);
  for (const { service, action, reason, facts } of mine) {
    await ports.ledger.note(
      { id: `${round.id}/${service}`, story: 'redeploy', service, action, reason, facts: { ...facts, rollout: round.key } },
      round.at,
    );
  }
  await closeBefore(ports.ledger, round);
  for (const entry of dead) await closeDead(ports.ledger, entry, round.at);
  return { action: nextAction(progress, []), rollout: round.key, seconds: FIRST_LOOK_SECONDS, reason: mine[0]?.reason ?? '' };
};

/** Seconds until a person's word is tried again. */
const WORD_AGAIN = 20;

const isWord = ({ intent }: Trigger): boolean => intent === 'previous' || intent === 'release';

/** True when the platform's state or a stopped line is another than when the services were looked at: whoever wrote it knew nothing of us. */
const movedMeanwhile = async (ledger: Ledger, standings: Standings, at: string): Promise<boolean> =>
  (await platformNow(ledger)) !== standings.platform || (await stoppedNow(ledger, at)) !== standings.stopped;

/** The platform began to fall asleep or to wake, or a person stopped the line, between the look and the lease: let go, and decide again on how it is then. */
const stepBack = async (ports: RoundPorts, round: Round, mine: readonly RedeployDecision[]): Promise<StoryStep> => {
  const held = unfinished(round.before?.value.progress ?? {});
  await letGo(
    ports.ledger,
    mine.map(({ service }) => service).filter((service) => !held.includes(service)),
    round.holder,
    round.at,
  );
  // A rollout on its way is finished first: whoever puts the platform to sleep waits for it, so waiting for the sleep would be for ever.
  if (held.length > 0) return carryOn(ports, round);
  return { action: 'pause', rollout: round.before?.key ?? null, seconds: 5, reason: 'platform-moving' };
};

/** The round was opened by an earlier run of this door: only what may have been left undone. */
export const reopen = async (ledger: Ledger, round: Round, { value }: Entry<'rollout'>): Promise<StoryStep> => {
  await closeBefore(ledger, round);
  return { action: nextAction(value.progress, value.owed), rollout: round.key, seconds: FIRST_LOOK_SECONDS, reason: value.reason };
};

/** Nothing new: the round before goes on, or there is nothing to do but to say what is held. */
const carryOn = async ({ ledger, machines }: RoundPorts, round: Round, held = false): Promise<StoryStep> => {
  const { before, at, waiting } = round;
  if (before === null) await startNextShare(machines, round.holder, { services: round.rest ?? [], trigger: round.trigger });
  if (before === null) return { action: held ? 'tell' : 'done', rollout: null, seconds: 0, reason: 'nothing-to-do' };
  await ledger.remember(
    'rollout',
    before.key,
    { ...before.value, decidedAt: at, progress: stillToHear(overruled(before.value.progress), before.value.decidedAt, waiting) },
    { expect: before.version, at },
  );
  return {
    // The last door tells at once what is held, and the rollout goes on from there.
    action: held ? 'settle' : nextAction(before.value.progress, before.value.owed),
    rollout: before.key,
    seconds: FIRST_LOOK_SECONDS,
    reason: before.value.reason,
  };
};

/** Services another deployment was put over have been decided on: asking again would ask for ever. */
const overruled = (progress: ProgressByService): ProgressByService =>
  Object.fromEntries(
    Object.entries(progress).map(([service, own]) =>
      own.reason === 'another-deployment' ? [service, { ...own, reason: 'left-alone' }] : [service, own],
    ),
  );

const takeLeases = async (ports: RoundPorts, round: Round, wanted: readonly RedeployDecision[]) => {
  const mine: RedeployDecision[] = [];
  const busy: RedeployDecision[] = [];
  for (const decision of wanted) {
    const lease = (await leaseOf(ports.ledger, decision.service, round)) ?? (await askHolder(ports, round, decision));
    if (lease === 'rolling') busy.push({ ...decision, action: 'skip', reason: 'already-rolling' });
    else if (lease === 'sent-back') busy.push({ ...decision, action: 'skip', reason: 'sent-back' });
    else if (lease === null) busy.push({ ...decision, action: 'skip', reason: 'service-busy' });
    else mine.push(decision);
  }
  return { mine, busy };
};

const leaseOf = (ledger: Ledger, service: string, { holder, at }: Round): Promise<Lease | null> =>
  ledger.lease(serviceLease(service), holder, LEASE_SECONDS, at);

/**
 * Somebody else holds the service. An ask is left first, then the lease is tried again: whoever holds it reads the asks
 * after letting go, so that of the two at least one sees the other (X1).
 */
const askHolder = async (
  { ledger, machines }: RoundPorts,
  round: Round,
  { service, images }: RedeployDecision,
): Promise<Lease | 'rolling' | 'sent-back' | null> => {
  const running = await ledger.list('rollout', { newestFirst: true, limit: RECENT });
  const rolling = running.find(({ value }) => value.result === 'in-progress' && value.progress[service] !== undefined)?.value.progress[
    service
  ];
  if (rolling !== undefined && holds(rolling.images, images) && rolling.step !== 'going-back') return 'rolling';
  const { kind, detail, intent, by } = round.trigger;
  const back = intent === 'previous' && rolling !== undefined;
  const person = { ...(by === undefined ? {} : { who: by }), ...(back ? { back: by ?? 'somebody' } : {}) };
  const ask = { at: round.at, by: round.holder, kind, detail, ...person };
  await ledger.remember('ask', service, ask, { expect: 'any', at: round.at });
  const lease = await leaseOf(ledger, service, round);
  if (lease !== null) return lease;
  await nudge({ ledger, machines }, service, round.at);
  return back ? 'sent-back' : null;
};

/** Held images of services that another execution is changing: it hears of them, and writes them down and tells them itself. */
const passOnHolds = async (ports: RoundPorts, round: Round, decisions: readonly RedeployDecision[]): Promise<ReadonlySet<string>> => {
  const passedOn = new Set<string>();
  for (const decision of decisions) {
    if (decision.action !== 'hold' || (await leaseOf(ports.ledger, decision.service, round)) !== null) continue;
    const lease = await askHolder(ports, round, decision);
    if (lease === null || lease === 'rolling') passedOn.add(decision.service);
  }
  return passedOn;
};

/** What a decision leaves in the service's record: held images, and a person's word about digests. Services that this execution changes stay its own. */
const rememberWords = async (
  ports: RoundPorts,
  round: Round,
  decisions: readonly RedeployDecision[],
  changing: ReadonlySet<string>,
): Promise<void> => {
  for (const decision of decisions) {
    const { service, action, remember, images, reason, facts } = decision;
    const words = remember.quarantine.length + remember.pardon.length > 0;
    if (action !== 'hold' && !words) continue;
    const lease = await leaseOf(ports.ledger, service, round);
    if (lease === null) continue;
    await recordService(ports, service, lease, round.at, (memory) => {
      const spoken = afterPardon(afterQuarantine(memory, remember.quarantine, round.id, round.at), remember.pardon);
      return action === 'hold' ? afterHolding(spoken, images, reason, sentence(reason, facts), round.at) : spoken;
    });
    if (!changing.has(service)) await ports.ledger.release(lease);
  }
};

/**
 * Why nothing happened, for `why` and `history` (R3). The reconciler and polls look every few minutes: they speak only when they act,
 * or when an image waits for another reason than before, such as an approval that expired (R8).
 */
const noteSkipped = async (ledger: Ledger, round: Round, skipped: readonly RedeployDecision[]): Promise<void> => {
  const quiet = ['reconcile', 'poll'].includes(round.trigger.kind);
  const told = quiet ? await saidAnew(ledger, skipped) : skipped;
  for (const { service, action, reason, facts } of told) {
    await ledger.note({ id: `${round.id}/${service}`, story: 'redeploy', service, action, reason, facts }, round.at);
  }
};

/** Quarantines just learnt, and held images that the record does not know as held, or knows for another reason. */
const saidAnew = async (ledger: Ledger, skipped: readonly RedeployDecision[]): Promise<readonly RedeployDecision[]> => {
  if (!skipped.some(({ action, remember }) => action === 'hold' || remember.quarantine.length > 0)) return [];
  const staged = new Map((await ledger.list('service')).map(({ key, value }) => [key, value.staged]));
  return skipped.filter(({ service, action, images, reason, remember }) => {
    if (remember.quarantine.length > 0) return true;
    const known = staged.get(service) ?? null;
    return action === 'hold' && (known === null || known.reason !== reason || !holds(known.images, images));
  });
};

const commitOf = ({ services }: Standings, progress: ProgressByService): string | null =>
  services.flatMap(({ situation }) => rolledOf(progress[situation.service]?.images ?? {}, situation)).find(({ commit }) => commit !== null)?.commit ??
  null;

/** Answers of the gates of what is rolled; nothing where none stands. */
const gatesOf = ({ services }: Standings, progress: ProgressByService): Pick<RolloutRecord, 'gates'> => {
  const gates = services.flatMap(({ situation: { service, gates: answers = [] } }) =>
    answers.length > 0 && progress[service] !== undefined ? [[service, answers] as const] : [],
  );
  return gates.length === 0 ? {} : { gates: Object.fromEntries(gates) };
};

const writeRecord = async (ledger: Ledger, round: Round, progress: ProgressByService, standings: Standings): Promise<void> => {
  const record: RolloutRecord = {
    id: round.id,
    trigger: { kind: round.trigger.kind, detail: round.trigger.detail },
    who: round.trigger.by ?? null,
    services: Object.keys(progress).sort(),
    images: Object.fromEntries(Object.entries(progress).map(([service, { images }]) => [service, images])),
    tags: [...new Set(Object.values(progress).flatMap(({ tags }) => tags))].sort(),
    commit: commitOf(standings, progress),
    ...gatesOf(standings, progress),
    phases: [{ name: 'decided', at: round.at }],
    result: 'in-progress',
    reason: Object.values(progress)[0]?.reason ?? '',
    evidence: [],
    logs: [],
    progress,
    decidedAt: round.at,
    leasedAt: round.at,
    holder: round.holder,
    owed: [],
    ...(round.rest === undefined || round.rest.length === 0 ? {} : { next: { services: round.rest, trigger: round.trigger, handedOn: false } }),
  };
  await ledger.remember('rollout', round.key, record, { expect: 'new', at: round.at });
};

const closeBefore = async (ledger: Ledger, { before, id, at }: Round): Promise<void> => {
  if (before === null || before.value.result !== 'in-progress') return;
  const progress = closed(before.value.progress, id, at);
  const phases = [...before.value.phases, { name: 'taken over', at }];
  await ledger.remember(
    'rollout',
    before.key,
    { ...before.value, progress, phases, result: resultOf(progress), reason: 'taken-over' },
    { expect: before.version, at },
  );
};
