// Node's own modules inside a bundle: fetched by name from the process, never imported.
import type { Plugin } from 'esbuild';
import { isBuiltin } from 'node:module';

const bare = (path: string): string => path.replace(/^node:/, '');

/** One export per name of a built-in module; each is read only where a bundle uses it, as an unused call marked pure is dropped. */
const exportsOf = (path: string): string => {
  const builtin = process.getBuiltinModule(`node:${bare(path)}`) as object;
  const names = Object.getOwnPropertyNames(builtin).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default');
  const lines = names.map((name, index) => `const e${index} = /* @__PURE__ */ (() => builtin.${name})();\nexport { e${index} as ${name} };`);
  return [`const builtin = process.getBuiltinModule('node:${bare(path)}');`, ...lines, 'export default builtin;'].join('\n');
};

/**
 * An ESM import of a built-in module makes a namespace of it, and so evaluates every getter it has: `node:http` loads undici,
 * `node:fs` its streams, `node:crypto` WebCrypto. Asking the process for the module costs none of that (cdk.md §3).
 */
export const builtins: Plugin = {
  name: 'builtins',
  setup(builder) {
    builder.onResolve({ filter: /^[\w:/]+$/ }, ({ path, kind }) => {
      if (!isBuiltin(path)) return undefined;
      return { path: bare(path), namespace: kind === 'import-statement' ? 'builtin' : 'late-builtin', sideEffects: false };
    });
    builder.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({ contents: exportsOf(path), loader: 'js' }));
    // Behind a dynamic import or a require the whole module is handed over, still with no getter evaluated.
    builder.onLoad({ filter: /.*/, namespace: 'late-builtin' }, ({ path }) => ({ contents: `module.exports = process.getBuiltinModule('node:${path}');`, loader: 'js' }));
  },
};
