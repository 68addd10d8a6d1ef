// The order of letters on a road that was down or full: the oldest first, and nobody waits for one that is gone (N2).
import { describe, expect, it } from 'vitest';
import { freshRoad, keptInOrder, letGo, planDelivery, type Letter, type RoadState } from '../../shared/domain/delivery.ts';
import { slow } from './notices.ts';

const at = (minute: string): string => `2026-11-23T${minute}.000Z`;
const letter = (id: string, time: string): Letter => ({ messageId: id, receipt: id, body: '', notice: { ...slow, id, thread: id, at: at(time) } });
const first = letter('first', '10:00:00');
const second = letter('second', '10:05:00');
const third = letter('third', '10:10:00');
const plan = (one: Letter, state: RoadState, time: string) => planDelivery(one, { state, delivered: [], newest: null, edits: false }, at(time));

/** An outage from ten o'clock: each letter was put back until 11:00. */
const outage = [second, third, first].reduce<RoadState>(
  (state, one) => keptInOrder(state, one, { seconds: 900, reason: 'turn' }, at('10:45:00')),
  { ...freshRoad, freeAt: at('11:00:00'), downSince: at('10:00:00') },
);

describe('a road that edits nothing', () => {
  const update = { ...first, notice: { ...slow, id: 'i', thread: 'i', place: 'update' as const, at: at('10:00:00') } };

  it.each([
    ['drops an update of what it told', ['i@2026-11-23T09:59:00.000Z'], { action: 'drop', reason: 'cannot-edit' }],
    ['posts an update that is its first word of the incident', [], { action: 'post' }],
  ] as const)('N2: %s', (_, delivered, planned) => {
    expect(planDelivery(update, { state: freshRoad, delivered, newest: null, edits: false }, at('10:00:01'))).toEqual(planned);
  });
});

describe('a road that works again', () => {
  it('N2: posts the oldest first, whichever comes back first', () => {
    expect(plan(third, outage, '11:00:00')).toEqual({ action: 'put-back', seconds: 2, reason: 'older-first' });
    expect(plan(second, outage, '11:00:00')).toEqual({ action: 'put-back', seconds: 1, reason: 'older-first' });
    expect(plan(first, outage, '11:00:00')).toEqual({ action: 'post' });
  });

  it('N2: what was written after the outage waits for what is older', () => {
    expect(plan(letter('new', '11:00:01'), outage, '11:00:02')).toMatchObject({ action: 'put-back', reason: 'older-first' });
  });

  it('N2: goes on with the next once one is posted, dropped or parked', () => {
    expect(plan(second, letGo(outage, first, true), '11:00:02')).toEqual({ action: 'post' });
    expect(plan(second, letGo(outage, first, false), '11:00:02')).toEqual({ action: 'post' });
    const over = [first, second, third].reduce((state, one) => letGo(state, one, true), outage);
    expect(over.waiting).toEqual([]);
  });

  it('N2: an oldest letter that does not come within sixteen minutes is waited for no longer', () => {
    const held = keptInOrder(outage, second, { seconds: 1, reason: 'older-first' }, at('11:00:05'));
    expect(plan(second, held, '11:16:05')).toMatchObject({ action: 'put-back' });
    expect(plan(second, held, '11:16:06')).toEqual({ action: 'post' });
    expect(letGo(held, second, true)).toMatchObject({ waiting: [expect.stringContaining('third')], heldSince: null });
  });

  it('X5: one that only awaits its second leaves no trace', () => {
    expect(keptInOrder(freshRoad, first, { seconds: 3, reason: 'turn' }, at('10:00:00'))).toBe(freshRoad);
    expect(letGo(freshRoad, first, true)).toBe(freshRoad);
  });
});
