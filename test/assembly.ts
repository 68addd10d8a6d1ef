// Synthesizes a platform once per change of the sources, for every test that looks at templates or rehearses.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { synthesize } from '../cli/synthesize.ts';
import type { Manifest } from '../shared/domain/manifest.ts';
import { manifestOf } from '../infra/manifest.ts';
import { select } from '../infra/select.ts';
import type { Platform, Stage } from '../shared/domain/platform.ts';

const root = join(import.meta.dirname, '..');

/** Newest change below the rooms a template depends on, milliseconds. */
const newest = (): number =>
  Math.max(
    ...['infra', 'functions', 'shared', 'state-machines', 'cdk.json', 'package-lock.json'].flatMap((room) => {
      const path = join(root, room);
      if (!statSync(path).isDirectory()) return [statSync(path).mtimeMs];
      return readdirSync(path, { recursive: true, withFileTypes: true }).map((file) => statSync(join(file.parentPath, file.name)).mtimeMs);
    }),
  );

/** Directory of the cloud assembly of a platform and stage. */
export const assemblyOf = (platform: string, stage = 'dev'): Promise<string> =>
  cached(`${platform}-${stage}`, (directory) => synthesize({ platform, stage, directory }));

/** The directory of this name, made once per change of the sources. */
export const cached = async (name: string, make: (directory: string) => Promise<void>): Promise<string> => {
  const stamp = Math.round(newest()).toString(36);
  const directory = join(root, '.build', 'assemblies', `${name}-${stamp}`);
  if (existsSync(join(directory, 'platform.json'))) return directory;
  // Two test files may want the same assembly at once: each makes its own, the first to finish gives it its name.
  const mine = `${directory}.${process.pid}`;
  await make(mine);
  mkdirSync(join(root, '.build', 'assemblies'), { recursive: true });
  if (existsSync(directory)) rmSync(mine, { recursive: true, force: true });
  else renameSync(mine, directory);
  return directory;
};

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, any>>;
  readonly [attribute: string]: unknown;
}
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown; readonly Export?: unknown }>>;
  readonly Parameters?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
}

/** The template of one stack, e.g. `operations`. */
export const templateOf = async (platform: string, stage: string, stack: string): Promise<Template> =>
  JSON.parse(readFileSync(join(await assemblyOf(platform, stage), `${platform}-${stage}-${stack}.template.json`), 'utf8')) as Template;

/** Every template of a platform and stage by stack name. */
export const templatesOf = async (platform: string, stage = 'dev'): Promise<Readonly<Record<string, Template>>> => {
  const directory = await assemblyOf(platform, stage);
  const files = readdirSync(directory).filter((file) => file.endsWith('.template.json'));
  return Object.fromEntries(files.map((file) => [file.replace(`${platform}-${stage}-`, '').replace('.template.json', ''), JSON.parse(readFileSync(join(directory, file), 'utf8')) as Template]));
};

export const manifestFrom = async (platform: string, stage = 'dev'): Promise<Manifest> => manifestOf(await fileFrom(platform, stage), stage as Stage);

/** The platform file as it was read, defaults included. */
export const fileFrom = async (platform: string, stage = 'dev'): Promise<Platform> => (await select({ platform, stage })).platform;

/** Resources of one type, with their logical ids. */
export const ofType = (template: Template, type: string): readonly (Resource & { readonly id: string })[] =>
  Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => ({ id, ...resource }));
