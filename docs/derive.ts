// Writes the documents that can be derived (`npm run docs`), or says which are stale (`--check`).
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { documents } from './derived.ts';

const root = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');
const stale: string[] = [];

/** A folder that holds nothing but derived documents: what is no longer derived goes. */
const derivedOnly = 'docs/messages/mail';
const all = await documents();

for (const { path, text } of all) {
  const file = join(root, path);
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (before === text) continue;
  if (check) {
    stale.push(path);
    continue;
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  process.stdout.write(`wrote ${path}\n`);
}

for (const name of existsSync(join(root, derivedOnly)) ? readdirSync(join(root, derivedOnly)) : []) {
  const path = `${derivedOnly}/${name}`;
  if (all.some((document) => document.path === path)) continue;
  if (check) stale.push(path);
  else {
    rmSync(join(root, path));
    process.stdout.write(`removed ${path}\n`);
  }
}

if (stale.length > 0) {
  process.stderr.write(`Stale: ${stale.join(', ')}. Run npm run docs and commit what changed.\n`);
  process.exitCode = 1;
}
