// One queue and its messages: visibility, delays, receive counts, dead letters, retention, first-in-first-out groups.
import { createHash } from 'node:crypto';
import type { PolicyDocument } from '../../simulated.ts';

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: Uint8Array;
}

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly md5: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly groupId: string | undefined;
  readonly dedupId: string | undefined;
  readonly sequence: number;
  readonly sender: string;
  sentAt: number;
  visibleAt: number;
  receives: number;
  firstReceivedAt: number | undefined;
  /** The handle of the latest receive; undefined before the first one. */
  handle: string | undefined;
}

export interface QueueSettings {
  fifo: boolean;
  contentDeduplication: boolean;
  visibilitySeconds: number;
  delaySeconds: number;
  retentionSeconds: number;
  maximumBytes: number;
  waitSeconds: number;
  redrive: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number } | undefined;
  policy: PolicyDocument | undefined;
  kmsKey: string | undefined;
  tags: Readonly<Record<string, string>>;
}

export interface Queue {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly createdAt: number;
  readonly settings: QueueSettings;
  messages: Message[];
  /** Deduplication ids of the last five minutes with the message they stand for. */
  readonly recent: Map<string, { readonly at: number; readonly id: string; readonly sequence: number }>;
  sequence: number;
  /** Called whenever a message may have become visible. */
  readonly listeners: Set<() => void>;
}

export const defaults = (fifo: boolean): QueueSettings => ({
  fifo,
  contentDeduplication: false,
  visibilitySeconds: 30,
  delaySeconds: 0,
  retentionSeconds: 345_600,
  maximumBytes: 1_048_576,
  waitSeconds: 0,
  redrive: undefined,
  policy: undefined,
  kmsKey: undefined,
  tags: {},
});

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** Drops messages whose retention has passed. */
export const forgetOld = (queue: Queue, now: number): void => {
  const oldest = now - queue.settings.retentionSeconds * 1000;
  if (queue.messages.some((message) => message.sentAt <= oldest))
    queue.messages = queue.messages.filter((message) => message.sentAt > oldest);
};

export const isVisible = (message: Message, now: number): boolean => message.visibleAt <= now;
/** Received and neither deleted nor timed out. */
export const isInFlight = (message: Message, now: number): boolean => message.receives > 0 && message.visibleAt > now;

const fiveMinutes = 300_000;

/** The earlier message of the same deduplication id within five minutes, if any. */
export const duplicateOf = (
  queue: Queue,
  dedupId: string | undefined,
  now: number,
): { readonly id: string; readonly sequence: number } | undefined => {
  if (dedupId === undefined) return undefined;
  const known = queue.recent.get(dedupId);
  return known !== undefined && now - known.at < fiveMinutes ? known : undefined;
};

/** Messages that may be received now, oldest first; a FIFO group waits while one of its messages is in flight. */
export const receivable = (queue: Queue, now: number): readonly Message[] => {
  if (!queue.settings.fifo) return queue.messages.filter((message) => isVisible(message, now));
  const blocked = new Set(queue.messages.filter((message) => isInFlight(message, now)).map((message) => message.groupId));
  return queue.messages.filter((message) => {
    if (blocked.has(message.groupId)) return false;
    if (isVisible(message, now)) return true;
    blocked.add(message.groupId);
    return false;
  });
};

/** The instant at which the next message becomes visible (now or later); undefined when nothing waits. */
export const nextVisible = (queue: Queue): number | undefined =>
  queue.messages.reduce<number | undefined>(
    (least, message) => (least === undefined || message.visibleAt < least ? message.visibleAt : least),
    undefined,
  );
