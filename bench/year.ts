// A year of nights: one service and one database through 365 days in process; real seconds, virtual seconds per real one, and what the ledger says of it.
import { checkDay } from '../local/rehearsal/day.ts';
import { rehearsal } from '../local/rehearsal/rehearsal.ts';
import { sourceHosts } from '../local/rehearsal/source-doors.ts';
import { assemblyOf, manifestFrom } from '../test/assembly.ts';

const FROM = '2026-11-23T08:00';
const UNTIL = '2027-11-23T08:00';

/** Wizelit in dev: nights, weekends and both clock shifts, nothing else happens. */
export const year = async (): Promise<readonly string[]> => {
  const [assembly, manifest, hosts] = [await assemblyOf('wizelit'), await manifestFrom('wizelit'), await sourceHosts()];
  const day = checkDay('a year', { title: 'a year', seed: 1, from: FROM, until: UNTIL, happenings: [] }, manifest.hours?.timeZone ?? 'UTC');
  const before = process.cpuUsage();
  const began = performance.now();
  const { nights, broken, trail } = await rehearsal({ assembly, manifest, day, hosts, given: 'running' });
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(before);
  const exact = nights.filter(({ value }) => value.certificate?.differences.length === 0).length;
  return [
    `365 days in ${seconds.toFixed(1)} s (${((user + system) / 1e6).toFixed(1)} s of processor) = ${Math.round((day.until - day.from) / 1000 / seconds).toLocaleString('en')} x real time; target 60 s`,
    `${nights.length} nights, ${exact} back exactly, ${broken.length} rules broken, ${trail.length.toLocaleString('en')} lines of trail`,
  ];
};
