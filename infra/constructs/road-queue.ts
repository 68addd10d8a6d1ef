// The queue between the notice topic and one road's door, its parking place, and the two alarms that say the road is not working (N2).
import {
  Duration,
  aws_cloudwatch as cloudwatch,
  aws_lambda as lambda,
  aws_sns as sns,
  aws_sns_subscriptions as subscriptions,
  aws_sqs as sqs,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { inTerminal } from '../../shared/domain/terminal-words.ts';
import type { OperationsContext } from '../operations-context.ts';
import type { Door } from './door.ts';

export interface RoadQueueProps {
  readonly context: OperationsContext;
  /** Value of the attribute `roads` that this road takes. */
  readonly road: 'slack' | 'webhook' | 'email';
}

export class RoadQueue extends Construct {
  readonly queue: sqs.Queue;
  readonly parked: sqs.Queue;

  constructor(scope: Construct, id: string, props: RoadQueueProps) {
    super(scope, id);
    const { context, road } = props;
    const name = `${context.manifest.id}-${road}`;
    this.parked = new sqs.Queue(this, 'Parked', { queueName: `${name}-parked`, enforceSSL: true, retentionPeriod: Duration.days(14) });
    this.queue = new sqs.Queue(this, 'Queue', {
      queueName: name,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      // Six times the door's own timeout, as Lambda advises for queues.
      visibilityTimeout: Duration.seconds(DOOR_SECONDS * 6),
      // A road that is down retries at least every 15 minutes: 1,000 receives are ten days.
      // What nobody can read is parked by the door itself.
      deadLetterQueue: { queue: this.parked, maxReceiveCount: 1_000 },
    });
    context.topic.addSubscription(
      new subscriptions.SqsSubscription(this.queue, {
        rawMessageDelivery: true,
        filterPolicy: { roads: sns.SubscriptionFilter.stringFilter({ allowlist: [road] }) },
      }),
    );
    this.alarms(context, road, name);
  }

  /** Lets the queue call the road's door; failures are reported letter by letter. */
  feed(door: Door): void {
    new lambda.EventSourceMapping(this, 'Feed', {
      target: door.function,
      eventSourceArn: this.queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
      maxConcurrency: 2,
    });
  }

  private alarms(context: OperationsContext, road: string, name: string): void {
    const common = {
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    };
    new cloudwatch.Alarm(this, 'ParkedAlarm', {
      ...common,
      alarmName: `${name}-parked`,
      alarmDescription: `They lie in the queue ${name}-parked and reach nobody. What to do: See what they say and send them again: ${inTerminal(`redrive ${road}`, context.manifest)}`,
      metric: this.parked.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: 'Maximum' }),
    });
    new cloudwatch.Alarm(this, 'WaitingAlarm', {
      ...common,
      alarmName: `${name}-waiting`,
      alarmDescription: `The oldest has waited for more than 20 minutes; they are kept for 14 days and delivered in order once the road works again. What to do: Look at the log of the door notices/${road}.`,
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5), statistic: 'Maximum' }),
      threshold: 1_200,
    });
  }
}

/** Timeout of a road's door in seconds: two requests of five seconds and the ledger. */
export const DOOR_SECONDS = 15;
