// Reading events: FilterLogEvents with its (sometimes empty) pages, and GetLogEvents with its two-way tokens (aws-facts G6).
import { AwsError } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { eventBytes, type LogEvent, type LogGroup } from './group.ts';
import { compilePattern } from './pattern.ts';

interface Located {
  readonly stream: string;
  readonly event: LogEvent;
}

const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', message);
const mebibyte = 1_048_576;

const oldestFirst = (a: Located, b: Located): number => a.event.at - b.event.at || a.event.sequence - b.event.sequence;

/** Events of the group within [since, until], oldest first. */
export const eventsOf = (group: LogGroup, choose: (stream: string) => boolean, since = 0, until = Infinity): readonly Located[] =>
  [...group.streams.values()]
    .filter((stream) => choose(stream.name))
    .flatMap((stream) => stream.events.filter(({ at }) => at >= since && at <= until).map((event) => ({ stream: stream.name, event })))
    .sort(oldestFirst);

const eventId = (event: LogEvent): string => String(event.at).padStart(20, '0') + String(event.sequence).padStart(36, '0');

const chooser = (input: any): ((stream: string) => boolean) => {
  const names: readonly string[] | undefined = input.logStreamNames;
  const prefix: string | undefined = input.logStreamNamePrefix;
  if (names !== undefined && prefix !== undefined) throw invalid('LogStreamNames and LogStreamNamePrefix can not both be specified');
  if (names !== undefined && names.length > 100) throw invalid('At most 100 log stream names');
  return names !== undefined ? (stream) => names.includes(stream) : (stream) => stream.startsWith(prefix ?? '');
};

/** Events a page looks at before it gives up and answers a token, however few matched. */
const scannedPerPage = 5000;

const offsetOf = (token: string | undefined): number => {
  if (token === undefined) return 0;
  const match = /^at:(\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  if (match === null) throw invalid('The specified nextToken is invalid.');
  return Number(match[1]);
};

const tokenAt = (offset: number): string => Buffer.from(`at:${offset}`).toString('base64url');

/** One page. A page may be empty and still carry a token: callers must go on until there is none. */
export const filterEvents = (world: World, group: LogGroup, input: any): object => {
  const limit: number = input.limit ?? 10_000;
  if (limit < 1 || limit > 10_000) throw invalid('1 validation error detected: Value at limit must be between 1 and 10000');
  const matches = compilePattern(input.filterPattern ?? '');
  const inOrder = eventsOf(group, chooser(input), input.startTime, input.endTime);
  const events: readonly Located[] = input.startFromHead === false ? inOrder.toReversed() : inOrder;
  const start = offsetOf(input.nextToken);
  const emptyPage = input.nextToken === undefined && events.length > 0 && world.random.stream('logs.pages').chance(0.1);
  if (emptyPage) return { events: [], searchedLogStreams: [], nextToken: tokenAt(0) };
  const found: Located[] = [];
  let bytes = 0;
  let at = start;
  while (at < events.length && found.length < limit && at - start < scannedPerPage) {
    const one = events[at]!;
    if (matches(one.event.message)) {
      bytes += eventBytes(one.event);
      if (bytes > mebibyte) break;
      found.push(one);
    }
    at += 1;
  }
  return {
    events: found.map(({ stream, event }) => ({
      logStreamName: stream,
      timestamp: event.at,
      message: event.message,
      ingestionTime: event.ingestedAt,
      eventId: eventId(event),
    })),
    searchedLogStreams: [],
    ...(at < events.length ? { nextToken: tokenAt(at) } : {}),
  };
};

/** GetLogEvents: the newest page unless `startFromHead`; the token at an end answers itself again. */
export const getEvents = (group: LogGroup, input: any): object => {
  const stream = group.streams.get(input.logStreamName);
  if (stream === undefined) throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
  const events = stream.events.filter(({ at }) => at >= (input.startTime ?? 0) && at < (input.endTime ?? Infinity));
  const limit: number = input.limit ?? 10_000;
  const token = /^([fb])\/(\d+)$/.exec(input.nextToken ?? '');
  if (input.nextToken !== undefined && token === null) throw invalid('The specified nextToken is invalid.');
  const start =
    token === null
      ? input.startFromHead === true
        ? 0
        : Math.max(0, events.length - limit)
      : token[1] === 'f'
        ? Number(token[2])
        : Math.max(0, Number(token[2]) - limit);
  const end = token?.[1] === 'b' ? Number(token[2]) : Math.min(events.length, start + limit);
  return {
    events: events.slice(start, end).map((event) => ({ timestamp: event.at, message: event.message, ingestionTime: event.ingestedAt })),
    nextForwardToken: `f/${end}`,
    nextBackwardToken: `b/${start}`,
  };
};
