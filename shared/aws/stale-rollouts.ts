// Rollouts whose execution ended without a word, not even its last door's: closed, and the proof they left running is stopped (X1, R12).
import type { Entry } from '../contracts/ledger.ts';
import { serviceLease } from '../contracts/redeploy.ts';
import { secondsBetween } from '../domain/instants.ts';
import { abandoned } from '../domain/rollout-round.ts';
import { unfinished } from '../domain/rollout-watch.ts';
import type { Ledger, Services } from '../ports.ts';
import { endProof } from './proofs.ts';
import { updateRollout } from './rollout-steps.ts';
import { LEASE_SECONDS, letGo } from './service-leases.ts';

export interface StalePorts {
  readonly services: Pick<Services, 'stopOnce'>;
  readonly ledger: Ledger;
}

/** Rollouts looked through. */
const RECENT = 20;

/** The newest rollouts, whatever became of them. */
export const recentRollouts = (ledger: Pick<Ledger, 'list'>): Promise<readonly Entry<'rollout'>[]> =>
  ledger.list('rollout', { newestFirst: true, limit: RECENT });

/** Closes those of them that nobody works on any more; what their services run is for the decision to judge. */
export const closeStaleRollouts = async (
  { services, ledger }: StalePorts,
  recent: readonly Entry<'rollout'>[],
  holder: string,
  at: string,
): Promise<void> => {
  for (const entry of recent) {
    const { progress, result, leasedAt } = entry.value;
    if (result !== 'in-progress' || secondsBetween(leasedAt, at) < LEASE_SECONDS) continue;
    if (await isOurs(ledger, entry, holder, at)) {
      for (const own of Object.values(progress)) await endProof({ services }, own);
      await closeDead(ledger, entry, at);
    }
    await letGo(ledger, unfinished(progress), holder, at);
  }
};

/**
 * Rollouts of other executions that are in progress with services this one holds now: nobody goes on with them.
 * One with a proof beside those services is left to the reconciler, which ends it.
 */
export const deadRollouts = async (
  ledger: Pick<Ledger, 'list'>,
  { key, holder }: { readonly key: string; readonly holder: string },
  held: ReadonlySet<string>,
): Promise<readonly Entry<'rollout'>[]> => {
  const recent = await recentRollouts(ledger);
  return recent.filter(({ key: other, value: { result, holder: by, progress } }) => {
    if (result !== 'in-progress' || other === key || by === holder) return false;
    const beside = Object.entries(progress).some(([service, { proof }]) => typeof proof === 'string' && !held.has(service));
    return !beside && unfinished(progress).some((service) => held.has(service));
  });
};

/** Closes the record of an execution that is gone; nothing is known to be wrong with its images. */
export const closeDead = async (ledger: Ledger, entry: Entry<'rollout'>, at: string): Promise<void> => {
  const progress = abandoned(entry.value.progress, 'its execution is gone', at);
  await updateRollout(ledger, entry, { progress, reason: 'rollout-abandoned', owed: [] }, at);
};

/** Whether every lease of the rollout has run out: whoever still holds one is alive. */
const isOurs = async (ledger: Ledger, { value }: Entry<'rollout'>, holder: string, at: string): Promise<boolean> => {
  for (const service of unfinished(value.progress))
    if ((await ledger.lease(serviceLease(service), holder, LEASE_SECONDS, at)) === null) return false;
  return true;
};
