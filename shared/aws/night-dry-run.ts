// What sleep and wake would do now, without doing it (X6): the same facts and the same decisions as the real doors, and no writes.
import type { NightRecord } from '../contracts/ledger.ts';
import type { NightTrigger } from '../contracts/sleep.ts';
import { idleSentences } from '../domain/idleness.ts';
import { intend, moveWords, type Intention } from '../domain/intention.ts';
import { ecsNames, type Manifest } from '../domain/manifest.ts';
import { nightBegan, nightTarget } from '../domain/night.ts';
import { pageWords } from '../domain/night-page.ts';
import { sentence } from '../domain/reason.ts';
import { decideWake } from '../domain/wake.ts';
import type { Caches, Fleet, Ledger, ScalingBounds, Stores, Use } from '../ports.ts';
import { hibernating, sleepsSlowly, stoppable } from './fall-asleep.ts';
import { measuredWakes } from './night-memory.ts';
import { platformNow } from './night-state.ts';
import { gatherRisers, releasesOf } from './rise.ts';
import { decideOnAsk } from './sleep-asked.ts';

export interface DryRunPorts {
  readonly ledger: Pick<Ledger, 'recall' | 'list'>;
  readonly fleet: Pick<Fleet, 'counts'>;
  readonly scaling: Pick<ScalingBounds, 'describe' | 'scheduled'>;
  readonly stores: Pick<Stores, 'describe'>;
  readonly caches: Pick<Caches, 'statuses'>;
  readonly use: Pick<Use, 'now'>;
}

/** Rollouts looked through for one that is still in progress. */
const RECENT = 20;

/** What an ask to sleep would come to, and what a night would change from how things stand, whether it would begin now or not. */
export const wouldSleep = async (manifest: Manifest, ports: DryRunPorts, trigger: NightTrigger, at: string): Promise<Intention> => {
  const platform = await platformNow(ports.ledger);
  const execution = { name: 'dry-run', startedAt: at };
  const { action, reason, facts } = await decideOnAsk({ execution, trigger, platform }, manifest, ports, at);
  const awake = platform.value.state === 'awake';
  const changes = awake ? await nightChanges(manifest, ports) : [];
  const why = [sentence(reason, facts), ...(awake ? idleSentences(manifest.nights) : [])].join(' ');
  return intend({ story: 'sleep', subject: 'platform', action, why, changes });
};

const nightChanges = async (manifest: Manifest, ports: DryRunPorts): Promise<readonly string[]> => {
  const names = ecsNames(manifest.services);
  const [counts, bounds, actions, databases, caches, rollouts] = await Promise.all([
    ports.fleet.counts(names),
    ports.scaling.describe(names),
    ports.scaling.scheduled(names),
    ports.stores.describe(stoppable(manifest)),
    cachesNow(manifest, ports),
    ports.ledger.list('rollout', { newestFirst: true, limit: RECENT }),
  ]);
  const going = rollouts.filter(({ value }) => value.result === 'in-progress').flatMap(({ value }) => value.services);
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
    const next = nightTarget(offHours, before);
    return next === null ? [] : (moveWords({ name, now: before, next }) ?? []);
  });
  const visitors = pageWords(manifest.services);
  return [
    ...(going.length === 0 ? [] : [`a rollout of ${going.join(', ')} ends first`]),
    ...(visitors === null ? [] : [visitors]),
    ...services,
    ...databases.filter(({ status }) => status !== 'stopped' && status !== 'missing').map(({ identifier }) => `${identifier}: is stopped`),
    ...caches
      .filter(({ status }) => status === 'available')
      .map(({ identifier }) => `${identifier}: is saved and deleted, and made again in the morning`),
  ];
};

const cachesNow = async (
  manifest: Manifest,
  { caches }: Pick<DryRunPorts, 'caches'>,
): Promise<readonly { readonly identifier: string; readonly status: string }[]> => {
  const identifiers = hibernating(manifest).map(({ identifier }) => identifier);
  const statuses = identifiers.length === 0 ? [] : await caches.statuses(identifiers);
  return identifiers.map((identifier, index) => ({ identifier, status: statuses[index] ?? 'missing' }));
};

/** What an ask to wake would come to, and what the morning would restore. */
export const wouldWake = async (manifest: Manifest, ports: DryRunPorts, trigger: NightTrigger, at: string): Promise<Intention> => {
  const { state, night } = (await platformNow(ports.ledger)).value;
  const facts = {
    trigger,
    hours: manifest.hours,
    state,
    nightBegan: night === null ? null : nightBegan(night),
    measured: await measuredWakes(ports.ledger),
    slow: sleepsSlowly(manifest),
  };
  const decision = decideWake(facts, at);
  const record = night === null || state === 'awake' ? null : await ports.ledger.recall('night', night);
  const changes = record === null ? [] : await morningChanges(manifest, record.value, ports);
  return intend({ story: 'wake', subject: 'platform', action: decision.action, why: sentence(decision.reason, decision.facts), changes });
};

const morningChanges = async (manifest: Manifest, record: NightRecord, ports: DryRunPorts): Promise<readonly string[]> => {
  const releases = await releasesOf(ports.ledger);
  const [risers, databases, caches] = await Promise.all([
    gatherRisers(manifest, record, releases, ports),
    ports.stores.describe(stoppable(manifest)),
    cachesNow(manifest, ports),
  ]);
  const staged = [...releases]
    .filter(([, { staged: image }]) => image !== null)
    .map(([name]) => `${name}: starts the image that was staged`);
  return [
    ...databases.filter(({ status }) => status.startsWith('stop')).map(({ identifier }) => `${identifier}: is started`),
    ...caches.filter(({ status }) => status === 'missing').map(({ identifier }) => `${identifier}: is made again from its snapshot`),
    ...risers.flatMap(({ service, restored, now, bounds }) => {
      return moveWords({ name: service.name, now: { desired: now.desired, bounds }, next: restored }) ?? [];
    }),
    ...staged,
    ...risers.flatMap(({ restored }) => restored.explained),
  ];
};
