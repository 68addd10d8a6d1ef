// The console's pages for a running world: the page's sources bundled once, at the first look, from the checkout alone.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { WireResponse } from '../protocol/wire.ts';

const page = join(import.meta.dirname, 'page');

/** Nothing from elsewhere, nothing written into the page: what the world says is shown, never run. */
const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const answered = (type: string, body: string): WireResponse => ({
  status: 200,
  headers: { 'content-type': type, 'cache-control': 'no-store', 'content-security-policy': policy, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' },
  body,
});

const bundled = async (): Promise<{ readonly script: string; readonly style: string }> => {
  const { outputFiles } = await build({
    entryPoints: { console: join(page, 'main.tsx'), style: join(page, 'console.css') },
    outdir: page,
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2023',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    tsconfigRaw: {},
    logLevel: 'silent',
  });
  const text = (name: string): string => outputFiles.find(({ path }) => path.endsWith(name))?.text ?? '';
  return { script: text('console.js'), style: text('style.css') };
};

/** Answers the console's pages by path, for `serve`; undefined for any other path. Rejects when the page cannot be bundled. */
export const consolePages = (): ((path: string) => Promise<WireResponse | undefined>) => {
  let bundle: ReturnType<typeof bundled> | undefined;
  return async (path) => {
    switch (path) {
      case '/':
        return answered('text/html; charset=utf-8', readFileSync(join(page, 'index.html'), 'utf8'));
      case '/console/icon.svg':
      case '/favicon.ico':
        return answered('image/svg+xml', readFileSync(join(page, 'icon.svg'), 'utf8'));
      case '/console/console.js':
        return answered('text/javascript; charset=utf-8', (await (bundle ??= bundled())).script);
      case '/console/console.css':
        return answered('text/css; charset=utf-8', (await (bundle ??= bundled())).style);
      default:
        return undefined;
    }
  };
};
