// Bundles for doors that run from their source: of each only the folder is needed.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder with one for each of these doors, named `<story>/<door>`. */
export const emptyBundles = (names: readonly string[]): string => {
  const bundles = mkdtempSync(join(tmpdir(), 'bundles-'));
  for (const name of names) {
    mkdirSync(join(bundles, name), { recursive: true });
    writeFileSync(join(bundles, name, 'index.mjs'), '// runs from its source\n');
  }
  return bundles;
};
