// The summaries: a door that writes them, and a schedule in the team's time zone for each that the platform file asks for.
import { aws_iam as iam, aws_scheduler as scheduler } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { digestInput, digestSchedules } from '../../shared/contracts/digest.ts';
import { ledgerReadGrants, ledgerWriteGrants } from '../grants/ledger.ts';
import { noticesGrants } from '../grants/notices.ts';
import type { OperationsContext } from '../operations-context.ts';
import { Door } from './door.ts';

/** A summary that is half a day late is no morning summary any more. */
const OLDEST_SECONDS = 4 * 3_600;

export class Digests extends Construct {
  constructor(scope: Construct, id: string, context: OperationsContext) {
    super(scope, id);
    const { manifest } = context;
    const door = new Door(this, 'Door', {
      context,
      name: 'notices/digest',
      grants: [...ledgerReadGrants(context), ...ledgerWriteGrants(context), ...noticesGrants(context)],
      timeoutSeconds: 60,
    });
    const role = this.role(context, door.function.functionArn);
    for (const kind of ['daily', 'monthly'] as const) {
      if (manifest.notices.digest?.[kind] !== true) continue;
      new scheduler.CfnSchedule(this, kind, {
        name: `${manifest.id.slice(0, 40)}-digest-${kind}`,
        description: `The ${kind} summary of ${manifest.id}`,
        scheduleExpression: digestSchedules(manifest.hours)[kind],
        scheduleExpressionTimezone: manifest.hours?.timeZone ?? 'UTC',
        flexibleTimeWindow: { mode: 'OFF' },
        target: {
          arn: door.function.functionArn,
          roleArn: role.roleArn,
          input: digestInput(kind),
          deadLetterConfig: { arn: context.deadLetters.queueArn },
          retryPolicy: { maximumEventAgeInSeconds: OLDEST_SECONDS, maximumRetryAttempts: 20 },
        },
      });
    }
  }

  private role(context: OperationsContext, functionArn: string): iam.IRole {
    const statements = [
      new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] }),
      new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [context.deadLetters.queueArn] }),
    ];
    return new iam.Role(this, 'Role', {
      roleName: `${context.manifest.id}-digest-schedules`,
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': context.account } },
      }),
      description: `Schedules may call the digest door of ${context.manifest.id}`,
      inlinePolicies: { least: new iam.PolicyDocument({ statements }) },
    }).withoutPolicyUpdates();
  }
}
