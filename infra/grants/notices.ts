// What the notice adapters call: publishing to the platform's topic, the queue in front of a road, and the road's secret.
import { aws_iam as iam, type aws_sqs as sqs } from 'aws-cdk-lib';
import type { OperationsContext } from '../operations-context.ts';

/** `Notices.send`: one topic. */
export const noticesGrants = (context: OperationsContext): iam.PolicyStatement[] => [
  new iam.PolicyStatement({ actions: ['sns:Publish'], resources: [context.topic.topicArn] }),
];

/** `Mailbox`: what the queue's event source needs, putting a letter back, and the parking queue. */
export const mailboxGrants = (queue: sqs.IQueue, parked: sqs.IQueue): iam.PolicyStatement[] => [
  new iam.PolicyStatement({
    actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
    resources: [queue.queueArn],
  }),
  new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [parked.queueArn] }),
];

/** `Pictures.draw`: CloudWatch draws any metric, the action knows no resource. */
export const picturesGrants = (): iam.PolicyStatement[] => [
  new iam.PolicyStatement({ actions: ['cloudwatch:GetMetricWidgetImage'], resources: ['*'] }),
];

/** `Secrets.read` of one secret by name; Secrets Manager adds six characters to every name. */
export const secretGrants = (context: OperationsContext, name: string): iam.PolicyStatement[] => [
  new iam.PolicyStatement({
    actions: ['secretsmanager:GetSecretValue'],
    resources: [`arn:${context.partition}:secretsmanager:${context.region}:${context.account}:secret:${name}-??????`],
  }),
];
