// Starts the execution that takes on the next share of a fleet (X3).
import type { RolloutRecord } from '../contracts/ledger.ts';
import { nextShareName } from '../domain/rollout-share.ts';
import type { Machines } from '../ports.ts';

/** Does nothing where nothing is left; what started the first execution, and what a person asked for, counts for all. */
export const startNextShare = async (
  machines: Pick<Machines, 'start'>,
  execution: string,
  { services, trigger }: Pick<NonNullable<RolloutRecord['next']>, 'services' | 'trigger'>,
): Promise<void> => {
  if (services.length > 0) await machines.start('redeploy', { trigger, services }, nextShareName(execution));
};
