// The simulated CloudWatch Logs: groups with retention, streams, events, filter patterns and metric filters.
import { AwsError, type Operation, type ResourceType, type SimulatedService } from '../simulated.ts';
import type { World } from '../world.ts';
import { logOperations } from './logs/operations.ts';
import { append, type LogGroup, type LogStream, type LogText } from './logs/group.ts';
import { eventsOf } from './logs/read.ts';
import { logResources } from './logs/resources.ts';

export interface LogLine {
  readonly at: number;
  readonly stream: string;
  readonly message: string;
}

export interface LogStore {
  arn(group: string): string;
  get(group: string): LogGroup | undefined;
  /** By name or ARN; throws ResourceNotFoundException. */
  existing(group: string): LogGroup;
  /** Throws ResourceAlreadyExistsException. */
  create(group: string, options?: { readonly retentionDays?: number; readonly tags?: Readonly<Record<string, string>> }): LogGroup;
  drop(group: string): void;
  all(): readonly LogGroup[];
  stream(group: LogGroup, name: string): LogStream;
  write(group: LogGroup, stream: LogStream, text: LogText, at: number): void;
}

export interface Logs extends SimulatedService {
  /** Writes a line as an AWS service does for its workload; makes the group and stream when they do not exist. `at`: ms, default now. */
  write(group: string, stream: string, text: LogText, at?: number): void;
  /** Lines of a group, oldest first; empty when there is no such group. */
  lines(group: string, choice?: { readonly since?: number; readonly streamPrefix?: string }): readonly LogLine[];
  /** Whether the group exists: the awslogs driver fails without it. */
  exists(group: string): boolean;
}

const makeStore = (world: World): LogStore => {
  const groups = new Map<string, LogGroup>();
  const arn = (name: string): string => `arn:aws:logs:${world.region}:${world.account}:log-group:${name}`;
  const nameOf = (given: string): string => (given.startsWith('arn:') ? given.split(':log-group:')[1]!.replace(/:\*$/, '') : given);
  const get = (given: string): LogGroup | undefined => groups.get(nameOf(given));
  return {
    arn,
    get,
    existing: (given) => {
      const group = get(given);
      if (group === undefined) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
      return group;
    },
    create: (name, options = {}) => {
      if (groups.has(name)) throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
      const group: LogGroup = {
        name,
        arn: arn(name),
        createdAt: world.clock.now,
        retentionDays: options.retentionDays,
        streams: new Map(),
        metricFilters: new Map(),
        tags: options.tags ?? {},
        sequence: 0,
        writes: 0,
      };
      groups.set(name, group);
      return group;
    },
    drop: (given) => void groups.delete(nameOf(given)),
    all: () => [...groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    stream: (group, name) => {
      const known = group.streams.get(name);
      if (known !== undefined) return known;
      const stream: LogStream = { name, createdAt: world.clock.now, events: [] };
      group.streams.set(name, stream);
      return stream;
    },
    write: (group, stream, text, at) => {
      const event = append(group, stream, text, at, world.clock.now);
      for (const filter of group.metricFilters.values()) {
        if (filter.matches(event.message))
          world.services.cloudwatch.record({ namespace: filter.namespace, name: filter.metricName, dimensions: {}, value: filter.value });
      }
    },
  };
};

export const makeLogs = (world: World): Logs => {
  const store = makeStore(world);
  return {
    signingName: 'logs',
    operations: logOperations(world, store) as Readonly<Record<string, Operation>>,
    resources: logResources(store) as Readonly<Record<string, ResourceType>>,
    write: (name, streamName, text, at = world.clock.now) => {
      const group = store.get(name) ?? store.create(name);
      store.write(group, store.stream(group, streamName), text, at);
    },
    lines: (name, { since = 0, streamPrefix = '' } = {}) => {
      const group = store.get(name);
      if (group === undefined) return [];
      return eventsOf(group, (stream) => stream.startsWith(streamPrefix), since).map(({ stream, event }) => ({
        at: event.at,
        stream,
        message: event.message,
      }));
    },
    exists: (name) => store.get(name) !== undefined,
    support: {
      does: [
        'Groups with retention, streams, PutLogEvents, GetLogEvents, FilterLogEvents with pages that may be empty and still carry a token (G6)',
        'Filter patterns: words, phrases, ?optional, -excluded, %regular expressions%, JSON conditions; metric filters',
        'CloudFormation: AWS::Logs::LogGroup, LogStream, MetricFilter, ResourcePolicy, QueryDefinition',
      ],
      doesNot: [
        'Logs Insights (StartQuery): fails by name',
        'Space-delimited patterns: refused by name',
        'Ingestion delay, subscription filters, encryption keys',
      ],
    },
  };
};
