// `dayshift shell`: a shell in a running task by ECS Exec, with what stands in its way named.
import { ecsServices } from '../../shared/aws/ecs-services.ts';
import { nameOf } from '../../shared/aws/failure.ts';
import { openShell, type ShellSession } from '../../shared/aws/task-shell.ts';
import { shellRemedy } from '../../shared/domain/shell-access.ts';
import { meant } from '../../shared/domain/nearest-names.ts';
import { atPlace, type Work } from '../at-place.ts';
import { WrongUse } from '../command.ts';
import { notPossible } from '../failure.ts';
import { runTool } from '../run-tool.ts';
import { oneService } from '../services.ts';

/** ECS refuses a task whose agent was not started, or has no way to Session Manager. */
const REFUSALS: ReadonlySet<string> = new Set(['InvalidParameterException', 'TargetNotConnectedException']);

const session = async ({ place, values }: Work, service: string, task: string, container: string): Promise<ShellSession> => {
  const { manifest, host, platform } = place;
  try {
    return await openShell(host)(manifest.cluster, task, container, String(values['command']));
  } catch (error) {
    if (!REFUSALS.has(nameOf(error))) throw error;
    const described = platform.file.services[service];
    const remedy = described === undefined ? '' : shellRemedy(service, described, manifest.stage);
    throw Object.assign(notPossible(`No shell can be opened in ${container} of ${service}. ${remedy}`), { cause: error });
  }
};

export const shell = atPlace(
  {
    name: 'shell',
    summary: 'A shell in a running task (ECS Exec)',
    usage: 'shell [SERVICE] [--container NAME] [--command TEXT]',
    options: {
      container: { type: 'string', value: 'NAME', help: 'container of the task (default: the first)' },
      command: { type: 'string', value: 'TEXT', help: 'what to run (default: /bin/sh)', default: '/bin/sh' },
    },
    example: 'npx dayshift shell app',
  },
  async (work) => {
    const { place, values, positionals, terminal } = work;
    const service = oneService(place.manifest, positionals);
    const names = service.containers.map(({ name }) => name);
    const container = typeof values['container'] === 'string' ? values['container'] : (names[0] ?? '');
    if (!names.includes(container)) throw new WrongUse(`${service.name} has no container ${container}. ${meant(container, names)}`);
    const tasks = (await ecsServices(place.host).tasks([service.serviceName])).get(service.serviceName) ?? [];
    const running = tasks.find(({ status }) => status === 'RUNNING');
    if (running === undefined)
      throw notPossible(`No task of ${service.name} runs. dayshift status tells why; a sleeping platform wakes with dayshift wake.`);
    if (place.kind === 'aws') await runTool('session-manager-plugin', ['--version']);
    const { sessionId, streamUrl, tokenValue } = await session(work, service.name, running.arn, container);
    if (place.kind === 'local') {
      terminal.out(`The session ${sessionId} into ${container} of ${service.name} is open.\n`);
      terminal.err('Containers of a rehearsal run no program: on AWS its prompt would follow here.\n');
      return 0;
    }
    const target = { Target: `ecs:${place.manifest.cluster}_${running.arn.split('/').at(-1) ?? ''}_${container}` };
    const response = JSON.stringify({ SessionId: sessionId, StreamUrl: streamUrl, TokenValue: tokenValue });
    await runTool(
      'session-manager-plugin',
      [response, place.manifest.region, 'StartSession', '', JSON.stringify(target), `https://ssm.${place.manifest.region}.amazonaws.com`],
      { show: true },
    );
    return 0;
  },
);
