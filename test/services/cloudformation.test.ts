// CloudFormation as design note 7 and rule R6 need it: templates compared with templates, references resolved when a resource is touched.
import { mkdtempSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createWorld } from '../../local/create-world.ts';
import { loadAssembly } from '../../local/services/cloudformation/assembly.ts';
import type { Template } from '../../local/services/cloudformation/template.ts';
import { makeSsm } from '../../local/services/ssm.ts';
import type { ResourceType } from '../../local/simulated.ts';
import type { World } from '../../local/world.ts';

interface Thing {
  properties: Record<string, any>;
  updates: number;
}

let world: World;
let things: Map<string, Thing>;
let log: string[];

/** A resource type whose every touch can be read back: `Name` replaces, everything else updates; `Fail` fails. */
const thingType: ResourceType = {
  replaceOn: ['Name'],
  create: (properties, context) => {
    if (properties.Fail === 'create') throw new Error('no capacity');
    const ref = properties.Name ?? context.generatedName(40);
    if (things.has(ref)) throw new Error(`${ref} already exists`);
    things.set(ref, { properties, updates: 0 });
    log.push(`create ${context.logicalId}`);
    return { ref, attributes: { Arn: `arn:test:${ref}`, Size: properties.Size ?? 1 } };
  },
  update: (made, properties, _, context) => {
    if (properties.Fail === 'update') throw new Error('no luck');
    const thing = things.get(made.ref)!;
    thing.properties = properties;
    thing.updates += 1;
    log.push(`update ${context.logicalId}`);
    return { ref: made.ref, attributes: { ...made.attributes, Size: properties.Size ?? 1 } };
  },
  remove: (made, _, context) => {
    things.delete(made.ref);
    log.push(`remove ${context.logicalId}`);
  },
};

const secrets = { 'app/db': '{"password":"p@ss","user":"u"}', 'arn:aws:secretsmanager:us-east-1:111122223333:secret:app/db-AbCdEf': '{"password":"q"}' } as Record<string, string>;

beforeEach(() => {
  things = new Map();
  log = [];
  const fake = (more: object) => () => ({ signingName: 'test', operations: {}, support: { does: [], doesNot: [] }, ...more }) as any;
  world = createWorld({
    start: '2026-11-21T09:00:00Z',
    seed: 'stacks',
    factories: {
      ssm: makeSsm,
      ecs: fake({ resources: { 'Test::Thing': thingType } }),
      secrets: fake({ signingName: 'secretsmanager', value: (id: string) => secrets[id] }),
    },
  });
});

const thing = (properties: Record<string, unknown>, more: object = {}) => ({ Type: 'Test::Thing', Properties: properties, ...more });
const deploy = (template: Template, stackName = 's', parameters = {}) =>
  world.clock.finish(world.services.cloudformation.deploy({ stackName, template, parameters }));
const properties = (ref: string) => things.get(ref)?.properties;

