// Brings an event to a target, as its role or by its resource policy: again within the retry policy, then to the dead-letter queue.
import { AwsError, type Caller } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { callAsService, mayTakeRole } from '../service-call.ts';

export const eventsPrincipal = 'events.amazonaws.com';

/** One thing to bring to one target. */
export interface Delivery {
  readonly targetArn: string;
  readonly roleArn: string | undefined;
  /** What the target receives. */
  readonly text: string;
  readonly ruleArn: string;
  readonly ruleName: string;
  readonly messageGroupId: string | undefined;
  readonly maximumAgeSeconds: number;
  readonly maximumAttempts: number;
  readonly deadLetterArn: string | undefined;
  /** When the event was matched, virtual milliseconds. */
  readonly since: number;
}

export interface DeliveryReport {
  /** A call to the target was made. */
  readonly invoked: (delivery: Delivery) => void;
  /** The target was never reached. */
  readonly failed: (delivery: Delivery) => void;
}

/** Retry policy AWS applies when none is written: 24 hours and 185 attempts (aws-facts F). */
export const usualRetryPolicy = { maximumAgeSeconds: 86_400, maximumAttempts: 185 };

/** Errors that trying again does not heal: EventBridge sends them to the dead-letter queue at once. */
const lasting = /NotFound|DoesNotExist|NonExistent|AccessDenied|AuthorizationError|NotAuthorized|Validation|Invalid/;

export const makeDeliver = (world: World, report: DeliveryReport): ((delivery: Delivery) => Promise<void>) => {
  const random = world.random.stream('events.retry');
  const attempt = async (delivery: Delivery, retries: number): Promise<void> => {
    report.invoked(delivery);
    try {
      await invokeTarget(world, delivery);
    } catch (problem) {
      const { code, message } = problem as AwsError;
      if (code === undefined) throw problem;
      world.trail.add({
        kind: 'event',
        who: delivery.ruleName,
        what: `delivery to ${nameOf(delivery.targetArn)} failed`,
        detail: { code, message, retries },
      });
      const exhausted = exhaustedBy(delivery, code, retries, world.clock.now);
      if (exhausted !== undefined) return giveUp(world, report, delivery, { code, message, retries, exhausted });
      const seconds = Math.min(2 ** retries, 600) * (0.5 + random.next() / 2);
      world.clock.after(seconds * 1000, () => attempt(delivery, retries + 1), 'events: retry');
    }
  };
  return (delivery) => attempt(delivery, 0);
};

const exhaustedBy = (delivery: Delivery, code: string, retries: number, now: number): string | undefined => {
  if (lasting.test(code)) return 'NonRetryableError';
  if (retries >= delivery.maximumAttempts) return 'MaximumRetryAttempts';
  return now - delivery.since >= delivery.maximumAgeSeconds * 1000 ? 'MaximumEventAgeInSeconds' : undefined;
};

const nameOf = (arn: string): string => arn.split(':').slice(5).join(':');

const request = (world: World, { targetArn, text, messageGroupId }: Delivery): { service: string; operation: string; input: unknown } => {
  const service = targetArn.split(':')[2] ?? '';
  switch (service) {
    case 'lambda':
      return { service, operation: 'Invoke', input: { FunctionName: targetArn, InvocationType: 'Event', Payload: Buffer.from(text) } };
    case 'states':
      return { service, operation: 'StartExecution', input: { stateMachineArn: targetArn, input: text } };
    case 'sqs':
      return {
        service,
        operation: 'SendMessage',
        input: { QueueUrl: queueUrl(world, targetArn), MessageBody: text, MessageGroupId: messageGroupId },
      };
    case 'sns':
      return { service, operation: 'Publish', input: { TopicArn: targetArn, Message: text } };
    default:
      throw new Error(`targets of ${service} are not simulated: ${targetArn}`);
  }
};

/** The URL under which SQS knows the queue with this ARN. */
export const queueUrl = (world: World, queueArn: string): string => {
  const [, , , region, account, name] = queueArn.split(':');
  return `https://sqs.${region ?? world.region}.amazonaws.com/${account}/${name}`;
};

const invokeTarget = async (world: World, delivery: Delivery): Promise<void> => {
  const call = request(world, delivery);
  if (delivery.roleArn === undefined) {
    await callAsService(world, { ...call, principal: eventsPrincipal, sourceArn: delivery.ruleArn });
    return;
  }
  const { allowed, why } = mayTakeRole(world, eventsPrincipal, delivery.roleArn, delivery.ruleArn);
  if (!allowed) throw new AwsError('AccessDeniedException', `${eventsPrincipal} may not assume ${delivery.roleArn} ${why}`, 403);
  const caller: Caller = { kind: 'role', roleArn: delivery.roleArn, session: delivery.ruleName.slice(0, 64) };
  await world.call({ ...call, caller });
};

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly retries: number;
  readonly exhausted: string;
}

const giveUp = async (world: World, report: DeliveryReport, delivery: Delivery, failure: Failure): Promise<void> => {
  report.failed(delivery);
  if (delivery.deadLetterArn === undefined) {
    world.trail.add({
      kind: 'event',
      who: delivery.ruleName,
      what: `event for ${nameOf(delivery.targetArn)} dropped`,
      detail: { ...failure },
    });
    return;
  }
  const input = {
    QueueUrl: queueUrl(world, delivery.deadLetterArn),
    MessageBody: delivery.text,
    MessageAttributes: attributes({
      RULE_ARN: delivery.ruleArn,
      TARGET_ARN: delivery.targetArn,
      ERROR_CODE: failure.code,
      ERROR_MESSAGE: failure.message,
      RETRY_ATTEMPTS: String(failure.retries),
      EXHAUSTED_RETRY_CONDITION: failure.exhausted,
    }),
  };
  await callAsService(world, { service: 'sqs', operation: 'SendMessage', input, principal: eventsPrincipal, sourceArn: delivery.ruleArn });
};

/** SQS message attributes of type String. */
export const attributes = (values: Readonly<Record<string, string>>): Record<string, { DataType: 'String'; StringValue: string }> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]));
