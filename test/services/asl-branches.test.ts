// Parallel and Map states, and the history an execution leaves.
import { describe, expect, it } from 'vitest';
import { StateFailure } from '../../local/asl/failure.ts';
import { branchOf, failed, run, succeeded, type States } from './asl-run.ts';

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
    expect(outcome).toEqual(
      succeeded([
        { BatchInput: { who: 'w' }, Items: [1, 2] },
        { BatchInput: { who: 'w' }, Items: [3] },
      ]),
    );
  });
});

describe('history', () => {
  it("uses AWS's event names and links events", async () => {
    const { events } = await run({
      T: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Next: 'W' },
      W: { Type: 'Wait', Seconds: 1, End: true },
    });
    expect(events.map((event) => event.type)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'WaitStateEntered',
      'WaitStateExited',
      'ExecutionSucceeded',
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
    const [first, second, other] = [
      await run(states, { task: boom }),
      await run(states, { task: boom }),
      await run(states, { task: boom, seed: 'b' }),
    ];
    expect(JSON.stringify(first.events)).toBe(JSON.stringify(second?.events));
    expect(other?.seconds).not.toBe(first?.seconds);
  });
});
