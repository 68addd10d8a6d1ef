// The Step Functions API.
import { AwsError, type Operation, type Permission } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { page } from '../paging.ts';
import { notRedrivable, type ExecutionRecord, type Executions } from './executions.ts';
import { viewEvent } from './history-view.ts';
import { machineArn, type Machines, type StateMachine } from './machines.ts';
import { callerLabel } from '../../caller-name.ts';

const on =
  (action: string, member: string): Operation['needs'] =>
  (input): Permission[] => [{ action: `states:${action}`, resource: input[member] ?? '*' }];

const describeMachine = (machine: StateMachine): Record<string, unknown> => ({
  stateMachineArn: machine.arn,
  name: machine.name,
  status: 'ACTIVE',
  definition: machine.definition,
  roleArn: machine.roleArn,
  type: machine.type,
  creationDate: new Date(machine.created),
  revisionId: String(machine.revision),
});

const describeExecution = (record: ExecutionRecord, now: number): Record<string, unknown> => {
  const { outcome } = record;
  const reason = notRedrivable(record, now);
  return {
    ...summary(record),
    input: JSON.stringify(record.input),
    inputDetails: { included: true },
    redriveStatus: reason === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    ...(reason === undefined ? {} : { redriveStatusReason: reason }),
    ...(outcome?.status === 'SUCCEEDED' ? { output: JSON.stringify(outcome.output), outputDetails: { included: true } } : {}),
    ...(outcome !== undefined && outcome.status !== 'SUCCEEDED' ? { error: outcome.error, cause: outcome.cause } : {}),
  };
};

const summary = (record: ExecutionRecord): Record<string, unknown> => ({
  executionArn: record.arn,
  stateMachineArn: record.machine.arn,
  name: record.name,
  status: record.status,
  startDate: new Date(record.startDate),
  ...(record.stopDate === undefined ? {} : { stopDate: new Date(record.stopDate) }),
  redriveCount: record.redriveCount,
  ...(record.redriveDate === undefined ? {} : { redriveDate: new Date(record.redriveDate) }),
});

const machineOperations = (machines: Machines): Readonly<Record<string, Operation>> => ({
  CreateStateMachine: {
    needs: (input, world) => [
      { action: 'states:CreateStateMachine', resource: machineArn(world, input.name) },
      { action: 'iam:PassRole', resource: input.roleArn, context: { 'iam:PassedToService': 'states.amazonaws.com' } },
    ],
    run: (input) => {
      const machine = machines.put(input);
      return { stateMachineArn: machine.arn, creationDate: new Date(machine.created) };
    },
  },
  UpdateStateMachine: {
    needs: on('UpdateStateMachine', 'stateMachineArn'),
    run: (input, { world }) => {
      const { name, roleArn, definition, type } = machines.get(input.stateMachineArn);
      const changed = machines.put({ name, type, roleArn: input.roleArn ?? roleArn, definition: input.definition ?? definition });
      return { updateDate: new Date(world.clock.now), revisionId: String(changed.revision) };
    },
  },
  DescribeStateMachine: {
    needs: on('DescribeStateMachine', 'stateMachineArn'),
    run: (input) => describeMachine(machines.get(input.stateMachineArn)),
  },
  DeleteStateMachine: { needs: on('DeleteStateMachine', 'stateMachineArn'), run: (input) => machines.remove(input.stateMachineArn) ?? {} },
  ListStateMachines: {
    needs: () => [{ action: 'states:ListStateMachines', resource: '*' }],
    run: (input) => {
      const { items, nextToken } = page(machines.all(), input.maxResults || 100, input.nextToken, 'InvalidToken');
      const stateMachines = items.map(({ arn, name, type, created }) => ({
        stateMachineArn: arn,
        name,
        type,
        creationDate: new Date(created),
      }));
      return { stateMachines, nextToken };
    },
  },
});

const executionOperations = (machines: Machines, executions: Executions): Readonly<Record<string, Operation>> => ({
  StartExecution: {
    needs: on('StartExecution', 'stateMachineArn'),
    run: (input, { caller }) => {
      const machine = machines.get(input.stateMachineArn);
      const { arn, startDate } = executions.start({ machine, input: input.input ?? '{}', name: input.name, by: callerLabel(caller) });
      return { executionArn: arn, startDate: new Date(startDate) };
    },
  },
  StartSyncExecution: {
    needs: on('StartSyncExecution', 'stateMachineArn'),
    run: async (input, { caller, world }) => {
      const machine = machines.get(input.stateMachineArn);
      if (machine.type !== 'EXPRESS')
        throw new AwsError('StateMachineTypeNotSupported', 'This operation is not supported by this type of state machine');
      const record = executions.start({ machine, input: input.input ?? '{}', name: input.name, by: callerLabel(caller) });
      await record.closed;
      return describeExecution(record, world.clock.now);
    },
  },
  DescribeExecution: {
    needs: on('DescribeExecution', 'executionArn'),
    run: (input, { world }) => describeExecution(executions.get(input.executionArn), world.clock.now),
  },
  StopExecution: {
    needs: on('StopExecution', 'executionArn'),
    run: (input, { world }) => {
      executions.stop(input.executionArn, input.error, input.cause);
      return { stopDate: new Date(world.clock.now) };
    },
  },
  RedriveExecution: {
    needs: on('RedriveExecution', 'executionArn'),
    run: (input, { world }) => {
      executions.redrive(input.executionArn);
      return { redriveDate: new Date(world.clock.now) };
    },
  },
  ListExecutions: {
    needs: on('ListExecutions', 'stateMachineArn'),
    run: (input) => {
      const { arn } = machines.get(input.stateMachineArn);
      const wanted = executions.of(arn).filter((record) => input.statusFilter === undefined || record.status === input.statusFilter);
      const { items, nextToken } = page(wanted.toReversed(), input.maxResults || 100, input.nextToken, 'InvalidToken');
      return { executions: items.map(summary), nextToken };
    },
  },
  GetExecutionHistory: {
    needs: on('GetExecutionHistory', 'executionArn'),
    run: (input, { world }) => {
      const { events } = executions.get(input.executionArn).execution.history;
      const ordered = input.reverseOrder === true ? events.toReversed() : events;
      const { items, nextToken } = page(ordered, input.maxResults || 100, input.nextToken, 'InvalidToken');
      return { events: items.map(viewEvent(world.region, input.includeExecutionData !== false)), nextToken };
    },
  },
});

const tokenOperations = ({ tokens }: Executions): Readonly<Record<string, Operation>> => {
  const ofToken =
    (action: string): Operation['needs'] =>
    (input: { taskToken: string }, world: World) => [
      { action: `states:${action}`, resource: tokens.machineOf(input.taskToken) ?? machineArn(world, '*') },
    ];
  return {
    SendTaskSuccess: { needs: ofToken('SendTaskSuccess'), run: (input) => tokens.succeed(input.taskToken, input.output) ?? {} },
    SendTaskFailure: { needs: ofToken('SendTaskFailure'), run: (input) => tokens.fail(input.taskToken, input.error, input.cause) ?? {} },
    SendTaskHeartbeat: { needs: ofToken('SendTaskHeartbeat'), run: (input) => tokens.beat(input.taskToken) ?? {} },
  };
};

export const stateOperations = (machines: Machines, executions: Executions): Readonly<Record<string, Operation>> => ({
  ...machineOperations(machines),
  ...executionOperations(machines, executions),
  ...tokenOperations(executions),
});
