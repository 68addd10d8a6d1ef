// What sleep and wake would do now, without doing it (X6): the same facts and the same decisions as the real doors, and no writes.
import type { Manifest } from '../domain/manifest.ts';
import { nightBegan, nightTarget } from '../domain/night.ts';
import { keptAwake } from '../domain/overrides.ts';
import { sentence } from '../domain/reason.ts';
import { decideSleep, type SleepDecision } from '../domain/sleep.ts';
import { decideWake, type WakeDecision } from '../domain/wake.ts';
import type { Fleet, Ledger, ScalingBounds, Use } from '../ports.ts';
import { hibernating, stoppable } from './fall-asleep.ts';
import { measuredWakes } from './night-memory.ts';
import { platformNow } from './night-state.ts';
import { gatherRisers, releasesOf } from './rise.ts';

export interface NightIntention {
  readonly action: SleepDecision['action'] | WakeDecision['action'];
  /** Why, as a sentence. */
  readonly why: string;
  /** What would change if it went ahead, one sentence each; the same whether it would go ahead now or not. */
  readonly changes: readonly string[];
}

export interface DryRunPorts {
  readonly ledger: Pick<Ledger, 'recall' | 'list'>;
  readonly fleet: Pick<Fleet, 'counts'>;
  readonly scaling: Pick<ScalingBounds, 'describe' | 'scheduled'>;
  readonly use: Pick<Use, 'now'>;
}

/** What an ask to sleep by the clock would come to, and what a night would change. */
export const wouldSleep = async (manifest: Manifest, ports: DryRunPorts, at: string): Promise<NightIntention> => {
  const { value } = await platformNow(ports.ledger);
  const overrides = (await ports.ledger.list('override', { from: 'keep-awake#', to: 'keep-awake#\uffff' })).map((entry) => entry.value);
  const decision = decideSleep(
    {
      trigger: { kind: 'schedule' },
      hours: manifest.hours,
      state: value.state,
      keptAwake: keptAwake(overrides, at),
      inUse: await ports.use.now(at),
      postponedSince: value.postponedSince ?? null,
      startedAt: at,
    },
    at,
  );
  return { action: decision.action, why: sentence(decision.reason, decision.facts), changes: await nightChanges(manifest, ports) };
};

const nightChanges = async (manifest: Manifest, { fleet, scaling }: DryRunPorts): Promise<readonly string[]> => {
  const names = manifest.services.map(({ serviceName }) => serviceName);
  const [counts, bounds, actions] = await Promise.all([fleet.counts(names), scaling.describe(names), scaling.scheduled(names)]);
  const services = manifest.services.flatMap(({ name, serviceName, offHours }, index) => {
    const now = counts[index];
    if (now === undefined || !now.exists) return [];
    const before = {
      name,
      desired: now.desired,
      bounds: bounds.get(serviceName) ?? null,
      taskDefinition: now.taskDefinition,
      scheduledActions: actions.get(serviceName) ?? [],
    };
    const target = nightTarget(offHours, before);
    return target === null || target.desired === now.desired ? [] : [`${name}: ${now.desired} tasks become ${target.desired}`];
  });
  return [
    ...services,
    ...stoppable(manifest).map(({ name }) => `${name}: stopped`),
    ...hibernating(manifest).map(({ name }) => `${name}: saved and deleted, made again in the morning`),
  ];
};

/** What an ask to wake by the clock would come to, and what the morning would restore. */
export const wouldWake = async (manifest: Manifest, ports: DryRunPorts, at: string): Promise<NightIntention> => {
  const { value } = await platformNow(ports.ledger);
  const facts = {
    trigger: { kind: 'schedule' } as const,
    hours: manifest.hours,
    state: value.state,
    nightBegan: value.night === null ? null : nightBegan(value.night),
    measured: await measuredWakes(ports.ledger),
    slow: stoppable(manifest).length + hibernating(manifest).length > 0,
  };
  const decision = decideWake(facts, at);
  const record = value.night === null ? null : await ports.ledger.recall('night', value.night);
  const risers = record === null ? [] : await gatherRisers(manifest, record.value, await releasesOf(ports.ledger), ports);
  const services = risers.flatMap(({ service, restored, now }) =>
    restored.desired === now.desired ? [] : [`${service.name}: ${now.desired} tasks become ${restored.desired}`],
  );
  const stores = record === null ? [] : [...stoppable(manifest), ...hibernating(manifest)].map(({ name }) => `${name}: started`);
  return { action: decision.action, why: sentence(decision.reason, decision.facts), changes: [...stores, ...services] };
};
