// Commands that work at a place: chooses between AWS and a rehearsal, says which, and drives the command there to its end.
import { awsPlace, hasCredentials } from './aws-place.ts';
import type { Command, Option } from './command.ts';
import type { Place } from './place.ts';
import { platformOptions, synthesized } from './platform.ts';
import { servedEndpoint, servedPlace } from './served-place.ts';
import type { Terminal } from './terminal.ts';

export type Values = Readonly<Record<string, string | boolean | undefined>>;

/** A command at work. */
export interface Work {
  readonly place: Place;
  readonly values: Values;
  readonly positionals: readonly string[];
  readonly terminal: Terminal;
}

export interface PlacedCommand extends Command {
  /** The command at a given place; `run` opens one first. Answers the exit code. */
  readonly at: (work: Work) => Promise<number>;
}

const placeOptions: Readonly<Record<string, Option>> = {
  ...platformOptions,
  local: { type: 'boolean', help: 'in a rehearsal (the default without AWS credentials)' },
  at: { type: 'string', value: 'INSTANT', help: 'rehearsal only: play the day up to then' },
  day: { type: 'string', value: 'FILE', help: 'rehearsal only: play this day file' },
};

type Described = Pick<Command, 'name' | 'summary' | 'usage' | 'example'> & {
  readonly options?: Readonly<Record<string, Option>>;
  /** In a rehearsal the command begins before the first deploy. */
  readonly undeployed?: boolean;
};

const isLocal = (values: Values, environment: Terminal['environment']): boolean => {
  if (values['local'] === true || typeof values['at'] === 'string' || typeof values['day'] === 'string') return true;
  return !hasCredentials(environment);
};

const openPlace = async (values: Values, terminal: Terminal, undeployed: boolean): Promise<Place> => {
  const local = isLocal(values, terminal.environment);
  const platform = await synthesized({ ...values, aws: !local }, { reuse: true });
  if (!local) return awsPlace(platform);
  const text = (name: string): string | undefined => (typeof values[name] === 'string' ? values[name] : undefined);
  const at = text('at');
  const day = text('day');
  const running = at === undefined && day === undefined ? await servedEndpoint(platform) : null;
  if (running !== null) {
    const served = await servedPlace(platform, running);
    terminal.err(`${platform.manifest.id}: ${served.words}. Nothing on AWS is touched.\n`);
    return served;
  }
  const { localPlace } = await import('./local-place.ts');
  const place = await localPlace({
    platform,
    deployed: !(undeployed && at === undefined),
    ...(at === undefined ? {} : { at }),
    ...(day === undefined ? {} : { day }),
  });
  const why = values['local'] === true || typeof values['at'] === 'string' ? '' : ' (no AWS credentials in this shell)';
  terminal.err(`${platform.manifest.id}: ${place.words}${why}. Nothing on AWS is touched.\n`);
  return place;
};

/** Makes a command from what it does at a place. */
export const atPlace = ({ undeployed = false, ...described }: Described, at: (work: Work) => Promise<number>): PlacedCommand => ({
  ...described,
  options: { ...described.options, ...placeOptions },
  at,
  run: async (values, positionals, terminal) => {
    const place = await openPlace(values, terminal, undeployed);
    try {
      return await place.drive(() => at({ place, values, positionals, terminal }));
    } catch (error) {
      // What is not there may be somewhere else: the message says where it was looked for.
      throw error instanceof Error ? Object.assign(error, { where: place.words }) : error;
    } finally {
      await place.close();
    }
  },
});

/** The one option `--json` of commands that also speak to machines. */
export const jsonOption = { json: { type: 'boolean', help: 'for machines: see docs/cli/json.md' } } as const;
