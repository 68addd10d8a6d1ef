// Names the likely cause of an alarm when the evidence supports one, by plain rules in order of certainty; says nothing otherwise (L2).
import { windowSeconds, type AlarmFacts, type Subject } from './alarm.ts';
import { foundOr, type AlarmEvidence, type Change, type KeptTask } from './alarm-evidence.ts';
import { movementsOf, runsNow } from './alarm-release.ts';
import { durationWords, later, secondsBetween } from './instants.ts';

export interface Cause {
  readonly key: string;
  readonly sentence: string;
  /** What to do; begins with `Roll back` where going back from the blamed rollout is the advice. */
  readonly next: string;
  /** The service whose rollout it blames. */
  readonly blames: string | null;
}

interface Scene {
  readonly alarm: AlarmFacts;
  readonly subject: Subject;
  /** Tasks of what runs now: those of a release that went back or was replaced explain nothing. */
  readonly stopped: readonly KeptTask[];
  readonly lines: string;
  /** The newest rollout of an affected service in the hour before the alarm, while it is in force and can be undone. */
  readonly rollout: Change | undefined;
  /** The newest going back, if the alarm's datapoints reach into the time before it. */
  readonly wentBack: Change | undefined;
  readonly targetReasons: readonly string[];
  readonly firedAt: string;
}

interface Rule {
  readonly key: string;
  readonly applies: (scene: Scene) => boolean;
  /** What it takes, in words, for the documentation. */
  readonly evidence: string;
  readonly sentence: (scene: Scene) => string;
  readonly next: string;
  readonly blamesRollout?: true;
}

const reasonsOf = (task: KeptTask): string => [task.reason, ...task.containers.map(({ reason }) => reason ?? '')].join(' ');
const stoppedFor = (scene: Scene, pattern: RegExp): boolean => scene.stopped.some((task) => pattern.test(reasonsOf(task)));
const saysInLogs = (scene: Scene, pattern: RegExp): boolean =>
  pattern.test(scene.lines) || scene.stopped.some(({ logs }) => pattern.test(logs.join('\n')));
const isMetric = (scene: Scene, name: string): boolean => scene.alarm.metric?.name === name;
const crashed = (task: KeptTask): boolean =>
  task.code === 'EssentialContainerExited' && task.containers.some(({ exitCode }) => exitCode !== null && exitCode !== 0);
const serviceOf = (scene: Scene): string => scene.stopped.at(-1)?.service ?? scene.subject.name;

