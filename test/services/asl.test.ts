// The state machine interpreter against what the Amazon States Language and the Step Functions guide say.
import { describe, expect, it } from 'vitest';
import { readMachine } from '../../local/asl/check.ts';
import { evaluate, type Frame } from '../../local/asl/expressions.ts';
import { StateFailure } from '../../local/asl/failure.ts';
import { execute, type Outcome } from '../../local/asl/interpret.ts';
import type { TaskCall } from '../../local/asl/walk.ts';
import { makeClock, type Clock } from '../../local/clock.ts';
import { makeStream } from '../../local/randomness.ts';

const START = Date.parse('2026-11-21T09:00:00Z');

type States = Record<string, unknown>;
type Answer = (call: TaskCall, clock: Clock) => unknown;

const machineOf = (states: States, more: object = {}) =>
  readMachine(JSON.stringify({ QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...more }));

const branchOf = (states: States) => ({ StartAt: Object.keys(states)[0], States: states });

interface Run {
  readonly outcome: Outcome;
  /** Virtual seconds from start to end. */
  readonly seconds: number;
  readonly events: readonly { readonly type: string; readonly details: any }[];
  readonly transitions: number;
}

const run = async (states: States, { input = {}, task = (call) => call.arguments, more = {}, seed = 'seed' }: {
  input?: unknown;
  task?: Answer;
  more?: object;
  seed?: string;
} = {}): Promise<Run> => {
  const clock = makeClock({ start: START });
  const stream = makeStream(seed);
  let transitions = 0;
  const execution = execute({
    machine: machineOf(states, more),
    input,
    context: { Execution: { Id: 'arn:x', Input: input, Name: 'n' }, StateMachine: { Id: 'arn:m', Name: 'm' } },
    roleArn: 'arn:aws:iam::111122223333:role/m',
    host: {
      now: () => clock.now,
      chance: stream.next,
      at: (instant, callback, label) => clock.at(instant, callback, label),
      task: async (call) => task(call, clock),
      newToken: () => stream.hex(16),
      transition: () => (transitions += 1),
    },
  });
  const outcome = await clock.finish(execution.outcome);
  return { outcome, seconds: (clock.now - START) / 1000, events: execution.history.events, transitions };
};

const succeeded = (output: unknown) => ({ status: 'SUCCEEDED', output });
const failed = (error: string) => expect.objectContaining({ status: 'FAILED', error });
const never = () => new Promise<never>(() => undefined);

describe('states', () => {
  it('evaluates Assign and Output in one scope: Output does not see the new variable', async () => {
    const { outcome } = await run({
      I: { Type: 'Pass', Assign: { x: 1 }, Next: 'A' },
      A: { Type: 'Pass', Assign: { x: '{% $x + 1 %}' }, Output: { y: '{% $x %}' }, Next: 'B' },
      B: { Type: 'Pass', Output: '{% {"y": $states.input.y, "x": $x} %}', End: true },
    });
    expect(outcome).toEqual(succeeded({ y: 1, x: 2 }));
  });

  it('waits eight hours of virtual time', async () => {
    const { outcome, seconds } = await run({
      W: { Type: 'Wait', Seconds: '{% 8*3600 %}', Next: 'P' },
      P: { Type: 'Pass', Output: '{% $now() %}', End: true },
    });
    expect(outcome).toEqual(succeeded('2026-11-21T17:00:00.000Z'));
    expect(seconds).toBe(28_800);
  });

  it('waits until a timestamp with an offset', async () => {
    const { seconds } = await run({ W: { Type: 'Wait', Timestamp: '{% "2026-11-22T07:00:00+10:00" %}', Output: 1, End: true } });
    expect(seconds).toBe(43_200);
  });

  it('does not wait for a timestamp that has passed, and refuses one that is none', async () => {
    const past = await run({ W: { Type: 'Wait', Timestamp: '2020-01-01T00:00:00Z', End: true } });
    expect(past.seconds).toBe(0);
    const wrong = await run({ W: { Type: 'Wait', Timestamp: 'tomorrow', End: true } });
    expect(wrong.outcome).toEqual(failed('States.QueryEvaluationError'));
  });

  it('takes the first choice rule that holds, with its own Output and Assign', async () => {
    const { outcome } = await run(
      {
        C: {
          Type: 'Choice',
          Choices: [
            { Condition: "{% $states.input.decision.action = 'skip' %}", Next: 'Skip' },
            { Condition: "{% $states.input.decision.action = 'deploy' %}", Output: 'rolling', Assign: { chosen: true }, Next: 'Deploy' },
          ],
          Default: 'Skip',
        },
        Skip: { Type: 'Succeed' },
        Deploy: { Type: 'Succeed', Output: '{% $states.input & ($chosen ? "!" : "?") %}' },
      },
      { input: { decision: { action: 'deploy' } } },
    );
    expect(outcome).toEqual(succeeded('rolling!'));
  });

  it('fails with States.NoChoiceMatched when no rule holds and there is no default', async () => {
    const { outcome } = await run({ C: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'K' }] }, K: { Type: 'Succeed' } });
    expect(outcome).toEqual(failed('States.NoChoiceMatched'));
  });

  it('fails when a choice condition is not a boolean', async () => {
    const { outcome } = await run({ C: { Type: 'Choice', Choices: [{ Condition: '{% 1 %}', Next: 'K' }] }, K: { Type: 'Succeed' } });
    expect(outcome).toEqual(failed('States.QueryEvaluationError'));
  });

  it('ends with the error and cause of a Fail state, both evaluated', async () => {
    const { outcome } = await run({ F: { Type: 'Fail', Error: '{% "A" & "b" %}', Cause: 'c' } });
    expect(outcome).toEqual({ status: 'FAILED', error: 'Ab', cause: 'c' });
  });

  it('turns an undefined value anywhere in a template into States.QueryEvaluationError', async () => {
    const { outcome } = await run({ P: { Type: 'Pass', Output: { a: '{% $states.input.nope %}' }, End: true } });
    expect(outcome).toEqual(failed('States.QueryEvaluationError'));
    expect(outcome).toMatchObject({ cause: expect.stringContaining("'Output/a' returned nothing (undefined)") });
  });

  it('times the whole execution out', async () => {
    const { outcome, seconds } = await run({ W: { Type: 'Wait', Seconds: 999, End: true } }, { more: { TimeoutSeconds: 60 } });
    expect(outcome).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' });
    expect(seconds).toBe(60);
  });
});

