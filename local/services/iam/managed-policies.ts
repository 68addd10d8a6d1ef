// The AWS managed policies a platform of ours may attach, as AWS documents them; any other is refused by name rather than guessed.
import type { PolicyDocument } from '../../simulated.ts';

const allow = (...actions: readonly string[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
});

const WRITE_LOGS: readonly string[] = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

const POLICIES: Readonly<Record<string, PolicyDocument>> = {
  'service-role/AWSLambdaBasicExecutionRole': allow(...WRITE_LOGS),
  'service-role/AWSLambdaVPCAccessExecutionRole': allow(
    ...WRITE_LOGS,
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ),
  'service-role/AmazonECSTaskExecutionRolePolicy': allow(
    'ecr:GetAuthorizationToken',
    'ecr:BatchCheckLayerAvailability',
    'ecr:GetDownloadUrlForLayer',
    'ecr:BatchGetImage',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ),
  'service-role/AmazonRDSEnhancedMonitoringRole': allow(
    ...WRITE_LOGS,
    'logs:PutRetentionPolicy',
    'logs:DescribeLogStreams',
    'logs:GetLogEvents',
  ),
  AWSXRayDaemonWriteAccess: allow(
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:GetSamplingStatisticSummaries',
  ),
  AdministratorAccess: allow('*'),
};

const PREFIX = 'arn:aws:iam::aws:policy/';

/** The document of an AWS managed policy; throws with its ARN when it is not in the table. */
export const awsManagedPolicy = (arn: string): PolicyDocument => {
  const document = arn.startsWith(PREFIX) ? POLICIES[arn.slice(PREFIX.length)] : undefined;
  if (document === undefined) throw new Error(`the rehearsal has no copy of the managed policy ${arn}`);
  return document;
};
