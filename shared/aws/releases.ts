// A proven image becomes the released one: in the parameter CloudFormation reads, in the service's record, and by a tag that keeps it (R5, R6).
import { keptImages, stagedImages } from '../domain/kept-images.ts';
import type { Manifest } from '../domain/manifest.ts';
import { afterRelease } from '../domain/service-memory.ts';
import type { Effect, Progress, ProgressByService } from '../domain/rollout-progress.ts';
import type { Images, Ledger } from '../ports.ts';
import { moved, recordService, type DeploymentTask } from './service-records.ts';

export interface ReleasePorts {
  readonly images: Pick<Images, 'release' | 'keep'>;
  readonly ledger: Pick<Ledger, 'recall' | 'remember'>;
}

/**
 * The parameter first, so that an infrastructure deploy right after it already has the image; the tags last, because an image that ECR
 * does not let be tagged is proven all the same.
 */
export const release = async (ports: ReleasePorts, task: DeploymentTask): Promise<Progress> => {
  const { service, progress, at, rollout, lease } = task;
  for (const { name, parameter } of service.containers) {
    const image = progress.images[name];
    if (parameter !== null && image !== undefined) await ports.images.release(parameter, image);
  }
  const memory = await recordService(ports, service.name, lease, at, (before) =>
    afterRelease(before, progress.images, progress.taskDefinition ?? '', rollout, at, progress.startedAt ?? at),
  );
  await ports.images.keep(keptImages(service, memory));
  return moved(task, 'released');
};

export const isRelease = (effect: Effect): effect is 'release' => effect === 'release';

/** What a rollout has staged is kept until the morning, or until something newer is staged in its place (R12, S4). */
export const keepStaged = async (images: Pick<Images, 'keep'>, manifest: Manifest, progress: ProgressByService): Promise<void> => {
  const staged = manifest.services.flatMap((service) => {
    const own = progress[service.name];
    return own?.step === 'staged' ? stagedImages(service, own.images) : [];
  });
  await images.keep(staged);
};
