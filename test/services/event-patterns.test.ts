// EventBridge patterns against what AWS documents and its event ruler does, and what a target receives of an event.
import { describe, expect, it } from 'vitest';
import { targetText } from '../../local/services/events/input.ts';
import { compilePattern } from '../../local/services/events/pattern.ts';

const matches = (pattern: unknown, event: unknown): boolean => compilePattern(pattern)(event);

describe('patterns', () => {
  const push = {
    source: 'aws.ecr',
    'detail-type': 'ECR Image Action',
    detail: {
      result: 'SUCCESS',
      'action-type': 'PUSH',
      'repository-name': 'wizelit/api',
      'image-tag': 'main-42',
      size: 512,
      ip: '10.1.2.3',
      none: null,
    },
    resources: ['arn:a', 'arn:b'],
  };

  it.each<[string, unknown, boolean]>([
    ['exact value', { source: ['aws.ecr'] }, true],
    ['another value', { source: ['aws.ecs'] }, false],
    ['one of several', { source: ['aws.ecs', 'aws.ecr'] }, true],
    ['two fields, one wrong', { source: ['aws.ecr'], detail: { result: ['FAILURE'] } }, false],
    ['one element of an array', { resources: ['arn:b'] }, true],
    ['null', { detail: { none: [null] } }, true],
    ['number', { detail: { size: [512] } }, true],
    ['number is not text', { detail: { size: ['512'] } }, false],
    ['prefix', { detail: { 'image-tag': [{ prefix: 'main-' }] } }, true],
    ['prefix, ignoring case', { detail: { 'image-tag': [{ prefix: { 'equals-ignore-case': 'MAIN' } }] } }, true],
    ['suffix', { detail: { 'repository-name': [{ suffix: '/api' }] } }, true],
    ['suffix, ignoring case', { detail: { 'repository-name': [{ suffix: { 'equals-ignore-case': '/API' } }] } }, true],
    ['equals-ignore-case', { detail: { result: [{ 'equals-ignore-case': 'success' }] } }, true],
    ['wildcard', { detail: { 'repository-name': [{ wildcard: 'wize*/*i' }] } }, true],
    ['wildcard that does not reach the end', { detail: { 'repository-name': [{ wildcard: 'wize*/a' }] } }, false],
    ['wildcard with an escaped star', { detail: { 'image-tag': [{ wildcard: 'main\\*' }] } }, false],
    ['numeric =', { detail: { size: [{ numeric: ['=', 512] }] } }, true],
    ['numeric range', { detail: { size: [{ numeric: ['>', 100, '<=', 512] }] } }, true],
    ['numeric below', { detail: { size: [{ numeric: ['<', 512] }] } }, false],
    ['cidr', { detail: { ip: [{ cidr: '10.1.0.0/16' }] } }, true],
    ['cidr outside', { detail: { ip: [{ cidr: '10.2.0.0/16' }] } }, false],
    ['anything-but', { detail: { result: [{ 'anything-but': 'FAILURE' }] } }, true],
    ['anything-but list', { detail: { result: [{ 'anything-but': ['FAILURE', 'SUCCESS'] }] } }, false],
    ['anything-but numbers', { detail: { size: [{ 'anything-but': [1, 2] }] } }, true],
    ['anything-but prefix', { detail: { 'image-tag': [{ 'anything-but': { prefix: 'main-' } }] } }, false],
    ['anything-but suffix list', { detail: { 'image-tag': [{ 'anything-but': { suffix: ['-1', '-2x'] } }] } }, true],
    ['anything-but ignore case', { detail: { result: [{ 'anything-but': { 'equals-ignore-case': 'success' } }] } }, false],
    ['anything-but wildcard', { detail: { 'image-tag': [{ 'anything-but': { wildcard: 'main-*' } }] } }, false],
    ['anything-but on a missing field', { detail: { gone: [{ 'anything-but': 'x' }] } }, false],
    ['exists', { detail: { 'image-tag': [{ exists: true }] } }, true],
    ['exists on a missing field', { detail: { gone: [{ exists: true }] } }, false],
    ['does not exist', { detail: { gone: [{ exists: false }] } }, true],
    ['does not exist, inside a missing object', { detail: { gone: { deeper: [{ exists: false }] } } }, true],
    ['does not exist, but does', { detail: { result: [{ exists: false }] } }, false],
    ['absent or a value', { detail: { 'image-tag': [{ exists: false }, { prefix: 'main' }] } }, true],
    ['$or, second alternative', { $or: [{ source: ['aws.ecs'] }, { detail: { result: ['SUCCESS'] } }] }, true],
    ['$or, none', { $or: [{ source: ['aws.ecs'] }, { detail: { result: ['FAILURE'] } }] }, false],
    ['$or beside another field', { source: ['aws.ecs'], $or: [{ detail: { result: ['SUCCESS'] } }, { detail: { size: [1] } }] }, false],
    ['$or with an absent field', { $or: [{ detail: { gone: [{ exists: false }] } }, { source: ['x'] }] }, true],
  ])('%s', (_, pattern, expected) => {
    expect(matches(pattern, push)).toBe(expected);
  });

  it('is consistent inside an array of objects: one element must match all fields', () => {
    const pattern = { containers: { name: ['web'], exit: [1] } };
    expect(
      matches(pattern, {
        containers: [
          { name: 'web', exit: 0 },
          { name: 'log', exit: 1 },
        ],
      }),
    ).toBe(false);
    expect(matches(pattern, { containers: [{ name: 'web', exit: 1 }] })).toBe(true);
  });

  it('wants a field that must not exist missing in every element', () => {
    const pattern = { containers: { reason: [{ exists: false }] } };
    expect(matches(pattern, { containers: [{ name: 'a' }, { reason: 'x' }] })).toBe(false);
    expect(matches(pattern, { containers: [{ name: 'a' }, { name: 'b' }] })).toBe(true);
    expect(matches(pattern, { containers: [] })).toBe(true);
  });

  it.each<[string, unknown]>([
    ['Filter is not an object', []],
    ['Empty objects are not allowed', {}],
    ['Empty arrays are not allowed', { a: [] }],
    ['must be an object or an array', { a: 'x' }],
    ['Unrecognized match type', { a: [{ startsWith: 'x' }] }],
    ['Only one key allowed', { a: [{ prefix: 'x', suffix: 'y' }] }],
    ['exists match pattern must be either true or false', { a: [{ exists: 'yes' }] }],
    ['Invalid numeric match', { a: [{ numeric: ['>', 5, '<', 1] }] }],
    ['Invalid numeric match', { a: [{ numeric: ['!', 5] }] }],
    ['Malformed CIDR', { a: [{ cidr: '10.0.0.0' }] }],
    ['Consecutive wildcard characters', { a: [{ wildcard: 'a**' }] }],
    ['mixed type is not supported', { a: [{ 'anything-but': [1, 'a'] }] }],
    ['Empty lists are not allowed', { a: [{ 'anything-but': [] }] }],
    ['Unsupported anything-but pattern', { a: [{ 'anything-but': { cidr: '10.0.0.0/8' } }] }],
  ])('refuses with: %s', (message, pattern) => {
    expect(() => compilePattern(pattern)).toThrow(message);
  });
});

