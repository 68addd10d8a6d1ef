// One look at all watched services of a rollout: facts gathered, verdicts folded into the progress, evidence kept.
import type { RolloutRecord } from '../contracts/ledger.ts';
import { ecsNames, type Manifest, type ManifestService } from '../domain/manifest.ts';
import type { StoppedTask } from '../domain/evidence.ts';
import type { ImageSet } from '../domain/image-references.ts';
import { judgeRollout, smokeAnswer, smokeQuestion, withHealth, type Answering, type RolloutFacts, type Verdict } from '../domain/rollout-judge.ts';
import { afterProof } from '../domain/rollout-proof.ts';
import { forCapacity, withCapacity } from '../domain/rollout-capacity.ts';
import { leaveOutBad } from '../domain/shared-quarantine.ts';
import { fallTogether, type Progress, type ProgressByService } from '../domain/rollout-progress.ts';
import { afterMigration, afterVerdict, isQuiet, lookAgainIn, WATCHED, type Summary } from '../domain/rollout-watch.ts';
import type { ServiceFacts, Services, Site } from '../ports.ts';
import { evidenceOf, firingAlarms, rolloutFacts, type WatchPorts } from './rollout-facts.ts';
import { serviceNamed, watchSettings } from './rollout-steps.ts';

export interface ObservationPorts extends WatchPorts {
  readonly services: Pick<Services, 'describe' | 'tasks' | 'stopped' | 'outcome'>;
  readonly site: Site;
}

export interface Observation {
  readonly progress: ProgressByService;
  readonly evidence: readonly StoppedTask[];
  /** Seconds until the next look when no event comes first. */
  readonly lookIn: number;
}

/** One service under watch as it stands, before its tasks are asked for. */
interface Look {
  readonly settings: ManifestService;
  readonly own: Progress;
  readonly now: ServiceFacts;
  readonly summary: Summary;
  readonly alarms: readonly string[];
}

export const observe = async (ports: ObservationPorts, record: RolloutRecord, manifest: Manifest, at: string): Promise<Observation> => {
  const settingsOf = watchSettings(manifest);
  const watched = Object.keys(record.progress).flatMap((name) =>
    WATCHED.has(record.progress[name]?.step ?? 'queued') ? (serviceNamed(manifest, name) ?? []) : [],
  );
  const described = await ports.services.describe(ecsNames(watched), pinnedImages(record.progress));
  const firing = await firingAlarms(ports.ledger, watched);
  const looks = watched.flatMap((settings, index): readonly Look[] => {
    const [own, now] = [record.progress[settings.name], described[index]];
    return own === undefined || now === undefined
      ? []
      : [{ settings, own, now, summary: summaryOf(now), alarms: own.step === 'baking' ? firing(settings, own.startedAt ?? own.since) : [] }];
  });
  const progress: Record<string, Progress> = { ...record.progress };
  for (const { settings, own, now } of looks) progress[settings.name] = withCapacity(own, now, at);
  const placed = looks.filter(({ settings, own }) => progress[settings.name] === own);
  const noisy = placed.filter(({ settings, own, summary, alarms }) => alarms.length > 0 || !isQuiet(own, summary, settingsOf(settings.name), at));
  const { now: asked, later } = shareOf(noisy);
  const names = asked.filter(({ now }) => now.exists).map(({ now }) => now.name);
  const tasks = { running: await ports.services.tasks(names), stopped: await ports.services.stopped(names) };
  const evidence = [...record.evidence];
  let waits = false;
  for (const { settings, own, now, alarms } of asked) {
    const facts = await rolloutFacts(ports, own, now, tasks, alarms);
    const verdict = forCapacity(await judged(ports, settings, own, facts, at), own, now, at);
    waits ||= verdict.reason === 'smoke-due';
    if (verdict.kind === 'bad') evidence.push(...evidenceOf(own, facts.stopped));
    progress[settings.name] = afterVerdict(withHealth(own, facts), verdict, settingsOf(settings.name), at);
  }
  const moving = looks.some(({ summary }) => summary.state === 'IN_PROGRESS');
  for (const [name, own] of Object.entries(progress)) progress[name] = await afterOneOff(ports, serviceNamed(manifest, name), own, at);
  const fallen = fallTogether(leaveOutBad(progress, at), at);
  const least = waits ? WAKING_SECONDS : LEAST_SECONDS;
  return { progress: fallen, evidence, lookIn: later > 0 ? CROWD_SECONDS : Math.max(least, lookAgainIn(fallen, settingsOf, moving, at)) };
};

