// Late for work: judged by how long each part took before, never on an ordinary morning that starts as late as it can.
import { describe, expect, it } from 'vitest';
import { paceOf, willBeLate, type WakeCourse } from '../../shared/domain/wake-late.ts';

const at = (clock: string): string => `2026-11-24T${clock}.000Z`;
const before: readonly WakeCourse[] = [
  { startedAt: '2026-11-23T06:30:00.000Z', raised: { app: '2026-11-23T06:40:00.000Z' }, proven: { db: '2026-11-23T06:40:00.000Z', app: '2026-11-23T06:41:00.000Z' } },
  { startedAt: '2026-11-22T06:30:00.000Z', raised: { app: '2026-11-22T06:35:00.000Z' }, proven: { db: '2026-11-22T06:35:00.000Z', app: '2026-11-22T06:36:20.000Z' } },
];
const morning: WakeCourse = { startedAt: at('06:48:00'), raised: {}, proven: {} };
const late = (course: Partial<WakeCourse>, waiting: readonly string[], now: string, courses = before): boolean =>
  willBeLate({ course: { ...morning, ...course }, waiting, services: ['app', 'worker'], edge: at('07:00:00'), pace: paceOf(courses) }, now);

describe('late for work', () => {
  it('S4: the pace of a part is the longest it took: databases from the beginning, services from their count', () => {
    expect(paceOf(before)).toEqual({ db: 600, app: 80 });
    expect(paceOf([])).toEqual({});
  });

  it('S4: a service that needs a minute and has two is not late', () => {
    expect(late({ raised: { app: at('06:58:00') } }, ['app'], at('06:58:10'))).toBe(false);
  });

  it('S4: one that was raised too late, or takes longer than ever, is', () => {
    expect(late({ raised: { app: at('06:58:50') } }, ['app'], at('06:58:55'))).toBe(true);
    expect(late({ raised: { app: at('06:57:00') } }, ['app'], at('06:58:40'))).toBe(true);
  });

  it('S4: what waits for a database waits as long as the database, and then needs its own time', () => {
    expect(late({}, ['db'], at('06:58:30'))).toBe(false);
    expect(late({}, ['db', 'app'], at('06:58:30'))).toBe(true);
  });

  it('S4: what was never measured is expected to be late: better told once for nothing than not at all', () => {
    expect(late({ raised: { worker: at('06:58:00') } }, ['worker'], at('06:58:10'))).toBe(true);
    expect(late({ raised: { app: at('06:58:00') } }, ['app'], at('06:58:10'), [])).toBe(true);
  });
});
