// What every synthesized template promises, as named policies.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { imagesKeepGrants } from '../../infra/grants/images.ts';
import type { OperationsContext } from '../../infra/operations-context.ts';
import { ofType, templatesOf, type Resource, type Template } from '../assembly.ts';

type Statement = { readonly Action: string | readonly string[]; readonly Resource: unknown; readonly Effect: string; readonly Condition?: unknown };
const list = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value]) as readonly T[];

const statementsOf = (role: Resource): readonly Statement[] =>
  ((role.Properties['Policies'] as readonly { PolicyDocument: { Statement: readonly Statement[] } }[] | undefined) ?? []).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);

/** Actions that AWS lets nobody limit to a resource; everything else must name what it touches. */
const withoutResource = new Set([
  'logs:CreateLogDelivery', 'logs:GetLogDelivery', 'logs:UpdateLogDelivery', 'logs:DeleteLogDelivery', 'logs:ListLogDeliveries', 'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies', 'logs:DescribeLogGroups', 'ecs:DescribeTaskDefinition', 'ecs:DeregisterTaskDefinition', 'ecs:ListTaskDefinitions', 'ecs:RegisterTaskDefinition',
  'elasticloadbalancing:DescribeTargetHealth', 'elasticloadbalancing:DescribeListeners', 'elasticloadbalancing:DescribeRules', 'elasticloadbalancing:DescribeLoadBalancers',
  'elasticloadbalancing:DescribeTargetGroups', 'application-autoscaling:DescribeScalableTargets', 'application-autoscaling:DescribeScheduledActions', 'application-autoscaling:DescribeScalingActivities', 'cloudwatch:DescribeAlarms',
  'cloudwatch:GetMetricData', 'cloudwatch:GetMetricWidgetImage', 'cloudwatch:GetMetricStatistics', 'ecr:GetAuthorizationToken', 'xray:PutTraceSegments', 'xray:PutTelemetryRecords',
]);

