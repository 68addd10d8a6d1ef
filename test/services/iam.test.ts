import { describe, expect, test } from 'vitest';
import { createWorld } from '../../local/create-world.ts';
import type { Caller, Permission, PolicyDocument, ResourceContext } from '../../local/simulated.ts';
import type { World } from '../../local/world.ts';

const makeWorld = (): World => createWorld({ start: '2026-11-23T07:00:00Z', seed: 1, account: '111122223333', region: 'eu-central-1' });
const policy = (...statements: readonly object[]): PolicyDocument => ({ Version: '2012-10-17', Statement: statements as PolicyDocument['Statement'] });
const service = 'arn:aws:ecs:eu-central-1:111122223333:service/plat/api';

/** A world with one role `door` that has these statements, and a question about it. */
const asking = (statements: readonly object[], options: { readonly tags?: Record<string, string> } = {}) => {
  const world = makeWorld();
  const roleArn = world.services.iam.createRole({ name: 'door', policies: { Inline: policy(...statements) }, ...options });
  const caller: Caller = { kind: 'role', roleArn, session: 'apply' };
  return { world, caller, ask: (permission: Permission) => world.services.iam.allows(caller, permission) };
};

describe('identity policies', () => {
  test.each([
    ['exact action and ARN', { Action: 'ecs:UpdateService', Resource: service }, true],
    ['action in another case', { Action: 'ECS:updateservice', Resource: service }, true],
    ['wildcard action', { Action: 'ecs:Update*', Resource: service }, true],
    ['wildcard in the resource part', { Action: 'ecs:UpdateService', Resource: 'arn:aws:ecs:*:111122223333:service/plat/*' }, true],
    ['question mark for one character', { Action: 'ecs:UpdateService', Resource: 'arn:aws:ecs:eu-central-1:111122223333:service/plat/ap?' }, true],
    ['another service', { Action: 'ecs:UpdateService', Resource: `${service}-2` }, false],
    ['another action', { Action: 'ecs:DescribeServices', Resource: '*' }, false],
    ['NotAction that leaves it out', { NotAction: 'iam:*', Resource: '*' }, true],
    ['NotAction that names it', { NotAction: ['ecs:UpdateService'], Resource: '*' }, false],
    ['NotResource elsewhere', { Action: '*', NotResource: 'arn:aws:s3:::*' }, true],
    ['NotResource that names it', { Action: '*', NotResource: [service] }, false],
  ])('X2: %s', (_, statement, allowed) => {
    const { ask } = asking([{ Effect: 'Allow', ...statement }]);
    expect(ask({ action: 'ecs:UpdateService', resource: service }).allowed).toBe(allowed);
  });

  test('X2: an explicit deny wins over every grant and is worded as AWS does', () => {
    const { ask } = asking([{ Effect: 'Allow', Action: '*', Resource: '*' }, { Effect: 'Deny', Action: 'ecs:Update*', Resource: '*' }]);
    expect(ask({ action: 'ecs:UpdateService', resource: service })).toEqual({ allowed: false, why: 'with an explicit deny in an identity-based policy', granting: [] });
    expect(ask({ action: 'ecs:DescribeServices', resource: service }).allowed).toBe(true);
  });

  test('X2: a request on * is not covered by a grant on one resource', () => {
    const { ask } = asking([{ Effect: 'Allow', Action: 'rds:DescribeDBInstances', Resource: 'arn:aws:rds:eu-central-1:111122223333:db:main' }]);
    expect(ask({ action: 'rds:DescribeDBInstances', resource: '*' }).allowed).toBe(false);
  });

  test('policy variables take the value of the request, a default, or match nothing', () => {
    const resource = 'arn:aws:s3:::bucket/team-a/file';
    const statement = { Effect: 'Allow', Action: 's3:GetObject' };
    const tagged = { tags: { team: 'team-a' } };
    expect(asking([{ ...statement, Resource: 'arn:aws:s3:::bucket/${aws:PrincipalTag/team}/*' }], tagged).ask({ action: 's3:GetObject', resource }).allowed).toBe(true);
    expect(asking([{ ...statement, Resource: 'arn:aws:s3:::bucket/${aws:PrincipalTag/team}/*' }]).ask({ action: 's3:GetObject', resource }).allowed).toBe(false);
    expect(asking([{ ...statement, Resource: "arn:aws:s3:::bucket/${aws:PrincipalTag/team, 'team-a'}/*" }]).ask({ action: 's3:GetObject', resource }).allowed).toBe(true);
    expect(asking([{ ...statement, Resource: 'arn:aws:s3:::bucket/${*}/*' }]).ask({ action: 's3:GetObject', resource: 'arn:aws:s3:::bucket/*/x' }).allowed).toBe(true);
    expect(asking([{ ...statement, Resource: 'arn:aws:s3:::bucket/${*}/*' }]).ask({ action: 's3:GetObject', resource }).allowed).toBe(false);
  });
});

