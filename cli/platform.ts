// A platform as the command line sees it: synthesized, with its manifest and its templates.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Manifest } from '../shared/domain/manifest.ts';
import type { Platform } from '../shared/domain/platform.ts';
import { meant } from '../shared/domain/nearest-names.ts';
import { WrongUse } from './command.ts';
import { keptAssembly, sourcesStamp } from './kept-assemblies.ts';
import { synthesize } from './synthesize.ts';

const root = join(import.meta.dirname, '..');
export const stages = ['dev', 'staging', 'prod'];

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, any>>;
  readonly DeletionPolicy?: string;
}

export interface SynthesizedPlatform {
  readonly directory: string;
  readonly manifest: Manifest;
  /** The platform file as it was read, defaults included. */
  readonly file: Platform;
  /** Resources of every stack by stack name and logical id. */
  readonly stacks: Readonly<Record<string, Readonly<Record<string, Resource>>>>;
}

/** Options every command about one platform takes. */
export const platformOptions = {
  platform: { type: 'string', value: 'NAME', help: 'platform file in infra/platforms, or DAYSHIFT_PLATFORM' },
  stage: { type: 'string', value: 'STAGE', help: 'dev, staging or prod (default: dev)', default: 'dev' },
} as const;

/** Names of the platform files of this checkout. */
export const knownPlatforms = (): readonly string[] =>
  readdirSync(join(root, 'infra', 'platforms'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -3))
    .sort();

const DEFAULT_PLATFORM = 'wizelit';

/** The platform the options or DAYSHIFT_PLATFORM name; on AWS one of several is never guessed. Throws WrongUse. */
export const platformNamed = (
  values: Readonly<Record<string, string | boolean | undefined>>,
  known: readonly string[] = knownPlatforms(),
): string => {
  const named = values['platform'] ?? process.env['DAYSHIFT_PLATFORM'];
  if (typeof named === 'string' && named !== '') {
    if (known.includes(named)) return named;
    throw new WrongUse(`There is no platform file infra/platforms/${named}.ts. ${meant(named, known)}`);
  }
  const [only, another] = known;
  if (only === undefined) throw new WrongUse('There is no platform file in infra/platforms. Write one with: npx dayshift init');
  if (another === undefined) return only;
  if (values['aws'] === true)
    throw new WrongUse(`Which platform? There are several: ${known.join(', ')}. Say --platform NAME, or set DAYSHIFT_PLATFORM`);
  return known.includes(DEFAULT_PLATFORM) ? DEFAULT_PLATFORM : only;
};

/** The assembly of this platform and stage among those that DAYSHIFT_ASSEMBLY names: a build has made it already. */
const givenAssembly = (platform: string, stage: string): SynthesizedPlatform | null => {
  const folders = (process.env['DAYSHIFT_ASSEMBLY'] ?? '').split(delimiter).filter((folder) => existsSync(join(folder, 'platform.json')));
  const all = folders.map(readSynthesized);
  return all.find(({ manifest }) => manifest.platform === platform && manifest.stage === stage) ?? null;
};

/**
 * Synthesizes the platform that the options name, or takes the synthesis of the same sources again.
 * Throws WrongUse or SynthesisFailed with what to mend.
 */
export const synthesized = async (
  values: Readonly<Record<string, string | boolean | undefined>>,
  { reuse = false } = {},
): Promise<SynthesizedPlatform> => {
  const platform = platformNamed(values);
  const stage = String(values['stage'] ?? 'dev');
  if (!stages.includes(stage)) throw new WrongUse(`--stage ${stage}: there is no such stage. ${meant(stage, stages)}`);
  const given = givenAssembly(platform, stage);
  if (given !== null) return given;
  const folder = join(root, '.rehearsals', `${platform}-${stage}`, 'assemblies');
  return readSynthesized(
    await keptAssembly({ folder, stamp: sourcesStamp(), reuse }, (directory) => synthesize({ platform, stage, directory })),
  );
};

/** What a synthesis left in its directory. */
export const readSynthesized = (directory: string): SynthesizedPlatform => {
  const manifest = JSON.parse(readFileSync(join(directory, 'platform.json'), 'utf8')) as Manifest;
  const file = JSON.parse(readFileSync(join(directory, 'platform-file.json'), 'utf8')) as Platform;
  const files = readdirSync(directory)
    .filter((file) => file.endsWith('.template.json'))
    .sort();
  const stacks = Object.fromEntries(
    files.map((file) => [
      file.replace('.template.json', ''),
      (JSON.parse(readFileSync(join(directory, file), 'utf8')) as { Resources: Record<string, Resource> }).Resources,
    ]),
  );
  return { directory, manifest, file, stacks };
};
