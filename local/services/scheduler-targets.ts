// What a schedule does when it fires: attributes filled in, the target called as its role, retried, or the dead-letter queue told.
import type { AwsError, Caller } from '../simulated.ts';
import type { World } from '../world.ts';
import { attributes, queueUrl } from './events/delivery.ts';
import { findSdkTarget, toApiInput } from './sdk-integration.ts';

export interface ScheduleTarget {
  readonly Arn: string;
  readonly RoleArn: string;
  readonly Input?: string;
  readonly RetryPolicy?: { readonly MaximumEventAgeInSeconds?: number; readonly MaximumRetryAttempts?: number };
  readonly DeadLetterConfig?: { readonly Arn?: string };
  readonly EventBridgeParameters?: { readonly DetailType: string; readonly Source: string };
  readonly SqsParameters?: { readonly MessageGroupId?: string };
}

export interface Firing {
  readonly scheduleArn: string;
  readonly scheduleName: string;
  readonly target: ScheduleTarget;
  /** The time the schedule asked for, virtual milliseconds. */
  readonly scheduledTime: number;
}

interface ApiCall {
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
}

const universalTarget = /^arn:aws:scheduler:::aws-sdk:([^:]+):(.+)$/;

/** Refuses at creation what could never be called, by name. */
export const checkScheduleTarget = (target: ScheduleTarget): void => {
  const universal = universalTarget.exec(target.Arn);
  if (universal !== null) {
    findSdkTarget(universal[1] ?? '', universal[2] ?? '');
    return;
  }
  const service = target.Arn.split(':')[2] ?? '';
  if (!['lambda', 'states', 'sqs', 'sns', 'events'].includes(service)) {
    throw new Error(`schedules that target ${service} are not simulated: ${target.Arn}`);
  }
};

const apiCall = (world: World, target: ScheduleTarget, text: string): ApiCall => {
  const universal = universalTarget.exec(target.Arn);
  if (universal !== null) {
    const sdk = findSdkTarget(universal[1] ?? '', universal[2] ?? '');
    return { service: sdk.service, operation: sdk.operation, input: toApiInput(sdk, JSON.parse(text)) };
  }
  const service = target.Arn.split(':')[2] ?? '';
  switch (service) {
    case 'lambda':
      return { service, operation: 'Invoke', input: { FunctionName: target.Arn, InvocationType: 'Event', Payload: Buffer.from(text) } };
    case 'states':
      return { service, operation: 'StartExecution', input: { stateMachineArn: target.Arn, input: text } };
    case 'sqs':
      return {
        service,
        operation: 'SendMessage',
        input: { QueueUrl: queueUrl(world, target.Arn), MessageBody: text, MessageGroupId: target.SqsParameters?.MessageGroupId },
      };
    case 'sns':
      return { service, operation: 'Publish', input: { TopicArn: target.Arn, Message: text } };
    case 'events': {
      const { Source, DetailType } = target.EventBridgeParameters ?? { Source: '', DetailType: '' };
      return { service, operation: 'PutEvents', input: { Entries: [{ Source, DetailType, Detail: text, EventBusName: target.Arn }] } };
    }
    default:
      throw new Error(`schedules that target ${service} are not simulated: ${target.Arn}`);
  }
};

/** Times in Input and in DLQ attributes carry seconds, no fraction (aws-facts A13). */
const secondsTime = (instant: number): string => new Date(instant).toISOString().replace(/\.\d+Z$/, 'Z');

const fillAttributes = (input: string, firing: Firing, executionId: string, attempt: number): string => {
  const values: Readonly<Record<string, string>> = {
    'aws.scheduler.schedule-arn': firing.scheduleArn,
    'aws.scheduler.scheduled-time': secondsTime(firing.scheduledTime),
    'aws.scheduler.execution-id': executionId,
    'aws.scheduler.attempt-number': String(attempt),
  };
  return input.replaceAll(/<(aws\.scheduler\.[a-z-]+)>/g, (whole, name: string) => values[name] ?? whole);
};

/** Client errors that trying again does not heal. */
const lasting = /NotFound|DoesNotExist|NonExistent|AccessDenied|NotAuthorized|AuthorizationError|Validation|Invalid|AlreadyExists/;

/** Calls the target until it accepts or the retry policy ends (aws-facts F: 24 h and 185 attempts unless written). */
export const makeFire = (world: World): ((firing: Firing) => Promise<void>) => {
  const random = world.random.stream('scheduler');
  const attempt = async (firing: Firing, retries: number): Promise<void> => {
    const { target } = firing;
    const executionId = random.hex(16);
    const text = fillAttributes(target.Input ?? '{}', firing, executionId, retries + 1);
    const caller: Caller = { kind: 'role', roleArn: target.RoleArn, session: executionId };
    world.trail.add({
      kind: 'schedule',
      who: firing.scheduleName,
      what: `fires for ${secondsTime(firing.scheduledTime)}`,
      detail: { target: target.Arn, attempt: retries + 1 },
    });
    try {
      await world.call({ ...apiCall(world, target, text), caller });
    } catch (problem) {
      const { code, message } = problem as AwsError;
      if (code === undefined) throw problem;
      const exhausted = exhaustedBy(firing, code, retries, world.clock.now);
      if (exhausted !== undefined) {
        await giveUp(world, firing, { text, code, message, retries, exhausted, executionId });
        return;
      }
      const seconds = Math.min(2 ** retries, 600) * (0.5 + random.next() / 2);
      world.clock.after(seconds * 1000, () => attempt(firing, retries + 1), 'scheduler: retry');
    }
  };
  return (firing) => attempt(firing, 0);
};

const exhaustedBy = ({ target, scheduledTime }: Firing, code: string, retries: number, now: number): string | undefined => {
  if (lasting.test(code)) return 'NonRetryableError';
  if (retries >= (target.RetryPolicy?.MaximumRetryAttempts ?? 185)) return 'MaximumRetryAttempts';
  return now - scheduledTime >= (target.RetryPolicy?.MaximumEventAgeInSeconds ?? 86_400) * 1000 ? 'MaximumEventAgeInSeconds' : undefined;
};

interface Failure {
  readonly text: string;
  readonly code: string;
  readonly message: string;
  readonly retries: number;
  readonly exhausted: string;
  readonly executionId: string;
}

const giveUp = async (world: World, { target, scheduleArn, scheduleName, scheduledTime }: Firing, failure: Failure): Promise<void> => {
  const { code, message, retries, exhausted, executionId } = failure;
  world.trail.add({
    kind: 'schedule',
    who: scheduleName,
    what: `gives up for ${secondsTime(scheduledTime)}`,
    detail: { code, message, retries, exhausted },
  });
  if (target.DeadLetterConfig?.Arn === undefined) return;
  const input = {
    QueueUrl: queueUrl(world, target.DeadLetterConfig.Arn),
    MessageBody: failure.text,
    MessageAttributes: attributes({
      ERROR_CODE: code,
      ERROR_MESSAGE: message,
      EXECUTION_ID: executionId,
      EXHAUSTED_RETRY_CONDITION: exhausted,
      IS_PAYLOAD_TRUNCATED: 'false',
      RETRY_ATTEMPTS: String(retries),
      SCHEDULED_TIME: secondsTime(scheduledTime),
      SCHEDULE_ARN: scheduleArn,
      TARGET_ARN: target.Arn,
    }),
  };
  const caller: Caller = { kind: 'role', roleArn: target.RoleArn, session: executionId };
  await world.call({ service: 'sqs', operation: 'SendMessage', input, caller });
};