describe('template functions', () => {
  const value = async (expression: unknown, template: Template = {}) => {
    await deploy({ ...template, Resources: { ...template.Resources, Probe: thing({ Name: 'probe', Value: expression }) } });
    return properties('probe')?.Value;
  };

  it.each([
    [{ 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }, { Ref: 'AWS::NoValue' }]] }, 'a-us-east-1'],
    [{ 'Fn::Sub': '${AWS::AccountId}/${!literal}/${Other.Arn}/${Other}' }, '111122223333/${literal}/arn:test:other/other'],
    [{ 'Fn::Sub': ['${x}-${AWS::Partition}', { x: { Ref: 'Other' } }] }, 'other-aws'],
    [{ 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    [{ 'Fn::Select': [1, { 'Fn::Cidr': ['10.0.0.0/16', 4, '8'] }] }, '10.0.1.0/24'],
    [{ 'Fn::Select': [2, { 'Fn::GetAZs': '' }] }, 'us-east-1c'],
    [{ 'Fn::Base64': 'hello' }, 'aGVsbG8='],
    [{ 'Fn::FindInMap': ['Sizes', 'prod', 'cpu'] }, 4],
    [{ 'Fn::FindInMap': ['Sizes', 'none', 'cpu', { DefaultValue: 1 }] }, 1],
    [{ 'Fn::If': ['IsBig', 'big', 'small'] }, 'small'],
    [{ 'Fn::If': ['IsSmall', 'small', { Ref: 'AWS::NoValue' }] }, 'small'],
    [{ 'Fn::Length': ['a', 'b'] }, 2],
    [{ 'Fn::ToJsonString': { a: { Ref: 'Other' } } }, '{"a":"other"}'],
    [{ 'Fn::GetAtt': ['Other', 'Arn'] }, 'arn:test:other'],
    [{ 'Fn::GetAtt': 'Other.Arn' }, 'arn:test:other'],
  ])('%j', async (expression, expected) => {
    const template: Template = {
      Mappings: { Sizes: { prod: { cpu: 4 } } },
      Conditions: {
        IsBig: { 'Fn::And': [{ 'Fn::Equals': ['a', 'b'] }, { Condition: 'IsSmall' }] },
        IsSmall: { 'Fn::Not': [{ 'Fn::Or': [{ 'Fn::Equals': ['a', 'b'] }, { 'Fn::Equals': ['a', 'c'] }] }] },
      },
      Resources: { Other: thing({ Name: 'other' }) },
    };
    expect(await value(expression, template)).toEqual(expected);
  });

  it('drops a property that has no value', async () => {
    await deploy({ Resources: { A: thing({ Name: 'a', Count: { Ref: 'AWS::NoValue' } }) } });
    expect(properties('a')).toEqual({ Name: 'a' });
  });

  it('refuses what it does not know by name', async () => {
    await expect(deploy({ Resources: { A: { Type: 'AWS::Quantum::Computer' } } })).rejects.toThrow('AWS::Quantum::Computer is not simulated');
    await expect(deploy({ Resources: { A: thing({ X: { Ref: 'Nobody' } }) } })).rejects.toThrow('Nobody');
    await expect(deploy({ Resources: { A: thing({ X: { Ref: 'B' } }), B: thing({ X: { Ref: 'A' } }) } })).rejects.toThrow('Circular dependency');
    const answer = await deploy({ Resources: { A: thing({ Name: 'a' }), B: thing({ X: { 'Fn::GetAtt': ['A', 'Nothing'] } }) } });
    expect(answer).toMatchObject({ status: 'ROLLBACK_COMPLETE', reason: expect.stringContaining('does not support attribute type Nothing') });
  });
});

