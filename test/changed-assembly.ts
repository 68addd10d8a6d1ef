// The whole assembly of a changed platform file, synthesized in this process: for cases that need gates or freezes no platform file has.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { doorNames } from '../infra/bundle.ts';
import { manifestOf } from '../infra/manifest.ts';
import type { Manifest } from '../shared/domain/manifest.ts';
import type { Stage } from '../shared/domain/platform.ts';
import { cached, synthesizeInto } from './assembly.ts';
import { platformOf, type Variation } from './infra/platform-templates.ts';

type Change = NonNullable<Variation['change']>;

/** Cases run the doors from their source: of the bundles only the folders are needed. */
const emptyBundles = (): string => {
  const bundles = mkdtempSync(join(tmpdir(), 'bundles-'));
  for (const name of doorNames()) {
    mkdirSync(join(bundles, name), { recursive: true });
    writeFileSync(join(bundles, name, 'index.mjs'), '// runs from its source\n');
  }
  return bundles;
};

/** Directory of the assembly, and the manifest that its functions have. The change is laid over the file as a stage's is. */
export const changedAssembly = async (
  name: string,
  stage: Stage,
  change: Change,
): Promise<{ readonly assembly: string; readonly manifest: Manifest }> => {
  const platform = await platformOf(name, { stage, change });
  const mark = createHash('sha256').update(JSON.stringify(change)).digest('hex').slice(0, 12);
  const assembly = await cached(`${name}-${stage}-${mark}`, async (outdir) => {
    const bundles = emptyBundles();
    await synthesizeInto(outdir, { platform, stage }, bundles);
    rmSync(bundles, { recursive: true, force: true });
  });
  return { assembly, manifest: manifestOf(platform, stage) };
};
