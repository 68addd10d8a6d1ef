// Bundles every door with one esbuild call (cdk.md §3): ESM, minified, without the credential chain and without undici.
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Manifest } from '../shared/domain/manifest.ts';
import { diet } from './bundle-diet.ts';

const root = join(import.meta.dirname, '..');
/** Two synths may run at once (tests do): each has a folder of its own, gone when the process ends. */
const work = join(root, '.build', `synth-${process.pid}`);
const output = join(work, 'doors');
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

/** The doors: every file below functions/ except the host, as `<story>/<door>`. */
export const doorNames = (): readonly string[] =>
  readdirSync(join(root, 'functions'), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && file.name.endsWith('.ts'))
    .map((file) => relative(join(root, 'functions'), join(file.parentPath, file.name)).replace(/\.ts$/, ''))
    .filter((name) => name !== 'door')
    .sort();

/** An ESM import of node:http evaluates its WebSocket getter and so loads undici; a require does not. */
const lazyHttp: Plugin = {
  name: 'lazy-http',
  setup(builder) {
    builder.onResolve({ filter: /^(node:)?https?$/ }, (wanted) =>
      wanted.namespace === 'lazy-http' ? { path: wanted.path, external: true } : { path: wanted.path, namespace: 'lazy-http' },
    );
    builder.onLoad({ filter: /.*/, namespace: 'lazy-http' }, (wanted) => ({
      contents: `module.exports = require(${JSON.stringify(`node:${wanted.path.replace('node:', '')}`)})`,
      loader: 'js',
    }));
  },
};

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

/** What esbuild is told; `format` is another only where the bench compares them (docs/benchmarks.md). */
export const bundleOptions = (names: readonly string[], format: 'esm' | 'cjs' = 'esm'): BuildOptions => ({
  absWorkingDir: root,
  entryPoints: Object.fromEntries(names.map((name) => [`${name}/index`, `functions/${name}.ts`])),
  outdir: output,
  outExtension: { '.js': format === 'esm' ? '.mjs' : '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node24',
  format,
  mainFields: ['module', 'main'],
  minify: true,
  legalComments: 'none',
  plugins: [lazyHttp, environmentCredentials, diet],
  ...(format === 'esm' ? { banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" } } : {}),
  logLevel: 'error',
});

/** Bundles all doors and returns the directory that holds `<story>/<door>/index.mjs`. */
export const bundleDoors = async (): Promise<string> => {
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  await build(bundleOptions(doorNames()));
  return output;
};

/** One door's asset directory for one platform: its bundle beside the platform's manifest. */
export const doorAsset = (bundles: string, name: string, manifest: Manifest): string => {
  const bundle = join(bundles, name, 'index.mjs');
  if (!existsSync(bundle)) throw new Error(`No bundle for door ${name}: functions/${name}.ts does not exist`);
  const directory = join(work, manifest.id, name);
  mkdirSync(dirname(join(directory, 'index.mjs')), { recursive: true });
  copyFileSync(bundle, join(directory, 'index.mjs'));
  writeFileSync(join(directory, 'platform.json'), JSON.stringify(manifest));
  return directory;
};
