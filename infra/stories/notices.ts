// The roads that notices take from the topic to people: e-mail directly, Slack through a queue and a door (L5, N2).
import {
  CfnOutput,
  Duration,
  RemovalPolicy,
  aws_cloudwatch as cloudwatch,
  type aws_iam as iam,
  aws_lambda as lambda,
  aws_secretsmanager as secretsmanager,
  aws_sns as sns,
  aws_sns_subscriptions as subscriptions,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { roadEnvironment } from '../../shared/contracts/notices.ts';
import type { MailSettings } from '../../shared/domain/mail-road.ts';
import { Door } from '../constructs/door.ts';
import { Digests } from '../constructs/digests.ts';
import { Bounces, mailEnvironment, mailGrants } from '../constructs/mail-road.ts';
import { DOOR_SECONDS, RoadQueue } from '../constructs/road-queue.ts';
import { alarmsGrants } from '../grants/alarms.ts';
import { ledgerLeaseGrants, ledgerReadGrants, ledgerWriteGrants } from '../grants/ledger.ts';
import { machinesEnvironment, startGrants } from '../grants/machines.ts';
import { mailboxGrants, noticesGrants, picturesGrants, secretGrants } from '../grants/notices.ts';
import { pascal } from '../names.ts';
import type { OperationsContext } from '../operations-context.ts';
import { accept } from '../platform-stack.ts';

export class Roads extends Construct {
  constructor(scope: Construct, id: string, context: OperationsContext) {
    super(scope, id);
    const { emails, mail, slack, webhook } = context.manifest.notices;
    const byMail = mail !== undefined && mail !== null;
    if (byMail) this.mail(context, mail);
    for (const email of emails) this.email(context, email, byMail);
    if (slack !== null) this.slack(context, slack.secret);
    if (webhook !== undefined && webhook !== null) this.webhook(context, webhook.secret);
    if (context.manifest.notices.digest?.daily === true || context.manifest.notices.digest?.monthly === true)
      new Digests(this, 'Digest', context);
    this.deadLetterAlarm(context);
  }

  /** Notices that name this road, and what CloudWatch itself publishes, which names none; the latter alone where notices go by SES. */
  private email(context: OperationsContext, address: string, byMail: boolean): void {
    const filterPolicy = { roads: new sns.SubscriptionFilter([...(byMail ? [] : ['email']), { exists: false }]) };
    context.topic.addSubscription(new subscriptions.EmailSubscription(address, { filterPolicy }));
  }

  private mail(context: OperationsContext, mail: MailSettings): void {
    this.road(context, 'email', [...mailGrants(context, mail), ...picturesGrants()], mailEnvironment(context));
    new Bounces(this, 'Bounces', context);
  }

  /** A road with a queue and a door of its own. */
  private road(
    context: OperationsContext,
    road: 'slack' | 'webhook' | 'email',
    more: readonly iam.PolicyStatement[],
    environment: Readonly<Record<string, string>> = {},
  ): void {
    const queue = new RoadQueue(this, pascal(road), { context, road });
    const door = new Door(this, `${pascal(road)}Door`, {
      context,
      name: `notices/${road}`,
      grants: [
        ...ledgerReadGrants(context),
        ...ledgerWriteGrants(context),
        ...ledgerLeaseGrants(context),
        ...noticesGrants(context),
        ...mailboxGrants(queue.queue, queue.parked),
        ...more,
      ],
      environment: { [roadEnvironment.queue]: queue.queue.queueUrl, [roadEnvironment.parked]: queue.parked.queueUrl, ...environment },
      timeoutSeconds: DOOR_SECONDS,
    });
    queue.feed(door);
  }

  private slack(context: OperationsContext, secret: string): void {
    this.secret(
      context,
      'SlackSecret',
      secret,
      { webhook: '', token: '', channel: '', signingSecret: '' },
      'Slack: an incoming webhook, or an app with bot token, channel and signing secret',
    );
    this.road(context, 'slack', [...secretGrants(context, secret), ...picturesGrants()]);
    if (Object.keys(context.manifest.notices.allow ?? {}).length > 0) this.press(context, secret);
  }

  private webhook(context: OperationsContext, secret: string): void {
    this.secret(
      context,
      'WebhookSecret',
      secret,
      { url: '', signingSecret: '' },
      'Webhook: an HTTPS address and the key its requests are signed with',
    );
    this.road(context, 'webhook', secretGrants(context, secret));
  }

  /** Where Slack posts presses and commands. The address is public; what counts is the signature, which the door checks first. */
  private press(context: OperationsContext, secret: string): void {
    const door = new Door(this, 'PressDoor', {
      context,
      name: 'notices/press',
      grants: [
        ...alarmsGrants(context),
        ...ledgerReadGrants(context),
        ...ledgerWriteGrants(context),
        ...noticesGrants(context),
        ...startGrants(context, ['redeploy', 'sleep', 'wake', 'alarm']),
        ...secretGrants(context, secret),
      ],
      environment: machinesEnvironment(context),
      timeoutSeconds: 10,
      // More memory is more CPU: a cold start must leave most of Slack's three seconds.
      memoryMiB: 1_024,
    });
    const { url } = door.function.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });
    const output = new CfnOutput(this, 'SlackRequestUrl', {
      value: url,
      description: 'Interactivity and slash command request URL of the Slack app',
    });
    output.overrideLogicalId('SlackRequestUrl');
  }

  /** An empty form for a person to fill in; the template never holds the value, and a deploy never overwrites it (N3). */
  private secret(
    context: OperationsContext,
    id: string,
    secretName: string,
    form: Readonly<Record<string, string>>,
    description: string,
  ): void {
    const generateSecretString = { secretStringTemplate: JSON.stringify(form), generateStringKey: 'unused' };
    const removalPolicy = context.manifest.stage === 'prod' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const made = new secretsmanager.Secret(this, id, { secretName, description, generateSecretString, removalPolicy });
    accept(made, 'AwsSolutions-SMG4', 'Slack or the receiver of the webhook issued it: a person rotates it there and fills it in again.');
  }

  /** Events that no story took after a day of attempts must not lie there unseen. */
  private deadLetterAlarm(context: OperationsContext): void {
    new cloudwatch.Alarm(this, 'DeadLetters', {
      alarmName: `${context.manifest.id}-dead-letters`,
      alarmDescription:
        'The reconciler repairs within 15 minutes what they would have changed. What to do: Read them in the queue of the same name; if it happens again, look at the story they were meant for.',
      metric: context.deadLetters.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: 'Maximum' }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }
}
