// Incidents that last: said again as asked, louder when nobody looks after them, and quiet once somebody does (L6, L7).
import { describe, expect, it } from 'vitest';
import type { Look, Verdict } from '../../shared/domain/alarm-decide.ts';
import { decide, write, type PlatformOfAlarm } from '../../shared/domain/alarm-report.ts';
import { emptyBoard, type Board } from '../../shared/domain/incident.ts';
import { slackMessage } from '../../shared/domain/render-slack.ts';
import { alarm, platform, quietTimes } from './alarm-world.ts';

const at = (time: string): string => `2026-11-23T${time}.000Z`;
const facts = alarm('api-errors', { description: 'Down. [page]' });

const watch = (notices: PlatformOfAlarm['notices']) => {
  const settings = { ...platform, notices };
  let board: Board = emptyBoard;
  const keep = (verdict: Verdict): Verdict => {
    board = verdict.board ?? board;
    return verdict;
  };
  return {
    fire: (fired = facts, instant = at('10:00:00'), execution = 'e') =>
      keep(
        decide(
          { alarm: fired.name, event: { state: 'ALARM', since: instant, mutedUntil: null }, look: null, execution, at: instant },
          { ...fired, since: instant },
          board,
          quietTimes,
          settings,
        ),
      ),
    look: (look: Look | undefined, instant: string, execution = 'e') =>
      keep(decide({ alarm: '', event: null, look: look ?? null, execution, at: instant }, null, board, quietTimes, settings)),
    notice: (verdict: Verdict, instant: string) => write(verdict, [facts], null, settings, instant),
  };
};

describe('an incident that lasts', () => {
  it('L7: is not said again unless asked for', () => {
    expect(watch({}).fire().wait).toBeNull();
  });

  it('L7: a page nobody looks after is said again louder once, then as often as asked', () => {
    const day = watch({ escalate: 900, repeat: 3_600 });
    const opened = day.fire();
    expect(opened.wait?.until).toBe(at('10:15:00'));
    const louder = day.look(opened.wait?.look, at('10:15:00'));
    expect([louder.reason, louder.tell?.what, louder.wait?.until]).toEqual(['alarm-escalated', 'escalated', at('11:15:00')]);
    const notice = day.notice(louder, at('10:15:00'));
    expect([notice.title, notice.mention]).toEqual(['Not acknowledged for 15 min: response time of api', true]);
    expect(JSON.stringify(slackMessage(notice, { buttons: true, timeZone: 'UTC' }).blocks)).toContain('<!channel> Down.');
    const again = day.look(louder.wait?.look, at('11:15:00'));
    expect([again.tell?.what, again.wait?.until]).toEqual(['repeated', at('12:15:00')]);
  });

  it('L7: a page that joins what was only for the channel is said louder from then on, and nobody reminds twice', () => {
    const day = watch({ escalate: 900, repeat: 3_600 });
    const channel = day.fire({ ...facts, name: 'wizelit-dev-api-slow', description: 'Slow. [channel]' }, at('10:00:00'), 'channel');
    const page = day.fire(facts, at('10:01:00'), 'page');
    expect([channel.wait?.until, page.tell?.what, page.wait?.until]).toEqual([at('11:00:00'), 'louder', at('10:16:00')]);
    const louder = day.look(page.wait?.look, at('10:16:00'), 'page');
    expect([louder.tell?.what, louder.wait?.until]).toEqual(['escalated', at('11:16:00')]);
    expect(day.look(channel.wait?.look, at('11:00:00'), 'channel')).toMatchObject({ tell: null, wait: null });
    expect(day.look(louder.wait?.look, at('11:16:00'), 'page').tell?.what).toBe('repeated');
  });

  it('X1: a reminder repeated after a crash is the same reminder', () => {
    const day = watch({ escalate: 900 });
    const opened = day.fire();
    expect(day.look(opened.wait?.look, at('10:15:00')).tell?.what).toBe('escalated');
    expect(day.look(opened.wait?.look, at('10:15:00')).tell?.what).toBe('escalated');
    expect(day.look(opened.wait?.look, at('10:15:30')).tell).toBeNull();
  });

  it('L6: who acknowledges is shown, and nobody is called any more', () => {
    const day = watch({ escalate: 900 });
    const opened = day.fire();
    const look = {
      kind: 'acknowledged',
      alarm: '',
      since: at('10:05:00'),
      incident: opened.tell?.incident.id ?? null,
      by: 'mara',
    } as const;
    const seen = day.look(look, at('10:05:00'), 'press');
    expect(day.notice(seen, at('10:05:00'))).toMatchObject({
      place: 'update',
      facts: expect.arrayContaining([{ label: 'Looked after by', value: 'mara' }]),
    });
    expect(day.notice(seen, at('10:05:00')).buttons?.map(({ action }) => action)).toEqual(['mute']);
    expect(day.look(opened.wait?.look, at('10:15:00')).reason).toBe('alarm-nothing-left');
  });
});
