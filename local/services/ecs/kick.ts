// Asks the service scheduler to look at a service in a moment; several kicks make one look.
import type { Service } from './model.ts';
import type { EcsState } from './state.ts';

export const kick = (state: EcsState, service: Service, afterMilliseconds?: number): void => {
  const { clock, random } = state.world;
  const at = clock.now + (afterMilliseconds ?? random.stream('ecs.scheduler').between(500, 2_500));
  if (service.reconcileAt !== undefined && service.reconcileAt <= at) return;
  service.cancelReconcile?.();
  service.reconcileAt = at;
  const look = (): void => {
    delete service.reconcileAt;
    state.hooks.look(service);
  };
  service.cancelReconcile = clock.at(at, look, 'ecs scheduler');
};
