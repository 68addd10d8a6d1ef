// Makes sure that no rollout is between its decision and its deed: every service's lease is held once after the platform's state has changed (X1).
import type { ManifestService } from '../domain/manifest.ts';
import { serviceLease } from '../contracts/redeploy.ts';
import type { Ledger } from '../ports.ts';
import { mapEach } from './settle.ts';

const AT_ONCE = 25;
const BARRIER_SECONDS = 60;

/**
 * Names of services that somebody is changing right now. A story that takes a lease after the state was written reads the new state and waits,
 * so a lease that could be had once need not be kept.
 */
export const busyServices = async (
  services: readonly ManifestService[],
  ledger: Pick<Ledger, 'lease' | 'release'>,
  holder: string,
  at: string,
): Promise<readonly string[]> => {
  const rolled = services.filter(({ containers }) => containers.some(({ image }) => image !== null));
  const answers = await mapEach(rolled, AT_ONCE, async ({ name }) => {
    const lease = await ledger.lease(serviceLease(name), holder, BARRIER_SECONDS, at);
    if (lease !== null) await ledger.release(lease);
    return lease === null ? [name] : [];
  });
  return answers.flat();
};
