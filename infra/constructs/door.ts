// One Lambda door: its bundle, its own role with nothing but what its adapters call, and its log group.
import { Duration, RemovalPolicy, Stage, aws_iam as iam, aws_lambda as lambda, aws_logs as logs } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { doorAsset } from '../bundle.ts';
import { explainWildcards } from '../grants/wildcards.ts';
import type { OperationsContext } from '../operations-context.ts';

export interface DoorProps {
  readonly context: OperationsContext;
  /** `<story>/<door>`, the path below functions/. */
  readonly name: string;
  /** Exactly what the door's adapters call (X2). */
  readonly grants: readonly iam.PolicyStatement[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Seconds; 30 unless the door paces itself. */
  readonly timeoutSeconds?: number;
  /** MiB; 256 unless measured otherwise. */
  readonly memoryMiB?: number;
}

export class Door extends Construct {
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: DoorProps) {
    super(scope, id);
    const { context, name } = props;
    const functionName = `${context.manifest.id}-${name.replaceAll('/', '-')}`;
    const logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/dayshift/${context.manifest.id}/${name}`,
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const statements = [writeLogs(logGroup), ...props.grants];
    const role = new iam.Role(this, 'Role', {
      roleName: functionName,
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${name} may do, and nothing more`,
      // Inline, so that the function never starts before its permissions are attached.
      inlinePolicies: { least: new iam.PolicyDocument({ statements }) },
    });
    explainWildcards(role, statements);
    const asset = doorAsset(context.bundles, name, JSON.stringify(context.manifest), (Stage.of(this) as Stage).assetOutdir);
    this.function = new lambda.Function(this, 'Function', {
      functionName,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(asset.path, { assetHash: asset.assetHash }),
      role: role.withoutPolicyUpdates(),
      logGroup,
      timeout: Duration.seconds(props.timeoutSeconds ?? 30),
      memorySize: props.memoryMiB ?? 256,
      description: `Door ${name} of ${context.manifest.id}`,
      environment: {
        LEDGER_TABLE: context.ledger.tableName,
        NOTICE_TOPIC: context.topic.topicArn,
        PLATFORM_ID: context.manifest.id,
        ...props.environment,
      },
    });
  }
}

const writeLogs = (logGroup: logs.ILogGroup): iam.PolicyStatement =>
  new iam.PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [`${logGroup.logGroupArn}:*`] });
