// A morning without Spot capacity: the services that need it run on demand for the day and go back to Spot in the evening (S4).
import type { Lease } from '../contracts/ledger.ts';
import type { Manifest } from '../domain/manifest.ts';
import type { Fleet, Ledger, Placement } from '../ports.ts';
import { movePlatform, platformNow, type PlatformNow } from './night-state.ts';

export interface SpotPorts {
  readonly fleet: Pick<Fleet, 'counts' | 'place'>;
  readonly ledger: Pick<Ledger, 'recall' | 'remember' | 'note'>;
}

const ON_DEMAND: Placement = [{ provider: 'FARGATE', weight: 1, base: 0 }];

const named = (manifest: Manifest, name: string): string => manifest.services.find((service) => service.name === name)?.serviceName ?? name;

/** Writes down where the services were placed, then places them on demand. */
export const leaveSpot = async (
  names: readonly string[],
  manifest: Manifest,
  { fleet, ledger }: SpotPorts,
  lease: Lease,
  at: string,
): Promise<void> => {
  if (names.length === 0) return;
  const platform = await platformNow(ledger);
  const known = platform.value.offSpot ?? {};
  const counts = await fleet.counts(names.map((name) => named(manifest, name)));
  const before = Object.fromEntries(names.map((name, index) => [name, known[name] ?? counts[index]?.placement ?? []]));
  if (!(await movePlatform(ledger, platform, { ...platform.value, offSpot: { ...known, ...before } }, at, lease))) return;
  for (const name of names) {
    await fleet.place(named(manifest, name), ON_DEMAND);
    await ledger.note(
      { id: `off-spot-${name}`, story: 'wake', service: name, action: 'placed', reason: 'no-spot-capacity', facts: { service: name } },
      at,
    );
  }
};

/** In the evening, when nothing runs any more, they are placed as the platform file says again. */
export const backToSpot = async (
  platform: PlatformNow,
  manifest: Manifest,
  { fleet, ledger }: SpotPorts,
  lease: Lease,
  at: string,
): Promise<PlatformNow> => {
  const { offSpot } = platform.value;
  if (offSpot === undefined) return platform;
  for (const [name, placement] of Object.entries(offSpot)) if (placement.length > 0) await fleet.place(named(manifest, name), placement);
  const { offSpot: _done, ...value } = platform.value;
  await movePlatform(ledger, platform, value, at, lease);
  return platformNow(ledger);
};
