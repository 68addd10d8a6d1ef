// Synthesizes a platform once per change of the sources, for every test that looks at templates or rehearses.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import cdkJson from '../cdk.json' with { type: 'json' };
import type { Manifest } from '../shared/domain/manifest.ts';
import { bundleDoors } from '../infra/bundle.ts';
import { manifestOf } from '../infra/manifest.ts';
import { select, type Selected } from '../infra/select.ts';
import type { Platform, Stage } from '../shared/domain/platform.ts';

const root = join(import.meta.dirname, '..');
const kept = join(root, '.build', 'assemblies');

/** Newest change below the rooms a template depends on, milliseconds. */
const newest = (): number =>
  Math.max(
    ...['infra', 'functions', 'shared', 'state-machines', 'cdk.json', 'package-lock.json'].flatMap((room) => {
      const path = join(root, room);
      if (!statSync(path).isDirectory()) return [statSync(path).mtimeMs];
      return readdirSync(path, { recursive: true, withFileTypes: true }).map((file) => statSync(join(file.parentPath, file.name)).mtimeMs);
    }),
  );
/** Of this process, which has loaded its sources once. */
const stamp = Math.round(newest()).toString(36);

/** Directory of the cloud assembly of a platform and stage: as the CDK app makes it, in this process (operations.test.ts compares both). */
export const assemblyOf = (platform: string, stage = 'dev'): Promise<string> =>
  cached(`${platform}-${stage}`, async (directory) => synthesizeInto(directory, await select({ platform, stage }), await doorBundles()));

/** Builds what was selected; the library is loaded only where something is synthesized. */
export const synthesizeInto = async (directory: string, selected: Selected, bundles: string): Promise<void> => {
  const [{ App }, { build }] = await Promise.all([import('aws-cdk-lib/core'), import('../infra/build.ts')]);
  const app = new App({ context: cdkJson.context, outdir: directory });
  build(app, selected, bundles);
  app.synth();
};

/** The folder of the doors' bundles, which are the same for every platform. */
export const doorBundles = (): Promise<string> => cached('doors', async (directory) => cpSync(await bundleDoors(), directory, { recursive: true }));

const known = new Map<string, Promise<string>>();

/** The directory of this name, made once per change of the sources, whichever test process wants it first. */
export const cached = (name: string, make: (directory: string) => Promise<void>): Promise<string> => {
  const present = known.get(name) ?? made(join(kept, `${name}-${stamp}`), make);
  known.set(name, present);
  return present;
};

const made = async (directory: string, make: (directory: string) => Promise<void>): Promise<string> => {
  mkdirSync(kept, { recursive: true });
  const claim = `${directory}.claim`;
  while (!existsSync(directory)) {
    if (!claimed(claim)) await wait(20);
    else if (existsSync(directory)) rmSync(claim);
    else await makeClaimed(directory, make).finally(() => rmSync(claim));
  }
  return directory;
};

/** It has its name only when it is whole. */
const makeClaimed = async (directory: string, make: (directory: string) => Promise<void>): Promise<void> => {
  const unfinished = `${directory}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished);
  await make(unfinished);
  renameSync(unfinished, directory);
};

/** Whether this process makes the directory: the first one does, and another one when the first has ended without it. */
const claimed = (claim: string): boolean => {
  try {
    writeFileSync(claim, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (isGone(claim)) rmSync(claim, { force: true });
    return false;
  }
};

const isGone = (claim: string): boolean => {
  try {
    process.kill(Number(readFileSync(claim, 'utf8')), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
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
