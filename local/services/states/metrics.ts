// The AWS/States metrics of a machine.
import type { World } from '../../world.ts';
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
  const report = (name: string, machine: StateMachine, value: number): void =>
    world.services.cloudwatch.record({ namespace: 'AWS/States', name, dimensions: { StateMachineArn: machine.arn }, value });
  return {
    started: (machine) => report('ExecutionsStarted', machine, 1),
    closed(machine, status, milliseconds) {
      report(closedNames[status] ?? status, machine, 1);
      report('ExecutionTime', machine, milliseconds);
    },
  };
};
