// Step Functions: state machines from templates, executions on virtual time, every task called as the machine's own role.
import type { SimulatedService } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { makeExecutions, type ExecutionRecord } from './executions.ts';
import { machineResources, makeMachines, type StateMachine } from './machines.ts';
import { stateOperations } from './operations.ts';

export interface States extends SimulatedService {
  /** Starts an execution and answers its ARN; throws AwsError as the API does. `input` is a JSON value. */
  readonly start: (start: { readonly machineArn: string; readonly input: unknown; readonly name?: string; readonly by: string }) => string;
  /** An execution as it stands; `closed` resolves when it ends. Throws ExecutionDoesNotExist. */
  readonly execution: (arn: string) => ExecutionRecord;
  /** Executions of a machine, oldest first. */
  readonly executions: (machineArn: string) => readonly ExecutionRecord[];
  readonly machines: () => readonly StateMachine[];
  /** State transitions so far by machine name, retries included: what is billed. */
  readonly transitions: () => ReadonlyMap<string, number>;
}

export const makeStates = (world: World): States => {
  const machines = makeMachines(world);
  const executions = makeExecutions(world);
  return {
    signingName: 'states',
    operations: stateOperations(machines, executions),
    resources: machineResources(machines),
    support: {
      does: [
        'Amazon States Language with JSONata 2.0.6: every state type, Retry, Catch, timeouts, heartbeats, variables (F)',
        'Limits: 25,000 history events, 256 KiB payloads; undefined is States.QueryEvaluationError (S)',
        'lambda:invoke, aws-sdk:*, sns, sqs, events, dynamodb, states:startExecution(.sync:2), ecs:runTask(.sync), as the machine role',
        '.waitForTaskToken with SendTaskSuccess, SendTaskFailure, SendTaskHeartbeat and what AWS says to late answers',
        'Names and idempotence of executions, history with AWS event names, redrive, status change events, metrics, billed transitions',
      ],
      doesNot: [
        'JSONPath, ItemReader and ResultWriter, activities, versions and aliases, TestState, cross-account Credentials, HTTP tasks',
        'Redrive of single branches: the top-level state that failed runs again as a whole',
        'Latency of transitions: only the start of an execution takes time (20 ms)',
      ],
    },
    start: ({ machineArn, input, name, by }) =>
      executions.start({ machine: machines.get(machineArn), input: JSON.stringify(input), by, ...(name === undefined ? {} : { name }) })
        .arn,
    execution: executions.get,
    executions: executions.of,
    machines: machines.all,
    transitions: () => executions.transitions,
  };
};
