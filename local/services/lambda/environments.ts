// Execution environments as Lambda counts them: which invocations run at the same time, and which start cold.
import type { Clock } from '../../clock.ts';
import type { RandomStream } from '../../randomness.ts';
import { IDLE_LIMIT } from './durations.ts';

export interface ExecutionEnvironment {
  readonly logStream: string;
  readonly cold: boolean;
  /** The environment is free again; `gone` when its process died. */
  leave(gone?: boolean): void;
}

export interface Environments {
  /** Environments at work now. */
  active(): number;
  /** A warm environment when one is free, a cold one otherwise. */
  take(): ExecutionEnvironment;
  /** New code or configuration: nothing warm is left. */
  forget(): void;
}

interface Warm {
  readonly logStream: string;
  readonly freeSince: number;
}

export const makeEnvironments = (clock: Clock, random: RandomStream, version: string): Environments => {
  let warm: Warm[] = [];
  let active = 0;
  const newStream = (): string => `${new Date(clock.now).toISOString().slice(0, 10).replaceAll('-', '/')}/[${version}]${random.hex(32)}`;
  const lease = (logStream: string, cold: boolean): ExecutionEnvironment => {
    active += 1;
    return {
      logStream,
      cold,
      leave: (gone = false) => {
        active -= 1;
        if (!gone) warm.push({ logStream, freeSince: clock.now });
      },
    };
  };
  return {
    active: () => active,
    take: () => {
      // The longest idle stand first: only they can have been thrown away.
      const gone = warm.findIndex(({ freeSince }) => clock.now - freeSince <= IDLE_LIMIT);
      warm = gone < 0 ? [] : gone === 0 ? warm : warm.slice(gone);
      const last = warm.pop();
      return last === undefined ? lease(newStream(), true) : lease(last.logStream, false);
    },
    forget: () => { warm = []; },
  };
};
