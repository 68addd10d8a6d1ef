// The world a rehearsal runs in: one account, one region, one virtual clock, the simulated services and the trail of what happened.
import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';
import type { Trail } from './trail.ts';
import type { Randomness } from './randomness.ts';
import type { Registry } from './registry.ts';
import type { Caller, SimulatedService } from './simulated.ts';

export interface Call {
  /** Signing name of the service, e.g. `ecs`. */
  readonly service: string;
  /** Operation name as in the API, e.g. `UpdateService`. */
  readonly operation: string;
  readonly input: unknown;
  readonly caller: Caller;
}

/** What a door run in process from source is given; the shape of `functions/door.ts`'s host. */
export interface HostedDoorHost {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The `platform.json` beside the function's bundle; reading it fails when the bundle has none. */
  readonly manifest: any;
  /** Virtual milliseconds since 1970, at each asking. */
  readonly now: () => number;
  /** Every SDK client the door makes reaches the world instead of AWS, as the function's role. */
  readonly connect: (client: unknown, name: string) => void;
  readonly log: { info(message: string, facts?: object): void };
}

/** The function as the template describes it, for choosing what to run in process. */
export interface HostedFunction {
  readonly functionName: string;
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Directory of the bundle, what Lambda calls LAMBDA_TASK_ROOT. */
  readonly directory: string | undefined;
}

/** Chooses the functions to run in process from source; undefined runs the function's own bundle in a worker thread. */
export type Hosts = (fn: HostedFunction) => ((host: HostedDoorHost) => (input: unknown) => Promise<unknown>) | undefined;

/**
 * Everything simulated code may reach. `services` holds the typed simulators; `call` is the only road for API calls:
 * permission check, request limits, faults, trail.
 */
export interface World {
  readonly account: string;
  readonly region: string;
  readonly partition: 'aws';
  readonly clock: Clock;
  readonly trail: Trail;
  readonly random: Randomness;
  readonly services: Registry;
  readonly faults: Faults;
  /** Asset hash -> directory of what the template's `S3Key: <hash>.zip` stands for. */
  readonly assets: ReadonlyMap<string, string>;
  readonly hosts: Hosts;
  /** The simulator that carries that signing name, if any. */
  service(signingName: string): SimulatedService | undefined;
  /** Answers the operation's output or throws AwsError; unknown operations fail by name. */
  call(call: Call): Promise<unknown>;
  /** Something to end when the world closes (worker threads, servers). */
  onClose(closer: () => Promise<void> | void): void;
  /** Ends what the world started for real. The trail stays readable. */
  close(): Promise<void>;
}
