// Opens a session into a running task (ECS Exec); the session itself is spoken by AWS's plugin.
import { ECSClient, ExecuteCommandCommand } from '@aws-sdk/client-ecs';
import { client, type ClientHost } from './clients.ts';
import { attempt } from './failure.ts';

export interface ShellSession {
  readonly sessionId: string;
  readonly streamUrl: string;
  readonly tokenValue: string;
}

/** Throws AWS's InvalidParameterException when the task was started without execute command. */
export const openShell =
  (host: ClientHost) =>
  async (cluster: string, task: string, container: string, command: string): Promise<ShellSession> => {
    const ecs = client(ECSClient, host);
    const { session } = await attempt('ecs:ExecuteCommand', `${container} in ${task}`, () =>
      ecs.send(new ExecuteCommandCommand({ cluster, task, container, command, interactive: true })),
    );
    return { sessionId: session?.sessionId ?? '', streamUrl: session?.streamUrl ?? '', tokenValue: session?.tokenValue ?? '' };
  };
