// Asks everything `status` shows at once: ledger, counts and health, bounds, databases, alarms.
import { firingAlarms } from '../shared/aws/firing-alarms.ts';
import { fleet } from '../shared/aws/fleet.ts';
import { health } from '../shared/aws/health.ts';
import { ledger } from '../shared/aws/ledger.ts';
import { scaling } from '../shared/aws/scaling.ts';
import { stores } from '../shared/aws/stores.ts';
import { ecsNames, type ManifestService } from '../shared/domain/manifest.ts';
import type { StatusFacts } from '../shared/domain/status.ts';
import type { Place } from './place.ts';

const ROLLOUTS = 20;

const countsOf = async ({ host, manifest }: Place, at: string): Promise<ReadonlyMap<string, StatusFacts['services'][number]['count']>> => {
  const counts = await fleet(host).counts(ecsNames(manifest.services));
  const healthy = await health(host).healthy(counts, at);
  return new Map(
    counts.map(({ name, exists, desired, running }, index) => [name, { exists, desired, running, healthy: healthy[index] ?? 0 }]),
  );
};

const NONE = { exists: false, desired: 0, running: 0, healthy: 0 } as const;

/** The facts of the platform's status now. */
export const gatherStatus = async (place: Place, at: string): Promise<StatusFacts> => {
  const { manifest, host } = place;
  const book = ledger(host);
  const [platform, records, rollouts, overrides, board, counts, bounds, databases, alarms] = await Promise.all([
    book.recall('platform', 'platform'),
    book.list('service'),
    book.list('rollout', { limit: ROLLOUTS, newestFirst: true }),
    book.list('override'),
    book.recall('board', 'alarms'),
    countsOf(place, at),
    scaling(host).describe(ecsNames(manifest.services)),
    stores(host).describe(manifest.databases),
    firingAlarms(host)(manifest.alarmPrefix),
  ]);
  const service = ({ name, serviceName }: ManifestService): StatusFacts['services'][number] => ({
    name,
    count: counts.get(serviceName) ?? NONE,
    bounds: bounds.get(serviceName) ?? null,
    record: records.find(({ key }) => key === name)?.value ?? null,
  });
  return {
    id: manifest.id,
    region: manifest.region,
    hours: manifest.hours,
    platform: platform?.value ?? null,
    overrides: overrides.map(({ key, value }) => ({ key, ...value })),
    services: manifest.services.map(service),
    databases: databases.map(({ identifier, status }) => ({ identifier, status })),
    alarms,
    quietAlarms: Object.keys(board?.value.quiet ?? {}),
    rollouts: rollouts.map(({ value }) => value),
  };
};