describe('tasks', () => {
  const once = (state: object): States => ({ T: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:ecs:updateService', End: true, ...state } });

  it('retries after 2, 4 and 6 seconds when the delay is capped at 6', async () => {
    let attempts = 0;
    const { outcome, seconds, transitions } = await run(
      once({ Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 2, BackoffRate: 2, MaxDelaySeconds: 6, MaxAttempts: 5 }] }),
      {
        task: () => {
          attempts += 1;
          if (attempts <= 3) throw new StateFailure('E', 'c');
          return { attempts };
        },
      },
    );
    expect(outcome).toEqual(succeeded({ attempts: 4 }));
    expect(seconds).toBe(12);
    expect(transitions).toBe(4);
  });

  it('counts attempts per retry rule', async () => {
    const errors = ['A', 'B', 'A', 'B'];
    const { outcome, seconds } = await run(
      once({ Retry: [{ ErrorEquals: ['A'], MaxAttempts: 2, BackoffRate: 1 }, { ErrorEquals: ['B'], MaxAttempts: 2, BackoffRate: 1 }] }),
      {
        task: () => {
          const error = errors.shift();
          if (error !== undefined) throw new StateFailure(error, '');
          return 'done';
        },
      },
    );
    expect(outcome).toEqual(succeeded('done'));
    expect(seconds).toBe(4);
  });

  it('does not retry when MaxAttempts is 0', async () => {
    let attempts = 0;
    const boom = () => {
      attempts += 1;
      throw new StateFailure('E', '');
    };
    await run(once({ Retry: [{ ErrorEquals: ['E'], MaxAttempts: 0 }] }), { task: boom });
    expect(attempts).toBe(1);
  });

  it('catches what retries could not heal, with Assign and Output of the catcher', async () => {
    const { outcome, seconds } = await run(
      {
        ...once({
          Retry: [{ ErrorEquals: ['States.TaskFailed'], MaxAttempts: 2 }],
          Catch: [
            {
              ErrorEquals: ['States.ALL'],
              Assign: { err: '{% $states.errorOutput.Error %}' },
              Output: '{% {"c": $states.errorOutput.Cause} %}',
              Next: 'F',
            },
          ],
        }),
        F: { Type: 'Pass', Output: '{% {"e": $err, "i": $states.input} %}', End: true },
      },
      {
        task: () => {
          throw new StateFailure('Boom', 'why');
        },
      },
    );
    expect(outcome).toEqual(succeeded({ e: 'Boom', i: { c: 'why' } }));
    expect(seconds).toBe(3);
  });

  it('catches a failing Output expression of a task', async () => {
    const { outcome } = await run({
      ...once({ Output: '{% $states.result.nope %}', Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'Z' }] }),
      Z: { Type: 'Succeed', Output: 'caught' },
    });
    expect(outcome).toEqual(succeeded('caught'));
  });

  it('times a task out with States.Timeout, which States.TaskFailed does not cover', async () => {
    const { outcome, seconds } = await run(
      { ...once({ TimeoutSeconds: 30, Catch: [{ ErrorEquals: ['States.TaskFailed'], Next: 'Z' }] }), Z: { Type: 'Succeed' } },
      { task: never },
    );
    expect(outcome).toEqual(failed('States.Timeout'));
    expect(seconds).toBe(30);
  });

  it('misses a heartbeat 10 seconds after the last one', async () => {
    const { outcome, seconds } = await run(
      { T: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken', HeartbeatSeconds: 10, TimeoutSeconds: 100, End: true } },
      {
        task: (call, clock) => {
          clock.after(8_000, call.beat);
          return never();
        },
      },
    );
    expect(outcome).toEqual(failed('States.HeartbeatTimeout'));
    expect(seconds).toBe(18);
  });

  it('hands a task token to the arguments and waits for the answer', async () => {
    const { outcome, seconds } = await run(
      {
        T: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
          Arguments: { token: '{% $states.context.Task.Token %}' },
          Output: '{% $states.result.same %}',
          End: true,
        },
      },
      {
        task: async (call, clock) => {
          await clock.sleep(3_600_000);
          return { same: (call.arguments as { token: string }).token === call.token };
        },
      },
    );
    expect(outcome).toEqual(succeeded(true));
    expect(seconds).toBe(3_600);
  });

  it('ends with States.DataLimitExceeded beyond 262,144 bytes, which no Catch covers', async () => {
    const { outcome } = await run(
      { ...once({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Z' }] }), Z: { Type: 'Succeed' } },
      { task: () => ({ text: 'x'.repeat(262_144) }) },
    );
    expect(outcome).toEqual(failed('States.DataLimitExceeded'));
  });
});

describe('parallel and map', () => {
  it('gives branches their own variables and waits for the slowest', async () => {
    const { outcome, seconds } = await run({
      I: { Type: 'Pass', Assign: { x: 0 }, Next: 'P' },
      P: {
        Type: 'Parallel',
        Branches: [
          branchOf({ W: { Type: 'Wait', Seconds: 10, Next: 'B' }, B: { Type: 'Pass', Assign: { x: 9 }, Output: '{% $x %}', End: true } }),
          branchOf({ W2: { Type: 'Wait', Seconds: 20, Output: 2, End: true } }),
        ],
        Output: '{% {"r": $states.result, "x": $x} %}',
        End: true,
      },
    });
    expect(outcome).toEqual(succeeded({ r: [0, 2], x: 0 }));
    expect(seconds).toBe(20);
  });

  it('gives the sibling up when a branch fails, and catches the branch error', async () => {
    const { outcome, seconds, events } = await run({
      P: {
        Type: 'Parallel',
        Branches: [
          branchOf({ W: { Type: 'Wait', Seconds: 1000, End: true } }),
          branchOf({ W2: { Type: 'Wait', Seconds: 5, Next: 'F' }, F: { Type: 'Fail', Error: 'X', Cause: 'y' } }),
        ],
        Catch: [{ ErrorEquals: ['X'], Next: 'Z' }],
        End: true,
      },
      Z: { Type: 'Succeed', Output: 'caught' },
    });
    expect(outcome).toEqual(succeeded('caught'));
    expect(seconds).toBe(5);
    expect(events.map((event) => event.type)).toContain('WaitStateAborted');
  });

  it('runs five items two at a time', async () => {
    const { outcome, seconds } = await run({
      M: {
        Type: 'Map',
        Items: '{% $range(1,5,1) %}',
        MaxConcurrency: 2,
        ItemSelector: { v: '{% $states.context.Map.Item.Value %}', i: '{% $states.context.Map.Item.Index %}' },
        ItemProcessor: branchOf({
          W: { Type: 'Wait', Seconds: 10, Next: 'O' },
          O: { Type: 'Pass', Output: '{% $states.input.v * 10 + $states.input.i %}', End: true },
        }),
        End: true,
      },
    });
    expect(outcome).toEqual(succeeded([10, 21, 32, 43, 54]));
    expect(seconds).toBe(30);
  });

  const halfFails = (more: object): States => ({
    M: {
      Type: 'Map',
      Items: [1, 2, 3, 4],
      ...more,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        ...branchOf({
          C: { Type: 'Choice', Choices: [{ Condition: '{% $states.input % 2 = 0 %}', Next: 'F' }], Default: 'K' },
          F: { Type: 'Fail', Error: 'E' },
          K: { Type: 'Succeed' },
        }),
      },
      End: true,
    },
  });

  it('answers the successes of a distributed map within its tolerance', async () => {
    expect((await run(halfFails({ ToleratedFailurePercentage: 50 }))).outcome).toEqual(succeeded([1, 3]));
  });

  it('fails beyond the tolerance by the name of the threshold, without tolerance by the item error', async () => {
    expect((await run(halfFails({ ToleratedFailureCount: 1 }))).outcome).toEqual(failed('States.ExceedToleratedFailureThreshold'));
    expect((await run(halfFails({}))).outcome).toEqual(failed('E'));
  });

  it('batches items', async () => {
    const { outcome } = await run({
      M: {
        Type: 'Map',
        Items: [1, 2, 3],
        ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { who: 'w' } },
        ItemProcessor: branchOf({ K: { Type: 'Succeed' } }),
        End: true,
      },
    });
    expect(outcome).toEqual(succeeded([{ BatchInput: { who: 'w' }, Items: [1, 2] }, { BatchInput: { who: 'w' }, Items: [3] }]));
  });
});

