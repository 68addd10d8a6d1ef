// Log lines of a service's log group since an instant, oldest first; pages may be empty before the last (aws-facts G6).
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { client, type ClientHost } from './clients.ts';
import { attempt } from './failure.ts';

export interface LogLine {
  readonly id: string;
  readonly at: number;
  /** `prefix/container/task`, as the awslogs driver names it. */
  readonly stream: string;
  readonly message: string;
}

const MOST_PAGES = 50;

/** Lines from `since` (milliseconds, inclusive); an empty group or one that does not exist yet has none. */
export const logLines =
  (host: ClientHost) =>
  async (logGroupName: string, since: number): Promise<readonly LogLine[]> => {
    const logs = client(CloudWatchLogsClient, host);
    const found: LogLine[] = [];
    let nextToken: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const command = new FilterLogEventsCommand({ logGroupName, startTime: since, ...(nextToken === undefined ? {} : { nextToken }) });
      const answer = await attempt('logs:FilterLogEvents', logGroupName, () => logs.send(command));
      for (const { eventId, timestamp, logStreamName, message } of answer.events ?? []) {
        found.push({ id: eventId ?? '', at: timestamp ?? 0, stream: logStreamName ?? '', message: message ?? '' });
      }
      nextToken = answer.nextToken;
      if (nextToken === undefined) break;
    }
    return found;
  };
