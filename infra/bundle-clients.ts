// The part of the SDK that bundling has to read: of a client's hundred operations, the few that an adapter names.
import type { Plugin } from 'esbuild';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const adapters = join(import.meta.dirname, '..', 'shared', 'aws');

/** Every command that the adapters name, whichever client it belongs to. */
const namedCommands = (): ReadonlySet<string> => {
  const files = readdirSync(adapters, { recursive: true, withFileTypes: true }).filter((file) => file.isFile() && file.name.endsWith('.ts'));
  const sources = files.map((file) => readFileSync(join(file.parentPath, file.name), 'utf8'));
  return new Set(sources.flatMap((source) => source.match(/\b[A-Z]\w+Command\b/g) ?? []));
};

/** What a client's index offers besides its client, commands and errors: the same again as methods, pages, waiting, shapes. */
const besides = /^export \* from "\.\/(?!\w+Client"|commands"|models\/errors").*\n/gm;

/**
 * Unused operations would leave no trace in a bundle, but esbuild reads each of their files first: over half of all it reads.
 * An operation that is missing here nevertheless ends the build with `No matching export`.
 */
export const namedOperations: Plugin = {
  name: 'named-operations',
  setup(builder) {
    const commands = namedCommands();
    builder.onLoad({ filter: /@aws-sdk[\\/]client-[^\\/]+[\\/]dist-es[\\/]index\.js$/ }, ({ path }) => ({ contents: readFileSync(path, 'utf8').replace(besides, ''), loader: 'js' }));
    builder.onLoad({ filter: /@aws-sdk[\\/]client-[^\\/]+[\\/]dist-es[\\/]commands[\\/]index\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(/^export \* from "\.\/(\w+)";\n/gm, (line, name: string) => (commands.has(name) ? line : '')),
      loader: 'js',
    }));
  },
};
