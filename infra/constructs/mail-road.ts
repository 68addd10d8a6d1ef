// Mail through Amazon SES: what the sender may do, and the configuration set whose bounces are told by another road (N2).
import { aws_events as events, aws_events_targets as targets, aws_iam as iam, aws_ses as ses, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { bouncedPattern } from '../../shared/contracts/mail.ts';
import { mailConfigurationSet, mailIdentity, type MailSettings } from '../../shared/domain/mail-road.ts';
import { ledgerReadGrants, ledgerWriteGrants } from '../grants/ledger.ts';
import { noticesGrants } from '../grants/notices.ts';
import type { OperationsContext } from '../operations-context.ts';
import { Door } from './door.ts';

const identities = ({ partition, region, account }: OperationsContext): string => `arn:${partition}:ses:${region}:${account}:identity`;

/** SendEmail from the platform's sender; in the sandbox SES also asks for the recipients, which are identities there. */
export const mailGrants = (context: OperationsContext, mail: MailSettings): iam.PolicyStatement[] => [
  new iam.PolicyStatement({
    actions: ['ses:SendEmail'],
    resources: [
      ...new Set([mailIdentity(mail), ...context.manifest.notices.emails].map((identity) => `${identities(context)}/${identity}`)),
      `arn:${context.partition}:ses:${context.region}:${context.account}:configuration-set/${mailConfigurationSet(context.manifest.id)}`,
    ],
  }),
];

/** The environment the mail adapter reads. */
export const mailEnvironment = (context: OperationsContext): Readonly<Record<string, string>> => ({ MAIL_IDENTITIES: identities(context) });

export class Bounces extends Construct {
  constructor(scope: Construct, id: string, context: OperationsContext) {
    super(scope, id);
    const name = mailConfigurationSet(context.manifest.id);
    const set = new ses.CfnConfigurationSet(this, 'Set', { name });
    const destination = new ses.CfnConfigurationSetEventDestination(this, 'Events', {
      configurationSetName: name,
      eventDestination: {
        name: 'troubles',
        enabled: true,
        matchingEventTypes: ['bounce', 'complaint', 'reject'],
        eventBridgeDestination: { eventBusArn: `arn:${context.partition}:events:${context.region}:${context.account}:event-bus/default` },
      },
    });
    destination.addResourceDependency(set);
    const door = new Door(this, 'Door', {
      context,
      name: 'notices/bounced',
      grants: [...ledgerReadGrants(context), ...ledgerWriteGrants(context), ...noticesGrants(context)],
    });
    const pattern = bouncedPattern(name);
    const rule = new events.Rule(this, 'Rule', {
      ruleName: `${context.manifest.id}-mail-troubles`,
      description: `Mails of ${context.manifest.id} that did not arrive`,
      eventPattern: { source: pattern.source, detailType: pattern['detail-type'], detail: pattern.detail },
    });
    rule.addTarget(new targets.LambdaFunction(door.function, { deadLetterQueue: context.deadLetters, maxEventAge: Duration.hours(6), retryAttempts: 20 }));
  }
}
