// EventBridge Scheduler asks a story to look at the hours, a lead before each of their edges, in their own time zone (S1, S12).
import { aws_iam as iam, aws_scheduler as scheduler, type aws_stepfunctions as sfn } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { scheduleInput } from '../../shared/contracts/sleep.ts';
import { askSchedules } from '../../shared/domain/hours-schedules.ts';
import type { OperationsContext } from '../operations-context.ts';

export interface AskSchedulesProps {
  readonly context: OperationsContext;
  readonly story: 'sleep' | 'wake';
  readonly machine: sfn.IStateMachine;
  /** Minutes before each edge. */
  readonly leadMinutes: number;
}

/** An ask that could not be delivered in an hour is not worth it any more: the reconciler has long made up for it. */
const OLDEST_SECONDS = 3_600;

export class AskSchedules extends Construct {
  constructor(scope: Construct, id: string, { context, story, machine, leadMinutes }: AskSchedulesProps) {
    super(scope, id);
    const { hours, id: platform } = context.manifest;
    if (hours === null) return;
    const role = this.role(context, story);
    const to = story === 'sleep' ? 'off' : 'at-work';
    for (const ask of askSchedules(hours, { sleep: leadMinutes, wake: leadMinutes }).filter((one) => one.to === to)) {
      new scheduler.CfnSchedule(this, `Ask${ask.key.replaceAll('-', '')}`, {
        name: `${platform.slice(0, 40)}-${story}-${ask.key}`,
        description: `Asks whether ${platform} should ${story}: ${hours.words}`.slice(0, 512),
        scheduleExpression: ask.expression,
        scheduleExpressionTimezone: hours.timeZone,
        flexibleTimeWindow: { mode: 'OFF' },
        target: {
          arn: machine.stateMachineArn,
          roleArn: role.roleArn,
          input: scheduleInput(hours.words),
          deadLetterConfig: { arn: context.deadLetters.queueArn },
          retryPolicy: { maximumEventAgeInSeconds: OLDEST_SECONDS, maximumRetryAttempts: 10 },
        },
      });
    }
  }

  private role(context: OperationsContext, story: string): iam.IRole {
    const start = new iam.PolicyStatement({ actions: ['states:StartExecution'], resources: [context.machineArn(story)] });
    const park = new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [context.deadLetters.queueArn] });
    const role = new iam.Role(this, 'Role', {
      roleName: `${context.manifest.id}-${story}-schedules`,
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': context.account } },
      }),
      description: `Schedules may start the ${story} story of ${context.manifest.id}`,
      inlinePolicies: { least: new iam.PolicyDocument({ statements: [start, park] }) },
    });
    return role.withoutPolicyUpdates();
  }
}
