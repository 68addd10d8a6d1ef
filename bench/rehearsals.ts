// Virtual seconds per real second: the standard day from bundles in workers and in process.
import { assemblyOf, manifestFrom } from '../test/assembly.ts';
import { checkDay } from '../local/rehearsal/day.ts';
import { rehearsal } from '../local/rehearsal/rehearsal.ts';
import { sourceHosts } from '../local/rehearsal/source-doors.ts';
import { standardDay } from '../local/rehearsal/standard-day.ts';

const RUNS = 5;

export const rehearsals = async (): Promise<readonly string[]> => {
  const assembly = await assemblyOf('wizelit');
  const manifest = await manifestFrom('wizelit');
  const day = checkDay('the standard day', standardDay(manifest), manifest.hours?.timeZone ?? 'UTC');
  const hosts = await sourceHosts();
  const time = async (options: object): Promise<number> => {
    const began = performance.now();
    await rehearsal({ assembly, manifest, day, ...options });
    return (performance.now() - began) / 1000;
  };
  const bundles: number[] = [];
  const sources: number[] = [];
  for (let round = 0; round < RUNS; round += 1) {
    bundles.push(await time({}));
    sources.push(await time({ hosts }));
  }
  const virtual = (day.until - day.from) / 1000;
  const best = (values: readonly number[]): number => [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
  return [
    `bundles in workers: ${best(bundles).toFixed(2)} s for ${(virtual / 3600).toFixed(1)} h = ${Math.round(virtual / best(bundles)).toLocaleString('en')} x real time`,
    `in process:         ${best(sources).toFixed(2)} s = ${Math.round(virtual / best(sources)).toLocaleString('en')} x real time`,
  ];
};
