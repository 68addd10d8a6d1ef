// Everything one synth makes: the platform's stacks and the automation that operates it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib/core';
import { manifestOf } from './manifest.ts';
import { OperationsStack } from './operations-stack.ts';
import { platformStacks } from './platform-stacks.ts';
import type { Selected } from './select.ts';

/** The platform and the automation that operates it; `bundles` is the folder of the doors' code. Writes the manifest and the platform file, as read, beside the templates. */
export const build = (app: App, selected: Selected, bundles: string): void => {
  platformStacks(app, selected);
  const manifest = manifestOf(selected.platform, selected.stage);
  new OperationsStack(app, `${manifest.id}-operations`, { manifest, bundles, env: { region: manifest.region } });
  writeFileSync(join(app.outdir, 'platform.json'), JSON.stringify(manifest));
  writeFileSync(join(app.outdir, 'platform-file.json'), JSON.stringify(selected.platform));
};
