import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const escape = '\u001b[';

/** A pseudo-terminal without a package: util-linux's script, which not every machine has. */
const hasScript = spawnSync('script', ['--version']).stdout?.toString().includes('util-linux') === true;

/** What a terminal of so many columns shows of a command. */
const onTerminal = (line: string, columns: number): { readonly code: number | null; readonly shown: string } => {
  const command = `stty cols ${columns} rows 40; ${process.execPath} ${join(root, 'cli', 'main.js')} ${line}`;
  const { status, stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
    cwd: root,
    env: { ...process.env, NO_COLOR: '', FORCE_COLOR: '', COLUMNS: '', TERM: 'xterm-256color', AWS_PROFILE: '', AWS_ACCESS_KEY_ID: '' },
  });
  return { code: status, shown: stdout.toString() };
};

const codes = new RegExp(`${escape.replace('[', '\\[')}[0-9;]*[A-Za-z]`, 'g');
const plain = (text: string): string => text.replaceAll(codes, '');
const widest = (text: string): number =>
  Math.max(
    ...plain(text)
      .split(/\r?\n|\r/)
      .map((part) => part.length),
  );

describe.runIf(hasScript)('on a real terminal', () => {
  it.each([
    ['status', 80],
    ['status', 120],
    ['deploy', 80],
    ['deploy', 120],
    ['wake --at 2026-11-23T22:45', 80],
    ['wake --at 2026-11-23T22:45', 120],
  ])(
    '%s in %i columns is coloured, drawn over and never wider than the terminal',
    (line, columns) => {
      const { code, shown } = onTerminal(line, columns);
      expect({ line, code, shown: code === 0 ? '' : shown }).toEqual({ line, code: 0, shown: '' });
      // The first line says where the command works and may wrap.
      const [, ...rest] = shown.split('\n');
      expect(widest(rest.join('\n'))).toBeLessThanOrEqual(columns);
      expect(shown).toContain(`${escape}32m`);
      if (!line.startsWith('status')) expect(shown).toContain(`\r${escape}2K`);
    },
    120_000,
  );
});
