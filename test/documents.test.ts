// What a newcomer reads first names only files that exist.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

describe('the documents a newcomer reads', () => {
  it.each(['README.md', 'docs/tour.md', 'docs/benchmarks.md'])('%s names only files that exist', (document) => {
    const text = readFileSync(join(root, document), 'utf8');
    const linked = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path = '']) => join(root, dirname(document), path));
    const named = [...text.matchAll(/`((?:bench|cli|docs|functions|infra|local|shared|state-machines|test)\/[\w./-]+\.(?:ts|json|md))`/g)].map(([, path = '']) => join(root, path));
    expect([...linked, ...named].length).toBeGreaterThan(0);
    expect([...linked, ...named].filter((path) => !existsSync(path))).toEqual([]);
  });
});
