// Plays one case file: its platform synthesized, its day on the real state machines and doors from source.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkDay } from '../local/rehearsal/day.ts';
import { rehearsal, type Outcome, type RehearsalOptions } from '../local/rehearsal/rehearsal.ts';
import { sourceHosts } from '../local/rehearsal/source-doors.ts';
import type { World } from '../local/world.ts';
import type { Stage } from '../shared/domain/platform.ts';
import { assemblyOf, manifestFrom } from './assembly.ts';
import type { Variation } from './infra/platform-templates.ts';

export interface PlayedCase {
  /** Begins with the rule ids it shows, then a sentence in the present. */
  readonly title: string;
  /** Default wizelit dev, `running`: deployed, with the first image of every service released. */
  readonly platform?: string;
  /** Instead of a platform: so many services of one image, made by somebody else and operated by an operations stack alone (X3, X4). */
  readonly fleet?: number;
  readonly stage?: Stage;
  /** Laid over the platform file as a stage's differences are: gates, freezes. */
  readonly change?: Variation['change'];
  readonly given?: 'empty' | 'running';
  readonly faults?: object;
  /** Doors with the calls they make: at the nth push of the day, or sleep that somebody asks for, each dies after its nth call, so that in the end each has died at every one. */
  readonly dies?: Readonly<Record<string, number>>;
  readonly day: { readonly from: string; readonly until: string; readonly seed?: number; readonly happenings: readonly object[] };
}

export const casesDirectory = join(import.meta.dirname, 'cases');

/** A case by its path below test/cases. */
export const readCase = <C extends PlayedCase>(file: string): C => JSON.parse(readFileSync(join(casesDirectory, file), 'utf8')) as C;

type Played = Pick<RehearsalOptions, 'assembly' | 'manifest' | 'before'>;

/** The library that synthesizes is loaded for changed platforms and fleets only. */
const platformFor = async ({ platform = 'wizelit', stage = 'dev', change, fleet }: PlayedCase): Promise<Played> => {
  if (fleet !== undefined) return (await import('./fleet.ts')).fleetPlatform(fleet);
  return change === undefined
    ? { assembly: await assemblyOf(platform, stage), manifest: await manifestFrom(platform, stage) }
    : (await import('./changed-assembly.ts')).changedAssembly(platform, stage, change);
};

const begins = (happening: object): boolean =>
  'push' in happening ||
  ('start' in happening && (happening.start as { readonly story: string }).story === 'sleep') ||
  ('alarm' in happening && (happening.alarm as { readonly state: string }).state === 'ALARM');

/** The happenings, with the doors that are about to die before each push, sleep or alarm. */
const withDeaths = ({ dies, day: { happenings } }: PlayedCase): readonly object[] => {
  if (dies === undefined) return happenings;
  let call = 0;
  return happenings.flatMap((happening) => {
    if (!('at' in happening) || !begins(happening)) return [happening];
    call += 1;
    const dying = Object.entries(dies).flatMap(([name, calls]) => (call <= calls ? [name] : []));
    const kills = dying.map((name) => ({ at: happening.at, fault: { what: 'kill', function: name, when: 'after-call', call } }));
    return [...kills, happening];
  });
};

/** Plays the case and answers what came of it; `watching` sees the world before anything happens in it. */
export const playCase = async (given: PlayedCase, watching: (world: World) => void = () => undefined): Promise<Outcome> => {
  const { manifest, before, ...played } = await platformFor(given);
  const day = checkDay(given.title, { title: given.title, seed: 1, ...given.day, happenings: withDeaths(given) }, manifest.hours?.timeZone ?? 'UTC');
  const prepared = async (world: World): Promise<void> => {
    watching(world);
    await before?.(world);
  };
  const faults = given.faults === undefined ? {} : { faults: given.faults };
  return rehearsal({ ...played, manifest, day, hosts: await sourceHosts(), given: given.given ?? 'running', ...faults, before: prepared });
};
