// Finds out about an alarm: what the platform was doing (ledger), error lines, stopped tasks, counts and target health, in parallel
// within a deadline (L2, L4).
import { DescribeServicesCommand, ECSClient, type Service } from '@aws-sdk/client-ecs';
import type { Manifest, ManifestService } from '../domain/manifest.ts';
import type { Entry } from '../contracts/ledger.ts';
import { affectedServices } from '../domain/affected.ts';
import {
  foundOr,
  linesOfAll,
  type AlarmEvidence,
  type Change,
  type KeptTask,
  type Part,
  type ServiceCount,
  type TargetCount,
} from '../domain/alarm-evidence.ts';
import { runsNow } from '../domain/alarm-release.ts';
import type { Circumstances } from '../domain/alarm-explained.ts';
import { edges } from '../domain/hours-decisions.ts';
import { later } from '../domain/instants.ts';
import { sentence } from '../domain/reason.ts';
import type { Evidence, Ledger } from '../ports.ts';
import { client } from './clients.ts';
import { errorLines, type ErrorLine } from './error-lines.ts';
import { attempt } from './failure.ts';
import { ledger as ledgerOf, type LedgerHost } from './ledger.ts';
import { part } from './part.ts';
import { scalingActivities } from './scaling-activities.ts';
import { targets as targetsOf } from './targets.ts';

export interface EvidenceHost extends LedgerHost {
  readonly manifest: Manifest;
}

/** Milliseconds for all parts together: an alarm reaches people within three seconds of door time. */
const LIMIT = 2_000;
const HOUR = 3_600;
/** Error lines from so long before the alarm fired: its datapoints are older than its state. */
const BEFORE = 15 * 60;

export const evidence = (host: EvidenceHost): Evidence => {
  const ledger = ledgerOf(host);
  return {
    circumstances: (at, mutedUntil) => circumstances(host.manifest, ledger, at, mutedUntil),
    gather: async (subjects, since, at) => {
      const services = affectedServices(subjects, host.manifest.services);
      const ecs = describeOnce(host, services);
      const [lines, stopped, counts, targets, changes, scaling] = await Promise.all([
        Promise.all(
          services.map(async ({ name, logGroup }) => ({
            service: name,
            lines: await part(LIMIT, () => errorLines(host)(logGroup, later(since, -BEFORE), at)),
          })),
        ),
        part(LIMIT, () => stoppedTasks(ledger, services, later(since, -HOUR), at)),
        part(LIMIT, async () => countsOf(await ecs(), services)),
        part(LIMIT, async () => targetsOfServices(host, await ecs(), services)),
        part(LIMIT, () => changesOf(ledger, later(since, -HOUR), at)),
        part(LIMIT, () => scalingActivities(host)(services, later(since, -HOUR), at)),
      ]);
      const { lines: read, unread } = linesOfAll(lines);
      return withoutPastLines({ stopped, counts, targets, changes, scaling, ...(unread.length === 0 ? {} : { unread }) }, read);
    },
  };
};

/** Error lines of tasks whose release no longer runs are left out: they explain what is over. */
const withoutPastLines = (found: Omit<AlarmEvidence, 'lines'>, lines: Part<readonly ErrorLine[]>): AlarmEvidence => {
  const evidence: AlarmEvidence = { ...found, lines: { found: [] } };
  if ('missing' in lines) return { ...evidence, lines };
  const past = new Set(
    foundOr(found.stopped, [])
      .filter((task) => !runsNow(task, evidence))
      .map(({ task }) => task.split('/').at(-1)),
  );
  return { ...evidence, lines: { found: lines.found.filter(({ task }) => !past.has(task)).map(({ text }) => text) } };
};

/** One DescribeServices for both parts that need it. */
const describeOnce = (host: EvidenceHost, services: readonly ManifestService[]): (() => Promise<readonly Service[]>) => {
  let asked: Promise<readonly Service[]> | undefined;
  const ask = async (): Promise<readonly Service[]> => {
    if (services.length === 0) return [];
    const names = services.map(({ serviceName }) => serviceName);
    const command = new DescribeServicesCommand({ cluster: host.manifest.cluster, services: names });
    const answer = await attempt('ecs:DescribeServices', names.join(', '), () => client(ECSClient, host).send(command));
    return answer.services ?? [];
  };
  return () => (asked ??= ask());
};

const nameOf = (service: Service, services: readonly ManifestService[]): string =>
  services.find(({ serviceName }) => serviceName === service.serviceName)?.name ?? service.serviceName ?? '';

