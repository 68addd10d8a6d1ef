// Asynchronous invocations: accepted at once, retried after one and two minutes, then told to a destination or a dead-letter queue (aws-facts F).
import type { AwsError } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { LATEST, USUAL_ASYNC, type AsyncSettings, type Resolved } from './functions.ts';
import { callerOf, type InvokeOutcome, type Runner } from './run-function.ts';

export interface AsyncRequest {
  readonly resolved: Resolved;
  readonly event: unknown;
  readonly requestId: string;
  readonly by: string;
}

/** Minutes before the first and the second retry after a function error. */
const RETRY_MINUTES = [1, 2] as const;
const FIRST_THROTTLE_WAIT = 1000;
const LONGEST_THROTTLE_WAIT = 300_000;

type Failed = Extract<InvokeOutcome, { ok: false }>;

const settingsOf = ({ record, qualifier }: Resolved): AsyncSettings => record.asyncSettings.get(qualifier) ?? record.asyncSettings.get(LATEST) ?? USUAL_ASYNC;

export const makeAsynchronous = (world: World, runner: Runner) => {
  const random = world.random.stream('lambda.async');
  const send = async (arn: string, body: unknown, { resolved }: AsyncRequest, attributes: Readonly<Record<string, string>>): Promise<void> => {
    const caller = callerOf(resolved.configuration);
    const text = JSON.stringify(body);
    const call = (service: string, operation: string, input: unknown): Promise<unknown> => world.call({ service, operation, input, caller });
    const messageAttributes = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]));
    switch (arn.split(':')[2]) {
      case 'sqs': {
        const [, , , region, account, queue] = arn.split(':');
        await call('sqs', 'SendMessage', { QueueUrl: `https://sqs.${region}.amazonaws.com/${account}/${queue}`, MessageBody: text, MessageAttributes: messageAttributes });
        return;
      }
      case 'sns': await call('sns', 'Publish', { TopicArn: arn, Message: text, MessageAttributes: messageAttributes }); return;
      case 'lambda': await call('lambda', 'Invoke', { FunctionName: arn, InvocationType: 'Event', Payload: Buffer.from(text) }); return;
      case 'events':
        await call('events', 'PutEvents', { Entries: [{ Source: 'lambda', DetailType: 'Lambda Function Invocation Result', Detail: text, Resources: [resolved.arn, arn], EventBusName: arn }] });
        return;
      default: throw new Error(`destination ${arn} of ${resolved.record.name} is not simulated`);
    }
  };
  const destinationRecord = ({ resolved, event, requestId }: AsyncRequest, condition: string, invocations: number, outcome: InvokeOutcome) => ({
    version: '1.0',
    timestamp: new Date(world.clock.now).toISOString(),
    requestContext: { requestId, functionArn: `${resolved.record.arn}:${resolved.qualifier}`, condition, approximateInvokeCount: invocations },
    requestPayload: event,
    responseContext: { statusCode: 200, executedVersion: resolved.configuration.version, ...(outcome.ok ? {} : { functionError: 'Unhandled' }) },
    responsePayload: outcome.ok ? outcome.payload : { errorMessage: outcome.errorMessage, errorType: outcome.errorType, trace: outcome.trace },
  });
  const giveUp = async (request: AsyncRequest, condition: string, invocations: number, failed: Failed): Promise<void> => {
    const { record, configuration } = request.resolved;
    const { onFailure } = settingsOf(request.resolved);
    world.trail.add({ kind: 'invoke', who: record.name, what: 'given up', detail: { requestId: request.requestId, condition, invocations, error: failed.errorMessage } });
    try {
      if (onFailure !== undefined) await send(onFailure, destinationRecord(request, condition, invocations, failed), request, {});
      if (configuration.deadLetterArn !== undefined) {
        await send(configuration.deadLetterArn, request.event, request, { RequestID: request.requestId, ErrorCode: '200', ErrorMessage: failed.errorMessage.slice(0, 1024) });
      }
    } catch (error) {
      if ((error as AwsError).code === undefined) throw error;
      world.trail.add({ kind: 'fault', who: record.name, what: 'its failed event could not be kept', detail: { requestId: request.requestId, message: (error as Error).message } });
    }
  };
  const attempt = async (request: AsyncRequest, since: number, retries: number, throttled: number): Promise<void> => {
    const { maximumAttempts, maximumAgeSeconds, onSuccess } = settingsOf(request.resolved);
    const tooOld = (): boolean => world.clock.now - since >= maximumAgeSeconds * 1000;
    let outcome: InvokeOutcome;
    try {
      outcome = await runner.run(request);
    } catch (error) {
      const { code, message } = error as AwsError;
      if (code === undefined) throw error;
      const waiting: Failed = { ok: false, errorType: code, errorMessage: message, trace: [] };
      if (tooOld()) return giveUp(request, 'EventAgeExceeded', retries, waiting);
      const wait = Math.min(FIRST_THROTTLE_WAIT * 2 ** throttled, LONGEST_THROTTLE_WAIT);
      world.clock.after(wait, () => attempt(request, since, retries, throttled + 1), 'lambda: throttled event');
      return;
    }
    if (outcome.ok) {
      if (onSuccess !== undefined) await send(onSuccess, destinationRecord(request, 'Success', retries + 1, outcome), request, {});
      return;
    }
    if (retries >= maximumAttempts) return giveUp(request, 'RetriesExhausted', retries + 1, outcome);
    if (tooOld()) return giveUp(request, 'EventAgeExceeded', retries + 1, outcome);
    const minutes = RETRY_MINUTES[retries] ?? 2;
    world.clock.after(minutes * 60_000, () => attempt(request, since, retries + 1, throttled), 'lambda: retry');
  };
  /** Queues the event; it runs a moment later, and now and then twice (fault `lambda.duplicate`). */
  return (request: AsyncRequest): void => {
    const since = world.clock.now;
    const begin = (): Promise<void> => attempt(request, since, 0, 0);
    world.clock.after(random.between(20, 120), begin, 'lambda: queued event');
    if (world.faults.happens('lambda.duplicate', request.resolved.record.name)) {
      world.clock.after(random.between(1_000, 30_000), begin, 'lambda: duplicated event');
    }
  };
};
