// ECS Exec: opens a session into a container of a running task; nothing listens at its other end, for containers run no program here.
import { AwsError } from '../../simulated.ts';
import type { World } from '../../world.ts';
import type { Task } from './model.ts';
import { clusterOf, findTask, type EcsState } from './state.ts';

const CHANNELS = ['CreateControlChannel', 'CreateDataChannel', 'OpenControlChannel', 'OpenDataChannel'];

/** The agent in the task speaks to Session Manager as the task's own role. */
const agentConnects = (world: World, { id, definition: { taskRoleArn: roleArn } }: Task): boolean =>
  roleArn !== undefined &&
  CHANNELS.every(
    (channel) =>
      world.services.iam.allows({ kind: 'role', roleArn, session: id }, { action: `ssmmessages:${channel}`, resource: '*' }).allowed,
  );

/** Refused as ECS refuses: a task without the agent, one that does not run, a container it has not, an agent without its channels. */
export const executeCommand = (state: EcsState, input: any): object => {
  const { world } = state;
  const cluster = clusterOf(state, input.cluster);
  const task = findTask(state, cluster, input.task);
  if (task === undefined || !task.enableExecuteCommand || task.lastStatus !== 'RUNNING')
    throw new AwsError(
      'InvalidParameterException',
      'The execute command failed because execute command was not enabled when the task was run or the execute command agent isn’t running.',
    );
  const container = task.containers.find(({ definition }) => input.container === undefined || definition.name === input.container);
  if (container === undefined) throw new AwsError('InvalidParameterException', `Container ${input.container} was not found in the task.`);
  if (!agentConnects(world, task))
    throw new AwsError('TargetNotConnectedException', 'The execute command failed due to an internal error. Try again later.');
  const sessionId = `ecs-execute-command-${world.random.stream('ecs.exec').uuid().replaceAll('-', '').slice(0, 17)}`;
  return {
    clusterArn: cluster.arn,
    taskArn: task.arn,
    containerName: container.definition.name,
    interactive: input.interactive,
    session: {
      sessionId,
      streamUrl: `wss://ssmmessages.${world.region}.amazonaws.com/v1/data-channel/${sessionId}`,
      tokenValue: `token-of-${sessionId}`,
    },
  };
};
