// Runs a state machine alone on a virtual clock, with tasks that answer what a test says.
import { expect } from 'vitest';
import { readMachine } from '../../local/asl/check.ts';
import { execute, type Outcome } from '../../local/asl/interpret.ts';
import type { TaskCall } from '../../local/asl/walk.ts';
import { makeClock, type Clock } from '../../local/clock.ts';
import { makeStream } from '../../local/randomness.ts';

export const START = Date.parse('2026-11-21T09:00:00Z');

export type States = Record<string, unknown>;
type Answer = (call: TaskCall, clock: Clock) => unknown;

export const machineOf = (states: States, more: object = {}) =>
  readMachine(JSON.stringify({ QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...more }));

export const branchOf = (states: States) => ({ StartAt: Object.keys(states)[0], States: states });

export interface Run {
  readonly outcome: Outcome;
  /** Virtual seconds from start to end. */
  readonly seconds: number;
  readonly events: readonly { readonly type: string; readonly details: any }[];
  readonly transitions: number;
}

/** Runs one execution to its end; tasks answer their own arguments unless the test says otherwise. */
export const run = async (
  states: States,
  {
    input = {},
    task = (call) => call.arguments,
    more = {},
    seed = 'seed',
  }: {
    input?: unknown;
    task?: Answer;
    more?: object;
    seed?: string;
  } = {},
): Promise<Run> => {
  const clock = makeClock({ start: START });
  const stream = makeStream(seed);
  let transitions = 0;
  const execution = execute({
    machine: machineOf(states, more),
    input,
    context: { Execution: { Id: 'arn:x', Input: input, Name: 'n' }, StateMachine: { Id: 'arn:m', Name: 'm' } },
    roleArn: 'arn:aws:iam::111122223333:role/m',
    host: {
      now: () => clock.now,
      chance: () => stream.next(),
      at: (instant, callback, label) => clock.at(instant, callback, label),
      task: async (call) => task(call, clock),
      newToken: () => stream.hex(16),
      transition: () => (transitions += 1),
    },
  });
  const outcome = await clock.finish(execution.outcome);
  return { outcome, seconds: (clock.now - START) / 1000, events: execution.history.events, transitions };
};

export const succeeded = (output: unknown) => ({ status: 'SUCCEEDED', output });
export const failed = (error: string) => expect.objectContaining({ status: 'FAILED', error });
export const never = () => new Promise<never>(() => undefined);
