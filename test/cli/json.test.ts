import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import type { Place } from '../../cli/place.ts';
import { shapes } from '../../shared/contracts/command-line.ts';
import { main } from '../../cli/main.ts';
import { placeOf, run, screenOf, withAssembly } from './stage.ts';

describe('--json writes the documented shape', () => {
  let noon: Place;
  let nextDay: Place;
  beforeAll(async () => {
    noon = await placeOf('wizelit', 'dev', { at: '2026-11-23T12:00' });
    nextDay = await placeOf('wizelit', 'dev', { at: '2026-11-24T09:00' });
  }, 120_000);
  afterAll(async () => {
    await noon.close();
    await nextDay.close();
  });

  it.each(['status', 'history', 'why', 'secrets', 'savings', 'doctor', 'plan'] as const)('%s', async (name) => {
    for (const place of [noon, nextDay]) {
      const { out } = await run(place, `${name} --json`);
      expect(v.safeParse(shapes[name], JSON.parse(out)).issues).toBeUndefined();
    }
  });

  it('S1, W12: hours and cost, of two platforms', async () => {
    for (const platform of ['starter', 'farsight']) {
      for (const name of ['hours', 'cost'] as const) {
        const screen = screenOf();
        const args = [name, '--json', '--platform', platform];
        expect(await withAssembly(platform, () => main(args, screen.terminal))).toBe(0);
        expect(v.safeParse(shapes[name], JSON.parse(screen.out())).issues).toBeUndefined();
      }
    }
  }, 60_000);

  it('S1: hours names the weekend on which the clocks shift, though nobody works on it', async () => {
    const screen = screenOf();
    const args = ['hours', '--platform', 'wizelit', '--from', '2026-10-01T00:00:00Z'];
    expect(await withAssembly('wizelit', () => main(args, screen.terminal))).toBe(0);
    expect(screen.out()).toContain('  Sun 2026-10-04        clocks go forward\n  Mon 2026-10-05 07:00  wake   2026-10-04T20:00:00.000Z\n');
  });

  it('S1: hours reads a wall clock in the zone of the platform, not of the machine', async () => {
    const ahead = async (from: string): Promise<string> => {
      const screen = screenOf();
      await withAssembly('wizelit', () => main(['hours', '--platform', 'wizelit', '--json', '--from', from], screen.terminal));
      return screen.out().slice(0, 60);
    };
    // In Sydney work begins at 20:00 UTC of the day before: on a machine in UTC 06:59 would be read as eleven hours later.
    expect(await ahead('2026-11-23T06:59')).toContain('"at": "2026-11-22T20:00:00.000Z"');
    expect(await ahead('2026-11-23')).toContain('"at": "2026-11-22T20:00:00.000Z"');
    expect(await ahead('2026-11-23T06:59Z')).toContain('"at": "2026-11-23T09:00:00.000Z"');
    expect(await ahead('2026-11-23T06:59+11:00')).toContain('"at": "2026-11-22T20:00:00.000Z"');
  });

  it('destroy --list', async () => {
    const { out } = await run(noon, 'destroy --list --json');
    expect(v.safeParse(shapes.destroy, JSON.parse(out)).issues).toBeUndefined();
  });

  it('logs, one object per line', async () => {
    const { out } = await run(noon, 'logs --since 4h --json');
    const lines = out.trim().split('\n');
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(v.safeParse(shapes.logs, JSON.parse(line)).issues).toBeUndefined();
  });

  it('machines read standard output alone: progress and remarks go to standard error', async () => {
    const { out } = await run(noon, 'status --json');
    expect(out.trimStart().startsWith('{')).toBe(true);
  });
});