describe('deploying', () => {
  it('makes resources after what they refer to, and a second time touches nothing', async () => {
    const template = { Resources: { B: thing({ Of: { Ref: 'A' } }), A: thing({}, { DependsOn: 'C' }), C: thing({}) }, Outputs: { Ref: { Value: { Ref: 'B' } } } };
    const first = await deploy(template);
    expect(first.status).toBe('CREATE_COMPLETE');
    expect(first.outputs.Ref).toMatch(/^s-B-[A-Z0-9]{12}$/);
    expect(log).toEqual(['create C', 'create A', 'create B']);
    const second = await deploy(structuredClone(template));
    expect(second).toMatchObject({ status: 'UPDATE_COMPLETE', changes: [] });
    expect(log).toHaveLength(3);
  });

  it('updates in place what may change in place, and replaces what may not', async () => {
    await deploy({ Resources: { A: thing({ Name: 'one', Size: 1 }), B: thing({ Of: { Ref: 'A' } }) } });
    const update = await deploy({ Resources: { A: thing({ Name: 'one', Size: 2 }), B: thing({ Of: { Ref: 'A' } }) } });
    expect(update.changes).toEqual([{ logicalId: 'A', type: 'Test::Thing', action: 'update', properties: ['Size'] }]);
    const replacement = await deploy({ Resources: { A: thing({ Name: 'two', Size: 2 }), B: thing({ Of: { Ref: 'A' } }) } });
    expect(replacement.changes.map((change) => [change.logicalId, change.action])).toEqual([['A', 'replace'], ['B', 'update']]);
    expect(things.has('one')).toBe(false);
    expect(log.slice(-3)).toEqual(['create A', 'update B', 'remove A']);
  });

  it('removes what the template no longer has, but keeps what is to be retained', async () => {
    await deploy({ Resources: { A: thing({ Name: 'a' }), B: thing({ Name: 'b' }, { DeletionPolicy: 'Retain' }), C: thing({ Name: 'c' }) } });
    const { changes } = await deploy({ Resources: { A: thing({ Name: 'a' }) } });
    expect(changes.map((change) => [change.logicalId, change.action])).toEqual([['C', 'remove'], ['B', 'retain']]);
    expect([...things.keys()]).toEqual(['a', 'b']);
  });

  it('rolls a failed update back to the properties before, and a failed creation to nothing', async () => {
    const before = { Resources: { A: thing({ Name: 'a', Size: 1 }), B: thing({ Name: 'b', Of: { 'Fn::GetAtt': ['A', 'Size'] } }) } };
    await deploy(before);
    const failed = await deploy({ Resources: { A: thing({ Name: 'a', Size: 2 }), B: thing({ Name: 'b', Fail: 'update', Of: { 'Fn::GetAtt': ['A', 'Size'] } }), N: thing({ Name: 'n' }) } });
    expect(failed).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE', reason: expect.stringContaining('no luck') });
    expect(properties('a')?.Size).toBe(1);
    expect(things.has('n')).toBe(false);
    const creation = await deploy({ Resources: { X: thing({ Name: 'x' }), Y: thing({ Fail: 'create', Of: { Ref: 'X' } }) } }, 'other');
    expect(creation.status).toBe('ROLLBACK_COMPLETE');
    expect(things.has('x')).toBe(false);
    expect((await deploy({ Resources: { X: thing({ Name: 'x' }) } }, 'other')).status).toBe('CREATE_COMPLETE');
  });

  it('creates a resource when its condition begins to hold and removes it when it ceases', async () => {
    const template = { Parameters: { On: { Type: 'String', Default: 'no' } }, Conditions: { On: { 'Fn::Equals': [{ Ref: 'On' }, 'yes'] } }, Resources: { A: thing({ Name: 'a' }, { Condition: 'On' }) } };
    await deploy(template);
    expect(things.has('a')).toBe(false);
    await deploy(template, 's', { On: 'yes' });
    expect(things.has('a')).toBe(true);
    await deploy(template, 's', { On: 'no' });
    expect(things.has('a')).toBe(false);
  });

  it('says its status on the event bus and in the trail', async () => {
    const seen: unknown[] = [];
    world.services.events.observe((event) => seen.push(event.detail['status-details']));
    await deploy({ Resources: { A: thing({}) } });
    expect(seen).toEqual([{ status: 'CREATE_IN_PROGRESS', 'status-reason': '' }, { status: 'CREATE_COMPLETE', 'status-reason': '' }]);
    expect(world.trail.of('stack').map((entry) => entry.what)).toEqual(['CREATE_IN_PROGRESS', 'CREATE_COMPLETE A', 'CREATE_COMPLETE']);
  });
});

