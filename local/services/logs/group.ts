// Log groups, streams and events, with retention.
import type { LogMatcher } from './pattern.ts';

export interface LogEvent {
  readonly at: number;
  readonly message: string;
  readonly ingestedAt: number;
  /** Order of arrival over all streams of the group. */
  readonly sequence: number;
}

export interface LogStream {
  readonly name: string;
  readonly createdAt: number;
  events: LogEvent[];
}

/** Counts matching lines into a metric. */
export interface MetricFilter {
  readonly name: string;
  readonly matches: LogMatcher;
  readonly metricName: string;
  readonly namespace: string;
  readonly value: number;
}

export interface LogGroup {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  retentionDays: number | undefined;
  readonly streams: Map<string, LogStream>;
  readonly metricFilters: Map<string, MetricFilter>;
  tags: Readonly<Record<string, string>>;
  sequence: number;
  /** Writes since retention was last applied. */
  writes: number;
}

const day = 86_400_000;

/** Drops events and empty streams older than the group's retention. */
export const applyRetention = (group: LogGroup, now: number): void => {
  group.writes = 0;
  if (group.retentionDays === undefined) return;
  const oldest = now - group.retentionDays * day;
  for (const stream of group.streams.values()) {
    if ((stream.events[0]?.at ?? Infinity) < oldest) stream.events = stream.events.filter((event) => event.at >= oldest);
    if (stream.events.length === 0 && stream.createdAt < oldest) group.streams.delete(stream.name);
  }
};

/** A line, or how to write it: most lines of a rehearsal are never read. */
export type LogText = string | (() => string);

const eventOf = (at: number, text: LogText, ingestedAt: number, sequence: number): LogEvent => {
  if (typeof text === 'string') return { at, message: text, ingestedAt, sequence };
  let written: string | undefined;
  return { at, ingestedAt, sequence, get message() { return (written ??= text()); } };
};

/** Appends an event, keeping the stream in order of its timestamps. */
export const append = (group: LogGroup, stream: LogStream, text: LogText, at: number, now: number): LogEvent => {
  group.sequence += 1;
  group.writes += 1;
  if (group.writes > 2000) applyRetention(group, now);
  const event = eventOf(at, text, now, group.sequence);
  let place = stream.events.length;
  while (place > 0 && stream.events[place - 1]!.at > at) place -= 1;
  if (place === stream.events.length) stream.events.push(event);
  else stream.events.splice(place, 0, event);
  return event;
};

/** Bytes a page counts per event: its text and 26. */
export const eventBytes = (event: LogEvent): number => Buffer.byteLength(event.message) + 26;
