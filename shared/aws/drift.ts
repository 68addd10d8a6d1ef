// Looks over all services of a platform and starts the redeploy story for those that drifted (R1).
import type { Manifest } from '../domain/manifest.ts';
import { driftedServices } from '../domain/redeploy-drift.ts';
import { concerned, type Trigger } from '../domain/selection.ts';
import type { Ledger, Machines } from '../ports.ts';
import { LEASE_SECONDS } from './service-leases.ts';
import { closeStaleRollouts, type StalePorts } from './stale-rollouts.ts';
import { decideTogether, gatherStandings, type SituationPorts } from './situations.ts';

export interface DriftPorts extends SituationPorts {
  readonly services: SituationPorts['services'] & StalePorts['services'];
  readonly ledger: Ledger;
  readonly machines: Pick<Machines, 'start'>;
}

const trigger: Trigger = { kind: 'reconcile', detail: 'registry and services differ' };

/** Starts one execution for all drifted services; answers their names. */
export const repairDrift = async (ports: DriftPorts, manifest: Manifest, at: string): Promise<readonly string[]> => {
  const name = `reconcile-${at.replaceAll(/[^0-9TZ]/g, '')}`;
  const gather = (): ReturnType<typeof gatherStandings> => gatherStandings(concerned(manifest.services, trigger, undefined), manifest, ports, at);
  const [closed, seen] = await Promise.all([closeStaleRollouts(ports, name, at), gather()]);
  const standings = closed.length === 0 ? seen : await gather();
  const decisions = decideTogether(standings, trigger);
  const { staged } = standings;
  // Most rounds find nothing; only a difference makes it worth asking who is working on it.
  if (driftedServices(decisions, [], staged, LEASE_SECONDS, at).length === 0) return [];
  const ongoing = (await ports.ledger.list('rollout', { newestFirst: true, limit: 20 })).map(({ value }) => value);
  const services = driftedServices(decisions, ongoing, staged, LEASE_SECONDS, at);
  if (services.length > 0) await ports.machines.start('redeploy', { trigger, services }, name);
  return services;
};
