// The state machine files: valid ASL, valid JSONata, nothing AWS would refuse, and no thinking in a Choice.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import asl from 'asl-validator';
import { describe, expect, it } from 'vitest';
import { findings, type Machine, type State } from './asl-checks.ts';

const directory = join(import.meta.dirname, '..', '..', 'state-machines');
const files = readdirSync(directory).filter((file) => file.endsWith('.asl.json'));
const load = (file: string): Machine => JSON.parse(readFileSync(join(directory, file), 'utf8')) as Machine;

/** All states, those of branches and maps included. */
const allStates = (machine: Machine): readonly (readonly [string, State])[] =>
  Object.entries(machine.States).flatMap(([name, state]) => [
    [name, state] as const,
    ...[...((state['Branches'] as readonly Machine[] | undefined) ?? []), ...(state['ItemProcessor'] === undefined ? [] : [state['ItemProcessor'] as Machine])].flatMap(allStates),
  ]);

describe.each(files)('%s', (file) => {
  const machine = load(file);

  it('is valid Amazon States Language', () => {
    const result = asl(JSON.parse(JSON.stringify(machine)) as object, { checkArn: false });
    expect(result.errorsText('\n')).toBe('');
  });

  it('uses only variables and $states fields that exist where they are used', () => {
    expect(findings(machine)).toEqual([]);
  });

  it('is JSONata throughout and ends by itself', () => {
    expect((machine as unknown as { QueryLanguage: string }).QueryLanguage).toBe('JSONata');
    expect((machine as unknown as { TimeoutSeconds: number }).TimeoutSeconds).toBeGreaterThan(0);
  });

  it('X1: every door is retried and its failure is caught', () => {
    const bare = allStates(machine)
      .filter(([, state]) => state.Type === 'Task' && String(state['Resource']).includes('lambda:invoke'))
      .filter(([name, state]) => state['Retry'] === undefined || (state['Catch'] === undefined && !/tell|notify|report/i.test(name)))
      .map(([name]) => name);
    expect(bare).toEqual([]);
  });

  it('a Choice looks at what a door decided, it does not decide', () => {
    const thinking = allStates(machine)
      .filter(([, state]) => state.Type === 'Choice')
      .flatMap(([name, state]) => (state['Choices'] as readonly { Condition: string }[]).map(({ Condition }) => ({ name, Condition })))
      .filter(({ Condition }) => /[<>+*/]|\$toMillis|\$now/.test(Condition.slice(2, -2)));
    expect(thinking).toEqual([]);
  });
});

describe('our own checks', () => {
  const machine = (state: State, more: Readonly<Record<string, State>> = {}): Machine => ({ StartAt: 'A', States: { A: state, ...more } });

  it.each([
    ['an undeclared variable', machine({ Type: 'Pass', Output: '{% $x %}', End: true }), ['A.Output: $x is never assigned']],
    ['$states.result in a Pass', machine({ Type: 'Pass', Output: '{% $states.result %}', End: true }), ['A.Output: $states.result does not exist here']],
    ['$states.errorOutput outside Catch', machine({ Type: 'Pass', Output: '{% $states.errorOutput %}', End: true }), ['A.Output: $states.errorOutput exists in Catch only']],
    ['$eval', machine({ Type: 'Pass', Output: '{% $eval("1") %}', End: true }), ['A.Output: $eval does not exist on AWS']],
    ['a name without a variable', machine({ Type: 'Pass', Output: '{% input.x %}', End: true }), ['A.Output: input has no variable in front']],
    ['syntax that 2.0.6 does not know', machine({ Type: 'Pass', Output: '{% $states.input ?? 1 %}', End: true }), ['A.Output: The symbol "?" cannot be used as a unary operator']],
    ['States.ALL before others', machine({ Type: 'Task', Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['X'] }], End: true }), ['A.Retry[0]: States.ALL must stand alone and last']],
    ['a heartbeat longer than its timeout', machine({ Type: 'Task', HeartbeatSeconds: 60, TimeoutSeconds: 30, End: true }), ['A: HeartbeatSeconds must be smaller than TimeoutSeconds']],
  ])('find %s', (_, given, expected) => {
    expect(findings(given)).toEqual(expected);
  });

  it('leave bound and assigned variables alone', () => {
    const states = machine(
      { Type: 'Pass', Assign: { list: [1] }, Next: 'B' },
      { B: { Type: 'Pass', Output: '{% $map($list, function($v) { $v * 2 }) %}', Next: 'C' }, C: { Type: 'Pass', Output: '{% $states.input[$ > 1].{"x": y} %}', End: true } },
    );
    expect(findings(states)).toEqual([]);
  });
});
