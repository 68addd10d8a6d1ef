// The two roles of a task: what ECS may do to start it (pull, log, its own secrets), and what its code may do.
import { Aws } from 'aws-cdk-lib/core';
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Service } from '../../shared/domain/platform.ts';
import { takesShells } from '../../shared/domain/shell-access.ts';
import { mountedBy, secretsOf } from '../../shared/domain/wiring.ts';
import type { Attributes } from '../attributes.ts';
import { type Deployment, logGroupName, pascal, repositoryName } from '../names.ts';
import { acceptWildcards, arn } from '../platform-stack.ts';

const allow = (actions: readonly string[], resources: readonly string[]): PolicyStatement =>
  new PolicyStatement({ effect: Effect.ALLOW, actions: [...actions], resources: [...resources] });

const tasks = (): ServicePrincipal => new ServicePrincipal('ecs-tasks.amazonaws.com');

const repositoriesUsed = (deployment: Deployment, service: Service): readonly string[] => [
  ...new Set(
    Object.values(service.containers).flatMap(({ image }) =>
      image.kind === 'repository' || image.kind === 'existing'
        ? [arn('ecr', `repository/${repositoryName(deployment, image.repository)}`)]
        : [],
    ),
  ),
];

/** What ECS itself needs to start a task of this service (O12). */
export const executionRole = (scope: Construct, deployment: Deployment, name: string, service: Service, attributes: Attributes): Role => {
  const repositories = repositoriesUsed(deployment, service);
  const secrets = secretsOf(service).map((secret) => attributes.get(`secrets.${secret}.arn`));
  const statements = [
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [arn('logs', `log-group:${logGroupName(deployment, name, service)}:*`)]),
    ...(repositories.length === 0
      ? []
      : [
          allow(['ecr:GetAuthorizationToken'], ['*']),
          allow(['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'], repositories),
        ]),
    ...(secrets.length === 0 ? [] : [allow(['secretsmanager:GetSecretValue'], secrets)]),
  ];
  const role = new Role(scope, `${pascal(name)}ExecutionRole`, {
    assumedBy: tasks(),
    inlinePolicies: { Start: new PolicyDocument({ statements }) },
  });
  acceptWildcards(
    role,
    statements.flatMap(({ resources }) => resources),
    'ecr:GetAuthorizationToken knows no resource; log streams of one log group are named by task id.',
  );
  return role;
};

const storeStatements = (service: Service, attributes: Attributes): readonly PolicyStatement[] => [
  ...service.may.tables.map((table) =>
    allow(
      [
        'dynamodb:GetItem',
        'dynamodb:BatchGetItem',
        'dynamodb:Query',
        'dynamodb:Scan',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'dynamodb:DeleteItem',
        'dynamodb:BatchWriteItem',
        'dynamodb:DescribeTable',
      ],
      [attributes.get(`tables.${table}.arn`)],
    ),
  ),
  ...service.may.buckets.flatMap((bucket) => [
    allow(['s3:ListBucket'], [attributes.get(`buckets.${bucket}.arn`)]),
    allow(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], [`${attributes.get(`buckets.${bucket}.arn`)}/*`]),
  ]),
  ...mountedBy(service).map(
    (mounted) =>
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
        resources: [attributes.get(`fileSystems.${mounted}.arn`)],
        conditions: { StringEquals: { 'elasticfilesystem:AccessPointArn': attributes.get(`fileSystems.${mounted}.accessPointArn`) } },
      }),
  ),
];

const serviceStatements = (service: Service): readonly PolicyStatement[] => [
  ...(service.may.invokeBedrock
    ? [
        allow(
          ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
          [`arn:${Aws.PARTITION}:bedrock:*::foundation-model/*`, arn('bedrock', 'inference-profile/*')],
        ),
      ]
    : []),
  ...(service.may.sendTraces
    ? [allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'], ['*'])]
    : []),
  ...service.may.other.map(({ actions, resources }) => allow(actions, resources)),
];

/** What the agent of ECS Exec does as the task: its channels, and a copy of the session in the service's own log group. */
const shellStatements = (logGroup: string): readonly PolicyStatement[] => [
  allow(
    [
      'ssmmessages:CreateControlChannel',
      'ssmmessages:CreateDataChannel',
      'ssmmessages:OpenControlChannel',
      'ssmmessages:OpenDataChannel',
      'logs:DescribeLogGroups',
    ],
    ['*'],
  ),
  allow(['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'], [arn('logs', `log-group:${logGroup}:*`)]),
];

/** What the code of this service may do in AWS: nothing but what the file says. */
export const taskRole = (scope: Construct, deployment: Deployment, name: string, service: Service, attributes: Attributes): Role => {
  const shells = takesShells(service, deployment.stage) ? shellStatements(logGroupName(deployment, name, service)) : [];
  const statements = [...storeStatements(service, attributes), ...serviceStatements(service), ...shells];
  const role = new Role(scope, `${pascal(name)}TaskRole`, {
    assumedBy: tasks(),
    ...(statements.length === 0 ? {} : { inlinePolicies: { Work: new PolicyDocument({ statements }) } }),
  });
  const reasons = [
    ...(service.may.invokeBedrock ? ['any Bedrock model may be invoked, which one is the application’s choice'] : []),
    ...(service.may.sendTraces ? ['X-Ray knows no resources'] : []),
    ...(shells.length > 0 ? ['the channels of a shell and the list of log groups know no resources'] : []),
    ...(service.may.buckets.length > 0 ? ['objects of its own bucket are named by the application'] : []),
    ...service.may.other.map(({ why }) => why),
  ];
  acceptWildcards(
    role,
    statements.flatMap(({ resources }) => resources),
    `As the platform file says: ${reasons.join('; ')}.`,
  );
  return role;
};
