// Template functions, refused templates, and the reading of a cloud assembly.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadAssembly } from '../../local/services/cloudformation/assembly.ts';
import type { Template } from '../../local/services/cloudformation/template.ts';
import { makeStage, thing, type Stage } from './stack-stage.ts';

let stage: Stage;

beforeEach(() => {
  stage = makeStage();
});

describe('template functions', () => {
  const value = async (expression: unknown, template: Template = {}) => {
    await stage.deploy({ ...template, Resources: { ...template.Resources, Probe: thing({ Name: 'probe', Value: expression }) } });
    return stage.properties('probe')?.Value;
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
    await stage.deploy({ Resources: { A: thing({ Name: 'a', Count: { Ref: 'AWS::NoValue' } }) } });
    expect(stage.properties('a')).toEqual({ Name: 'a' });
  });

  it('refuses what it does not know by name', async () => {
    await expect(stage.deploy({ Resources: { A: { Type: 'AWS::Quantum::Computer' } } })).rejects.toThrow(
      'AWS::Quantum::Computer is not simulated',
    );
    await expect(stage.deploy({ Resources: { A: thing({ X: { Ref: 'Nobody' } }) } })).rejects.toThrow('Nobody');
    await expect(stage.deploy({ Resources: { A: thing({ X: { Ref: 'B' } }), B: thing({ X: { Ref: 'A' } }) } })).rejects.toThrow(
      'Circular dependency',
    );
    const answer = await stage.deploy({ Resources: { A: thing({ Name: 'a' }), B: thing({ X: { 'Fn::GetAtt': ['A', 'Nothing'] } }) } });
    expect(answer).toMatchObject({
      status: 'ROLLBACK_COMPLETE',
      reason: expect.stringContaining('does not support attribute type Nothing'),
    });
  });
});

describe('a cloud assembly', () => {
  it('gives stacks after their dependencies, and assets by hash', () => {
    const directory = mkdtempSync(join(tmpdir(), 'assembly-'));
    const write = (name: string, value: unknown) => writeFileSync(join(directory, name), JSON.stringify(value));
    mkdirSync(join(directory, 'asset.abc'));
    const stack = (templateFile: string, dependencies: string[]) => ({
      type: 'aws:cloudformation:stack',
      dependencies,
      environment: 'aws://111122223333/ap-southeast-2',
      properties: { templateFile },
    });
    write('manifest.json', {
      artifacts: {
        B: stack('B.template.json', ['A', 'B.assets']),
        'B.assets': { type: 'cdk:asset-manifest', properties: { file: 'B.assets.json' } },
        A: stack('A.template.json', []),
      },
    });
    write('A.template.json', { Resources: {} });
    write('B.template.json', { Resources: {} });
    write('B.assets.json', {
      files: { abc: { source: { path: 'asset.abc', packaging: 'zip' } }, def: { source: { path: 'B.template.json' } } },
    });
    const assembly = loadAssembly(directory);
    expect(assembly.stacks.map((found) => found.region)).toEqual(['ap-southeast-2', 'ap-southeast-2']);
    expect(assembly.stacks.map((found) => [found.name, found.dependencies])).toEqual([
      ['A', []],
      ['B', ['A']],
    ]);
    expect([...assembly.assets]).toEqual([['abc', join(directory, 'asset.abc')]]);
  });
});