describe('target input', () => {
  const event = { source: 'aws.ecs', time: 't', detail: { 'image-tag': 'v1', count: 3, list: [{ name: 'x' }], text: 'say "hi"' } };
  const origin = { ruleArn: 'arn:rule', ruleName: 'rule', ingestionTime: '2026-11-21T09:00:00Z' };
  const template = (InputTemplate: string, InputPathsMap: Record<string, string> = {}) =>
    targetText(event, { InputTransformer: { InputTemplate, InputPathsMap } }, origin);

  it('is the whole event, a constant, or a part', () => {
    expect(JSON.parse(targetText(event, {}, origin))).toEqual(event);
    expect(targetText(event, { Input: '{"a":1}' }, origin)).toBe('{"a":1}');
    expect(targetText(event, { InputPath: '$.detail.list[0].name' }, origin)).toBe('"x"');
  });

  it('fills placeholders: alone as JSON, inside text as text, absent ones vanish', () => {
    const paths = {
      tag: '$.detail.image-tag',
      count: '$.detail.count',
      list: '$.detail.list',
      gone: '$.detail.gone',
      text: '$.detail.text',
    };
    const filled = template(
      '{"tag": <tag>, "count": <count>, "said": "<tag>!", "list": <list>, "gone": <gone>, ' +
        '"text": <text>, "rule": "<aws.events.rule-name>"}',
      paths,
    );
    expect(JSON.parse(filled)).toEqual({ tag: 'v1', count: 3, said: 'v1!', list: [{ name: 'x' }], text: 'say "hi"', rule: 'rule' });
    expect(template('"pushed <tag>"', paths)).toBe('"pushed v1"');
    expect(JSON.parse(template('{"event": <aws.events.event.json>}'))).toEqual({ event });
  });
});
