// Looks over all services of a platform and starts the redeploy story for those that drifted (R1).
import type { Manifest } from '../domain/manifest.ts';
import { driftedServices, isSettled, LOOK, searchesForDead } from '../domain/redeploy-drift.ts';
import { concerned } from '../domain/selection.ts';
import type { Ledger, Machines } from '../ports.ts';
import { LEASE_SECONDS } from './service-leases.ts';
import { closeStaleRollouts, recentRollouts, type StalePorts } from './stale-rollouts.ts';
import { decideTogether, listen, lookAt, standingsOf, type SituationPorts } from './situations.ts';

export interface DriftPorts extends SituationPorts {
  readonly services: SituationPorts['services'] & StalePorts['services'];
  readonly ledger: Ledger;
  readonly machines: Pick<Machines, 'start'>;
}

/** Starts one execution for all drifted services; answers their names. Most looks find nothing, and ask for no more than it takes to see that (X3). */
export const repairDrift = async (ports: DriftPorts, manifest: Manifest, at: string): Promise<readonly string[]> => {
  const name = `reconcile-${at.replaceAll(/[^0-9TZ]/g, '')}`;
  const seen = await lookAt(concerned(manifest.services, LOOK, undefined), ports);
  const settled = seen.every(({ situation }) => isSettled(situation));
  if (settled && !searchesForDead(at)) return [];
  // After the look: a rollout that began before it is among them.
  const [recent, said] = await Promise.all([recentRollouts(ports.ledger), settled ? null : listen(ports.ledger)]);
  await closeStaleRollouts(ports, recent, name, at);
  if (said === null) return [];
  const decisions = decideTogether(standingsOf(seen, said, manifest, at), LOOK);
  const staged = new Map(seen.map(({ settings, record }) => [settings.name, record.staged]));
  const ongoing = recent.map(({ value }) => value);
  const services = driftedServices(decisions, ongoing, staged, LEASE_SECONDS, at);
  if (services.length > 0) await ports.machines.start('redeploy', { trigger: LOOK, services }, name);
  return services;
};
