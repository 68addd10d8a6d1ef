// A deploy that began while the platform slept may end after it woke, and then puts services to zero at work: they are raised again (R6).
import type { Manifest } from '../domain/manifest.ts';
import { secondsBetween } from '../domain/instants.ts';
import { restoredTo } from '../domain/restore.ts';
import type { Fleet, Ledger, ScalingBounds } from '../ports.ts';
import { isReleased, releasesOf } from './rise.ts';
import type { PlatformNow } from './night-state.ts';

export interface RaisePorts {
  readonly ledger: Pick<Ledger, 'list' | 'note'>;
  readonly fleet: Pick<Fleet, 'count'>;
  readonly scaling: Pick<ScalingBounds, 'describe' | 'set'>;
}

/** A deploy takes no longer; a person who sets bounds to zero later in the day is not fought (S13). */
const WATCHED_SECONDS = 3 * 3_600;

/** Names of the services that were raised again: awake since not long ago, released, and bound to no task at all. */
export const raiseLeftAtZero = async (
  manifest: Manifest,
  { ledger, fleet, scaling }: RaisePorts,
  platform: Pick<PlatformNow['value'], 'state' | 'since'>,
  at: string,
): Promise<readonly string[]> => {
  if (platform.state !== 'awake' || secondsBetween(platform.since, at) > WATCHED_SECONDS) return [];
  const sleepers = manifest.services.filter(({ offHours, count }) => offHours.kind === 'zero' && count.scaling && count.desired > 0);
  const bounds = await scaling.describe(sleepers.map(({ serviceName }) => serviceName));
  const bound = sleepers.filter(({ serviceName }) => bounds.get(serviceName)?.max === 0);
  if (bound.length === 0) return [];
  const releases = await releasesOf(ledger);
  const [last] = await ledger.list('night', { newestFirst: true, limit: 1 });
  const raised = bound
    .filter((service) => isReleased(service, releases))
    .map(({ name, serviceName, count }) => {
      const recorded = last?.value.services.find((service) => service.name === name) ?? null;
      return { name, serviceName, ...restoredTo(name, recorded, count, bounds.get(serviceName) ?? null) };
    })
    // One that was off in the evening already is off on purpose.
    .filter(({ desired }) => desired > 0);
  for (const { name, serviceName, bounds: restored, desired } of raised) {
    if (restored !== null) await scaling.set(serviceName, restored);
    await fleet.count(serviceName, desired);
    await ledger.note(
      {
        id: `left-at-zero-${name}`,
        story: 'wake',
        service: name,
        action: 'raised',
        reason: 'left-at-zero',
        facts: { service: name, desired },
      },
      at,
    );
  }
  return raised.map(({ name }) => name);
};
