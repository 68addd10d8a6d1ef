// Nights that could not begin or end as the platform file asks.
import type { Platform } from '../platform.ts';
import { isPublic } from '../wiring.ts';
import { type Impossibility, when } from './impossibility.ts';

export const nightFindings = (platform: Platform): readonly Impossibility[] => {
  const idleSeconds = platform.nights?.idleSeconds ?? null;
  return when(
    idleSeconds !== null && !isPublic(platform),
    'nights.idle',
    idleSeconds,
    'idleness is told by the requests of the load balancer, and no service has a route: it would always be idle, and no visitor could wake it (S11)',
    'remove `nights.idle` and write `hours`',
  );
};
