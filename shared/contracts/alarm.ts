// What crosses the alarm story's borders: CloudWatch's event, what the machine hands its door, and what the door answers.
import * as v from 'valibot';
import type { Look } from '../domain/alarm-decide.ts';

/** An event pattern as EventBridge reads it. */
export interface Pattern {
  readonly source: string[];
  readonly 'detail-type': string[];
  readonly resources?: object[];
  readonly detail: Record<string, unknown>;
}

/** The alarm on the alarm story's failures, after the platform's prefix: CloudWatch itself mails that it began. */
const OWN_FAILURES = 'alarm-story-failed';

/**
 * The platform's own alarms going into ALARM, whatever they were before, and leaving it; target tracking's alarms have names of their own
 * and stay out (L1). A new alarm's first datapoints (INSUFFICIENT_DATA to OK) and a quiet alarm that loses its data start nothing. One that
 * lost its data while it stood is looked at every ten minutes by the execution that its leaving ALARM began.
 * The alarm on this story's own failures stays out: told by a story that fails, it would fail it again, all day long.
 */
export const alarmPattern = (prefix: string): Pattern => ({
  source: ['aws.cloudwatch'],
  'detail-type': ['CloudWatch Alarm State Change'],
  resources: [{ 'anything-but': { suffix: `:alarm:${prefix}${OWN_FAILURES}` } }],
  detail: { alarmName: [{ prefix }], $or: [{ state: { value: ['ALARM'] } }, { previousState: { value: ['ALARM'] } }] },
});

/** Tasks of the platform's cluster that stopped for a reason worth keeping (aws-facts A6): scaling in and rollouts are none. */
export const stoppedPattern = (clusterArn: string): Pattern => ({
  source: ['aws.ecs'],
  'detail-type': ['ECS Task State Change'],
  detail: {
    clusterArn: [clusterArn],
    lastStatus: ['STOPPED'],
    stopCode: ['EssentialContainerExited', 'TaskFailedToStart', 'SpotInterruption', 'TerminationNotice', 'InfrastructureHealth'],
  },
});

/** CloudWatch writes `2019-10-02T17:04:40.989+0000`: an offset without a colon. */
const CloudWatchInstant = v.pipe(
  v.string(),
  v.transform((text) => text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')),
  v.check((text) => !Number.isNaN(Date.parse(text)), 'is not an instant'),
  v.transform((text) => new Date(text).toISOString()),
);
const State = v.picklist(['ALARM', 'OK', 'INSUFFICIENT_DATA']);

const AlarmEvent = v.object({
  'detail-type': v.literal('CloudWatch Alarm State Change'),
  detail: v.object({
    alarmName: v.string(),
    state: v.object({ value: State, timestamp: CloudWatchInstant }),
    muteDetail: v.optional(v.object({ muteWindowEnd: CloudWatchInstant })),
  }),
});

const LookSchema = v.object({
  kind: v.picklist(['quiet', 'follow', 'stable', 'missing', 'remind', 'acknowledged']),
  alarm: v.string(),
  since: v.string(),
  incident: v.nullable(v.string()),
  by: v.optional(v.string()),
});

const Step = { at: v.pipe(v.string(), v.isoTimestamp()), execution: v.string() };

/** Input of alarm/report: an event of CloudWatch on first sight, or what the machine was told to look at again. */
export const ReportInput = v.union([v.object({ ...Step, ...AlarmEvent.entries }), v.object({ ...Step, look: LookSchema })]);
export type ReportInput = v.InferOutput<typeof ReportInput>;

/** What is asked: an alarm's new state, or a second look. */
export interface Question {
  readonly alarm: string;
  /** null when only time has passed. */
  readonly event: {
    readonly state: 'ALARM' | 'OK' | 'INSUFFICIENT_DATA';
    readonly since: string;
    readonly mutedUntil: string | null;
  } | null;
  readonly look: Look | null;
  readonly execution: string;
  readonly at: string;
}

export const questionOf = (input: ReportInput): Question => {
  const { at, execution } = input;
  if ('look' in input) return { alarm: input.look.alarm, event: null, look: input.look, execution, at };
  const { alarmName, state, muteDetail } = input.detail;
  return {
    alarm: alarmName,
    event: { state: state.value, since: state.timestamp, mutedUntil: muteDetail?.muteWindowEnd ?? null },
    look: null,
    execution,
    at,
  };
};

/** Answer of alarm/report: done, or wait until an instant and look again. */
export type ReportAnswer =
  | { readonly action: 'done'; readonly reason: string }
  | { readonly action: 'wait'; readonly reason: string; readonly until: string; readonly look: Look };

/** Input of alarm/capture: the stopped task as ECS's event describes it; unknown fields are left out. */
export const StoppedEvent = v.object({
  'detail-type': v.literal('ECS Task State Change'),
  time: v.string(),
  detail: v.object({
    taskArn: v.string(),
    taskDefinitionArn: v.string(),
    group: v.optional(v.string(), ''),
    stopCode: v.optional(v.string(), 'Unknown'),
    stoppedReason: v.optional(v.string(), ''),
    stoppedAt: v.optional(v.string()),
    containers: v.array(
      v.object({
        name: v.string(),
        exitCode: v.optional(v.number()),
        reason: v.optional(v.string()),
        imageDigest: v.optional(v.string()),
      }),
    ),
  }),
});
export type StoppedEvent = v.InferOutput<typeof StoppedEvent>;

/** An alarm's event as AWS documents it (aws-facts A7). */
export const alarmSample = {
  version: '0',
  id: 'c4c1c1c9-6542-e61b-6ef0-8c4d36933a92',
  'detail-type': 'CloudWatch Alarm State Change',
  source: 'aws.cloudwatch',
  account: '123456789012',
  time: '2026-11-21T09:02:40Z',
  region: 'us-east-1',
  resources: ['arn:aws:cloudwatch:us-east-1:123456789012:alarm:wizelit-dev-api-slow'],
  detail: {
    alarmName: 'wizelit-dev-api-slow',
    state: {
      value: 'ALARM',
      timestamp: '2026-11-21T09:02:40.989+0000',
      reason: 'Threshold Crossed: 3 datapoints were greater than the threshold (1.0).',
    },
    previousState: { value: 'OK', timestamp: '2026-11-20T13:56:40.987+0000' },
    configuration: { description: 'One request in ten to api has been slow for 15 minutes.', metrics: [] },
  },
} as const;
