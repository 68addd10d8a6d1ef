// The platform's own state machines: start a story, answer a state that waits for its token (aws-facts F).
import { SendTaskSuccessCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Machines } from '../ports.ts';
import { client, required, type ClientHost } from './clients.ts';
import { attempt, nameOf } from './failure.ts';

export interface MachinesHost extends ClientHost {
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Answers that come too late are the normal end of a race: a token is answered once (design: waiting without polling). */
const LATE: ReadonlySet<string> = new Set(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken']);

/** Machines by story name; MACHINE_PREFIX is the ARN up to the story: `arn:…:stateMachine:<id>-`. */
export const machines = (host: MachinesHost): Machines => {
  const sfn = client(SFNClient, host);
  return {
    start: async (story, input, name) => {
      const stateMachineArn = `${required(host.environment, 'MACHINE_PREFIX')}${story}`;
      const command = new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input), ...(name === undefined ? {} : { name }) });
      try {
        await attempt('states:StartExecution', story, () => sfn.send(command));
        return 'started';
      } catch (error) {
        if (nameOf(error) === 'ExecutionAlreadyExists') return 'already';
        throw error;
      }
    },
    answer: async (taskToken, output) => {
      const command = new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) });
      try {
        await attempt('states:SendTaskSuccess', 'a waiting state', () => sfn.send(command));
        return 'answered';
      } catch (error) {
        if (LATE.has(nameOf(error))) return 'late';
        throw error;
      }
    },
  };
};
