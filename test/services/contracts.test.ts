// Contracts: simulated services against examples and rules of the documentation, case by case, each with the page it comes from.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mismatch } from './contract-match.ts';
import { differences, type ContractCase } from './contract-run.ts';

interface Contracts {
  readonly service: string;
  /** The simulator's name in the registry of services. */
  readonly simulator: string;
  readonly cases: readonly ContractCase[];
}

const directory = join(import.meta.dirname, 'contracts');
const files = readdirSync(directory).filter((name) => name.endsWith('.json')).sort();

describe.each(files)('contracts/%s', (file) => {
  const { service, cases } = JSON.parse(readFileSync(join(directory, file), 'utf8')) as Contracts;
  it.each(cases.map((contract) => [`${service}: ${contract.title} (${contract.source})`, contract] as const))('%s', async (_, contract) => {
    const found = (await differences(contract)).join('\n');
    expect(found, found).toBe('');
  });
});

describe('the comparison of answers with documentation', () => {
  it.each([
    ['another value', { a: 1 }, { a: 2 }, ['x.a is 1, not 2']],
    ['a missing field', {}, { a: '~any' }, ['x.a is absent']],
    ['a field that should not be there', { a: 1 }, { a: '~absent' }, ['x.a is 1 and should be absent']],
    ['a field the documentation does not have', { a: 1, b: 2 }, { '~only': { a: 1 } }, ['x.b is not in the documentation']],
    ['text that does not match', { a: 'ecs-svc/x' }, { a: '~ecs-svc/\\d+' }, ['x.a is "ecs-svc/x", which does not match ecs-svc/\\d+']],
    ['a list of another length', [1], [1, 2], ['x has 1 items, not 2: [1]']],
    ['a list without the item', [1], { '~some': [2] }, ['x has no 2 among [1]']],
    ['JSON within text', '{"a":1}', { '~json': { a: 2 } }, ['x(JSON).a is 1, not 2']],
  ])('names %s', (_, actual, pattern, found) => {
    expect(mismatch(actual, pattern, 'x')).toEqual(found);
  });

  it.each([
    ['a date by its instant', { at: new Date('2026-11-23T09:00:00Z') }, { at: '2026-11-23T09:00:00.000Z' }],
    ['a number by pattern', { version: 4 }, { version: '~\\d' }],
    ['fields that are not named', { a: 1, b: 2 }, { a: 1 }],
    ['items in any order', [1, { a: 1, b: 2 }], { '~some': [{ a: 1 }, 1] }],
  ])('accepts %s', (_, actual, pattern) => {
    expect(mismatch(actual, pattern, 'x')).toEqual([]);
  });
});
