// The whole assembly of a changed platform file, synthesized in this process: for cases that need gates or freezes no platform file has.
import { createHash } from 'node:crypto';
import { doorNames } from '../infra/bundle.ts';
import { manifestOf } from '../infra/manifest.ts';
import type { Manifest } from '../shared/domain/manifest.ts';
import type { Stage } from '../shared/domain/platform.ts';
import { cached, synthesizeInto } from './assembly.ts';
import { platformOf, type Variation } from './infra/platform-templates.ts';
import { emptyBundles } from './empty-bundles.ts';

type Change = NonNullable<Variation['change']>;

/** Directory of the assembly, and the manifest that its functions have. The change is laid over the file as a stage's is. */
export const changedAssembly = async (
  name: string,
  stage: Stage,
  change: Change,
): Promise<{ readonly assembly: string; readonly manifest: Manifest }> => {
  const platform = await platformOf(name, { stage, change });
  const mark = createHash('sha256').update(JSON.stringify(change)).digest('hex').slice(0, 12);
  const assembly = await cached(`${name}-${stage}-${mark}`, async (outdir) => {
    await synthesizeInto(outdir, { platform, stage }, emptyBundles(doorNames()));
  });
  return { assembly, manifest: manifestOf(platform, stage) };
};
