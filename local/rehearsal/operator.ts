// What a person does with the AWS command line: calls as the operator, repeated while AWS says that there are too many.
import type { World } from '../world.ts';

/** People repeat a throttled command about so long after, ms. */
const AGAIN = 60_000;

/** The call's answer. Throws what AWS refuses, but not that it throttles. */
export const asOperator = async (world: World, service: string, operation: string, input: unknown): Promise<unknown> => {
  for (;;) {
    try {
      return await world.call({ service, operation, input, caller: { kind: 'operator' } });
    } catch (error) {
      if ((error as Error).name !== 'ThrottlingException') throw error;
      await world.clock.sleep(AGAIN);
    }
  }
};
