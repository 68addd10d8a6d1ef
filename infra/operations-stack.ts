// Everything that operates a platform: the ledger, the notice topic, and the stories. It refers to the platform by name only and can be deployed on its own (X4).
import {
  RemovalPolicy,
  Stack,
  Tags,
  aws_dynamodb as dynamodb,
  aws_sns as sns,
  aws_sqs as sqs,
  CfnOutput,
  Duration,
  type StackProps,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Manifest } from '../shared/domain/manifest.ts';
import type { OperationsContext } from './operations-context.ts';
import { accept } from './platform-stack.ts';
import { AlarmStory } from './stories/alarm.ts';
import { Roads } from './stories/notices.ts';
import { ReconcileStory } from './stories/reconcile.ts';
import { RedeployStory } from './stories/redeploy.ts';
import { SleepStory } from './stories/sleep.ts';
import { WakeStory } from './stories/wake.ts';

export interface OperationsStackProps extends StackProps {
  readonly manifest: Manifest;
  readonly bundles: string;
}

export class OperationsStack extends Stack {
  constructor(scope: Construct, id: string, props: OperationsStackProps) {
    super(scope, id, {
      description: `Operations of ${props.manifest.title} (${props.manifest.stage})`,
      analyticsReporting: false,
      ...props,
    });
    Tags.of(this).add('dayshift:platform', props.manifest.platform);
    Tags.of(this).add('dayshift:stage', props.manifest.stage);
    const context = this.context(props.manifest, props.bundles);
    new Roads(this, 'Notices', context);
    new RedeployStory(this, 'Redeploy', context);
    new SleepStory(this, 'Sleep', context);
    new WakeStory(this, 'Wake', context);
    new AlarmStory(this, 'Alarm', context);
    new ReconcileStory(this, 'Reconcile', context);
    new CfnOutput(this, 'AlarmTopicArn', { value: context.topic.topicArn, description: 'Notices and alarms are published here' });
    new CfnOutput(this, 'LedgerTableName', { value: context.ledger.tableName, description: 'What the platform did and why' });
  }

  private context(manifest: Manifest, bundles: string): OperationsContext {
    const prod = manifest.stage === 'prod';
    const ledger = new dynamodb.Table(this, 'Ledger', {
      tableName: `${manifest.id}-ledger`,
      partitionKey: { name: 'kind', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'key', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'expires',
      deletionProtection: prod,
      removalPolicy: prod ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const topic = new sns.Topic(this, 'Topic', {
      topicName: `${this.stackName}-AlarmTopic`,
      displayName: `${manifest.title} ${manifest.stage}`,
      enforceSSL: true,
    });
    const deadLetters = new sqs.Queue(this, 'DeadLetters', {
      queueName: `${manifest.id}-dead-letters`,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    accept(deadLetters, 'AwsSolutions-SQS3', 'This queue is itself the dead-letter queue of every rule and schedule; an alarm watches it.');
    const { account, region, partition } = this;
    const machineArn = (story: string): string => `arn:${partition}:states:${region}:${account}:stateMachine:${manifest.id}-${story}`;
    return { manifest, bundles, ledger, topic, deadLetters, account, region, partition, machineArn };
  }
}
