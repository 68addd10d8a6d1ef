// How CloudFormation waits for a service: until it is steady on what it asked for, or the circuit breaker says no.
import type { Service } from './model.ts';
import type { EcsState } from './state.ts';

const POLL = 5_000;
const PATIENCE = 3 * 3_600_000;

/** Resolves when the service is stable; rejects as CloudFormation words it. */
export const stable = async (state: EcsState, service: Service): Promise<void> => {
  const { clock } = state.world;
  const began = service.history[0];
  for (const giveUpAt = clock.now + PATIENCE; clock.now < giveUpAt;) {
    await clock.sleep(POLL);
    const [primary] = service.deployments;
    if (primary?.rollout === 'FAILED' || began?.rollback !== undefined) {
      throw new Error("Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'.");
    }
    if (primary?.rollout === 'COMPLETED' && service.steady && service.deployments.length === 1) return;
  }
  throw new Error(`Exceeded attempts to wait: service ${service.name} did not stabilize within 3 hours`);
};

/** Resolves when a service being deleted has lost its last task. */
export const gone = async (state: EcsState, service: Service): Promise<void> => {
  while (service.status !== 'INACTIVE') await state.world.clock.sleep(POLL);
};
