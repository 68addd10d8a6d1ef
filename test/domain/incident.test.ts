// Incidents over a morning: every step with its literal instants, from an empty board (L1, L3, L5).
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../shared/domain/alarm-decide.ts';
import { decide } from '../../shared/domain/alarm-report.ts';
import { emptyBoard } from '../../shared/domain/incident.ts';
import { at, morning, platform, quietTimes } from './alarm-world.ts';

describe('one alarm', () => {
  it('L1: is told when it fires and closed when it recovers', () => {
    const day = morning();
    const opened = day.event('api-slow', 'ALARM', at('10:00:00'));
    expect([opened.reason, opened.tell?.what, opened.tell?.incident.id]).toEqual(['alarm-fired', 'opened', 'inc-20261123T100000-api-slow']);
    const closed = day.event('api-slow', 'OK', at('10:12:00'));
    expect([closed.reason, closed.tell?.what, closed.tell?.incident.closedAt]).toEqual(['alarm-cleared', 'closed', at('10:12:00')]);
  });

  it('X1: a second delivery of the same event tells nothing', () => {
    const day = morning();
    day.event('api-slow', 'ALARM', at('10:00:00'), { execution: 'one' });
    expect(day.event('api-slow', 'ALARM', at('10:00:20'), { execution: 'two', since: at('10:00:00') })).toMatchObject({
      reason: 'alarm-already-known',
      tell: null,
    });
  });

  it('X1: a step repeated after a crash tells again, because nobody knows whether the first reached anyone', () => {
    const day = morning();
    day.event('api-slow', 'ALARM', at('10:00:00'), { execution: 'one' });
    expect(day.event('api-slow', 'ALARM', at('10:00:00'), { execution: 'one' }).tell?.what).toBe('opened');
    day.event('api-slow', 'OK', at('10:05:00'), { execution: 'three' });
    expect(day.event('api-slow', 'OK', at('10:05:00'), { execution: 'three' }).tell?.what).toBe('closed');
    expect(day.event('api-slow', 'OK', at('10:05:00'), { execution: 'four' }).tell).toBeNull();
  });

  it('X1: an alarm that recovered before its event was read is told once, as passed, whichever event comes first', () => {
    const forward = morning();
    const passed = forward.event('api-slow', 'ALARM', at('10:20:00'), {
      since: at('10:00:00'),
      now: { state: 'OK', since: at('10:04:00') },
    });
    expect([passed.reason, passed.tell?.what]).toEqual(['alarm-passed', 'passed']);
    expect(forward.event('api-slow', 'OK', at('10:20:10'), { since: at('10:04:00') }).tell).toBeNull();

    const backward = morning();
    expect(backward.event('api-slow', 'OK', at('10:20:00'), { since: at('10:04:00') }).reason).toBe('alarm-nothing-left');
    expect(
      backward.event('api-slow', 'ALARM', at('10:20:10'), { since: at('10:00:00'), now: { state: 'OK', since: at('10:04:00') } }).tell
        ?.what,
    ).toBe('passed');
  });

  it('X1: a recovery that is older than the firing on the board closes nothing', () => {
    const day = morning();
    day.event('api-slow', 'ALARM', at('10:10:00'));
    expect(day.event('api-slow', 'OK', at('10:11:00'), { since: at('10:05:00') })).toMatchObject({
      reason: 'alarm-nothing-left',
      board: null,
    });
  });

  it('L1: an event a day late, long after the recovery was told, tells nothing', () => {
    const day = morning();
    day.event('api-slow', 'ALARM', at('10:00:00'));
    day.event('api-slow', 'OK', at('10:12:00'));
    expect(
      day.event('api-slow', 'ALARM', at('21:00:00'), { since: at('10:00:00'), now: { state: 'OK', since: at('10:12:00') } }).reason,
    ).toBe('alarm-already-known');
  });

  it('L1: target tracking keeps its alarms to itself', () => {
    const verdict = decide(
      {
        alarm: 'TargetTracking-service/x',
        event: { state: 'ALARM', since: at('10:00:00'), mutedUntil: null },
        look: null,
        execution: 'e',
        at: at('10:00:00'),
      },
      null,
      emptyBoard,
      quietTimes,
      platform,
    );
    expect(verdict).toMatchObject({ reason: 'alarm-nothing-left', board: null, tell: null });
  });

  it('L1: an alarm without data is no recovery; after an hour it ends without proof', () => {
    const day = morning();
    day.event('api-slow', 'ALARM', at('10:00:00'));
    const lost = day.event('api-slow', 'INSUFFICIENT_DATA', at('10:10:00'), { execution: 'lost' });
    expect([lost.reason, lost.tell, lost.wait?.until]).toEqual(['alarm-waits-for-data', null, at('10:20:00')]);
    const still = day.look(lost, { state: 'INSUFFICIENT_DATA', since: at('10:10:00') }, 'lost', at('10:20:00'));
    expect([still.reason, still.tell, still.wait?.until]).toEqual(['alarm-already-known', null, at('10:30:00')]);
    const over = day.look(still, { state: 'INSUFFICIENT_DATA', since: at('10:10:00') }, 'lost', at('11:10:00'));
    expect([over.reason, over.tell?.what, over.tell?.incident.closedAt]).toEqual(['alarm-no-data', 'closed', at('11:10:00')]);
    expect(Object.values(over.tell?.incident.alarms ?? {}).map(({ state }) => state)).toEqual(['INSUFFICIENT_DATA']);
  });

  it('L3: an alarm whose data come back in order closes its incident with the time CloudWatch says', () => {
    const day = morning();
    day.event('api-slow', 'ALARM', at('10:00:00'));
    const lost = day.event('api-slow', 'INSUFFICIENT_DATA', at('10:10:00'), { execution: 'lost' });
    const back = day.look(lost, { state: 'OK', since: at('10:14:00') }, 'lost', at('10:20:00'));
    expect([back.reason, back.tell?.what, back.tell?.incident.closedAt]).toEqual(['alarm-cleared', 'closed', at('10:14:00')]);
  });
});