/** The first rule that applies names the cause: what AWS states about a task comes before what a log line suggests. */
const rules: readonly Rule[] = [
  {
    key: 'out-of-memory',
    applies: (scene) =>
      stoppedFor(scene, /OutOfMemory|out of memory|OOM/i) ||
      (isMetric(scene, 'MemoryUtilization') && scene.stopped.some(({ containers }) => containers.some(({ exitCode }) => exitCode === 137))),
    evidence: 'a stopped task whose reason says so; exit code 137 counts for an alarm on memory',
    sentence: (scene) => `${serviceOf(scene)} ran out of memory and was killed.`,
    next: 'Give the service more memory in the platform file, or find the leak; it restarts by itself meanwhile.',
  },
  {
    key: 'image-missing',
    applies: (scene) => stoppedFor(scene, /CannotPullContainer|image .* not found|manifest unknown/i),
    evidence: 'a task that could not pull its image',
    sentence: (scene) => `ECS cannot pull the image of ${serviceOf(scene)}.`,
    next: 'Look whether the image still exists in the registry and whether the task may pull it; if it is gone, push it again.',
  },
  {
    key: 'secret-missing',
    applies: (scene) =>
      stoppedFor(
        scene,
        /ResourceInitializationError.*(?:secret|ssm|parameter)|unable to (?:pull|retrieve) secret|secretsmanager|AccessDenied.*secret/i,
      ),
    evidence: 'a task that did not start because a secret or parameter could not be read',
    sentence: (scene) => `A secret that ${serviceOf(scene)} needs cannot be read.`,
    next: 'Look whether the secret and its key exist, and whether the execution role may read it.',
  },
  {
    key: 'wrong-architecture',
    applies: (scene) =>
      saysInLogs(scene, /exec format error/i) || stoppedFor(scene, /exec format error|does not contain descriptor matching platform/i),
    evidence: '`exec format error` in a log line or a stop reason',
    sentence: (scene) => `The image of ${serviceOf(scene)} was built for another processor.`,
    next: "Build the image for the service's architecture (docker buildx build --platform …).",
  },
  {
    key: 'storage-low',
    applies: (scene) => saysInLogs(scene, /No space left on device|could not extend file|disk full/i),
    evidence: 'a log line about a full disk',
    sentence: (scene) => (saysInLogs(scene, /could not extend file/i) ? 'The database has no storage left.' : 'A disk is full.'),
    next: 'See in the log lines whose disk it is: raise `storage` of the database in the platform file and deploy, or free space in the task.',
  },
  {
    key: 'database-connections-exhausted',
    applies: (scene) =>
      saysInLogs(
        scene,
        /too many (?:clients|connections)|remaining connection slots|QueuePool limit|connection pool (?:exhausted|timed? ?out)|pool exhausted|timeout acquiring (?:a )?connection/i,
      ),
    evidence: 'a log line about connections or a pool that are used up',
    sentence: () => 'The database has no connections left to give.',
    next: 'Look for a service that does not return connections; limit its pool, or use a larger database class.',
  },
  {
    key: 'database-unreachable',
    applies: (scene) =>
      saysInLogs(
        scene,
        /(?:ECONNREFUSED|ETIMEDOUT|could not connect|connection refused|could not translate host name)[^\n]*(?:5432|6379|3306|postgres|redis|database|server)/i,
      ),
    evidence: 'a log line about a refused or timed-out connection to a database or cache',
    sentence: (scene) => `${scene.subject.kind === 'service' ? scene.subject.name : 'A service'} cannot reach its database or cache.`,
    next: 'See whether the database is available and whether its security group admits the service.',
  },
  {
    key: 'throttled',
    applies: (scene) =>
      saysInLogs(
        scene,
        /ThrottlingException|Rate exceeded|TooManyRequestsException|ProvisionedThroughputExceeded|RequestLimitExceeded|HTTP 429|status(?: code)?:? 429/i,
      ),
    evidence: 'a log line with a throttling error or HTTP 429',
    sentence: () => 'A service it depends on refuses calls because there are too many.',
    next: 'See which calls are refused in the log lines; slow them down or ask for a higher quota.',
  },
  {
    key: 'health-check-after-rollout',
    applies: (scene) =>
      scene.rollout !== undefined &&
      (stoppedFor(scene, /failed (?:ELB|container) health checks/i) ||
        scene.targetReasons.some((reason) => /FailedHealthChecks|ResponseCodeMismatch|Target\.Timeout/.test(reason))),
    evidence: 'a failed health check, and a rollout in the hour before that can still be undone',
    sentence: (scene) => `The health check has failed since the rollout ${agoWords(scene)}.`,
    next: 'Roll back, then compare health path, port and settings with the release before.',
    blamesRollout: true,
  },
  {
    key: 'crash-after-rollout',
    applies: (scene) => scene.rollout !== undefined && scene.stopped.some(crashed),
    evidence: 'a task of the new release that crashed, and that rollout',
    sentence: (scene) => `${serviceOf(scene)} has been crashing since the rollout ${agoWords(scene)}.`,
    next: 'Roll back, then read the last lines of the task that crashed.',
    blamesRollout: true,
  },
  {
    key: 'began-with-rollout',
    applies: (scene) => scene.rollout !== undefined && scene.subject.kind === 'service',
    evidence: 'a rollout of the service in the hour before, and nothing more precise',
    sentence: (scene) => `It began after the rollout of ${scene.rollout?.service ?? scene.subject.name} ${agoWords(scene)}.`,
    next: 'Roll back if users notice it, then compare with the release before.',
    blamesRollout: true,
  },
  {
    key: 'rolled-back-already',
    applies: (scene) => scene.wentBack !== undefined && scene.subject.kind === 'service',
    evidence: 'a release that went back while the alarm measured',
    sentence: (scene) =>
      `It was measured while a release of ${scene.subject.name} ran that ${(scene.wentBack?.at ?? '') > scene.firedAt ? 'has gone back since' : 'had just gone back'}.`,
    next: 'Nothing to roll back: the earlier release runs again. See whether the alarm recovers by itself.',
  },
  {
    key: 'crashing',
    applies: (scene) => scene.stopped.filter(crashed).length >= 2,
    evidence: 'two tasks or more of what runs now that crashed',
    sentence: (scene) => `Tasks of ${serviceOf(scene)} keep crashing.`,
    next: 'Read the last lines of the stopped tasks.',
  },
];

/** Metrics arrive up to two minutes late. */
const SETTLING = 120;

const agoWords = (scene: Scene): string => {
  const seconds = scene.rollout === undefined ? 0 : secondsBetween(scene.rollout.at, scene.firedAt);
  return seconds > 60 ? `${durationWords(seconds)} before the alarm` : 'just before the alarm';
};

/** The likely cause, or null when no rule's evidence is there. */
export const likelyCause = (alarm: AlarmFacts, subject: Subject, evidence: AlarmEvidence, firedAt: string): Cause | null => {
  const moves = movementsOf(foundOr(evidence.changes, [])).filter(({ service }) => subject.kind !== 'service' || service === subject.name);
  const newest = (changes: readonly (Change | null)[]): Change | undefined =>
    changes.filter((change) => change !== null).toSorted((one, other) => one.at.localeCompare(other.at)).at(-1);
  const scene: Scene = {
    alarm,
    subject,
    stopped: foundOr(evidence.stopped, []).filter((task) => runsNow(task, evidence)),
    lines: foundOr(evidence.lines, []).join('\n'),
    rollout: newest(moves.map(({ rollout, undoable }) => (undoable && rollout !== null && rollout.at <= firedAt ? rollout : null))),
    wentBack: newest(
      moves.map(({ wentBack }) => (wentBack !== null && wentBack.at >= later(firedAt, -windowSeconds(alarm) - SETTLING) ? wentBack : null)),
    ),
    targetReasons: foundOr(evidence.targets, []).flatMap(({ reasons }) => reasons),
    firedAt,
  };
  const rule = rules.find(({ applies }) => applies(scene));
  if (rule === undefined) return null;
  const blames = rule.blamesRollout === true ? (scene.rollout?.service ?? null) : null;
  return { key: rule.key, sentence: rule.sentence(scene), next: rule.next, blames };
};

/** Every rule's key, evidence and advice, for the documentation. */
export const causeTable: readonly Pick<Rule, 'key' | 'evidence' | 'next'>[] = rules.map(({ key, evidence, next }) => ({ key, evidence, next }));
