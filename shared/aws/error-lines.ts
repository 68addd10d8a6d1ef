// The newest error lines of a log group (aws-facts G6): newest first, page by page, until enough are found.
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { client, type ClientHost } from './clients.ts';
import { attempt } from './failure.ts';

/** What an error line contains in the languages people run; any one of them is enough. */
const PATTERN = [
  'ERROR',
  'Error',
  'error',
  'Exception',
  'exception',
  'FATAL',
  'Fatal',
  'fatal',
  'CRITICAL',
  'panic',
  'Traceback',
  'refused',
  'timed out',
  'Timeout',
  'denied',
  'Throttl',
  'exhausted',
  'Killed',
]
  .map((word) => `?"${word}"`)
  .join(' ');
const ENOUGH = 120;
/** A page may be empty and still have a next one. */
const MOST_PAGES = 5;
const LONGEST_LINE = 2_000;

export interface ErrorLine {
  readonly text: string;
  /** Id of the task that wrote it: the end of its stream's name. */
  readonly task: string;
}

/** Error lines of the group between two instants, oldest first; lines that only say a request went well (HTTP 2xx) are never among them. */
export const errorLines =
  (host: ClientHost) =>
  async (logGroup: string, from: string, to: string): Promise<readonly ErrorLine[]> => {
    const logs = client(CloudWatchLogsClient, host);
    const newestFirst: ErrorLine[] = [];
    let nextToken: string | undefined;
    for (let page = 0; page < MOST_PAGES && newestFirst.length < ENOUGH; page += 1) {
      const command = new FilterLogEventsCommand({
        logGroupName: logGroup,
        startTime: Date.parse(from),
        endTime: Date.parse(to),
        filterPattern: PATTERN,
        limit: ENOUGH,
        startFromHead: false,
        nextToken,
      });
      const answer = await attempt('logs:FilterLogEvents', logGroup, () => logs.send(command));
      for (const { message, logStreamName } of answer.events ?? []) {
        newestFirst.push({ text: (message ?? '').trimEnd().slice(0, LONGEST_LINE), task: logStreamName?.split('/').at(-1) ?? '' });
      }
      nextToken = answer.nextToken;
      if (nextToken === undefined) break;
    }
    return newestFirst.slice(0, ENOUGH).reverse();
  };
