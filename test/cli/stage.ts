// A terminal and a rehearsal for tests of the command line: one line is run as a person would type it, and what it wrote is answered.
import { parseArgs } from 'node:util';
import { parserOptions } from '../../cli/command.ts';
import { commands } from '../../cli/commands.ts';
import type { PlacedCommand } from '../../cli/at-place.ts';
import { toldOf } from '../../cli/failure.ts';
import { localPlace, type LocalPlaceOptions } from '../../cli/local-place.ts';
import type { Place } from '../../cli/place.ts';
import { readSynthesized } from '../../cli/platform.ts';
import type { Terminal } from '../../cli/terminal.ts';
import type { Stage } from '../../shared/domain/platform.ts';
import { assemblyOf } from '../assembly.ts';
import type { changedAssembly as ChangedAssembly } from '../changed-assembly.ts';

export interface Screen {
  readonly columns?: number;
  readonly colour?: boolean;
  readonly interactive?: boolean;
  readonly answers?: readonly string[];
  readonly stdin?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly interrupted?: AbortSignal;
}

export interface Wrote {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Both together, in the order in which they were written. */
  readonly shown: string;
  readonly asked: readonly string[];
}

/** A terminal that keeps what is written to it. */
export const screenOf = (
  screen: Screen = {},
): {
  readonly terminal: Terminal;
  readonly out: () => string;
  readonly err: () => string;
  readonly shown: () => string;
  readonly asked: readonly string[];
} => {
  const written = { out: '', err: '', shown: '' };
  const write = (stream: 'out' | 'err', text: string): void => {
    written[stream] += text;
    written.shown += text;
  };
  const asked: string[] = [];
  const answers = [...(screen.answers ?? [])];
  const terminal: Terminal = {
    columns: screen.columns ?? 100,
    colour: screen.colour ?? false,
    interactive: screen.interactive ?? false,
    environment: screen.environment ?? {},
    out: (text) => write('out', text),
    err: (text) => write('err', text),
    ask: async (question) => {
      asked.push(question);
      return answers.shift() ?? '';
    },
    stdin: async () => screen.stdin ?? '',
    interrupted: screen.interrupted ?? new AbortController().signal,
  };
  return { terminal, out: () => written.out, err: () => written.err, shown: () => written.shown, asked };
};

export interface StageOptions extends Omit<LocalPlaceOptions, 'platform'> {
  /** Laid over the platform file, as a stage's changes are: for gates and switches that no platform file has. */
  readonly change?: Parameters<typeof ChangedAssembly>[2];
}

/** Runs work in which the command line finds this platform's assembly made already, and takes the setting back. */
export const withAssembly = async <T>(platform: string, work: () => Promise<T>, change?: StageOptions['change']): Promise<T> => {
  const before = process.env['DAYSHIFT_ASSEMBLY'];
  process.env['DAYSHIFT_ASSEMBLY'] = await directoryOf(platform, 'dev', change);
  try {
    return await work();
  } finally {
    if (before === undefined) Reflect.deleteProperty(process.env, 'DAYSHIFT_ASSEMBLY');
    else process.env['DAYSHIFT_ASSEMBLY'] = before;
  }
};

/** The library that synthesizes is loaded for changed platforms only. */
const directoryOf = async (platform: string, stage: string, change: StageOptions['change']): Promise<string> => {
  if (change === undefined) return assemblyOf(platform, stage);
  const { changedAssembly } = await import('../changed-assembly.ts');
  return (await changedAssembly(platform, stage as Stage, change)).assembly;
};

/** A rehearsal of a platform, played up to an instant. */
export const placeOf = async (platform = 'wizelit', stage = 'dev', { change, ...options }: StageOptions = {}): Promise<Place> =>
  localPlace({ platform: readSynthesized(await directoryOf(platform, stage, change)), ...options });

/** Runs one command line at a place, as `dayshift` would, errors told as `dayshift` tells them. */
export const run = async (place: Place, line: string | readonly string[], screen: Screen = {}): Promise<Wrote> => {
  const [name = '', ...args] = typeof line === 'string' ? line.split(' ') : line;
  const command = (await commands[name]?.()) as PlacedCommand;
  const { terminal, out, err, shown, asked } = screenOf(screen);
  const { values, positionals } = parseArgs({ args, options: parserOptions(command), allowPositionals: true, strict: true });
  const work = { place, values: values as Record<string, string | boolean | undefined>, positionals, terminal };
  try {
    const code = await place.drive(() => command.at(work));
    return { code, out: out(), err: err(), shown: shown(), asked };
  } catch (error) {
    const told = toldOf(error, name);
    if (told === null) throw error;
    terminal.err(`${told.message}\n`);
    return { code: told.code, out: out(), err: err(), shown: shown(), asked };
  }
};
