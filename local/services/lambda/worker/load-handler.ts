// Finds and loads a function's handler as Lambda's Node runtime does.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { cache } = createRequire(import.meta.url);
const { existsSync } = process.getBuiltinModule('node:fs');

type Callback = (error: unknown, result?: unknown) => void;
type Exported = (event: unknown, context: unknown, callback?: Callback) => unknown;
export type Handler = (event: unknown, context: object) => Promise<unknown>;

const runtimeError = (name: string, message: string): Error => Object.assign(new Error(message), { name: `Runtime.${name}` });

/** A handler with three parameters answers by its callback, any other by what it returns. */
const promised = (handler: Exported): Handler =>
  handler.length < 3
    ? async (event, context) => handler(event, context)
    : (event, context) =>
        new Promise((resolve, reject) => {
          handler(event, context, (error, result) => (error ? reject(error) : resolve(result)));
        });

/** What the code of another process has loaded is not this one's: of an ES module the URL tells them apart, of CommonJS the cache must forget it. */
const loadAfresh = (directory: string, file: string, instance: string): Promise<unknown> => {
  for (const path of Object.keys(cache)) if (path.startsWith(directory)) delete cache[path];
  return import(`${pathToFileURL(file).href}?${encodeURIComponent(instance)}`);
};

/** Loads `file.export` below the directory, as `instance` of that code; throws Runtime.ImportModuleError, Runtime.HandlerNotFound or the module's own error. */
export const loadHandler = async (directory: string, written: string, instance: string): Promise<Handler> => {
  const [file = '', name = ''] = written.split(/\.(?=[^.]+$)/);
  const found = ['mjs', 'js', 'cjs'].map((extension) => join(directory, `${file}.${extension}`)).find(existsSync);
  if (found === undefined) throw runtimeError('ImportModuleError', `Error: Cannot find module '${file}'`);
  const exported = (await loadAfresh(directory, found, instance)) as Record<string, unknown> & { readonly default?: Record<string, unknown> };
  const handler = exported[name] ?? exported.default?.[name];
  if (typeof handler !== 'function') throw runtimeError('HandlerNotFound', `${written} is undefined or not exported`);
  return promised(handler as Exported);
};
