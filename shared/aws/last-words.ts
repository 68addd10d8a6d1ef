// What a container said before it stopped: the end of its own log stream, `<service>/<container>/<task id>` (aws-facts G6).
import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { Manifest } from '../domain/manifest.ts';
import { redact } from '../domain/redact.ts';
import type { LastWords } from '../ports.ts';
import { client, type ClientHost } from './clients.ts';
import { attempt } from './failure.ts';

export interface LastWordsHost extends ClientHost {
  readonly manifest: Manifest;
}

/** Last lines of a task's container, redacted; empty when it never wrote one. */
export const lastWords = (host: LastWordsHost): LastWords => {
  const logs = client(CloudWatchLogsClient, host);
  return {
    lines: async (logGroup, task, container, limit) => {
      const service = host.manifest.services.find((candidate) => candidate.logGroup === logGroup)?.name ?? '';
      const stream = `${service}/${container}/${task.split('/').at(-1) ?? task}`;
      const command = new GetLogEventsCommand({ logGroupName: logGroup, logStreamName: stream, limit, startFromHead: false });
      const [answer] = await Promise.allSettled([attempt('logs:GetLogEvents', stream, () => logs.send(command))]);
      if (answer.status === 'fulfilled') return (answer.value.events ?? []).map(({ message }) => redact((message ?? '').trimEnd()));
      // A container that never started has no stream.
      if ((answer.reason as Error).name === 'ResourceNotFoundException') return [];
      throw answer.reason;
    },
  };
};
