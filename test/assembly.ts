// Synthesizes a platform once per change of the sources, for every test that looks at templates or rehearses.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isRunning, keptAssembly, sourcesStamp } from '../cli/kept-assemblies.ts';
import cdkJson from '../cdk.json' with { type: 'json' };
import type { Manifest } from '../shared/domain/manifest.ts';
import { bundleDoors } from '../infra/bundle.ts';
import { manifestOf } from '../infra/manifest.ts';
import { select, type Selected } from '../infra/select.ts';
import type { Platform, Stage } from '../shared/domain/platform.ts';

const root = join(import.meta.dirname, '..');
/** What only tests need; whole platforms are kept where the command line looks for them. */
const ours = join(root, '.build', 'assemblies');
/** Of this process, which has loaded its sources once. */
const stamp = sourcesStamp();

/** Directory of the cloud assembly of a platform and stage: as the CDK app makes it, in this process (operations.test.ts compares both). */
export const assemblyOf = (platform: string, stage = 'dev'): Promise<string> =>
  once(`${platform}-${stage}`, async () => {
    const folder = join(root, '.rehearsals', `${platform}-${stage}`, 'assemblies');
    return keptAssembly({ folder, stamp, reuse: true }, async (directory) =>
      synthesizeInto(directory, await select({ platform, stage }), await doorBundles()),
    );
  });

/** Builds what was selected; the library is loaded only where something is synthesized. */
export const synthesizeInto = async (directory: string, selected: Selected, bundles: string): Promise<void> => {
  const [{ App }, { build }] = await Promise.all([import('aws-cdk-lib/core'), import('../infra/build.ts')]);
  const app = new App({ context: cdkJson.context, outdir: directory });
  build(app, selected, bundles);
  app.synth();
};

/** The folder of the doors' bundles, which are the same for every platform. */
export const doorBundles = (): Promise<string> => cached('doors', async (directory) => cpSync(await bundleDoors(), directory, { recursive: true }));

/** The directory of this name, made once per change of the sources. */
export const cached = (name: string, make: (directory: string) => Promise<void>): Promise<string> =>
  once(name, async () => {
    const directory = join(ours, `${name}-${stamp}`);
    if (existsSync(directory)) return directory;
    forgetOlder(name);
    const unfinished = `${directory}.${process.pid}`;
    mkdirSync(unfinished, { recursive: true });
    await make(unfinished);
    renameSync(unfinished, directory);
    return directory;
  });

const HOUR = 3_600_000;

/** Of older sources, unless a run that has not ended may still read them. */
const forgetOlder = (name: string): void => {
  for (const other of existsSync(ours) ? readdirSync(ours) : []) {
    const path = join(ours, other);
    if (other.slice(0, other.lastIndexOf('-')) === name && statSync(path).mtimeMs < Date.now() - HOUR) rmSync(path, { recursive: true, force: true });
  }
};

const known = new Map<string, Promise<string>>();

/** Made by whichever test process wants it first; the other one waits for it and then finds it. */
const once = (name: string, find: () => Promise<string>): Promise<string> => {
  const present = known.get(name) ?? inTurn(join(ours, `${name}.claim`), find);
  known.set(name, present);
  return present;
};

const inTurn = async (claim: string, find: () => Promise<string>): Promise<string> => {
  mkdirSync(ours, { recursive: true });
  while (!claimed(claim)) await wait(20);
  try {
    return await find();
  } finally {
    rmSync(claim, { force: true });
  }
};

/** Whether it is this process's turn: one at a time, and the next one also when the first has ended without a word. */
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
    return !isRunning(Number(readFileSync(claim, 'utf8')));
  } catch {
    // It was given back meanwhile.
    return false;
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
