// The Services port complete: ECS and the health of the targets behind its services.
import type { Services } from '../ports.ts';
import { ecsServices, type EcsHost } from './ecs-services.ts';
import { targets } from './targets.ts';

export const services = (host: EcsHost): Services => ({ ...ecsServices(host), targets: targets(host) });