describe('history', () => {
  it("uses AWS's event names and links events", async () => {
    const { events } = await run({
      T: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Next: 'W' },
      W: { Type: 'Wait', Seconds: 1, End: true },
    });
    expect(events.map((event) => event.type)).toEqual([
      'ExecutionStarted', 'TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskSucceeded', 'TaskStateExited',
      'WaitStateEntered', 'WaitStateExited', 'ExecutionSucceeded',
    ]);
    expect(events[2]?.details).toMatchObject({ resourceType: 'lambda', resource: 'invoke' });
  });

  it('fails an execution that reaches 25,000 events', async () => {
    const { outcome, events } = await run({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } });
    expect(outcome).toEqual(failed('States.Runtime'));
    expect(events).toHaveLength(25_000);
  });

  it('gives the same history for the same seed', async () => {
    const jitter = { ErrorEquals: ['E'], IntervalSeconds: 10, MaxAttempts: 4, JitterStrategy: 'FULL' };
    const states = { T: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Retry: [jitter], End: true } };
    const boom = () => {
      throw new StateFailure('E', '');
    };
    const [first, second, other] = [await run(states, { task: boom }), await run(states, { task: boom }), await run(states, { task: boom, seed: 'b' })];
    expect(JSON.stringify(first.events)).toBe(JSON.stringify(second?.events));
    expect(other?.seconds).not.toBe(first?.seconds);
  });
});

