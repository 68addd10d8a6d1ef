import { describe, expect, test } from 'vitest';
import { makeClock } from '../../local/clock.ts';
import { makeRandomness } from '../../local/randomness.ts';
import { makeTrail } from '../../local/trail.ts';

const START = Date.UTC(2026, 10, 23, 7, 0, 0);

describe('virtual time', () => {
  test('X1: events run in order of time, and of asking within one instant', async () => {
    const clock = makeClock({ start: START });
    const seen: string[] = [];
    clock.after(2000, () => seen.push('late'));
    clock.after(1000, () => { seen.push('first'); clock.at(clock.now, () => seen.push('third')); });
    clock.after(1000, () => seen.push('second'));
    await clock.run(START + 5000);
    expect(seen).toEqual(['first', 'second', 'third', 'late']);
    expect(clock.now).toBe(START + 5000);
  });

  test('an event waits until everything its promises can do at that instant is done', async () => {
    const clock = makeClock({ start: START });
    const seen: string[] = [];
    clock.after(10, async () => {
      for (let hop = 0; hop < 50; hop += 1) await Promise.resolve();
      seen.push('a');
      await clock.sleep(5);
      seen.push('c');
    });
    clock.after(10, () => seen.push('b'));
    clock.after(20, () => seen.push('d'));
    await clock.run(START + 100);
    expect(seen).toEqual(['a', 'b', 'c', 'd']);
  });

  test('time stands still while real work is in flight', async () => {
    const clock = makeClock({ start: START });
    const seen: string[] = [];
    clock.after(10, () => clock.work(new Promise<void>((resolve) => setTimeout(resolve, 20))).then(() => seen.push(`work at ${clock.now - START}`)));
    clock.after(11, () => seen.push(`next at ${clock.now - START}`));
    await clock.run(START + 20);
    expect(seen).toEqual(['work at 10', 'next at 11']);
  });

  test('real work that never ends is named', async () => {
    const clock = makeClock({ start: START, workLimit: 20 });
    clock.after(10, () => { void clock.work(new Promise(() => undefined), 'stuck door'); });
    await expect(clock.run(START + 20)).rejects.toThrow('real work still in flight after 20 ms: stuck door');
  });

  test('a loop that never moves time is stopped with the label of its last event', async () => {
    const clock = makeClock({ start: START, sameInstantLimit: 100 });
    const again = (): void => void clock.after(0, again, 'poll without a wait');
    again();
    await expect(clock.run(START + 1)).rejects.toThrow('more than 100 events at 2026-11-23T07:00:00.000Z: time does not move, last event: poll without a wait');
  });

  test('a failing event fails the run, also after it slept', async () => {
    const clock = makeClock({ start: START });
    clock.after(1, async () => { await clock.sleep(10); throw new Error('went wrong at night'); });
    await expect(clock.run(START + 100)).rejects.toThrow('went wrong at night');
  });

  test('a cancelled event does not run, and a daemon does not keep settle waiting', async () => {
    const clock = makeClock({ start: START });
    let ticks = 0;
    const stop = clock.every(60_000, () => { ticks += 1; });
    const cancel = clock.after(30_000, () => { throw new Error('was cancelled'); });
    cancel();
    clock.after(150_000, () => undefined);
    await clock.settle();
    expect(ticks).toBe(2);
    stop();
    await clock.run(START + 3_600_000);
    expect(ticks).toBe(2);
  });

  test('a sleep ends at once when its signal aborts', async () => {
    const clock = makeClock({ start: START });
    const controller = new AbortController();
    const slept = clock.sleep(60_000, controller.signal).then(() => 'slept', (reason: Error) => reason.message);
    clock.after(1000, () => controller.abort(new Error('called off')));
    await expect(clock.finish(slept)).resolves.toBe('called off');
    expect(clock.now).toBe(START + 1000);
    expect(clock.pending()).toBe(0);
  });

  test('a promise that nothing will settle is reported instead of awaited forever', async () => {
    const clock = makeClock({ start: START });
    await expect(clock.finish(new Promise(() => undefined), 1000)).rejects.toThrow('the promise did not settle');
  });

  test('thirty days of minute ticks are 43,200 events', async () => {
    const clock = makeClock({ start: START });
    let ticks = 0;
    clock.every(60_000, () => { ticks += 1; });
    await clock.run(START + 30 * 86_400_000);
    expect(ticks).toBe(43_200);
  });
});

describe('seeded randomness', () => {
  test('one stream gives the same draws whatever other streams do', () => {
    const quietWorld = makeRandomness('night-7');
    const busyWorld = makeRandomness('night-7');
    for (let draw = 0; draw < 100; draw += 1) busyWorld.stream('ecs').next();
    const draw = (): number => busyWorld.stream('events').between(1, 1_000_000);
    expect([draw(), draw()]).toEqual([quietWorld.stream('events').between(1, 1_000_000), quietWorld.stream('events').between(1, 1_000_000)]);
  });

  test('draws stay within their bounds and spread over them', () => {
    const stream = makeRandomness(1).stream('spread');
    const counts = new Map<number, number>();
    for (let draw = 0; draw < 6000; draw += 1) {
      const value = stream.between(1, 6);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    expect(new Set(counts.keys())).toEqual(new Set([1, 2, 3, 4, 5, 6]));
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  test('a UUID has version 4 and its variant', () => {
    expect(makeRandomness(1).stream('ids').uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

test('the trail numbers its entries, stamps virtual time and has a fingerprint', async () => {
  const clock = makeClock({ start: START });
  const trail = makeTrail(clock);
  const followed: string[] = [];
  trail.follow((entry) => followed.push(entry.what));
  trail.add({ kind: 'happening', who: 'test', what: 'begins' });
  await clock.run(START + 1000);
  trail.add({ kind: 'task', who: 'ecs', what: 'starts', detail: { memory: 10n } });
  expect(trail.entries.map(({ seq, at, what }) => [seq, at - START, what])).toEqual([[1, 0, 'begins'], [2, 1000, 'starts']]);
  expect(trail.of('task')).toHaveLength(1);
  expect(trail.since(1)).toHaveLength(1);
  expect(followed).toEqual(['begins', 'starts']);
  expect(trail.digest()).toMatch(/^[0-9a-f]{64}$/);
});
