// Copies the databases a service needs, before its migration changes them (R8).
import { snapshotName } from '../contracts/redeploy.ts';
import type { Manifest } from '../domain/manifest.ts';
import type { Progress } from '../domain/rollout-progress.ts';
import { afterSnapshots } from '../domain/rollout-watch.ts';
import type { Snapshots } from '../ports.ts';
import type { DeploymentTask } from './service-records.ts';

export const isSnapshot = (effect: string): effect is 'snapshot' => effect === 'snapshot';

/** One look at the copies; those that are missing are begun. A service that needs no database has nothing to copy. */
export const copyDatabases = async (
  snapshots: Snapshots,
  manifest: Manifest,
  { service, progress, at }: DeploymentTask,
): Promise<Progress> => {
  const image = progress.images[service.rollout.gates.migration?.container ?? ''] ?? '';
  const statuses: ('making' | 'there' | 'failed')[] = [];
  for (const database of manifest.databases.filter(({ name }) => service.needs.includes(name))) {
    statuses.push(await snapshots.ensure(database, snapshotName(database.identifier, service.name, image)));
  }
  return afterSnapshots(progress, statuses, at);
};
