// What a door carries into Lambda: how large its bundle is, and that slimming changed nothing the SDK says or reads.
import machines from 'crawler-user-agents';
import { build, type Plugin } from 'esbuild';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diet } from '../../infra/bundle-diet.ts';
import { doorNames } from '../../infra/bundle.ts';
import type { Listed } from '../../shared/domain/known-callers.ts';
import { assemblyOf } from '../assembly.ts';
import { doorBundles } from '../assembly.ts';

const root = join(import.meta.dirname, '..', '..');
mkdirSync(join(root, '.build'), { recursive: true });
const folder = mkdtempSync(join(root, '.build', 'bundles-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the bundles of the doors', () => {
  let bundles = '';
  beforeAll(async () => {
    bundles = await doorBundles();
  });
  const textOf = (name: string): string => readFileSync(join(bundles, name, 'index.mjs'), 'utf8');

  it('none is above 350 KiB minified', () => {
    const tooLarge = doorNames().map((name) => ({ name, bytes: statSync(join(bundles, name, 'index.mjs')).size })).filter(({ bytes }) => bytes > 358_400);
    expect(tooLarge).toEqual([]);
  });

  it('none carries the credential chain, whose parts no Lambda function needs', () => {
    expect(doorNames().filter((name) => /SSOClient|fromInstanceMetadata|AssumeRoleWithWebIdentity/.test(textOf(name)))).toEqual([]);
  });

  it('none imports a module of Node, whose namespace would load undici, streams and WebCrypto at every start', () => {
    expect(doorNames().filter((name) => /\bfrom"[\w:/]+"|\bimport\("|\bimport"[\w:/]+"/.test(textOf(name)))).toEqual([]);
  });

  it('none carries the SDK parts that no door uses: event streams, pages, other operations', () => {
    expect(doorNames().filter((name) => /MessageDecoderStream|paginateListTasks|CreateClusterCommand/.test(textOf(name)))).toEqual([]);
  });
});

describe('the asset of a door', () => {
  it('holds its bundle and the platform it belongs to, once, and nothing else', async () => {
    const assembly = await assemblyOf('wizelit');
    const { files } = JSON.parse(readFileSync(join(assembly, 'wizelit-dev-operations.assets.json'), 'utf8')) as { files: Record<string, { source: { path: string; packaging: string } }> };
    const doors = Object.values(files).map(({ source }) => source).filter(({ packaging }) => packaging === 'zip').map(({ path }) => path);
    expect(doors.length).toBeGreaterThan(20);
    expect(readdirSync(assembly).filter((name) => name.startsWith('asset.')).sort()).toEqual([...new Set(doors)].sort());
    for (const path of doors) expect(readdirSync(join(assembly, path)).sort(), path).toEqual(['index.mjs', 'platform.json']);
  });
});

/** One service per protocol the doors speak, the largest of each. */
const clients = ['client-dynamodb', 'client-ecs', 'client-rds'] as const;

/** All operations of a service by name, with every shape behind them written out. */
const operationsOf = async (file: string): Promise<string> => {
  const exported = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  const seen = new Map<unknown, number>();
  const written = (value: unknown): unknown => {
    if (typeof value === 'function') return written((value as () => unknown)());
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return `seen ${seen.get(value)}`;
    seen.set(value, seen.size);
    return Array.isArray(value) ? value.map(written) : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, written(inner)]));
  };
  const operations = Object.entries(exported).filter(([, schema]) => Array.isArray(schema) && schema[0] === 9);
  return JSON.stringify(operations.map(([name, schema]) => [name, written(schema)]));
};

/** The schemas of those services, bundled with or without the diet; the SDK's core stays outside. */
const schemasOf = async (plugins: readonly Plugin[], name: string): Promise<string> => {
  const outdir = join(folder, name);
  await build({
    entryPoints: Object.fromEntries(clients.map((client) => [client, join(root, 'node_modules', '@aws-sdk', client, 'dist-es', 'schemas', 'schemas_0.js')])),
    outdir, outExtension: { '.js': '.mjs' }, bundle: true, platform: 'node', format: 'esm', external: ['@smithy/*', '@aws-sdk/core'], plugins: [...plugins], logLevel: 'error',
  });
  return outdir;
};

describe('slimming', () => {
  it('leaves every operation of DynamoDB, ECS and RDS with the shapes the SDK gave it', async () => {
    const [slim, whole] = await Promise.all([schemasOf([diet], 'slim'), schemasOf([], 'whole')]);
    for (const client of clients) {
      const operations = await operationsOf(join(slim, `${client}.mjs`));
      expect(operations.length).toBeGreaterThan(200);
      expect(operations === (await operationsOf(join(whole, `${client}.mjs`))), client).toBe(true);
    }
  });

  it('S10: leaves every machine of the maintained list its pattern and kind', async () => {
    const outfile = join(folder, 'machines.mjs');
    await build({ stdin: { contents: `export { default as list } from 'crawler-user-agents';`, resolveDir: root }, outfile, bundle: true, platform: 'node', format: 'esm', plugins: [diet], logLevel: 'error' });
    const { list } = (await import(pathToFileURL(outfile).href)) as { list: readonly Listed[] };
    const row = ({ pattern, tags = [] }: Listed): string => `${pattern} ${tags.join()}`;
    expect(list.map(row).sort()).toEqual(machines.map(row).sort());
  });

  it('keeps the name, the fault and the fields of an error, and a client that asks and reads', async () => {
    const outfile = join(folder, 'errors.mjs');
    const contents = `export { DynamoDBClient, GetItemCommand, ResourceNotFoundException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';`;
    await build({ stdin: { contents, resolveDir: root }, outfile, bundle: true, platform: 'node', format: 'esm', mainFields: ['module', 'main'], plugins: [diet], logLevel: 'error',
      banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" } });
    const made = (await import(pathToFileURL(outfile).href)) as typeof import('@aws-sdk/client-dynamodb');
    const missing = new made.ResourceNotFoundException({ message: 'no such table', $metadata: {} });
    expect([missing.name, missing.message, missing.$fault, missing instanceof Error]).toEqual(['ResourceNotFoundException', 'no such table', 'client', true]);
    const cancelled = new made.TransactionCanceledException({ message: 'cancelled', $metadata: {}, CancellationReasons: [{ Code: 'ConditionalCheckFailed' }] });
    expect(cancelled.CancellationReasons).toEqual([{ Code: 'ConditionalCheckFailed' }]);
    const table = createServer((_, response) => response.setHeader('content-type', 'application/x-amz-json-1.0').end('{"Item":{"kind":{"S":"night"}}}')).listen(0, '127.0.0.1');
    await once(table, 'listening');
    const endpoint = `http://127.0.0.1:${(table.address() as AddressInfo).port}`;
    const client = new made.DynamoDBClient({ endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
    const { Item } = await client.send(new made.GetItemCommand({ TableName: 'ledger', Key: { kind: { S: 'night' } } }));
    client.destroy();
    table.close();
    expect(Item).toEqual({ kind: { S: 'night' } });
  });
});
