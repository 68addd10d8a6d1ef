// Nights that no platform file here has: holidays beyond seven days, sleep on idleness, edges inside both clock shifts, hours of somebody else.
import { describe, expect, it } from 'vitest';
import { checkDay } from '../../local/rehearsal/day.ts';
import { rehearsal, type Outcome } from '../../local/rehearsal/rehearsal.ts';
import { sourceHosts } from '../../local/rehearsal/source-doors.ts';
import { timeline } from '../../local/rehearsal/timeline.ts';
import type { Hosts } from '../../local/world.ts';
import type { Hours } from '../../shared/domain/hours.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import { assemblyOf, manifestFrom } from '../assembly.ts';

/** The doors of Wizelit with another manifest than the one they were synthesized with: schedules fire as before, the doors ask the changed hours. */
const withManifest = async (change: Partial<Manifest>): Promise<Hosts> => {
  const hosts = await sourceHosts();
  return (fn) => {
    const make = hosts(fn);
    return make === undefined ? undefined : (host) => make({ ...host, manifest: { ...(host.manifest as Manifest), ...change } });
  };
};

const play = async (
  change: Partial<Manifest>,
  day: { readonly from: string; readonly until: string; readonly happenings?: readonly object[] },
): Promise<Outcome> => {
  const manifest = { ...(await manifestFrom('wizelit')), ...change };
  const checked = checkDay('nights', { title: 'nights', seed: 1, happenings: [], ...day }, manifest.hours?.timeZone ?? 'UTC');
  return rehearsal({ assembly: await assemblyOf('wizelit'), manifest, day: checked, hosts: await withManifest(change), given: 'running' });
};

const said = (outcome: Outcome, who: string): readonly string[] =>
  timeline(outcome)
    .filter((line) => line.who === who)
    .map(({ text }) => text);
const at = (outcome: Outcome, who: string, text: RegExp): readonly string[] =>
  timeline(outcome)
    .filter((line) => line.who === who && text.test(line.text))
    .map((line) => new Date(line.at).toISOString().slice(0, 16));

const sydney: Hours = {
  words: 'mon-fri 07:00-20:00',
  timeZone: 'Australia/Sydney',
  windows: [{ days: [1, 2, 3, 4, 5], from: '07:00', to: '20:00' }],
  holidays: [],
  exceptions: [],
};
const days = (first: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => new Date(Date.parse(`${first}T00:00:00Z`) + index * 86_400_000).toISOString().slice(0, 10));

describe('nights', () => {
  it('S7, S1: over a holiday fortnight AWS starts the database on day seven, and it is stopped again and told', async () => {
    const hours = { ...sydney, holidays: days('2026-12-21', 14) };
    const outcome = await play({ hours }, { from: '2026-12-18T19:00', until: '2027-01-04T07:30' });
    expect(outcome.nights).toHaveLength(1);
    expect(outcome.nights[0]?.value.certificate?.differences).toEqual([]);
    const stops = at(outcome, 'rds', /stopping/);
    expect(stops).toHaveLength(3);
    expect(stops.map((instant) => instant.slice(0, 10))).toEqual(['2026-12-18', '2026-12-25', '2027-01-01']);
    expect(said(outcome, 'slack').filter((text) => text.includes('is stopped again'))).toHaveLength(2);
    expect(outcome.broken).toEqual([]);
  });

  it('S1: a holiday Monday is part of the weekend', async () => {
    const outcome = await play({ hours: { ...sydney, holidays: ['2026-11-30'] } }, { from: '2026-11-27T19:00', until: '2026-12-01T07:30' });
    expect(outcome.nights).toHaveLength(1);
    expect(at(outcome, 'wake', /Awake/).every((instant) => instant >= '2026-11-30T19:30')).toBe(true);
    expect(outcome.broken).toEqual([]);
  });

  it('S9: in use at the edge it stays awake, says so once, and sleeps an hour later at the latest', async () => {
    const browser = {
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/141.0 Safari/537.36',
      accept: 'text/html',
      'sec-fetch-mode': 'navigate',
    };
    const happenings = Array.from({ length: 16 }, (_, index) => {
      const minute = 55 + index * 4;
      const clock = `${String(19 + Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
      return { at: `2026-11-23T${clock}`, visit: { headers: browser, times: 8 } };
    });
    const outcome = await play({}, { from: '2026-11-23T19:30', until: '2026-11-24T07:30', happenings });
    expect(said(outcome, 'slack').filter((text) => text.includes('stays awake a little longer'))).toHaveLength(1);
    expect(at(outcome, 'sleep', /put off for an hour/)).toEqual(['2026-11-23T10:00']);
    expect(outcome.nights).toHaveLength(1);
    expect(outcome.broken).toEqual([]);
  });

  it('S9: used a little less, it sleeps as soon as nobody is there', async () => {
    const happenings = [{ at: '2026-11-23T19:58', visit: { headers: { 'user-agent': 'curl/8.9' }, times: 30 } }];
    const outcome = await play({}, { from: '2026-11-23T19:30', until: '2026-11-23T23:00', happenings });
    expect(at(outcome, 'sleep', /Outside working hours/)).toEqual(['2026-11-23T09:10']);
  });

  it('S1, S12: an edge inside the hour that spring takes away is kept by the reconciler, though no schedule fires', async () => {
    const hours: Hours = { ...sydney, words: 'daily 02:30-20:00', windows: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '02:30', to: '20:00' }] };
    const outcome = await play({ hours }, { from: '2026-10-03T19:00', until: '2026-10-04T05:00' });
    expect(at(outcome, 'wake', /Working hours begin/)[0]).toMatch(/^2026-10-03T1[56]:/);
    expect(outcome.broken).toEqual([]);
  });

  it('S1: an edge inside the hour that autumn repeats happens once', async () => {
    const hours: Hours = { ...sydney, words: 'daily 02:30-20:00', windows: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '02:30', to: '20:00' }] };
    const outcome = await play({ hours }, { from: '2027-04-03T19:00', until: '2027-04-04T06:00' });
    expect(at(outcome, 'wake', /Awake/)).toHaveLength(1);
    expect(outcome.nights).toHaveLength(1);
    expect(outcome.broken).toEqual([]);
  });

  it('S6: reduced at night the service goes on with one task and comes back to its size', async () => {
    const manifest = await manifestFrom('wizelit');
    const services = manifest.services.map((service) => ({ ...service, offHours: { kind: 'reduce', min: 1, max: 1 } as const }));
    const outcome = await play(
      { services },
      {
        from: '2026-11-23T19:00',
        until: '2026-11-24T07:30',
        happenings: [{ at: '2026-11-23T19:10', count: { service: 'app', desired: 2 } }],
      },
    );
    expect(outcome.end.services['app']).toMatchObject({ desired: 2, running: 2 });
    expect(at(outcome, 'rds', /stopping/)).toEqual([]);
    expect(outcome.nights[0]?.value.certificate?.differences).toEqual([]);
  });
});
