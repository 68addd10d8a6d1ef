// The world a rehearsal runs in: one account, one region, one virtual clock, the simulated services and the trail of what happened.
import type { Clock } from './clock.ts';
import type { Trail } from './trail.ts';
import type { Randomness } from './randomness.ts';
import type { Registry } from './registry.ts';
import type { Caller } from './simulated.ts';

export interface Call {
  /** Signing name of the service, e.g. `ecs`. */
  readonly service: string;
  /** Operation name as in the API, e.g. `UpdateService`. */
  readonly operation: string;
  readonly input: unknown;
  readonly caller: Caller;
}

/** Everything simulated code may reach. `services` holds the typed simulators; `call` is the only road for API calls (permission check, throttles, faults, trail). */
export interface World {
  readonly account: string;
  readonly region: string;
  readonly partition: 'aws';
  readonly clock: Clock;
  readonly trail: Trail;
  readonly random: Randomness;
  readonly services: Registry;
  /** Answers the operation's output or throws AwsError; unknown operations fail by name. */
  call(call: Call): Promise<unknown>;
}
