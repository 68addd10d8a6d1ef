import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keptAssembly, sourcesStamp } from '../../cli/kept-assemblies.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assemblies-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const synthesized: string[] = [];
const make = async (directory: string): Promise<void> => {
  synthesized.push(directory);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'platform-file.json'), '{}');
};
const folders = (): readonly string[] => readdirSync(folder).filter((name) => !name.includes('.used-by-'));

describe('two rehearsals of one platform at once', () => {
  it('each has an assembly that the other does not take away', async () => {
    const [one, other] = await Promise.all([
      keptAssembly({ folder, stamp: 'abc', reuse: false }, make),
      keptAssembly({ folder, stamp: 'abc', reuse: true }, make),
    ]);
    expect(existsSync(join(one, 'platform-file.json'))).toBe(true);
    expect(existsSync(join(other, 'platform-file.json'))).toBe(true);
  });

  it('an assembly of the same sources is taken again, one of newer sources is made beside it', async () => {
    const first = await keptAssembly({ folder, stamp: 'abc', reuse: false }, make);
    const before = synthesized.length;
    expect(await keptAssembly({ folder, stamp: 'abc', reuse: true }, make)).toBe(first);
    expect(synthesized.length).toBe(before);
    const second = await keptAssembly({ folder, stamp: 'abd', reuse: true }, make);
    expect(second).toBe(join(folder, 'abd'));
    // This process has used both, so both stay.
    expect(folders()).toEqual(['abc', 'abd']);
  });

  it('what processes that have ended left is removed by the next synthesis, complete or not', async () => {
    const nobody = 4_194_305;
    for (const name of ['old', `half.${nobody}`]) await make(join(folder, name));
    writeFileSync(join(folder, `old.used-by-${nobody}`), '');
    await keptAssembly({ folder, stamp: 'new', reuse: true }, make);
    expect(readdirSync(folder)).toEqual(['new', `new.used-by-${process.pid}`]);
  });

  it('the state of the sources is one short word', () => {
    expect(sourcesStamp()).toMatch(/^[0-9a-z]{8}$/);
  });
});
