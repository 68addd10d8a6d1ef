// JSONata as Step Functions has it, the synchronous road against the library, and what a definition is refused for.
import { describe, expect, it } from 'vitest';
import { evaluate, type Frame } from '../../local/asl/expressions.ts';
import type { StateFailure } from '../../local/asl/failure.ts';
import { makeStream, type RandomStream } from '../../local/randomness.ts';
import { machineOf, START, type States } from './asl-run.ts';

const chanceOf = (stream: RandomStream) => () => stream.next();

describe('expressions', () => {
  const frame = (variables: Record<string, unknown> = {}): Frame => ({
    states: {
      input: { a: { b: 'c' }, list: [1, 2], objects: [{ n: 1 }, { n: 2 }], none: null, zero: 0, flag: true, empty: [] },
      context: {},
    },
    variables,
    surroundings: { now: () => START, chance: chanceOf(makeStream('e')) },
  });
  const value = async (text: string, variables?: Record<string, unknown>) => evaluate(`{% ${text} %}`, 'Output', frame(variables));

  it.each([
    ['$partition([1,2,3,4,5],2)', [[1, 2], [3, 4], [5]]],
    ['$range(0,10,5)', [0, 5, 10]],
    ['$range(3,1,-1)', [3, 2, 1]],
    ['$hash("a","SHA-256")', 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'],
    ['$parse("{\\"a\\":[1]}").a', [1]],
    ['$now()', '2026-11-21T09:00:00.000Z'],
    ['$now("[H01]:[m01]","+1000")', '19:00'],
    ['$millis()', START],
    ['$random(5) = $random(5)', true],
    ['$states.input.objects.n', [1, 2]],
    ['$states.input.objects[n=2].n', 2],
    ['$count($states.input.list)', 2],
  ])('%s', async (text, expected) => {
    expect(await value(text)).toEqual(expected);
  });

  it('knows neither $eval nor the operators of later JSONata versions', async () => {
    await expect(value('$eval("1+1")')).rejects.toMatchObject({ error: 'States.QueryEvaluationError' });
    expect(() => machineOf({ P: { Type: 'Pass', Output: '{% $x ?? 5 %}', End: true } })).toThrow('S0211');
  });

  it('draws $uuid and $random from the seeded stream', async () => {
    expect(await value('$uuid()')).toBe(await value('$uuid()'));
    expect(await value('$uuid()')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it.each([
    '$states.input.a.b',
    '$states.input.list',
    '$states.input.none',
    '$states.input.none.x',
    '$states.input.a.b.c',
    '$states.input.empty',
    '$states.input.objects.n',
    '$v.a',
    '$v',
    '$states.input.a = {"b":"c"}',
    "$states.input.a.b = 'c'",
    '$states.input.nope = 1',
    '$states.input.nope != 1',
    '$states.input.none = null',
    '$states.input.zero + 2',
    '$states.input.zero < 2',
    '$states.input.flag and $states.input.zero',
    '$states.input.flag or false',
    '{"x": $states.input.list, "y": $states.input.nope, "z": {"t": $v.a}}',
    '$states.input.flag ? 1 : 2',
    '$exists($states.input.nope)',
    '$exists($states.input.a)',
    '"a" & $states.input.a.b',
    '"a" & 1',
    '($states.input.a.b)',
    '$states.input.zero - "x"',
    '$states.input.a.b < 3',
    '{"x": 1, "x": 2}',
    '$uppercase("a")',
    '$states.input.toString',
    '$states.input.list.x',
    '1 / 0',
    '$states.input.flag ? $states.input.nope',
  ])('answers %s as the JSONata library does', async (text) => {
    const settle = async (expression: string) => {
      try {
        return await value(expression, { v: { a: [{ q: 1 }] } });
      } catch (problem) {
        return (problem as StateFailure).error;
      }
    };
    const throughLibrary = `(${text}; ${text})`;
    expect(await settle(text)).toEqual(await settle(throughLibrary));
  });
});

describe('definitions', () => {
  const findings = (states: States, more: object = {}) => {
    try {
      machineOf(states, more);
      return '';
    } catch (problem) {
      return (problem as Error).message;
    }
  };

  it('names every finding at once', () => {
    const message = findings({
      A: { Type: 'Pass', InputPath: '$', Next: 'Gone' },
      B: { Type: 'Wait', End: true },
      C: { Type: 'Magic' },
    });
    expect(message).toContain('/States/A/InputPath');
    expect(message).toContain('MISSING_TRANSITION_TARGET: Gone');
    expect(message).toContain('either Seconds or Timestamp');
    expect(message).toContain('unknown Type Magic');
    expect(message).toContain('no way leads to B, C');
  });

  it.each([
    ['{% nope %}', 'nope has no value outside a path'],
    ['{% $.nope %}', '$ has no value outside a path'],
    ['{% $states.input.list[$.n > 1] %}', ''],
    ['{% $states.input.list.(n + 1) %}', ''],
    ['{% $map($states.input.list, function($v, $i) { $v.n + $i }) %}', ''],
    ['{% ($x := 1; $x + $y) %}', '$y is never assigned'],
    ['{% $states.result %}', '$states.result does not exist here'],
    ['{% $states.errorOutput.Error %}', '$states.errorOutput does not exist here'],
    ['{% $eval("1") %}', '$eval is never assigned'],
    ['{% $states.context.Execution.Id & $uuid() %}', ''],
  ])('of a Pass state takes or refuses %s', (Output, finding) => {
    const message = findings({ P: { Type: 'Pass', Output, End: true } });
    if (finding === '') expect(message).toBe('');
    else expect(message).toContain(finding);
  });

  it('knows variables assigned anywhere, and result and errorOutput where they exist', () => {
    const T = {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Assign: { a: '{% $states.result.x %}' },
      Catch: [{ ErrorEquals: ['States.ALL'], Assign: { e: '{% $states.errorOutput.Cause %}' }, Next: 'F' }],
      Next: 'F',
    };
    expect(findings({ T, F: { Type: 'Succeed', Output: '{% [$a, $e] %}' } })).toBe('');
  });

  it('refuses a machine in JSONPath and States.ALL among others', () => {
    expect(findings({ A: { Type: 'Pass', End: true } }, { QueryLanguage: 'JSONPath' })).toContain('only the query language JSONata');
    const task = { Type: 'Task', Resource: 'r', End: true, Catch: [{ ErrorEquals: ['States.ALL', 'X'], Next: 'A' }] };
    expect(findings({ A: task })).toContain('States.ALL stands alone');
  });
});
