// Runs the proof of a staged image while the platform sleeps, and ends it: one task, outside the load balancer, stopped in any case (R12).
import type { Progress } from '../domain/rollout-progress.ts';
import { provingSince, tried, type ProofSettings } from '../domain/rollout-proof.ts';
import { sentence } from '../domain/reason.ts';
import { afterStaging } from '../domain/service-memory.ts';
import type { Ledger, Services } from '../ports.ts';
import { nameOf } from './failure.ts';
import { moved, recordService, type DeploymentTask } from './service-records.ts';

export interface ProofPorts {
  readonly services: Pick<Services, 'runOnce' | 'stopOnce'>;
  readonly ledger: Pick<Ledger, 'recall' | 'remember'>;
}

/** Starts the proof's task from the staged revision itself. Without room for it the image stays staged and the morning proves it. */
export const prove = async (
  { services }: ProofPorts,
  { service, rollout, at }: DeploymentTask,
  staged: Progress,
  settings: ProofSettings,
): Promise<Progress> => {
  const token = `proof-${service.name}-${rollout}`.slice(-64);
  const [started] = await Promise.allSettled([
    services.runOnce(service.serviceName, staged.taskDefinition ?? '', settings.container ?? '', settings.command ?? [], token, 'proof'),
  ]);
  if (started.status === 'fulfilled') return provingSince(staged, started.value, settings, at);
  if (nameOf(started.reason) !== 'TaskNotPlaced') throw started.reason;
  return tried(staged, 'proof-unsaid', (started.reason as Error).message, at);
};

/** Stops the task of a proof that is over or overtaken; stopping it twice is harmless. */
export const endProof = async ({ services }: { readonly services: Pick<Services, 'stopOnce'> }, { proof }: Progress): Promise<void> => {
  if (proof !== null && proof !== undefined) await services.stopOnce(proof, 'the proof is over');
};

/** The image stays staged, and the service's record says what its proof was. */
export const conclude = async (ports: ProofPorts, task: DeploymentTask): Promise<Progress> => {
  const { service, progress, at, lease } = task;
  await endProof(ports, progress);
  const why = sentence(progress.reason, progress.facts);
  await recordService(ports, service.name, lease, at, (memory) => afterStaging(memory, progress.images, why, at));
  return moved(task, 'staged', { proof: null });
};
