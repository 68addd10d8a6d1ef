// Assets that a deployment publishes into the world: from the object in the bootstrap bucket to files that functions run from.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import type { World } from '../world.ts';
import { unzip } from './unzip.ts';

/** Keeps `assets` (hash -> path) up to date with what is put into an assets bucket; the files go when the world closes. */
export const takeAssets = (world: World, assets: Map<string, string>): void => {
  let directory: string | undefined;
  const root = (): string => (directory ??= mkdtempSync(join(tmpdir(), 'dayshift-assets-')));
  world.onClose(() => {
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  });
  world.services.s3.onPut(({ bucket, key, body }) => {
    if (!/^cdk-[a-z0-9]+-assets-/.test(bucket)) return;
    const name = basename(key);
    const hash = name.slice(0, name.length - extname(name).length);
    if (!/^[0-9a-f]{64}$/.test(hash)) return;
    const path = join(root(), extname(name) === '.zip' ? hash : name);
    try {
      if (extname(name) === '.zip') unzip(Buffer.from(body), path);
      else writeFileSync(path, body);
      assets.set(hash, path);
    } catch (error) {
      // S3 keeps whatever it is given; whoever uses the asset is told that it is none.
      world.trail.add({ kind: 'fault', who: 's3', what: `asset ${name} cannot be used: ${(error as Error).message}` });
    }
  });
};
