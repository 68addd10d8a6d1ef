// Bundles every door (cdk.md §3): ESM, minified, without the credential chain and without undici.
import { build, stop, type BuildOptions, type Plugin } from 'esbuild';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { builtins } from './bundle-builtins.ts';
import { namedOperations } from './bundle-clients.ts';
import { diet } from './bundle-diet.ts';

const root = join(import.meta.dirname, '..');
/** Two synths may run at once (tests do): each has a folder of its own, gone when the process ends. */
const builds = join(root, '.build');
const work = join(builds, `synth-${process.pid}`);
const parts = join(work, 'parts');
const output = join(work, 'doors');
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

const DAY = 86_400_000;

/** A process that was killed could not remove its folder; none works in one for a day. */
const removeForsaken = (): void => {
  for (const name of existsSync(builds) ? readdirSync(builds) : []) {
    const folder = statSync(join(builds, name), { throwIfNoEntry: false });
    const isForsaken = /^synth-\d+$/.test(name) && folder !== undefined && folder.mtimeMs < Date.now() - DAY;
    if (isForsaken) rmSync(join(builds, name), { recursive: true, force: true });
  }
};

/** The doors: every file below functions/ except the host, as `<story>/<door>`. */
export const doorNames = (): readonly string[] =>
  readdirSync(join(root, 'functions'), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && file.name.endsWith('.ts'))
    .map((file) => relative(join(root, 'functions'), join(file.parentPath, file.name)).replace(/\.ts$/, ''))
    .filter((name) => name !== 'door')
    .sort();

/** Lambda functions always find their credentials in the environment: the sso, ini, process and metadata providers stay out. */
const environmentCredentials: Plugin = {
  name: 'environment-credentials',
  setup(builder) {
    builder.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({ path: 'environment', namespace: 'environment-credentials' }));
    builder.onLoad({ filter: /.*/, namespace: 'environment-credentials' }, () => ({
      contents: `export const defaultProvider = () => async () => ({
        accessKeyId: process.env.AWS_ACCESS_KEY_ID,
        secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
        sessionToken: process.env.AWS_SESSION_TOKEN,
      });`,
      loader: 'js',
    }));
  },
};

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  legalComments: 'none',
  logLevel: 'error',
} as const satisfies BuildOptions;

/** What esbuild is told for one bundle of each door; `format` is another only where the bench compares them (docs/benchmarks.md). */
export const bundleOptions = (names: readonly string[], format: 'esm' | 'cjs' = 'esm'): BuildOptions => ({
  ...common,
  entryPoints: Object.fromEntries(names.map((name) => [`${name}/index`, `functions/${name}.ts`])),
  outdir: output,
  outExtension: { '.js': format === 'esm' ? '.mjs' : '.cjs' },
  format,
  plugins: [builtins, environmentCredentials, namedOperations, diet],
});

/**
 * Bundles all doors and returns the directory that holds `<story>/<door>/index.mjs`.
 *
 * esbuild links each bundle from all its modules anew, which for over thirty doors that share most of theirs costs three times
 * what reading them does. So it first writes the shared parts once, then each door from its few parts.
 */
export const bundleDoors = async (): Promise<string> => {
  removeForsaken();
  rmSync(work, { recursive: true, force: true });
  // Go collects its garbage every time the heap doubles; a build this short is done sooner when it waits a little.
  process.env['GOGC'] ??= '400';
  const names = doorNames();
  await build({ ...bundleOptions(names), splitting: true, outdir: parts });
  const entryPoints = Object.fromEntries(names.map((name) => [`${name}/index`, join(parts, name, 'index.mjs')]));
  await build({ ...bundleOptions(names), plugins: [], entryPoints });
  // Its process would otherwise keep its memory until the synth ends.
  await stop();
  return output;
};

const sha256 = (...texts: readonly (string | Buffer)[]): string => texts.reduce((hash, text) => hash.update(text), createHash('sha256')).digest('hex');

/**
 * One door's asset for one platform: its bundle beside the platform's manifest, written where the CDK would copy it to.
 * The CDK hashes the hash it is given, and a folder of that name in its output it takes as copied already: all doors' megabytes are written once.
 */
export const doorAsset = (bundles: string, name: string, manifest: string, outdir: string): { readonly path: string; readonly assetHash: string } => {
  const path = join(bundles, name);
  if (!existsSync(join(path, 'index.mjs'))) throw new Error(`No bundle for door ${name}: functions/${name}.ts does not exist`);
  const bundle = readFileSync(join(path, 'index.mjs'));
  const assetHash = sha256(bundle, manifest);
  const staged = join(outdir, `asset.${sha256(assetHash)}`);
  mkdirSync(staged, { recursive: true });
  writeFileSync(join(staged, 'index.mjs'), bundle);
  writeFileSync(join(staged, 'platform.json'), manifest);
  return { path, assetHash };
};
