// Virtual seconds per real second: the standard day from bundles in workers and in process, the standard week in process, and faulted nights per second of one core.
import { randomWeek } from '../local/campaign/random-week.ts';
import { subjectsOf } from '../local/campaign/subjects.ts';
import { verdictOn } from '../local/campaign/verdict.ts';
import { checkDay, type Day } from '../local/rehearsal/day.ts';
import { rehearsal } from '../local/rehearsal/rehearsal.ts';
import { sourceHosts } from '../local/rehearsal/source-doors.ts';
import { standardDay } from '../local/rehearsal/standard-day.ts';
import { assemblyOf, manifestFrom } from '../test/assembly.ts';

const RUNS = 5;
const FAULTED_WEEKS = 10;
const DAY = 86_400_000;

const median = (values: readonly number[]): number => [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
const times = (virtual: number, real: number): string => `${Math.round(virtual / real).toLocaleString('en')} x real time`;

export const rehearsals = async (): Promise<readonly string[]> => {
  const assembly = await assemblyOf('wizelit');
  const manifest = await manifestFrom('wizelit');
  const hosts = await sourceHosts();
  const day = checkDay('the standard day', standardDay(manifest), manifest.hours?.timeZone ?? 'UTC');
  const week: Day = { ...day, until: day.from + 7 * DAY };
  const time = async (options: object, played: Day): Promise<number> => {
    const began = performance.now();
    await rehearsal({ assembly, manifest, day: played, ...options });
    return (performance.now() - began) / 1000;
  };
  const took: { readonly bundles: number[]; readonly source: number[]; readonly week: number[] } = { bundles: [], source: [], week: [] };
  for (let round = 0; round < RUNS; round += 1) {
    took.bundles.push(await time({}, day));
    took.source.push(await time({ hosts }, day));
    took.week.push(await time({ hosts }, week));
  }
  const subjects = subjectsOf(assembly, manifest);
  const before = process.cpuUsage();
  for (let number = 1; number <= FAULTED_WEEKS; number += 1) await verdictOn(randomWeek(manifest, subjects, `bench/${number}`), { assembly, manifest, hosts });
  const { user, system } = process.cpuUsage(before);
  const hours = (day.until - day.from) / 3_600_000;
  const virtual = hours * 3_600;
  return [
    `bundles in workers: ${median(took.bundles).toFixed(2)} s for ${hours.toFixed(1)} h = ${times(virtual, median(took.bundles))}`,
    `in process:         ${median(took.source).toFixed(2)} s = ${times(virtual, median(took.source))}`,
    `week in process:    ${median(took.week).toFixed(2)} s for 168 h = ${times((7 * DAY) / 1000, median(took.week))}`,
    `campaign:           ${((FAULTED_WEEKS * 7) / ((user + system) / 1e6)).toFixed(1)} faulted nights per second of one core`,
  ];
};
