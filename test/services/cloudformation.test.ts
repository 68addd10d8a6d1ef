// CloudFormation as design note 7 and rule R6 need it: templates compared with templates, references resolved when a resource is touched.
import { beforeEach, describe, expect, it } from 'vitest';
import type { Template } from '../../local/services/cloudformation/template.ts';
import { makeStage, thing, type Stage } from './stack-stage.ts';

let stage: Stage;

beforeEach(() => {
  stage = makeStage();
});

describe('deploying', () => {
  it('makes resources after what they refer to, and a second time touches nothing', async () => {
    const template = {
      Resources: { B: thing({ Of: { Ref: 'A' } }), A: thing({}, { DependsOn: 'C' }), C: thing({}) },
      Outputs: { Ref: { Value: { Ref: 'B' } } },
    };
    const first = await stage.deploy(template);
    expect(first.status).toBe('CREATE_COMPLETE');
    expect(first.outputs.Ref).toMatch(/^s-B-[A-Z0-9]{12}$/);
    expect(stage.log).toEqual(['create C', 'create A', 'create B']);
    const second = await stage.deploy(structuredClone(template));
    expect(second).toMatchObject({ status: 'CREATE_COMPLETE', changes: [] });
    expect(stage.log).toHaveLength(3);
  });

  it('makes no operation at all of a template that changes nothing, and a rollback is not the last word', async () => {
    await stage.deploy({ Resources: { A: thing({ Name: 'a' }) } });
    const entries = stage.world.trail.entries.length;
    await stage.deploy({ Resources: { A: thing({ Name: 'a' }) } });
    expect(stage.world.trail.entries).toHaveLength(entries);
    await stage.deploy({ Resources: { A: thing({ Name: 'a', Fail: 'update' }) } });
    expect((await stage.deploy({ Resources: { A: thing({ Name: 'a' }) } })).status).toBe('UPDATE_COMPLETE');
  });

  it('refuses a second operation while one is going on', async () => {
    const { cloudformation } = stage.world.services;
    const first = cloudformation.deploy({ stackName: 's', template: { Resources: { A: thing({ Name: 'a' }) } } });
    await expect(cloudformation.deploy({ stackName: 's', template: { Resources: {} } })).rejects.toThrow('can not be updated');
    expect((await first).status).toBe('CREATE_COMPLETE');
  });

  it('updates in place what may change in place, and replaces what may not', async () => {
    await stage.deploy({ Resources: { A: thing({ Name: 'one', Size: 1 }), B: thing({ Of: { Ref: 'A' } }) } });
    const update = await stage.deploy({ Resources: { A: thing({ Name: 'one', Size: 2 }), B: thing({ Of: { Ref: 'A' } }) } });
    expect(update.changes).toEqual([{ logicalId: 'A', type: 'Test::Thing', action: 'update', properties: ['Size'] }]);
    const replacement = await stage.deploy({ Resources: { A: thing({ Name: 'two', Size: 2 }), B: thing({ Of: { Ref: 'A' } }) } });
    expect(replacement.changes.map((change) => [change.logicalId, change.action])).toEqual([
      ['A', 'replace'],
      ['B', 'update'],
    ]);
    expect(stage.things.has('one')).toBe(false);
    expect(stage.log.slice(-3)).toEqual(['create A', 'update B', 'remove A']);
  });

  it('removes what the template no longer has, but keeps what is to be retained', async () => {
    await stage.deploy({
      Resources: { A: thing({ Name: 'a' }), B: thing({ Name: 'b' }, { DeletionPolicy: 'Retain' }), C: thing({ Name: 'c' }) },
    });
    const { changes } = await stage.deploy({ Resources: { A: thing({ Name: 'a' }) } });
    expect(changes.map((change) => [change.logicalId, change.action])).toEqual([
      ['C', 'remove'],
      ['B', 'retain'],
    ]);
    expect([...stage.things.keys()]).toEqual(['a', 'b']);
  });

  it('rolls a failed update back to the properties before, and a failed creation to nothing', async () => {
    const before = { Resources: { A: thing({ Name: 'a', Size: 1 }), B: thing({ Name: 'b', Of: { 'Fn::GetAtt': ['A', 'Size'] } }) } };
    await stage.deploy(before);
    const failed = await stage.deploy({
      Resources: {
        A: thing({ Name: 'a', Size: 2 }),
        B: thing({ Name: 'b', Fail: 'update', Of: { 'Fn::GetAtt': ['A', 'Size'] } }),
        N: thing({ Name: 'n' }),
      },
    });
    expect(failed).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE', reason: expect.stringContaining('no luck') });
    expect(stage.properties('a')?.Size).toBe(1);
    expect(stage.things.has('n')).toBe(false);
    const creation = await stage.deploy(
      { Resources: { X: thing({ Name: 'x' }), Y: thing({ Fail: 'create', Of: { Ref: 'X' } }) } },
      'other',
    );
    expect(creation.status).toBe('ROLLBACK_COMPLETE');
    expect(stage.things.has('x')).toBe(false);
    expect((await stage.deploy({ Resources: { X: thing({ Name: 'x' }) } }, 'other')).status).toBe('CREATE_COMPLETE');
  });

  it('creates a resource when its condition begins to hold and removes it when it ceases', async () => {
    const template = {
      Parameters: { On: { Type: 'String', Default: 'no' } },
      Conditions: { On: { 'Fn::Equals': [{ Ref: 'On' }, 'yes'] } },
      Resources: { A: thing({ Name: 'a' }, { Condition: 'On' }) },
    };
    await stage.deploy(template);
    expect(stage.things.has('a')).toBe(false);
    await stage.deploy(template, 's', { On: 'yes' });
    expect(stage.things.has('a')).toBe(true);
    await stage.deploy(template, 's', { On: 'no' });
    expect(stage.things.has('a')).toBe(false);
  });

  it('says its status on the event bus and in the trail', async () => {
    const seen: unknown[] = [];
    stage.world.services.events.observe((event) => seen.push(event.detail['status-details']));
    await stage.deploy({ Resources: { A: thing({}) } });
    expect(seen).toEqual([
      { status: 'CREATE_IN_PROGRESS', 'status-reason': '' },
      { status: 'CREATE_COMPLETE', 'status-reason': '' },
    ]);
    expect(stage.world.trail.of('stack').map((entry) => entry.what)).toEqual([
      'CREATE_IN_PROGRESS',
      'CREATE_COMPLETE A',
      'CREATE_COMPLETE',
    ]);
  });
});

