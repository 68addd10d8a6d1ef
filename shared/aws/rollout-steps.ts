// Takes the steps of a rollout that are due, a limited number per call, and keeps the rollout's record in step with them.
import type { Entry, RolloutRecord } from '../contracts/ledger.ts';
import type { Manifest, ManifestService } from '../domain/manifest.ts';
import { serviceLease } from '../contracts/redeploy.ts';
import { secondsBetween } from '../domain/instants.ts';
import { passedMigrations, unfinished, type WatchSettings } from '../domain/rollout-watch.ts';
import { dueEffects, resultOf, type Effect, type Progress, type ProgressByService } from '../domain/rollout-progress.ts';
import type { Ledger } from '../ports.ts';
import { registrations } from './deployments.ts';
import { recordService, type DeploymentTask } from './service-records.ts';
import { debtsAfter } from '../domain/rollout-debts.ts';
import { LEASE_SECONDS } from './service-leases.ts';

/** RegisterTaskDefinition and DeregisterTaskDefinition together: a burst of 20, then one a second (aws-facts B10). */
const BURST = 20;
/** Seconds after the beginning of a burst until a whole burst is there again; one more, because the burst itself begins a moment later. */
export const REFILL_SECONDS = 21;

export interface Steps {
  readonly progress: ProgressByService;
  /** True when due effects were left for the next call because ECS takes no more at once. */
  readonly more: boolean;
  /** How many effects were carried out. */
  readonly taken: number;
}

/** Carries out the due effects that are the caller's own, in order of names; `null` of one of them leaves it and the rest for the next call. */
export const takeSteps = async <E extends Effect>(
  ledger: Ledger,
  { value }: Entry<'rollout'>,
  manifest: Manifest,
  at: string,
  own: (effect: Effect) => effect is E,
  carryOut: (effect: E, task: DeploymentTask) => Promise<Progress | null>,
): Promise<Steps> => {
  const progress: Record<string, Progress> = { ...value.progress };
  let [spent, taken] = [0, 0];
  for (const { service, effect } of dueEffects(value.progress)) {
    if (!own(effect)) continue;
    if (spent + registrations[effect] > BURST) return { progress, more: true, taken };
    spent += registrations[effect];
    const [before, settings] = [progress[service], serviceNamed(manifest, service)];
    if (before === undefined || settings === undefined) continue;
    const lease = await ledger.lease(serviceLease(service), value.holder, LEASE_SECONDS, at);
    const after: Progress | null =
      lease === null
        ? { ...before, step: 'superseded', since: at, deadline: null, reason: 'lease-lost', facts: { service } }
        : await carryOut(effect, { service: settings, progress: before, rollout: value.id, lease, at });
    if (after === null) return { progress, more: true, taken };
    progress[service] = after;
    taken += 1;
  }
  return { progress, more: false, taken };
};

export const serviceNamed = (manifest: Manifest, name: string): ManifestService | undefined =>
  manifest.services.find((service) => service.name === name);

/** What a service's rollout is watched by. */
export const watchSettings =
  (manifest: Manifest) =>
  (service: string): WatchSettings => {
    const rollout = serviceNamed(manifest, service)?.rollout;
    return {
      bakeSeconds: rollout?.bakeSeconds ?? 0,
      deadlineSeconds: rollout?.deadlineSeconds ?? 0,
      smoke: (rollout?.smoke ?? null) !== null,
    };
  };

/** The rollout's record; throws when it is gone, because then nobody knows what to do. */
export const recallRollout = async (ledger: Ledger, key: string): Promise<Entry<'rollout'>> => {
  const entry = await ledger.recall('rollout', key);
  if (entry !== null) return entry;
  throw Object.assign(new Error(`The ledger has no rollout ${key}`), { name: 'RolloutMissing' });
};

/** Writes what changed, with the notices it makes due; nothing is written when nothing did. Answers the entry as it is afterwards. */
export const updateRollout = async (
  ledger: Ledger,
  entry: Entry<'rollout'>,
  change: Partial<RolloutRecord>,
  at: string,
): Promise<Entry<'rollout'>> => {
  const progress = change.progress ?? entry.value.progress;
  const merged: RolloutRecord = {
    ...entry.value,
    owed: debtsAfter(entry.value, progress),
    ...change,
    progress,
    phases: phasesAfter(entry.value, progress, at),
    result: resultOf(progress),
    reason: change.reason ?? reasonOf(entry.value, progress),
  };
  if (JSON.stringify(merged) === JSON.stringify(entry.value)) return entry;
  const version = await ledger.remember('rollout', entry.key, merged, { expect: entry.version, at });
  return { ...entry, version, value: merged };
};

/** The first failure names the reason of the whole rollout, for good. */
const reasonOf = (before: RolloutRecord, progress: ProgressByService): string =>
  Object.values(progress).find(({ step }) => step === 'failing')?.reason ?? before.reason;

/** One phase per step that begins: the first service to reach it names the instant. */
const phasesAfter = (before: RolloutRecord, progress: ProgressByService, at: string): RolloutRecord['phases'] => {
  const begun = new Set(Object.entries(progress).flatMap(([service, { step }]) => (before.progress[service]?.step === step ? [] : [step])));
  return [...before.phases, ...[...begun].map((name) => ({ name, at }))];
};

/** Renews the leases of a long rollout before they run out; answers the instant of the last renewal. */
export const keepLeases = async (ledger: Ledger, { value }: Entry<'rollout'>, at: string): Promise<string> => {
  if (secondsBetween(value.leasedAt, at) < LEASE_SECONDS / 2) return value.leasedAt;
  for (const service of unfinished(value.progress)) await ledger.lease(serviceLease(service), value.holder, LEASE_SECONDS, at);
  return at;
};

/** Writes down which migrations have passed with this look; before the rollout's own record, so that a crash in between repeats it (R8, X1). */
export const rememberMigrations = async (
  ledger: Ledger,
  { value }: Entry<'rollout'>,
  progress: ProgressByService,
  manifest: Manifest,
  at: string,
): Promise<void> => {
  for (const name of passedMigrations(value.progress, progress)) {
    const image = progress[name]?.images[serviceNamed(manifest, name)?.rollout.gates.migration?.container ?? ''];
    const lease = await ledger.lease(serviceLease(name), value.holder, LEASE_SECONDS, at);
    if (image !== undefined && lease !== null) await recordService({ ledger }, name, lease, at, (memory) => ({ ...memory, migrated: image }));
  }
};
