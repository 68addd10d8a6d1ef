// The state machine interpreter against what the Amazon States Language and the Step Functions guide say: states and tasks.
import { describe, expect, it } from 'vitest';
import { StateFailure } from '../../local/asl/failure.ts';
import { failed, never, run, succeeded, type States } from './asl-run.ts';

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
  const once = (state: object): States => ({
    T: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:ecs:updateService', End: true, ...state },
  });

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
      once({
        Retry: [
          { ErrorEquals: ['A'], MaxAttempts: 2, BackoffRate: 1 },
          { ErrorEquals: ['B'], MaxAttempts: 2, BackoffRate: 1 },
        ],
      }),
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
      {
        T: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
          HeartbeatSeconds: 10,
          TimeoutSeconds: 100,
          End: true,
        },
      },
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
