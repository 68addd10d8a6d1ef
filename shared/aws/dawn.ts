// The record's side of a waking: opens it once, keeps what was raised and proven (S4).
import type { NightRecord } from '../contracts/ledger.ts';
import type { Manifest } from '../domain/manifest.ts';
import { missesOf } from '../domain/database-status.ts';
import { secondsBetween } from '../domain/instants.ts';
import { isUsable, type StoreStep, type WakeStep, type WakingStore } from '../domain/wake-steps.ts';
import type { Ledger, Notices } from '../ports.ts';
import { busyServices } from './barrier.ts';
import type { Trouble } from './fall-asleep.ts';
import { tellLate } from './late.ts';
import { movePlatform, type PlatformNow } from './night-state.ts';

export interface DawnPorts {
  readonly ledger: Pick<Ledger, 'recall' | 'remember' | 'lease' | 'release' | 'note'>;
}

export type Morning =
  | { readonly kind: 'open'; readonly record: NightRecord }
  /** A rollout is just staging something: it ends within seconds. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'over'; readonly reason: string };

/** A staging that takes longer is no reason to let people wait. */
const BUSY_SECONDS = 60;

/** The record to restore from. */
export const openMorning = async (
  night: string,
  platform: PlatformNow,
  manifest: Manifest,
  { ledger }: DawnPorts,
  holder: string,
  at: string,
): Promise<Morning> => {
  const { value } = platform;
  if (value.state !== 'waking' || value.night !== night) return { kind: 'over', reason: 'overtaken-by-sleep' };
  const entry = await ledger.recall('night', night);
  if (entry === null) {
    await movePlatform(ledger, platform, { ...value, state: 'awake', since: at, night: null }, at);
    await ledger.note(
      { id: `wake-${night}`, story: 'wake', service: null, action: 'awake', reason: 'nothing-to-restore', facts: { night } },
      at,
    );
    return { kind: 'over', reason: 'nothing-to-restore' };
  }
  if (entry.value.wake !== undefined) return { kind: 'open', record: entry.value };
  if (secondsBetween(value.since, at) < BUSY_SECONDS && (await busyServices(manifest.services, ledger, holder, at)).length > 0)
    return { kind: 'busy' };
  const [kind = 'operator', ...by] = value.by.split(' ');
  const record: NightRecord = {
    ...entry.value,
    wake: { startedAt: value.since, kind, by: by.join(' '), raised: {}, proven: {}, readyAt: null, failed: [] },
  };
  await ledger.remember('night', night, record, { expect: entry.version, at });
  return { kind: 'open', record };
};

/** Keeps how the stores stand; answers what the services' door needs to know: whether anything became usable, and whether services are on their way. */
export const keepStores = async (
  night: string,
  { now, step, errors }: { readonly now: readonly WakingStore[]; readonly step: StoreStep; readonly errors: readonly Trouble[] },
  manifest: Manifest,
  { ledger, notices }: { readonly ledger: Pick<Ledger, 'recall' | 'remember' | 'list' | 'note'>; readonly notices: Notices },
  at: string,
): Promise<{ readonly changed: boolean; readonly servicesOnTheirWay: boolean }> => {
  const entry = await ledger.recall('night', night);
  const wake = entry?.value.wake;
  if (entry === null || wake === undefined) return { changed: true, servicesOnTheirWay: false };
  const stores = Object.fromEntries(now.map(({ name, status }) => [name, status]));
  const usable = (statuses: Readonly<Record<string, string>>): string =>
    Object.keys(statuses)
      .filter((name) => isUsable(statuses[name] ?? ''))
      .sort()
      .join();
  const proven = {
    ...namesAt(
      now.filter(({ status }) => isUsable(status)).map(({ name }) => name),
      at,
    ),
    ...wake.proven,
  };
  const late = await tellLate(night, wake, step.waiting, manifest, { ledger, notices }, at);
  const refused = { ...wake.refused, ...Object.fromEntries(errors.map(({ resource, error }) => [resource, error])) };
  const missed = missesOf(now, ({ name }) => name);
  const next = { ...wake, stores, missed, proven, ...(errors.length > 0 ? { refused } : {}), ...(late ? { late } : {}) };
  if (JSON.stringify(next) !== JSON.stringify(wake))
    await ledger.remember('night', night, { ...entry.value, wake: next }, { expect: entry.version, at });
  return {
    changed: wake.stores === undefined || usable(wake.stores) !== usable(stores) || step.waiting.length === 0,
    servicesOnTheirWay: Object.keys(wake.raised).some((name) => wake.proven[name] === undefined),
  };
};

/** Keeps what this step raised and proved. */
export const keepProgress = async (
  night: string,
  step: WakeStep,
  errors: readonly Trouble[],
  manifest: Manifest,
  { ledger, notices }: { readonly ledger: Pick<Ledger, 'recall' | 'remember' | 'list' | 'note'>; readonly notices: Notices },
  at: string,
): Promise<void> => {
  const entry = await ledger.recall('night', night);
  const wake = entry?.value.wake;
  if (entry === null || wake === undefined) return;
  const broken = new Set(errors.map(({ resource }) => resource));
  const raised = {
    ...namesAt(
      step.raised.filter((name) => !broken.has(name)),
      at,
    ),
    ...wake.raised,
  };
  const proven = { ...namesAt(step.up, at), ...wake.proven };
  const before = wake.refusedServices ?? {};
  const refused = Object.fromEntries(errors.map(({ resource, error }) => [resource, { since: before[resource]?.since ?? at, error }]));
  const refusedServices = errors.length > 0 ? { refusedServices: { ...before, ...refused } } : {};
  const late = await tellLate(night, wake, step.waiting, manifest, { ledger, notices }, at);
  const readyAt = step.finished ? (wake.readyAt ?? at) : null;
  const next = { ...wake, raised, proven, failed: step.failed, readyAt, ...refusedServices, ...(late ? { late } : {}) };
  if (JSON.stringify(next) === JSON.stringify(wake)) return;
  await ledger.remember('night', night, { ...entry.value, wake: next }, { expect: entry.version, at });
};

const namesAt = (names: readonly string[], at: string): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [name, at]));
