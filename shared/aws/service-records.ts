// What every step of a rollout has in common: its task, the progress it answers, and the service's record under the lease (X1).
import type { Lease, ServiceRecord } from '../contracts/ledger.ts';
import type { ManifestService } from '../domain/manifest.ts';
import type { Progress } from '../domain/rollout-progress.ts';
import { BLANK } from '../domain/service-memory.ts';
import type { Ledger } from '../ports.ts';

export interface DeploymentTask {
  readonly service: ManifestService;
  readonly progress: Progress;
  readonly rollout: string;
  readonly lease: Lease;
  readonly at: string;
}

/** The progress at the beginning of a step. */
export const moved = ({ progress, at }: DeploymentTask, step: Progress['step'], more: Partial<Progress> = {}): Progress => ({
  ...progress,
  step,
  since: at,
  deadline: null,
  ...more,
});

/** Changes a service's record under the lease and answers it; unchanged records are not written. */
export const recordService = async (
  { ledger }: { readonly ledger: Pick<Ledger, 'recall' | 'remember'> },
  service: string,
  fence: Lease,
  at: string,
  change: (record: ServiceRecord) => ServiceRecord,
): Promise<ServiceRecord> => {
  const entry = await ledger.recall('service', service);
  const before = entry?.value ?? BLANK;
  const after = change(before);
  if (JSON.stringify(after) === JSON.stringify(before)) return before;
  await ledger.remember('service', service, after, { expect: entry?.version ?? 'new', at, fence });
  return after;
};
