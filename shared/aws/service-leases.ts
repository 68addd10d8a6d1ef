// The leases of single services: how long they last and how they are let go (X1).
import { serviceLease } from '../contracts/redeploy.ts';
import type { Ledger } from '../ports.ts';

/** Seconds a lease lasts without a sign of life; a story that dies frees its services after it. */
export const LEASE_SECONDS = 3_600;

/** Releases the leases this holder still has. */
export const letGo = async (
  ledger: Pick<Ledger, 'lease' | 'release'>,
  services: readonly string[],
  holder: string,
  at: string,
): Promise<void> => {
  for (const service of services) {
    const lease = await ledger.lease(serviceLease(service), holder, LEASE_SECONDS, at);
    if (lease !== null) await ledger.release(lease);
  }
};