describe.each([['wizelit', 'dev'], ['wizelit', 'prod'], ['farsight', 'prod'], ['atomic-calendar', 'prod']])('%s %s', (platform, stage) => {
  let all: Readonly<Record<string, Template>> = {};
  let operations: Template = { Resources: {} };
  beforeAll(async () => {
    all = await templatesOf(platform, stage);
    operations = all['operations'] ?? operations;
  });
  const everywhere = (type: string) => Object.values(all).flatMap((template) => ofType(template, type));

  it('X2: every role is least: no action on everything unless AWS has no resource for it', () => {
    const wide = ofType(operations, 'AWS::IAM::Role').flatMap((role) =>
      statementsOf(role)
        .filter(({ Effect, Resource, Condition }) => Effect === 'Allow' && Condition === undefined && list(Resource).includes('*'))
        .flatMap(({ Action }) => list(Action).filter((action) => !withoutResource.has(action)).map((action) => `${String(role.Properties['RoleName'])}: ${action} on *`)),
    );
    expect(wide).toEqual([]);
  });

  it('X2: no role of the automation has a wildcard action', () => {
    const wild = ofType(operations, 'AWS::IAM::Role').flatMap((role) => statementsOf(role).flatMap(({ Action }) => list(Action).filter((action) => action.includes('*'))));
    expect(wild).toEqual([]);
  });

  it('S10: the door behind the waking page can read the ledger and begin a waking: a flood of requests writes nothing', () => {
    const role = ofType(operations, 'AWS::IAM::Role').find(({ Properties }) => String(Properties['RoleName']).endsWith('-wake-visit'));
    const actions = role === undefined ? [] : statementsOf(role).flatMap(({ Action }) => list(Action)).filter((action) => !/^(logs|xray):/.test(action));
    expect([...new Set(actions)].sort()).toEqual(['dynamodb:GetItem', 'dynamodb:Query', 'states:StartExecution']);
  });

  it('every door is arm64 on Node 24, has a log group with retention and a role of its own', () => {
    const doors = ofType(operations, 'AWS::Lambda::Function');
    expect(doors.length).toBeGreaterThan(8);
    const roles = new Set(doors.map(({ Properties }) => JSON.stringify(Properties['Role'])));
    expect(roles.size).toBe(doors.length);
    const groups = ofType(operations, 'AWS::Logs::LogGroup');
    for (const { id, Properties } of doors) {
      expect([id, Properties['Architectures'], Properties['Runtime']]).toEqual([id, ['arm64'], 'nodejs24.x']);
      expect(groups.map((group) => group.id)).toContain((Properties['LoggingConfig'] as { LogGroup: { Ref: string } }).LogGroup.Ref);
    }
    expect(everywhere('AWS::Logs::LogGroup').filter(({ Properties }) => Properties['RetentionInDays'] === undefined)).toEqual([]);
  });

  it('N2: every queue has a dead-letter queue or is one', () => {
    const queues = ofType(operations, 'AWS::SQS::Queue');
    const dead = new Set(JSON.stringify(operations.Resources).match(/"deadLetterTargetArn":\{"Fn::GetAtt":\["(\w+)"/g)?.map((text) => /\["(\w+)"/.exec(text)?.[1]));
    const asTarget = new Set([...JSON.stringify(operations.Resources).matchAll(/"DeadLetterConfig":\{"Arn":\{"Fn::GetAtt":\["(\w+)"/g)].map((match) => match[1]));
    const lonely = queues.filter(({ id, Properties }) => Properties['RedrivePolicy'] === undefined && !dead.has(id) && !asTarget.has(id)).map(({ id }) => id);
    expect(lonely).toEqual([]);
  });

  it('X1: every rule and every schedule has a dead-letter queue for what nobody could take', () => {
    const targets = ofType(operations, 'AWS::Events::Rule').flatMap(({ id, Properties }) => (Properties['Targets'] as readonly { DeadLetterConfig?: unknown }[]).map((target) => [id, target] as const));
    expect(targets.filter(([, target]) => target.DeadLetterConfig === undefined).map(([id]) => id)).toEqual([]);
    const schedules = ofType(operations, 'AWS::Scheduler::Schedule').filter(({ Properties }) => (Properties['Target'] as { DeadLetterConfig?: unknown }).DeadLetterConfig === undefined);
    expect(schedules.map(({ id }) => id)).toEqual([]);
  });

  it('every state machine has an alarm on its failures', () => {
    const machines = ofType(operations, 'AWS::StepFunctions::StateMachine').map(({ id }) => id);
    const watched = JSON.stringify(ofType(operations, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties));
    expect(machines.length).toBeGreaterThanOrEqual(4);
    expect(machines.filter((id) => !watched.includes(`{"Ref":"${id}"}`))).toEqual([]);
  });

  it('nothing of the network, no store and no topic is public but the load balancer', () => {
    const anybody = (rules: unknown): boolean => /"(?:0\.0\.0\.0|::)\/0"/.test(JSON.stringify(rules ?? []));
    const open = everywhere('AWS::EC2::SecurityGroup').filter(({ Properties }) => anybody(Properties['SecurityGroupIngress']));
    const balancers = everywhere('AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(open.map(({ id }) => id)).toEqual(balancers.map(() => 'LoadBalancerGroup'));
    expect(everywhere('AWS::EC2::SecurityGroupIngress').filter(({ Properties }) => anybody(Properties))).toEqual([]);
    expect(everywhere('AWS::RDS::DBInstance').filter(({ Properties }) => Properties['PubliclyAccessible'] !== false).map(({ id }) => id)).toEqual([]);
    const closed = { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };
    for (const { Properties } of everywhere('AWS::S3::Bucket')) expect(Properties['PublicAccessBlockConfiguration']).toEqual(closed);
    const policies = ['SNS::TopicPolicy', 'SQS::QueuePolicy', 'S3::BucketPolicy', 'SecretsManager::ResourcePolicy'].flatMap((type) => everywhere(`AWS::${type}`));
    const statements = policies.flatMap(({ Properties }) => (Properties['PolicyDocument'] ?? Properties['ResourcePolicy']) as { Statement: readonly object[] }).flatMap(({ Statement }) => Statement);
    expect(statements.filter((statement) => /"Effect":"Allow"/.test(JSON.stringify(statement)) && /"Principal":(?:\{"AWS":)?"\*"/.test(JSON.stringify(statement)))).toEqual([]);
  });

  it('S10, L6: only the doors that check a signature, or that strangers may knock at, have an address of their own', () => {
    const doors = new Map(ofType(operations, 'AWS::Lambda::Function').map(({ id, Properties }) => [id, String(Properties['FunctionName'])]));
    const known = ['wake-link', 'notices-press', 'redeploy-webhook'].map((name) => `${platform}-${stage}-${name}`);
    const addressed = ofType(operations, 'AWS::Lambda::Url').map(({ Properties }) => doors.get((Properties['TargetFunctionArn'] as { 'Fn::GetAtt': readonly [string] })['Fn::GetAtt'][0]) ?? 'none');
    expect(addressed.filter((name) => !known.includes(name))).toEqual([]);
    // What strangers can reach is told where people deploy.
    const told = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'first-day.md'), 'utf8');
    const outputs = Object.entries(operations.Outputs ?? {}).flatMap(([id, { Value }]) => (/FunctionUrl/.test(JSON.stringify(Value)) ? [id] : []));
    expect(outputs).toHaveLength(addressed.length);
    expect(outputs.filter((id) => !told.includes(`\`${id}\``))).toEqual([]);
  });

  it('N3: no secret stands in plain text in a template', () => {
    const text = JSON.stringify(all);
    // What may be left out is an empty key.
    const plain = [...text.matchAll(/"(?:MasterUserPassword|SecretString|AuthToken)":"(?!\{\{resolve:|fill-me-in"|\{(?:\\"\w+\\":\\"\\",?)+\}")[^"]{0,20}/g)].map(([found]) => found);
    expect(plain).toEqual([]);
    expect([...text.matchAll(/(?:AKIA|ASIA)[0-9A-Z]{16}|xox[abp]-|hooks\.slack\.com\/services\/T/g)].map(([found]) => found)).toEqual([]);
  });

  it('X1: the ledger is on demand, keeps point-in-time recovery and lets only history expire', () => {
    const [table] = ofType(operations, 'AWS::DynamoDB::Table');
    expect(table?.Properties['BillingMode']).toBe('PAY_PER_REQUEST');
    expect(table?.Properties['PointInTimeRecoverySpecification']).toMatchObject({ PointInTimeRecoveryEnabled: true });
    expect(table?.Properties['TimeToLiveSpecification']).toEqual({ AttributeName: 'expires', Enabled: true });
  });
});

it('X2: who may put images is granted repositories by name, also where thirty of them begin with nothing alike', () => {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123'.split('');
  const containers = letters.map((letter) => ({ image: { registry: 'ecr', repository: `${letter}-app`, own: true } }));
  const context = { partition: 'aws', region: 'eu-west-1', account: '111122223333', manifest: { services: [{ containers }] } };
  const [statement] = imagesKeepGrants(context as unknown as OperationsContext);
  expect(statement?.resources).toHaveLength(30);
  expect(statement?.resources).toContain('arn:aws:ecr:eu-west-1:111122223333:repository/a-app');
});
