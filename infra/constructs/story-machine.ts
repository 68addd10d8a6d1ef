// One state machine from its file in state-machines/, inlined so that validator, diff and tests read it, with an alarm on its failures.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, RemovalPolicy, aws_cloudwatch as cloudwatch, aws_iam as iam, aws_logs as logs, aws_stepfunctions as sfn } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { explainWildcards } from '../grants/wildcards.ts';
import { inTerminal } from '../../shared/domain/terminal-words.ts';
import type { OperationsContext } from '../operations-context.ts';
import { accept } from '../platform-stack.ts';
import type { Door } from './door.ts';

export interface StoryMachineProps {
  readonly context: OperationsContext;
  /** Stem of the file in state-machines/ and of the machine's name. */
  readonly story: string;
  /** `${Name}` in the file becomes the ARN of that door's function. */
  readonly doors: Readonly<Record<string, Door>>;
  /** What the machine itself calls besides its doors (SDK integrations). */
  readonly statements?: readonly iam.PolicyStatement[];
  readonly substitutions?: Readonly<Record<string, string>>;
  /** What the alarm on its failures says; default: where to look. */
  readonly failureMeans?: string;
  /** How long after a failure it is tried again at the latest, in minutes: until then the alarm stays, so that a lasting cause is one alarm. */
  readonly triedAgainMinutes?: number;
}

export class StoryMachine extends Construct {
  readonly machine: sfn.StateMachine;
  /** The alarm on executions that did not finish. */
  readonly failures: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, props: StoryMachineProps) {
    super(scope, id);
    const { context, story } = props;
    const functions = Object.fromEntries(Object.entries(props.doors).map(([name, door]) => [name, door.function.functionArn]));
    const statements = [invoke(functions), deliverLogs(), ...(props.statements ?? [])];
    const role = new iam.Role(this, 'Role', {
      roleName: `${context.manifest.id}-${story}-machine`,
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com'),
      description: `The ${story} machine may invoke its own doors`,
      inlinePolicies: { least: new iam.PolicyDocument({ statements }) },
    });
    explainWildcards(role, statements);
    this.machine = new sfn.StateMachine(this, 'Machine', {
      stateMachineName: `${context.manifest.id}-${story}`,
      definitionBody: sfn.DefinitionBody.fromString(readFileSync(join(import.meta.dirname, '..', '..', 'state-machines', `${story}.asl.json`), 'utf8')),
      definitionSubstitutions: { ...functions, ...props.substitutions },
      role: role.withoutPolicyUpdates(),
      comment: `The ${story} story of ${context.manifest.id}`,
      logs: { destination: this.logGroup(context, story), level: sfn.LogLevel.ALL, includeExecutionData: true },
      tracingEnabled: false,
    });
    accept(this.machine, 'AwsSolutions-SF2', 'What a story did is in its log and in the ledger; a trace of its few door calls would cost more and tell less.');
    this.failures = this.alarm(props);
  }

  private logGroup(context: OperationsContext, story: string): logs.LogGroup {
    return new logs.LogGroup(this, 'Logs', {
      logGroupName: `/aws/vendedlogs/states/${context.manifest.id}-${story}`,
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  private alarm({ context, story, failureMeans, triedAgainMinutes = 5 }: StoryMachineProps): cloudwatch.Alarm {
    const failures = ['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'] as const;
    return new cloudwatch.Alarm(this, 'Failures', {
      alarmName: `${context.manifest.id}-${story}-story-failed`,
      alarmDescription:
        failureMeans ??
        `One of its executions failed, timed out or was stopped. It starts again with the next event or within 15 minutes. What to do: See how far it came: ${inTerminal('why', context.manifest)}`,
      metric: new cloudwatch.MathExpression({
        expression: failures.map((_, index) => `FILL(m${index}, 0)`).join(' + '),
        usingMetrics: Object.fromEntries(failures.map((name, index) => [`m${index}`, this.machine.metric(name, { statistic: 'Sum', period: Duration.minutes(5) })])),
        period: Duration.minutes(5),
        label: `${story} failures`,
      }),
      threshold: 1,
      evaluationPeriods: triedAgainMinutes / 5,
      datapointsToAlarm: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }
}

const invoke = (functions: Readonly<Record<string, string>>): iam.PolicyStatement =>
  new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: Object.values(functions) });

/** Log delivery has no resource types; this is the list AWS documents for state machine logging. */
const deliverLogs = (): iam.PolicyStatement =>
  new iam.PolicyStatement({
    actions: [
      'logs:CreateLogDelivery',
      'logs:GetLogDelivery',
      'logs:UpdateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:ListLogDeliveries',
      'logs:PutResourcePolicy',
      'logs:DescribeResourcePolicies',
      'logs:DescribeLogGroups',
    ],
    resources: ['*'],
  });
