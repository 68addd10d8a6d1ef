// The CloudWatch Logs API.
import { AwsError, type Operation } from '../../simulated.ts';
import type { World } from '../../world.ts';
import type { LogStore } from '../logs.ts';
import { page } from '../paging.ts';
import { applyRetention, eventBytes, type LogGroup, type LogStream } from './group.ts';
import { filterEvents, getEvents } from './read.ts';

const retentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/** Checks a retention in days against the values CloudWatch Logs takes. */
export const checkRetention = (days: number): number => {
  if (!retentions.includes(days))
    throw new AwsError(
      'InvalidParameterException',
      `1 validation error detected: Value '${days}' at 'retentionInDays' failed to satisfy constraint`,
    );
  return days;
};

const shownGroup = (group: LogGroup) => ({
  logGroupName: group.name,
  creationTime: group.createdAt,
  arn: `${group.arn}:*`,
  logGroupArn: group.arn,
  metricFilterCount: group.metricFilters.size,
  storedBytes: [...group.streams.values()].flatMap((stream) => stream.events).reduce((sum, event) => sum + eventBytes(event), 0),
  ...(group.retentionDays === undefined ? {} : { retentionInDays: group.retentionDays }),
});

const shownStream = (group: LogGroup, stream: LogStream) => ({
  logStreamName: stream.name,
  creationTime: stream.createdAt,
  arn: `${group.arn}:log-stream:${stream.name}`,
  ...(stream.events.length === 0
    ? {}
    : {
        firstEventTimestamp: stream.events[0]!.at,
        lastEventTimestamp: stream.events.at(-1)!.at,
        lastIngestionTime: stream.events.at(-1)!.ingestedAt,
      }),
});

const describeStreams = (group: LogGroup, input: any): object => {
  const chosen = [...group.streams.values()].filter((stream) => stream.name.startsWith(input.logStreamNamePrefix ?? ''));
  const last = (stream: LogStream): number => stream.events.at(-1)?.at ?? 0;
  const byTime = input.orderBy === 'LastEventTime';
  if (byTime && input.logStreamNamePrefix !== undefined)
    throw new AwsError('InvalidParameterException', 'Cannot order by LastEventTime with a logStreamNamePrefix.');
  const ordered = chosen.sort((a, b) => (byTime ? last(a) - last(b) : a.name < b.name ? -1 : 1));
  const { items, nextToken } = page(input.descending === true ? ordered.reverse() : ordered, input.limit ?? 50, input.nextToken);
  return { logStreams: items.map((stream) => shownStream(group, stream)), ...(nextToken === undefined ? {} : { nextToken }) };
};

const putEvents = (world: World, store: LogStore, group: LogGroup, input: any): object => {
  const stream = group.streams.get(input.logStreamName);
  if (stream === undefined) throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
  const tooOld = world.clock.now - 14 * 86_400_000;
  for (const { timestamp, message } of input.logEvents) if (timestamp > tooOld) store.write(group, stream, message, timestamp);
  return { nextSequenceToken: String(group.sequence) };
};

const groupOperations = (world: World, store: LogStore, on: On): Readonly<Record<string, Operation>> => ({
  CreateLogGroup: {
    needs: (input) => [{ action: 'logs:CreateLogGroup', resource: `${store.arn(input.logGroupName)}:log-stream:` }],
    run: (input) => {
      store.create(input.logGroupName, { tags: input.tags ?? {} });
      return {};
    },
  },
  DeleteLogGroup: on('DeleteLogGroup', (group) => {
    store.drop(group.name);
    return {};
  }),
  PutRetentionPolicy: on('PutRetentionPolicy', (group, input) => {
    group.retentionDays = checkRetention(input.retentionInDays);
    applyRetention(group, world.clock.now);
    return {};
  }),
  DeleteRetentionPolicy: on('DeleteRetentionPolicy', (group) => {
    group.retentionDays = undefined;
    return {};
  }),
  DescribeLogGroups: {
    needs: () => [{ action: 'logs:DescribeLogGroups', resource: `${store.arn('')}:log-stream:` }],
    run: (input) => {
      const chosen = store
        .all()
        .filter((group) => group.name.startsWith(input.logGroupNamePrefix ?? '') && group.name.includes(input.logGroupNamePattern ?? ''));
      const { items, nextToken } = page(chosen, input.limit ?? 50, input.nextToken);
      return { logGroups: items.map(shownGroup), ...(nextToken === undefined ? {} : { nextToken }) };
    },
  },
});

type On = (action: string, run: (group: LogGroup, input: any) => unknown) => Operation;

export const logOperations = (world: World, store: LogStore): Readonly<Record<string, Operation>> => {
  const groupOf = (input: any): string => input.logGroupName ?? input.logGroupIdentifier;
  const on: On = (action, run) => ({
    needs: (input) => {
      const name = store.get(groupOf(input))?.name ?? groupOf(input);
      return [
        {
          action: `logs:${action}`,
          resource: `${name.startsWith('arn:') ? name : store.arn(name)}:log-stream:${input.logStreamName ?? ''}`,
        },
      ];
    },
    run: (input) => run(store.existing(groupOf(input)), input),
  });
  return {
    ...groupOperations(world, store, on),
    CreateLogStream: on('CreateLogStream', (group, input) => {
      if (group.streams.has(input.logStreamName))
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
      store.stream(group, input.logStreamName);
      return {};
    }),
    DeleteLogStream: on('DeleteLogStream', (group, input) => {
      group.streams.delete(input.logStreamName);
      return {};
    }),
    DescribeLogStreams: on('DescribeLogStreams', (group, input) => {
      applyRetention(group, world.clock.now);
      return describeStreams(group, input);
    }),
    PutLogEvents: on('PutLogEvents', (group, input) => putEvents(world, store, group, input)),
    GetLogEvents: on('GetLogEvents', (group, input) => {
      applyRetention(group, world.clock.now);
      return getEvents(group, input);
    }),
    FilterLogEvents: on('FilterLogEvents', (group, input) => {
      applyRetention(group, world.clock.now);
      return filterEvents(world, group, input);
    }),
  };
};