describe('stacks among each other', () => {
  it('imports exports, and refuses to change an export that is in use', async () => {
    const producer = (name: string) => ({
      Resources: { A: thing({ Name: name }) },
      Outputs: { O: { Value: { Ref: 'A' }, Export: { Name: 'a-name' } } },
    });
    await stage.deploy(producer('a'), 'producer');
    await stage.deploy({ Resources: { U: thing({ Name: 'u', Of: { 'Fn::ImportValue': 'a-name' } }) } }, 'consumer');
    expect(stage.properties('u')?.Of).toBe('a');
    expect(await stage.deploy(producer('b'), 'producer')).toMatchObject({
      status: 'UPDATE_ROLLBACK_COMPLETE',
      reason: expect.stringContaining('in use by consumer'),
    });
    expect((await stage.world.services.cloudformation.remove('producer')).reason).toContain('in use by consumer');
  });

  it('reads the output of another stack by Fn::GetStackOutput, without protection and only when it deploys', async () => {
    const producer = (name: string) => ({ Resources: { A: thing({ Name: name }) }, Outputs: { O: { Value: { Ref: 'A' } } } });
    const consumer = {
      Resources: { U: thing({ Name: 'u', Of: { 'Fn::GetStackOutput': { StackName: 'producer', Region: 'us-east-1', OutputName: 'O' } } }) },
    };
    await stage.deploy(producer('a'), 'producer');
    await stage.deploy(consumer, 'consumer');
    await stage.deploy(producer('b'), 'producer');
    expect(stage.properties('u')?.Of).toBe('a');
    await stage.deploy(consumer, 'consumer');
    expect(stage.properties('u')?.Of).toBe('b');
  });
});