describe('conditions', () => {
  const cluster = 'arn:aws:ecs:eu-central-1:111122223333:cluster/plat';
  const allowedWith = (condition: object, context: Permission['context'] = { 'ecs:cluster': cluster }): boolean =>
    asking([{ Effect: 'Allow', Action: '*', Resource: '*', Condition: condition }]).ask({ action: 'ecs:ListTasks', resource: '*', ...(context && { context }) }).allowed;

  test.each([
    [{ ArnEquals: { 'ecs:cluster': cluster } }, true],
    [{ ArnEquals: { 'ECS:Cluster': cluster } }, true],
    [{ ArnLike: { 'ecs:cluster': 'arn:aws:ecs:*:*:cluster/plat' } }, true],
    [{ ArnNotEquals: { 'ecs:cluster': cluster } }, false],
    [{ StringEquals: { 'aws:RequestedRegion': ['us-east-1', 'eu-central-1'] } }, true],
    [{ StringNotEquals: { 'aws:RequestedRegion': ['us-east-1', 'eu-central-1'] } }, false],
    [{ StringLike: { 'ecs:cluster': '*cluster/pl?t' } }, true],
    [{ StringNotEquals: { 'ecs:absent': 'x' } }, true],
    [{ StringEquals: { 'ecs:absent': 'x' } }, false],
    [{ StringEqualsIfExists: { 'ecs:absent': 'x' } }, true],
    [{ Null: { 'ecs:absent': 'true' } }, true],
    [{ Null: { 'ecs:cluster': 'true' } }, false],
    [{ Bool: { 'aws:SecureTransport': 'true' } }, true],
    [{ DateGreaterThan: { 'aws:CurrentTime': '2026-11-23T06:59:59Z' } }, true],
    [{ DateLessThan: { 'aws:CurrentTime': '2026-11-23T06:59:59Z' } }, false],
    [{ StringEquals: { 'aws:RequestedRegion': 'eu-central-1' }, ArnEquals: { 'ecs:cluster': 'arn:aws:ecs:eu-central-1:111122223333:cluster/other' } }, false],
  ])('%j answers %s', (condition, allowed) => expect(allowedWith(condition)).toBe(allowed));

  test('several values: one is enough for ForAnyValue, every one must match for ForAllValues', () => {
    const context = { 'dynamodb:LeadingKeys': ['lease#api', 'day#2026-11-23'] };
    expect(allowedWith({ 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': 'lease#*' } }, context)).toBe(true);
    expect(allowedWith({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'lease#*' } }, context)).toBe(false);
    expect(allowedWith({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['lease#*', 'day#*'] } }, context)).toBe(true);
    expect(allowedWith({ NumericLessThanEquals: { 'x:count': '3' } }, { 'x:count': '3' })).toBe(true);
    expect(allowedWith({ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, { 'aws:SourceIp': '10.1.2.3' })).toBe(true);
    expect(allowedWith({ NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, { 'aws:SourceIp': '10.1.2.3' })).toBe(false);
  });

  test('an operator IAM does not know fails by name', () => {
    expect(() => allowedWith({ StringSimilar: { a: 'b' } })).toThrow('condition operator StringSimilar is not known to IAM');
  });
});

describe('boundaries, resource policies and trust', () => {
  test('X2: a permissions boundary limits what the identity policies grant', () => {
    const world = makeWorld();
    const roleArn = world.services.iam.createRole({
      name: 'bound', policies: { Inline: policy({ Effect: 'Allow', Action: '*', Resource: '*' }) },
      boundaryArn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
    });
    const caller: Caller = { kind: 'role', roleArn, session: 's' };
    expect(world.services.iam.allows(caller, { action: 'logs:PutLogEvents', resource: '*' }).allowed).toBe(true);
    expect(world.services.iam.allows(caller, { action: 'ecs:ListTasks', resource: '*' }).why).toBe('because no permissions boundary allows the ecs:ListTasks action');
  });

  test('a resource policy that names the role is enough; one that names the account only delegates', () => {
    const { caller, ask } = asking([]);
    const topic = 'arn:aws:sns:eu-central-1:111122223333:notices';
    const publish = (principal: unknown): boolean =>
      ask({ action: 'sns:Publish', resource: topic, resourcePolicy: policy({ Effect: 'Allow', Principal: principal, Action: 'sns:Publish', Resource: topic }) }).allowed;
    expect(publish({ AWS: caller.kind === 'role' ? caller.roleArn : '' })).toBe(true);
    expect(publish({ AWS: '111122223333' })).toBe(false);
    expect(publish({ AWS: 'arn:aws:iam::111122223333:root' })).toBe(false);
    expect(publish('*')).toBe(true);
    expect(publish({ Service: 'events.amazonaws.com' })).toBe(false);
  });

  test('a service needs a resource policy whose conditions hold', () => {
    const world = makeWorld();
    const resource = 'arn:aws:lambda:eu-central-1:111122223333:function:decide';
    const rule = 'arn:aws:events:eu-central-1:111122223333:rule/push';
    const resourcePolicy = policy({
      Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'lambda:InvokeFunction', Resource: resource, Condition: { ArnLike: { 'AWS:SourceArn': rule } },
    });
    const ask = (principal: string, source: string) =>
      world.services.iam.allowsService(principal, { action: 'lambda:InvokeFunction', resource, resourcePolicy, context: { 'aws:SourceArn': source } });
    expect(ask('events.amazonaws.com', rule).allowed).toBe(true);
    expect(ask('events.amazonaws.com', `${rule}-2`)).toMatchObject({ allowed: false, why: 'because no resource-based policy allows the lambda:InvokeFunction action' });
    expect(ask('sns.amazonaws.com', rule).allowed).toBe(false);
  });

  test('a role is assumed only by whom its trust policy names', () => {
    const world = makeWorld();
    const trust = policy({ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' });
    const roleArn = world.services.iam.createRole({ name: 'door', trust });
    expect(world.services.iam.mayAssume({ kind: 'service', principal: 'lambda.amazonaws.com' }, roleArn).allowed).toBe(true);
    expect(world.services.iam.mayAssume({ kind: 'service', principal: 'states.amazonaws.com' }, roleArn).allowed).toBe(false);
  });
});

describe('calls and records', () => {
  test('X2: a refused call has the words of AWS and its place in the record of refusals', async () => {
    const world = createWorld({
      start: '2026-11-23T07:00:00Z', seed: 1, region: 'eu-central-1',
      factories: {
        ecs: () => ({
          signingName: 'ecs', support: { does: [], doesNot: [] },
          operations: { UpdateService: { needs: () => [{ action: 'ecs:UpdateService', resource: service }], run: () => ({}) } },
        }) as never,
      },
    });
    const roleArn = world.services.iam.createRole({ name: 'door', policies: { P: policy({ Sid: 'Read', Effect: 'Allow', Action: ['ecs:DescribeServices', 'ecs:Update*'], Resource: '*' }) } });
    const bare = world.services.iam.createRole({ name: 'bare' });
    const call = (role: string) => world.call({ service: 'ecs', operation: 'UpdateService', input: {}, caller: { kind: 'role', roleArn: role, session: 'apply' } });
    await call(roleArn);
    await expect(call(bare)).rejects.toMatchObject({
      code: 'AccessDeniedException',
      message: 'User: arn:aws:sts::111122223333:assumed-role/bare/apply is not authorized to perform: ecs:UpdateService on resource: ' +
        'arn:aws:ecs:eu-central-1:111122223333:service/plat/api because no identity-based policy allows the ecs:UpdateService action',
    });
    expect(world.services.iam.grants(roleArn).map(({ statement, action, used }) => [statement, action, used])).toEqual([['Read', 'ecs:DescribeServices', 0], ['Read', 'ecs:Update*', 1]]);
    expect(world.services.iam.refusals()).toMatchObject([{ roleArn: bare, action: 'ecs:UpdateService', count: 1 }]);
    await expect(world.call({ service: 'ecs', operation: 'Explode', input: {}, caller: { kind: 'operator' } })).rejects.toMatchObject({ code: 'UnknownOperationException' });
    expect(world.trail.of('fault').map((entry) => entry.what)).toEqual(['ecs:UpdateService denied', 'ecs:Explode is not simulated']);
  });

  test('templates: a role, an inline policy attached to it and a managed policy act together and are taken away again', async () => {
    const world = makeWorld();
    const types = world.services.iam.resources ?? {};
    const context: ResourceContext = { world, stackName: 'ops', logicalId: 'R', generatedName: () => 'ops-R-1' };
    const role = await types['AWS::IAM::Role']!.create({ AssumeRolePolicyDocument: policy(), ManagedPolicyArns: ['arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess'] }, context);
    expect(role).toMatchObject({ ref: 'ops-R-1', attributes: { Arn: 'arn:aws:iam::111122223333:role/ops-R-1' } });
    const inline = { PolicyName: 'P', Roles: [role.ref], PolicyDocument: policy({ Effect: 'Allow', Action: 'ecs:ListTasks', Resource: '*' }) };
    const made = await types['AWS::IAM::Policy']!.create(inline, context);
    const caller: Caller = { kind: 'role', roleArn: String(role.attributes['Arn']), session: 's' };
    const may = (action: string): boolean => world.services.iam.allows(caller, { action, resource: '*' }).allowed;
    expect([may('ecs:ListTasks'), may('xray:PutTraceSegments'), may('ecs:StopTask')]).toEqual([true, true, false]);
    await types['AWS::IAM::Policy']!.remove!(made, inline, context);
    expect(may('ecs:ListTasks')).toBe(false);
    expect(() => world.services.iam.createRole({ name: 'x', managedPolicyArns: ['arn:aws:iam::aws:policy/PowerUser'] }) && world.services.iam.grants())
      .toThrow('the rehearsal has no copy of the managed policy arn:aws:iam::aws:policy/PowerUser');
  });
});
