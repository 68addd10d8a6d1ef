// Where the story of an asynchronous invocation goes in the end: destinations get all of it, dead-letter queues the event.
import type { World } from '../../world.ts';
import type { Resolved } from './functions.ts';
import type { InvokeOutcome } from './outcome.ts';
import { callerOf } from './running-functions.ts';

export interface AsyncRequest {
  readonly resolved: Resolved;
  readonly event: unknown;
  readonly requestId: string;
  readonly by: string;
}

type Condition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';
type Attributes = Readonly<Record<string, string>>;

interface Delivery {
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
}

const messageAttributes = (attributes: Attributes): object =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]));

const queueUrl = (arn: string): string => {
  const [, , , region, account, name] = arn.split(':');
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
};

const deliveryTo = (arn: string, text: string, attributes: Attributes, { resolved }: AsyncRequest): Delivery => {
  const service = arn.split(':')[2] ?? '';
  const MessageAttributes = messageAttributes(attributes);
  switch (service) {
    case 'sqs':
      return { service, operation: 'SendMessage', input: { QueueUrl: queueUrl(arn), MessageBody: text, MessageAttributes } };
    case 'sns':
      return { service, operation: 'Publish', input: { TopicArn: arn, Message: text, MessageAttributes } };
    case 'lambda':
      return { service, operation: 'Invoke', input: { FunctionName: arn, InvocationType: 'Event', Payload: Buffer.from(text) } };
    case 'events': {
      const entry = { Source: 'lambda', DetailType: 'Lambda Function Invocation Result', Detail: text, EventBusName: arn };
      return { service, operation: 'PutEvents', input: { Entries: [{ ...entry, Resources: [resolved.arn, arn] }] } };
    }
    default:
      throw new Error(`destination ${arn} of ${resolved.record.name} is not simulated`);
  }
};

/** Sends as the function's own role; throws AwsError when that role may not. */
const send = async (world: World, arn: string, body: unknown, attributes: Attributes, request: AsyncRequest): Promise<void> => {
  const delivery = deliveryTo(arn, JSON.stringify(body), attributes, request);
  await world.call({ ...delivery, caller: callerOf(request.resolved.configuration) });
};

/** The invocation record AWS sends to a destination. */
export const sendToDestination = (
  world: World, arn: string, request: AsyncRequest, condition: Condition, invocations: number, outcome: InvokeOutcome,
): Promise<void> => {
  const { resolved, event, requestId } = request;
  const { record, qualifier, configuration } = resolved;
  const body = {
    version: '1.0',
    timestamp: new Date(world.clock.now).toISOString(),
    requestContext: { requestId, functionArn: `${record.arn}:${qualifier}`, condition, approximateInvokeCount: invocations },
    requestPayload: event,
    responseContext: { statusCode: 200, executedVersion: configuration.version, ...(outcome.ok ? {} : { functionError: 'Unhandled' }) },
    responsePayload: outcome.ok
      ? outcome.payload
      : { errorMessage: outcome.errorMessage, errorType: outcome.errorType, trace: outcome.trace },
  };
  return send(world, arn, body, {}, request);
};

/** The event itself, with the error as message attributes. */
export const sendToDeadLetters = (world: World, arn: string, request: AsyncRequest, errorMessage: string): Promise<void> => {
  const attributes = { RequestID: request.requestId, ErrorCode: '200', ErrorMessage: errorMessage.slice(0, 1024) };
  return send(world, arn, request.event, attributes, request);
};
