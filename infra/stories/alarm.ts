// The alarm story: every change of the platform's own alarms goes through one machine; stopped tasks are kept as evidence (L1, L2).
import {
  Duration,
  aws_cloudwatch as cloudwatch,
  aws_cloudwatch_actions as actions,
  aws_events as events,
  aws_events_targets as targets,
  aws_iam as iam,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { alarmPattern, stoppedPattern, type Pattern } from '../../shared/contracts/alarm.ts';
import { HISTORY_DAYS } from '../../shared/contracts/ledger.ts';
import { Door } from '../constructs/door.ts';
import { StoryMachine } from '../constructs/story-machine.ts';
import { alarmsGrants } from '../grants/alarms.ts';
import { evidenceGrants, lastWordsGrants } from '../grants/evidence.ts';
import { ledgerReadGrants, ledgerWriteGrants } from '../grants/ledger.ts';
import { noticesGrants } from '../grants/notices.ts';
import type { OperationsContext } from '../operations-context.ts';

/** CDK names one of the three keys differently. */
const rulePattern = (pattern: Pattern): events.EventPattern => ({
  source: pattern.source,
  detailType: pattern['detail-type'],
  ...(pattern.resources === undefined ? {} : { resources: pattern.resources as unknown as string[] }),
  detail: pattern.detail,
});

export class AlarmStory extends Construct {
  constructor(scope: Construct, id: string, context: OperationsContext) {
    super(scope, id);
    this.reports(context);
    this.capture(context);
  }

  private reports(context: OperationsContext): void {
    const { manifest } = context;
    const report = new Door(this, 'Report', {
      context,
      name: 'alarm/report',
      grants: [
        ...alarmsGrants(context),
        ...evidenceGrants(context),
        ...ledgerReadGrants(context),
        ...ledgerWriteGrants(context),
        ...noticesGrants(context),
      ],
    });
    const { machine, failures } = new StoryMachine(this, 'Machine', {
      context,
      story: 'alarm',
      doors: { Report: report },
      statements: [...noticesGrants(context), ...ledgerWriteGrants(context)],
      substitutions: {
        NoticeTopic: context.topic.topicArn,
        Platform: manifest.platform,
        Stage: manifest.stage,
        Ledger: context.ledger.tableName,
        HistorySeconds: String(Duration.days(HISTORY_DAYS).toSeconds()),
      },
      failureMeans:
        'The alarm story did not finish: alarms are passed on as they are, without judgement and evidence. What to do: read the log of the door alarm/report. CloudWatch itself sends this mail.',
    });
    this.mailed(context, failures);
    const rule = new events.Rule(this, 'Changes', {
      ruleName: `${manifest.id}-alarm-changes`,
      description: `Alarms of ${manifest.id} that begin, end or lose their data`,
      eventPattern: rulePattern(alarmPattern(manifest.alarmPrefix)),
    });
    // A day of attempts, then the dead-letter queue, which has an alarm of its own.
    rule.addTarget(new targets.SfnStateMachine(machine, { deadLetterQueue: context.deadLetters }));
  }

  /**
   * The one alarm this story cannot tell: CloudWatch publishes its beginning to the topic, whose mail takes what names no road.
   * Not its end: an alarm's first word after a deploy is OK, which nobody wants to read.
   */
  private mailed({ topic, account }: OperationsContext, failures: cloudwatch.Alarm): void {
    failures.addAlarmAction(new actions.SnsAction(topic));
    topic.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'OwnFailures',
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { ArnEquals: { 'aws:SourceArn': failures.alarmArn }, StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
  }

  private capture(context: OperationsContext): void {
    const { manifest, partition, region, account } = context;
    const capture = new Door(this, 'Capture', {
      context,
      name: 'alarm/capture',
      grants: [...lastWordsGrants(context), ...ledgerWriteGrants(context)],
    });
    const rule = new events.Rule(this, 'Stopped', {
      ruleName: `${manifest.id}-alarm-stopped-tasks`,
      description: `Tasks of ${manifest.id} that stopped for a reason worth keeping`,
      eventPattern: rulePattern(stoppedPattern(`arn:${partition}:ecs:${region}:${account}:cluster/${manifest.cluster}`)),
    });
    rule.addTarget(
      new targets.LambdaFunction(capture.function, {
        deadLetterQueue: context.deadLetters,
        maxEventAge: Duration.hours(2),
        retryAttempts: 10,
      }),
    );
  }
}