/** What became of a task beside the service: its migration (R8), or its proof while the platform sleeps (R12). */
const afterOneOff = async (ports: ObservationPorts, service: ManifestService | undefined, own: Progress, at: string): Promise<Progress> => {
  const { gates, proveAsleep = null, graceSeconds, bakeSeconds } = service?.rollout ?? { gates: null, graceSeconds: 0, bakeSeconds: 0 };
  const migration = gates?.migration ?? null;
  if (own.step === 'migrating' && own.migration !== null && migration !== null)
    return afterMigration(own, await ports.services.outcome(own.migration, migration.container), at);
  if (own.step !== 'proving' || typeof own.proof !== 'string' || proveAsleep === null) return own;
  const outcome = await ports.services.outcome(own.proof, proveAsleep.container);
  return afterProof(own, outcome, { ...proveAsleep, graceSeconds, bakeSeconds }, (await platformState(ports.ledger)) === 'asleep', at);
};

/** Attempts at the smoke request: a connection may break once without the image being to blame. */
const SMOKE_ATTEMPTS = 2;

/** The verdict; when only the smoke request is missing it is made, through the load balancer, and judged with the rest. */
const judged = async (
  ports: ObservationPorts,
  settings: ManifestService,
  own: Progress,
  facts: RolloutFacts,
  at: string,
): Promise<Verdict> => {
  const { bakeSeconds, smoke } = settings.rollout;
  const judge = (answer: RolloutFacts['smoke']): Verdict =>
    judgeRollout(own, { bakeSeconds, smoke: smoke !== null }, { ...facts, smoke: answer }, at);
  let verdict = judge(null);
  if (smoke === null || verdict.reason !== 'smoke-due') return verdict;
  const question = smokeQuestion(settings.offHours.kind === 'zero' ? await whoAnswers(ports.ledger) : 'the site', own, at);
  // Where the waking page answers until somebody wakes the platform, the tasks that run are judged without the question.
  if (question === 'leave out') return judgeRollout(own, { bakeSeconds, smoke: false }, facts, at);
  if (question === 'wait') return verdict;
  for (let attempts = 0; attempts < SMOKE_ATTEMPTS && ['smoke-due', 'smoke-failed'].includes(verdict.reason); attempts += 1) {
    verdict = judge(smokeAnswer(smoke, await ports.site.ask(smoke.path)));
  }
  return verdict;
};

/**
 * Asleep, the waking page answers for the site. While the platform wakes the page is still there for a while: the question waits (S4, R12).
 * In the evening the site answers until the night is written down, which is when the page comes: a rollout on its way is waited for (S3).
 */
const whoAnswers = async (ledger: ObservationPorts['ledger']): Promise<Answering> => {
  const platform = (await ledger.recall('platform', 'platform'))?.value;
  switch (platform?.state) {
    case undefined:
    case 'awake':
      return 'the site';
    case 'waking':
      return 'either';
    case 'asleep':
      return 'the page';
    case 'falling-asleep':
      return platform.night !== null && (await ledger.recall('night', platform.night)) !== null ? 'the page' : 'the site';
  }
};

const platformState = async (ledger: ObservationPorts['ledger']) => (await ledger.recall('platform', 'platform'))?.value.state ?? 'awake';

/** Seconds until a smoke request that waits for the end of a wake is thought of again. */
const WAKING_SECONDS = 30;
/** Nothing that is watched changes faster than this; a floor keeps a mistake in a deadline from becoming a thousand transitions. */
const LEAST_SECONDS = 5;

/** Services whose targets or site are asked in one look, and seconds until the rest. Tasks cost a request for a hundred of them (B10). */
const MOST_ASKED = 25;
const CROWD_SECONDS = 5;

/** What is looked at now, and how many services have to wait for the next look. */
const shareOf = (noisy: readonly Look[]): { readonly now: readonly Look[]; readonly later: number } => {
  let asked = 0;
  const now = noisy.filter(({ settings, now: facts }) => {
    const costs = facts.targetGroups.length > 0 || settings.rollout.smoke !== null;
    asked += Number(costs);
    return !costs || asked <= MOST_ASKED;
  });
  return { now, later: noisy.length - now.length };
};

/** What revisions under watch hold, so that nobody has to ask ECS. */
const pinnedImages = (progress: ProgressByService): ReadonlyMap<string, ImageSet> =>
  new Map(
    Object.values(progress).flatMap(({ taskDefinition, step, images, good }) =>
      taskDefinition === null ? [] : [[taskDefinition, step === 'going-back' ? good : images] as const],
    ),
  );

const summaryOf = ({ deployments, taskDefinition, desired, running }: ServiceFacts): Summary => {
  const primary = deployments.find((deployment) => deployment.primary);
  return {
    taskDefinition: primary?.taskDefinition ?? taskDefinition,
    state: primary?.state ?? 'UNKNOWN',
    failedTasks: primary?.failedTasks ?? 0,
    desired,
    running,
  };
};
