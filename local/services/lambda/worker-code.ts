// The worker threads' own code as plain JavaScript: stripped of its types once per version, because a thread would strip it again.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const WORKER = fileURLToPath(new URL('./worker/', import.meta.url));
const RANDOMNESS = fileURLToPath(new URL('../../randomness.ts', import.meta.url));

/** Node marks the stripper as experimental on every first use; that is no news to whoever runs a rehearsal. */
const withoutWarning = <T>(run: () => T): T => {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = () => undefined;
  try {
    return run();
  } finally {
    process.emitWarning = emitWarning;
  }
};

/** All files end up in one folder, so imports lose their paths. */
const flatten = (code: string): string => code.replace(/from '[^']*\/([\w-]+)\.ts'/g, "from './$1.mjs'");

const prepare = (): URL => {
  const files = [...readdirSync(WORKER).toSorted().map((name) => join(WORKER, name)), RANDOMNESS];
  const sources = files.map((file) => ({ name: `${basename(file, '.ts')}.mjs`, text: readFileSync(file, 'utf8') }));
  const version = createHash('sha256').update(process.version + sources.map(({ text }) => text).join('\n')).digest('hex').slice(0, 16);
  const folder = join(tmpdir(), `dayshift-worker-${version}`);
  if (!existsSync(folder)) {
    mkdirSync(tmpdir(), { recursive: true });
    const draft = mkdtempSync(`${folder}-`);
    for (const { name, text } of sources) writeFileSync(join(draft, name), flatten(withoutWarning(() => stripTypeScriptTypes(text))));
    try {
      renameSync(draft, folder);
    } catch (error) {
      // Another process was faster with the same content.
      rmSync(draft, { recursive: true, force: true });
      if (!existsSync(folder)) throw error;
    }
  }
  return pathToFileURL(join(folder, 'boot.mjs'));
};

let entry: URL | undefined;

/** The file a worker thread starts with. */
export const workerEntry = (): URL => (entry ??= prepare());
