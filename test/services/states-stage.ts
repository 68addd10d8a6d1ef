// A world with state machines and a few services that answer what a test says.
import { createWorld } from '../../local/create-world.ts';
import type { Operation } from '../../local/simulated.ts';
import type { World } from '../../local/world.ts';

export interface Stage {
  readonly world: World;
  /** Calls the fake services received. */
  readonly calls: { operation: string; input: any; role: string }[];
  /** What the fake operations answer, by name; an empty object otherwise. */
  readonly answers: Record<string, (input: any) => unknown>;
  /** Role of the machines made from now on. */
  machineRole: string;
  readonly api: (operation: string, input: object) => Promise<any>;
  readonly machine: (states: Record<string, object>, name?: string, more?: object) => Promise<string>;
  /** Makes a machine, runs one execution to its end. */
  readonly runOnce: (states: Record<string, object>, input?: unknown) => Promise<{ readonly arn: string; readonly outcome: any }>;
}

const none = { does: [], doesNot: [] };

/** A service whose operations answer what the test says and need the usual `service:Operation` on everything. */
const fakeService = (stage: () => Stage, signingName: string, operations: readonly string[]) => () =>
  ({
    signingName,
    support: none,
    operations: Object.fromEntries(
      operations.map((operation): [string, Operation] => [
        operation,
        {
          needs: () => [{ action: `${signingName}:${operation}`, resource: '*' }],
          run: (input, { caller }) => {
            stage().calls.push({ operation, input, role: caller.kind === 'role' ? caller.roleArn : caller.kind });
            return stage().answers[operation]?.(input) ?? {};
          },
        },
      ]),
    ),
  }) as any;

export const trust = (principal: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: principal }, Action: 'sts:AssumeRole' }],
});
export const allowAll = (...actions: string[]) => ({
  all: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] },
});
/** One Task state with that resource. */
export const task = (Resource: string, Arguments: unknown, more: object = {}) => ({
  T: { Type: 'Task', Resource, Arguments, End: true, ...more },
});
export const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));

export const makeStage = (): Stage => {
  const fake = (name: string, operations: readonly string[]) => fakeService(() => stage, name, operations);
  const world = createWorld({
    start: '2026-11-21T09:00:00Z',
    seed: 'states',
    factories: {
      lambda: fake('lambda', ['Invoke']),
      ecs: fake('ecs', ['UpdateService', 'RunTask', 'DescribeTasks', 'StopTask']),
      rds: fake('rds', ['StopDBInstance']),
      sns: fake('sns', ['Publish']),
      sqs: fake('sqs', ['SendMessage']),
      cloudwatch: () => ({ signingName: 'monitoring', operations: {}, support: none, record: () => undefined }) as any,
    },
  });
  let machines = 0;
  const api = (operation: string, input: object): Promise<any> =>
    world.call({ service: 'states', operation, input, caller: { kind: 'operator' } });
  const machine = async (States: Record<string, object>, name = `m${(machines += 1)}`, more: object = {}): Promise<string> => {
    const definition = JSON.stringify({ QueryLanguage: 'JSONata', StartAt: Object.keys(States)[0], States });
    return (await api('CreateStateMachine', { name, roleArn: stage.machineRole, definition, ...more })).stateMachineArn;
  };
  const runOnce = async (states: Record<string, object>, input: unknown = {}) => {
    const arn = world.services.states.start({ machineArn: await machine(states), input, by: 'test' });
    const outcome = await world.clock.finish(world.services.states.execution(arn).closed);
    return { arn, outcome: outcome as any };
  };
  const policies = allowAll('lambda:*', 'ecs:*', 'rds:*', 'sns:*', 'sqs:*', 'states:*', 'events:*');
  const machineRole = world.services.iam.createRole({ name: 'machine', trust: trust('states.amazonaws.com'), policies });
  const stage: Stage = { world, calls: [], answers: {}, machineRole, api, machine, runOnce };
  return stage;
};
