import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { columnsOf, wantsColour } from '../../cli/terminal.ts';
import { fit, table, wrap } from '../../cli/layout.ts';
import type { Place } from '../../cli/place.ts';
import { showStatus } from '../../cli/show-status.ts';
import { statusReport } from '../../shared/domain/status.ts';
import { placeOf, run } from './stage.ts';

const escape = '\u001b[';
const codes = new RegExp(`${escape.replace('[', '\\[')}[0-9;]*[A-Za-z]`, 'g');
const plain = (text: string): string => text.replaceAll(codes, '').replaceAll('\r', '');
const widest = (text: string): number =>
  Math.max(
    ...plain(text)
      .split('\n')
      .map((line) => line.length),
  );

describe('what is written fits the terminal', () => {
  let place: Place;
  let farsight: Place;
  beforeAll(async () => {
    place = await placeOf('wizelit', 'dev', { at: '2026-11-24T09:00' });
    farsight = await placeOf('farsight', 'dev', { at: '2026-11-23T22:45' });
  }, 120_000);
  afterAll(async () => {
    await place.close();
    await farsight.close();
  });

  const lines = ['status', 'history', 'why latest', 'savings', 'secrets', 'destroy --list', 'doctor'];
  it.each(lines.flatMap((line) => [80, 120].map((columns) => ({ line, columns }))))(
    '$line stays within $columns columns',
    async ({ line, columns }) => {
      for (const on of [place, farsight]) expect(widest((await run(on, line, { columns })).out)).toBeLessThanOrEqual(columns);
    },
  );

  it('status fits one screen of 24 lines for a platform of two services', async () => {
    const { out } = await run(farsight, 'status', { columns: 80 });
    expect(out.split('\n').length).toBeLessThanOrEqual(24);
  });

  it('A2: status names the service that runs on demand because Spot had no capacity', () => {
    const service = (name: string) => ({ name, count: { exists: true, desired: 1, running: 1, healthy: 1 }, bounds: null, record: null });
    const platform = { state: 'awake', since: '2026-11-23T07:00:00.000Z', offSpot: { app: [] } } as const;
    const rest = { id: 'shop-dev', region: 'eu-west-1', hours: null, overrides: [], databases: [], alarms: [], quietAlarms: [], rollouts: [] };
    const report = statusReport({ ...rest, platform, services: [service('app'), service('web')] }, '2026-11-23T09:00:00.000Z');
    const screen = showStatus({ columns: 80, colour: false }, report);
    expect(screen).toContain('app: runs on demand: Spot had no capacity');
    expect(screen).not.toContain('web: runs on demand');
  });

  it('a narrow status keeps services, health and tags, and leaves out scaling and age first', async () => {
    const { out } = await run(farsight, 'status', { columns: 60 });
    expect(out).toContain('SERVICE  RUNNING  HEALTHY');
    expect(out).not.toContain('RELEASED');
  });

  it('colour is written only where the terminal wants it', async () => {
    expect((await run(place, 'status', { colour: false })).out).not.toContain(escape);
    expect((await run(place, 'status', { colour: true })).out).toContain(`${escape}32mawake`);
  });

  it('progress is drawn over on a terminal and written once per change elsewhere', async () => {
    const drawn = await placeOf('wizelit');
    const onTerminal = await run(drawn, 'deploy', { columns: 80, interactive: true });
    expect(onTerminal.err).toContain(`\r${escape}2K`);
    expect(widest(onTerminal.err.split('\r').join('\n'))).toBeLessThanOrEqual(80);
    await drawn.close();
    const piped = await placeOf('wizelit');
    expect((await run(piped, 'deploy', { columns: 80 })).err).not.toContain('\r');
    await piped.close();
  });
});

describe('colour and width follow the terminal', () => {
  it('NO_COLOR, a dumb terminal and a pipe switch colour off, FORCE_COLOR switches it on', () => {
    expect(wantsColour(true, {})).toBe(true);
    expect(wantsColour(true, { NO_COLOR: '1' })).toBe(false);
    expect(wantsColour(true, { NO_COLOR: '' })).toBe(true);
    expect(wantsColour(true, { TERM: 'dumb' })).toBe(false);
    expect(wantsColour(false, {})).toBe(false);
    expect(wantsColour(false, { FORCE_COLOR: '1' })).toBe(true);
  });

  it("the width is the terminal's own, else COLUMNS, else 100, and never less than 40", () => {
    expect(columnsOf(132, '80')).toBe(132);
    expect(columnsOf(undefined, '80')).toBe(80);
    expect(columnsOf(undefined, undefined)).toBe(100);
    expect(columnsOf(undefined, 'wide')).toBe(100);
    expect(columnsOf(12, undefined)).toBe(40);
  });

  it('a table gives way in its flexible column and drops optional ones', () => {
    const given = {
      head: ['NAME', 'NUMBER', 'TEXT'],
      flexible: 2,
      optional: [1],
      rows: [[{ text: 'api' }, { text: '1234567' }, { text: 'a long text that does not fit' }]],
    };
    expect(table({ columns: 80, colour: false }, given)).toEqual(['NAME  NUMBER   TEXT', 'api   1234567  a long text that does not fit']);
    expect(table({ columns: 30, colour: false }, given)).toEqual(['NAME  NUMBER   TEXT', 'api   1234567  a long text th…']);
    expect(table({ columns: 20, colour: false }, given)).toEqual(['NAME  TEXT', 'api   a long text t…']);
  });

  it('texts are cut and wrapped at blanks', () => {
    expect(fit('abcdef', 4)).toBe('abc…');
    expect(wrap('one two three four', 9)).toEqual(['one two', 'three', 'four']);
    expect(wrap('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
  });
});
