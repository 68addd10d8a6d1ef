// A proven image becomes the released one: in the parameter CloudFormation reads, and in the service's record (R5, R6).
import { afterRelease } from '../domain/service-memory.ts';
import type { Effect, Progress } from '../domain/rollout-progress.ts';
import type { Images, Ledger } from '../ports.ts';
import { moved, recordService, type DeploymentTask } from './service-records.ts';

export interface ReleasePorts {
  readonly images: Pick<Images, 'release'>;
  readonly ledger: Pick<Ledger, 'recall' | 'remember'>;
}

/** The parameter first, so that an infrastructure deploy right after it already has the image. */
export const release = async (ports: ReleasePorts, task: DeploymentTask): Promise<Progress> => {
  const { service, progress, at, rollout, lease } = task;
  for (const { name, parameter } of service.containers) {
    const image = progress.images[name];
    if (parameter !== null && image !== undefined) await ports.images.release(parameter, image);
  }
  await recordService(ports, service.name, lease, at, (memory) =>
    afterRelease(memory, progress.images, progress.taskDefinition ?? '', rollout, at, progress.startedAt ?? at),
  );
  return moved(task, 'released');
};

export const isRelease = (effect: Effect): effect is 'release' => effect === 'release';
