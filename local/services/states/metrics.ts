// The AWS/States metrics of a machine, counted per minute and read by CloudWatch on demand.
import type { World } from '../../world.ts';
import { makeMinuteCounter, type MinuteCounter } from '../minute-counter.ts';
import type { StateMachine } from './machines.ts';

const closedNames: Readonly<Record<string, string>> = {
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
};

export interface StateMetrics {
  readonly started: (machine: StateMachine) => void;
  readonly closed: (machine: StateMachine, status: string, milliseconds: number) => void;
}

export const stateMetrics = (world: World): StateMetrics => {
  const counters = new Map<string, MinuteCounter>();
  const count = (name: string, machine: StateMachine, amount = 1): void => {
    const key = `${name}/${machine.arn}`;
    let counter = counters.get(key);
    if (counter === undefined) {
      counter = makeMinuteCounter(world, { namespace: 'AWS/States', name, dimensions: { StateMachineArn: machine.arn } });
      counters.set(key, counter);
    }
    counter.add(amount);
  };
  return {
    started: (machine) => count('ExecutionsStarted', machine),
    closed(machine, status, milliseconds) {
      count(closedNames[status] ?? status, machine);
      count('ExecutionTime', machine, milliseconds);
    },
  };
};