describe('what the automation may change behind CloudFormation', () => {
  const image = '{{resolve:ssm:/dayshift/web/image}}';
  const service = (more: object): Template => ({
    Parameters: { Image: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/dayshift/web/image' } },
    Conditions: { Unborn: { 'Fn::Equals': [{ Ref: 'Image' }, 'none'] } },
    Resources: {
      Web: thing({ Name: 'web', Image: image, DesiredCount: { 'Fn::If': ['Unborn', 0, { Ref: 'AWS::NoValue' }] }, ...more }),
    },
  });

  it('R6: an unchanged resource is left alone however far it has drifted', async () => {
    stage.world.services.ssm.put('/dayshift/web/image', 'repo@sha256:1', 'test');
    await stage.deploy(service({}));
    stage.things.get('web')!.properties = { Name: 'web', Image: 'repo@sha256:9', DesiredCount: 7 };
    expect((await stage.deploy(service({}))).changes).toEqual([]);
    expect(stage.properties('web')).toEqual({ Name: 'web', Image: 'repo@sha256:9', DesiredCount: 7 });
  });

  it('R6: a new value behind an unversioned dynamic reference is no change of its own', async () => {
    stage.world.services.ssm.put('/dayshift/web/image', 'repo@sha256:1', 'test');
    await stage.deploy(service({}));
    stage.world.services.ssm.put('/dayshift/web/image', 'repo@sha256:2', 'test');
    expect((await stage.deploy(service({}))).changes).toEqual([]);
    expect(stage.properties('web')?.Image).toBe('repo@sha256:1');
  });

  it('R6: a resource touched for another reason takes what the reference points to now', async () => {
    stage.world.services.ssm.put('/dayshift/web/image', 'repo@sha256:1', 'test');
    await stage.deploy(service({ ForceNewDeployment: { EnableForceNewDeployment: true, ForceNewDeploymentNonce: 'a' } }));
    stage.world.services.ssm.put('/dayshift/web/image', 'repo@sha256:2', 'test');
    const { changes } = await stage.deploy(
      service({ ForceNewDeployment: { EnableForceNewDeployment: true, ForceNewDeploymentNonce: 'b' } }),
    );
    expect(changes).toEqual([{ logicalId: 'Web', type: 'Test::Thing', action: 'update', properties: ['ForceNewDeployment'] }]);
    expect(stage.properties('web')?.Image).toBe('repo@sha256:2');
  });

  it('R7: a parameter that says none makes the count 0, and the first image takes the property away', async () => {
    stage.world.services.ssm.put('/dayshift/web/image', 'none', 'test');
    await stage.deploy(service({}));
    expect(stage.properties('web')).toMatchObject({ DesiredCount: 0, Image: 'none' });
    stage.world.services.ssm.put('/dayshift/web/image', 'repo@sha256:1', 'test');
    const { changes } = await stage.deploy(service({}));
    expect(changes[0]?.properties).toEqual(['DesiredCount']);
    expect(stage.properties('web')).toEqual({ Name: 'web', Image: 'repo@sha256:1' });
  });

  it('fails a stack whose parameter is not in the store', async () => {
    await expect(stage.deploy(service({}))).rejects.toThrow('Unable to fetch parameters [/dayshift/web/image]');
  });

  it('W6: composes secrets at deploy time, by key, by name and by ARN', async () => {
    const url =
      'postgres://{{resolve:secretsmanager:app/db:SecretString:user}}:' +
      '{{resolve:secretsmanager:arn:aws:secretsmanager:us-east-1:111122223333:secret:app/db-AbCdEf:SecretString:password::}}@db';
    await stage.deploy({ Resources: { Url: thing({ Name: 'url', Url: url, Whole: '{{resolve:secretsmanager:app/db}}' }) } });
    expect(stage.properties('url')).toMatchObject({ Url: 'postgres://u:q@db', Whole: '{"password":"p@ss","user":"u"}' });
  });

  it('accepts the bootstrap rule of a CDK template', async () => {
    const template: Template = {
      Parameters: { BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' } },
      Rules: { Check: { Assertions: [{ Assert: { 'Fn::Not': [{ 'Fn::Contains': [['1', '5'], { Ref: 'BootstrapVersion' }] }] } }] } },
      Resources: { A: thing({ Name: 'a' }) },
    };
    expect((await stage.deploy(template)).status).toBe('CREATE_COMPLETE');
  });
});