describe('stacks among each other', () => {
  it('imports exports, and refuses to change an export that is in use', async () => {
    const producer = (name: string) => ({ Resources: { A: thing({ Name: name }) }, Outputs: { O: { Value: { Ref: 'A' }, Export: { Name: 'a-name' } } } });
    await deploy(producer('a'), 'producer');
    await deploy({ Resources: { U: thing({ Name: 'u', Of: { 'Fn::ImportValue': 'a-name' } }) } }, 'consumer');
    expect(properties('u')?.Of).toBe('a');
    expect(await deploy(producer('b'), 'producer')).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE', reason: expect.stringContaining('in use by consumer') });
    expect((await world.services.cloudformation.remove('producer')).reason).toContain('in use by consumer');
  });

  it('reads the output of another stack by Fn::GetStackOutput, without protection and only when it deploys', async () => {
    const producer = (name: string) => ({ Resources: { A: thing({ Name: name }) }, Outputs: { O: { Value: { Ref: 'A' } } } });
    const consumer = { Resources: { U: thing({ Name: 'u', Of: { 'Fn::GetStackOutput': { StackName: 'producer', Region: 'us-east-1', OutputName: 'O' } } }) } };
    await deploy(producer('a'), 'producer');
    await deploy(consumer, 'consumer');
    await deploy(producer('b'), 'producer');
    expect(properties('u')?.Of).toBe('a');
    await deploy(consumer, 'consumer');
    expect(properties('u')?.Of).toBe('b');
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
    world.services.ssm.put('/dayshift/web/image', 'repo@sha256:1', 'test');
    await deploy(service({}));
    things.get('web')!.properties = { Name: 'web', Image: 'repo@sha256:9', DesiredCount: 7 };
    expect((await deploy(service({}))).changes).toEqual([]);
    expect(properties('web')).toEqual({ Name: 'web', Image: 'repo@sha256:9', DesiredCount: 7 });
  });

  it('R6: a new value behind an unversioned dynamic reference is no change of its own', async () => {
    world.services.ssm.put('/dayshift/web/image', 'repo@sha256:1', 'test');
    await deploy(service({}));
    world.services.ssm.put('/dayshift/web/image', 'repo@sha256:2', 'test');
    expect((await deploy(service({}))).changes).toEqual([]);
    expect(properties('web')?.Image).toBe('repo@sha256:1');
  });

  it('R6: a resource touched for another reason takes what the reference points to now', async () => {
    world.services.ssm.put('/dayshift/web/image', 'repo@sha256:1', 'test');
    await deploy(service({ ForceNewDeployment: { EnableForceNewDeployment: true, ForceNewDeploymentNonce: 'a' } }));
    world.services.ssm.put('/dayshift/web/image', 'repo@sha256:2', 'test');
    const { changes } = await deploy(service({ ForceNewDeployment: { EnableForceNewDeployment: true, ForceNewDeploymentNonce: 'b' } }));
    expect(changes).toEqual([{ logicalId: 'Web', type: 'Test::Thing', action: 'update', properties: ['ForceNewDeployment'] }]);
    expect(properties('web')?.Image).toBe('repo@sha256:2');
  });

  it('R7: a parameter that says none makes the count 0, and the first image takes the property away', async () => {
    world.services.ssm.put('/dayshift/web/image', 'none', 'test');
    await deploy(service({}));
    expect(properties('web')).toMatchObject({ DesiredCount: 0, Image: 'none' });
    world.services.ssm.put('/dayshift/web/image', 'repo@sha256:1', 'test');
    const { changes } = await deploy(service({}));
    expect(changes[0]?.properties).toEqual(['DesiredCount']);
    expect(properties('web')).toEqual({ Name: 'web', Image: 'repo@sha256:1' });
  });

  it('fails a stack whose parameter is not in the store', async () => {
    await expect(deploy(service({}))).rejects.toThrow('Unable to fetch parameters [/dayshift/web/image]');
  });

  it('W6: composes secrets at deploy time, by key, by name and by ARN', async () => {
    const url = 'postgres://{{resolve:secretsmanager:app/db:SecretString:user}}:{{resolve:secretsmanager:arn:aws:secretsmanager:us-east-1:111122223333:secret:app/db-AbCdEf:SecretString:password::}}@db';
    await deploy({ Resources: { Url: thing({ Name: 'url', Url: url, Whole: '{{resolve:secretsmanager:app/db}}' }) } });
    expect(properties('url')).toMatchObject({ Url: 'postgres://u:q@db', Whole: '{"password":"p@ss","user":"u"}' });
  });

  it('accepts the bootstrap rule of a CDK template', async () => {
    const template: Template = {
      Parameters: { BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' } },
      Rules: { Check: { Assertions: [{ Assert: { 'Fn::Not': [{ 'Fn::Contains': [['1', '5'], { Ref: 'BootstrapVersion' }] }] } }] } },
      Resources: { A: thing({ Name: 'a' }) },
    };
    expect((await deploy(template)).status).toBe('CREATE_COMPLETE');
  });
});

describe('a cloud assembly', () => {
  it('gives stacks after their dependencies, and assets by hash', () => {
    const directory = mkdtempSync(join(tmpdir(), 'assembly-'));
    const write = (name: string, value: unknown) => writeFileSync(join(directory, name), JSON.stringify(value));
    mkdirSync(join(directory, 'asset.abc'));
    const stack = (templateFile: string, dependencies: string[]) => ({ type: 'aws:cloudformation:stack', dependencies, properties: { templateFile } });
    write('manifest.json', {
      artifacts: {
        B: stack('B.template.json', ['A', 'B.assets']),
        'B.assets': { type: 'cdk:asset-manifest', properties: { file: 'B.assets.json' } },
        A: stack('A.template.json', []),
      },
    });
    write('A.template.json', { Resources: {} });
    write('B.template.json', { Resources: {} });
    write('B.assets.json', { files: { abc: { source: { path: 'asset.abc', packaging: 'zip' } }, def: { source: { path: 'B.template.json' } } } });
    const assembly = loadAssembly(directory);
    expect(assembly.stacks.map((found) => [found.name, found.dependencies])).toEqual([['A', []], ['B', ['A']]]);
    expect([...assembly.assets]).toEqual([['abc', join(directory, 'asset.abc')]]);
  });
});