const countsOf = (described: readonly Service[], services: readonly ManifestService[]): readonly ServiceCount[] =>
  described.map((service) => ({
    service: nameOf(service, services),
    desired: service.desiredCount ?? 0,
    running: service.runningCount ?? 0,
    pending: service.pendingCount ?? 0,
    ...(service.taskDefinition === undefined ? {} : { taskDefinition: service.taskDefinition }),
  }));

const targetsOfServices = async (
  host: EvidenceHost,
  described: readonly Service[],
  services: readonly ManifestService[],
): Promise<readonly TargetCount[]> => {
  const groups = described.flatMap((service) =>
    (service.loadBalancers ?? []).flatMap(({ targetGroupArn }) =>
      targetGroupArn === undefined ? [] : [{ service: nameOf(service, services), targetGroupArn }],
    ),
  );
  const counted = await Promise.all(
    groups.map(async ({ service, targetGroupArn }) => {
      const health = (await targetsOf(host)(targetGroupArn)).filter(({ state }) => state !== 'draining');
      const sick = health.filter(({ state }) => state !== 'healthy');
      return {
        service,
        healthy: health.length - sick.length,
        total: health.length,
        reasons: sick.map(({ state, reason }) => reason ?? state),
      };
    }),
  );
  return services.flatMap(({ name }) => together(counted.filter(({ service }) => service === name)));
};

/** A service behind several target groups is told once. */
const together = (counts: readonly TargetCount[]): readonly TargetCount[] => {
  const [first] = counts;
  if (first === undefined) return [];
  const sum = (value: (count: TargetCount) => number): number => counts.reduce((total, count) => total + value(count), 0);
  return [
    {
      service: first.service,
      healthy: sum(({ healthy }) => healthy),
      total: sum(({ total }) => total),
      reasons: [...new Set(counts.flatMap(({ reasons }) => reasons))],
    },
  ];
};

/** Stopped tasks as our own capture kept them: AWS forgets after about an hour. */
const stoppedTasks = async (
  ledger: Ledger,
  services: readonly ManifestService[],
  from: string,
  to: string,
): Promise<readonly KeptTask[]> => {
  const found = await Promise.all(
    services.map(({ name }) => ledger.list('task', { from: `${name}#${from}`, to: `${name}#${to}\uffff`, limit: 20, newestFirst: true })),
  );
  return found
    .flat()
    .map(({ value }) => value)
    .toSorted((one, other) => one.stoppedAt.localeCompare(other.stoppedAt));
};

/** Entries that only say nothing was done. */
const idle = /^(?:skip|ignore|none|nothing|wait|look|hold|already)/;

const changesOf = async (ledger: Ledger, from: string, to: string): Promise<readonly Change[]> => {
  const entries = await ledger.list('history', { from, to: `${to}\uffff`, limit: 60, newestFirst: true });
  return entries
    .filter(({ value }) => value.story !== 'alarm' && !idle.test(value.action))
    .map(({ at, value }) => ({
      at,
      story: value.story,
      service: value.service,
      action: value.action,
      reason: value.reason,
      sentence: sentence(value.reason, value.facts),
    }))
    .reverse();
};

const circumstances = async (manifest: Manifest, ledger: Ledger, at: string, mutedUntil: string | null): Promise<Circumstances> => {
  const [platform, mutes, rollouts] = await Promise.all([
    ledger.recall('platform', 'platform'),
    ledger.list('override', { from: 'mute#', to: 'mute#\uffff' }),
    ledger.list('rollout', { from: later(at, -6 * HOUR), to: `${at}\uffff`, limit: 50, newestFirst: true }),
  ]);
  return {
    platform: platform === null ? null : { state: platform.value.state, since: platform.value.since },
    wakesAt: manifest.hours === null ? null : (edges(manifest.hours, at, 21).find(({ to }) => to === 'at-work')?.at ?? null),
    rollouts: rollouts.filter(({ value }) => value.result === 'in-progress').map((entry) => rolloutFacts(manifest, entry)),
    mutes: mutes.map(({ key, value }) => ({ name: key.slice('mute#'.length), until: value.until, by: value.by })),
    mutedUntil,
  };
};

const rolloutFacts = (manifest: Manifest, { key, value }: Entry<'rollout'>): Circumstances['rollouts'][number] => {
  const rolled = manifest.services.filter(({ name }) => value.services.includes(name));
  const longest = rolled.map(({ rollout }) => rollout.graceSeconds + rollout.deadlineSeconds + rollout.bakeSeconds);
  return {
    id: value.id,
    startedAt: value.phases[0]?.at ?? key.slice(0, 24),
    services: value.services,
    longestSeconds: Math.max(0, ...longest) + 10 * 60,
  };
};