describe('expressions', () => {
  const frame = (variables: Record<string, unknown> = {}): Frame => ({
    states: { input: { a: { b: 'c' }, list: [1, 2], objects: [{ n: 1 }, { n: 2 }], none: null, zero: 0, flag: true, empty: [] }, context: {} },
    variables,
    surroundings: { now: () => START, chance: makeStream('e').next },
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
    '$states.input.a.b', '$states.input.list', '$states.input.none', '$states.input.none.x', '$states.input.a.b.c', '$states.input.empty',
    '$states.input.objects.n', '$v.a', '$v', '$states.input.a = {"b":"c"}', "$states.input.a.b = 'c'", '$states.input.nope = 1',
    '$states.input.nope != 1', '$states.input.none = null', '$states.input.zero + 2', '$states.input.zero < 2', '$states.input.flag and $states.input.zero',
    '$states.input.flag or false', '{"x": $states.input.list, "y": $states.input.nope, "z": {"t": $v.a}}', '$states.input.flag ? 1 : 2',
    '$exists($states.input.nope)', '$exists($states.input.a)', '"a" & $states.input.a.b', '"a" & 1', '($states.input.a.b)', '$states.input.zero - "x"',
    '$states.input.a.b < 3', '{"x": 1, "x": 2}', '$uppercase("a")', '$states.input.toString', '$states.input.list.x', '1 / 0', '$states.input.flag ? $states.input.nope',
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

  it('refuses a machine in JSONPath and States.ALL among others', () => {
    expect(findings({ A: { Type: 'Pass', End: true } }, { QueryLanguage: 'JSONPath' })).toContain('only the query language JSONata');
    const task = { Type: 'Task', Resource: 'r', End: true, Catch: [{ ErrorEquals: ['States.ALL', 'X'], Next: 'A' }] };
    expect(findings({ A: task })).toContain('States.ALL stands alone');
  });
});