describe('a storm', () => {
  it('L3: two hundred alarms in two minutes are one message and a handful of edits', () => {
    const day = morning();
    const told: string[] = [];
    const waiting: { verdict: Verdict; execution: string; until: string }[] = [];
    const step = (verdict: Verdict, execution: string): void => {
      if (verdict.tell !== null) told.push(verdict.tell.what);
      if (verdict.wait !== null) waiting.push({ verdict, execution, until: verdict.wait.until });
    };
    for (let index = 0; index < 200; index += 1) {
      const instant = new Date(Date.parse(at('10:00:00')) + index * 600).toISOString();
      for (const due of waiting.splice(0)) {
        if (due.until <= instant) step(day.look(due.verdict, {}, due.execution, due.until), due.execution);
        else waiting.push(due);
      }
      step(day.event(`api-check${index}`, 'ALARM', instant, { execution: `e${index}` }), `e${index}`);
    }
    for (const due of waiting.splice(0)) step(day.look(due.verdict, {}, due.execution, due.until), due.execution);
    expect(told).toEqual(['opened', 'updated', 'updated', 'updated', 'updated']);
    expect(day.board().incidents.map(({ alarms }) => Object.keys(alarms).length)).toEqual([200]);
  });

  it('L3: it is closed when the last of its alarms recovers', () => {
    const day = morning();
    day.event('api-slow', 'ALARM', at('10:00:00'));
    day.event('main-database-cpu-high', 'ALARM', at('10:00:30'));
    expect(day.event('api-slow', 'OK', at('10:05:00'))).toMatchObject({ reason: 'alarm-cleared-partly', tell: null });
    expect(day.event('main-database-cpu-high', 'OK', at('10:09:00'))).toMatchObject({ tell: { what: 'closed' } });
  });

  it('L3: trouble of another subject long after is an incident of its own', () => {
    const day = morning();
    day.event('api-slow', 'ALARM', at('10:00:00'));
    expect(day.event('main-database-cpu-high', 'ALARM', at('10:10:00'), { now: { metric: null } }).tell?.incident.id).toBe(
      'inc-20261123T101000-main-database-cpu-high',
    );
    expect(day.event('api-errors', 'ALARM', at('10:11:00')).facts).toEqual({ incident: 'inc-20261123T101000-main-database-cpu-high' });
  });

  it('L3: an edit promised by an execution that never came is promised again by the next', () => {
    const day = morning();
    day.event('api-slow', 'ALARM', at('10:00:00'));
    expect(day.event('api-errors', 'ALARM', at('10:00:10')).wait?.until).toBe(at('10:00:40'));
    expect(day.event('api-cpu-high', 'ALARM', at('10:00:50')).wait).toBeNull();
    expect(day.event('api-memory-high', 'ALARM', at('10:01:50')).wait?.until).toBe(at('10:02:20'));
  });

  it('L5: a page among channel alarms is said aloud at once', () => {
    const day = morning();
    day.event('api-slow', 'ALARM', at('10:00:00'));
    const loud = day.event('api-unhealthy', 'ALARM', at('10:00:20'), { now: { description: 'Down. [page]' } });
    expect([loud.tell?.what, loud.tell?.incident.severity]).toEqual(['louder', 'page']);
  });

  it('X1: a page among channel alarms is said again when its step is repeated after a crash', () => {
    const day = morning();
    const page = () => day.event('api-unhealthy', 'ALARM', at('10:00:20'), { execution: 'page', now: { description: 'Down. [page]' } });
    day.event('api-slow', 'ALARM', at('10:00:00'));
    page();
    const again = page();
    expect([again.tell?.incident.severity, Object.keys(again.tell?.incident.alarms ?? {})]).toEqual(['page', ['wizelit-dev-api-slow', 'wizelit-dev-api-unhealthy']]);
  });
});

describe('flapping', () => {
  it('L3: the third firing in half an hour is said once, then quiet until it holds still for half an hour', () => {
    const day = morning();
    const told = (verdict: Verdict): string => verdict.tell?.what ?? verdict.reason;
    expect(told(day.event('api-slow', 'ALARM', at('10:00:00')))).toBe('opened');
    expect(told(day.event('api-slow', 'OK', at('10:02:00')))).toBe('closed');
    expect(told(day.event('api-slow', 'ALARM', at('10:06:00')))).toBe('opened');
    expect(told(day.event('api-slow', 'OK', at('10:08:00')))).toBe('closed');
    expect(told(day.event('api-slow', 'ALARM', at('10:12:00')))).toBe('flapping');
    const first = day.event('api-slow', 'OK', at('10:14:00'), { execution: 'first' });
    expect([told(first), first.wait?.until]).toEqual(['alarm-flapping-quiet', at('10:44:00')]);
    expect(told(day.event('api-slow', 'ALARM', at('10:18:00')))).toBe('alarm-flapping-quiet');
    const second = day.event('api-slow', 'OK', at('10:20:00'), { execution: 'second' });
    expect(told(day.look(first, { state: 'OK', since: at('10:20:00') }, 'first', at('10:44:00')))).toBe('alarm-nothing-left');
    expect(told(day.look(second, { state: 'OK', since: at('10:20:00') }, 'second', at('10:50:00')))).toBe('closed');
  });
});
