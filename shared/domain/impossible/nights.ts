// Nights that could not begin or end as the platform file asks.
import type { Cache, Platform } from '../platform.ts';
import { isPublic } from '../wiring.ts';
import { type Impossibility, when } from './impossibility.ts';

/** ElastiCache has no stop: the cache is deleted, and all that is left of it is one snapshot (aws-facts D). */
const hibernation = (name: string, { offHours, lasting }: Cache): readonly Impossibility[] =>
  when(
    lasting && offHours === 'hibernate',
    `caches.${name}.offHours`,
    offHours,
    'it holds what cannot be lost, and hibernating deletes the cache: one snapshot is all that is left of it until the morning (S7)',
    "write offHours: 'stay', or keep what lasts in a database and leave out `lasting`",
  );

export const nightFindings = (platform: Platform): readonly Impossibility[] => {
  const idleSeconds = platform.nights?.idleSeconds ?? null;
  return [
    ...when(
      idleSeconds !== null && !isPublic(platform),
      'nights.idle',
      idleSeconds,
      'idleness is told by the requests of the load balancer, and no service has a route: it would always be idle, and no visitor could wake it (S11)',
      'remove `nights.idle` and write `hours`',
    ),
    ...Object.entries(platform.caches).flatMap(([name, cache]) => hibernation(name, cache)),
  ];
};
