// Without Spot capacity, in a morning or in a rollout, the services that need it run on demand and go back to Spot in the evening (S4, A2).
import type { Lease } from '../contracts/ledger.ts';
import type { Manifest } from '../domain/manifest.ts';
import type { Fleet, Ledger, Placement } from '../ports.ts';
import { movePlatform, platformNow, type PlatformNow } from './night-state.ts';

export interface SpotPorts {
  readonly fleet: Pick<Fleet, 'counts' | 'place'>;
  readonly ledger: Pick<Ledger, 'recall' | 'remember' | 'note'>;
}

const ON_DEMAND: Placement = [{ provider: 'FARGATE', weight: 1, base: 0 }];

const named = (manifest: Pick<Manifest, 'services'>, name: string): string => manifest.services.find((service) => service.name === name)?.serviceName ?? name;

/** What made them leave: the story that did, and its reason. */
interface Cause {
  readonly story: 'wake' | 'redeploy';
  readonly reason: string;
  readonly until: string;
}

/** Writes down where the services were placed, then places them on demand; false when another writer was faster, and nothing is done. */
export const leaveSpot = async (
  names: readonly string[],
  manifest: Pick<Manifest, 'services'>,
  { fleet, ledger }: SpotPorts,
  lease: Lease,
  cause: Cause,
  at: string,
): Promise<boolean> => {
  if (names.length === 0) return true;
  const platform = await platformNow(ledger);
  const known = platform.value.offSpot ?? {};
  const counts = await fleet.counts(names.map((name) => named(manifest, name)));
  const before = Object.fromEntries(names.map((name, index) => [name, known[name] ?? counts[index]?.placement ?? []]));
  if (!(await movePlatform(ledger, platform, { ...platform.value, offSpot: { ...known, ...before } }, at, lease))) return false;
  for (const name of names) {
    await fleet.place(named(manifest, name), ON_DEMAND);
    await ledger.note(
      {
        id: `off-spot-${name}`,
        story: cause.story,
        service: name,
        action: 'placed',
        reason: cause.reason,
        facts: { service: name, until: cause.until },
      },
      at,
    );
  }
  return true;
};

/**
 * In the evening, when nothing of them runs any more, they are placed as before. A service that never sleeps waits for its next rollout (A2);
 * one that a deploy took off Spot, or away, has nothing to go back to.
 */
export const backToSpot = async (
  platform: PlatformNow,
  manifest: Manifest,
  { fleet, ledger }: SpotPorts,
  lease: Lease,
  at: string,
): Promise<PlatformNow> => {
  const { offSpot, ...value } = platform.value;
  if (offSpot === undefined) return platform;
  const onSpot = manifest.services.filter(({ name, size }) => size.spot && offSpot[name] !== undefined);
  const [stay, sleep] = [onSpot.filter(({ offHours }) => offHours.kind === 'stay'), onSpot.filter(({ offHours }) => offHours.kind !== 'stay')];
  if (stay.length === Object.keys(offSpot).length) return platform;
  for (const { name, serviceName } of sleep) {
    const placement = offSpot[name] ?? [];
    if (placement.length > 0) await fleet.place(serviceName, placement);
  }
  const left = Object.fromEntries(stay.map(({ name }) => [name, offSpot[name] ?? []]));
  await movePlatform(ledger, platform, stay.length === 0 ? value : { ...value, offSpot: left }, at, lease);
  return platformNow(ledger);
};

/** A service that no evening puts back goes back to Spot before its next rollout (A2). */
export const returnToSpot = async (
  name: string,
  manifest: Pick<Manifest, 'services'>,
  { fleet, ledger }: SpotPorts,
  lease: Lease,
  at: string,
): Promise<void> => {
  const platform = await platformNow(ledger);
  const { [name]: placement, ...others } = platform.value.offSpot ?? {};
  if (placement === undefined) return;
  if (placement.length > 0) await fleet.place(named(manifest, name), placement);
  await movePlatform(ledger, platform, { ...platform.value, offSpot: others }, at, lease);
};
