import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const escape = '\u001b[';

/** A pseudo-terminal without a package: util-linux's script, which not every machine has. */
const hasScript = spawnSync('script', ['--version']).stdout?.toString().includes('util-linux') === true;

const environment = {
  ...process.env,
  NO_COLOR: '',
  FORCE_COLOR: '',
  COLUMNS: '',
  TERM: 'xterm-256color',
  AWS_PROFILE: '',
  AWS_ACCESS_KEY_ID: '',
};

const commandIn = (line: string, columns: number): string =>
  `stty cols ${columns} rows 40; exec ${process.execPath} ${join(root, 'cli', 'main.js')} ${line}`;

/** What a terminal of so many columns shows of a command. */
const onTerminal = (line: string, columns: number): { readonly code: number | null; readonly shown: string } => {
  const { status, stdout } = spawnSync('script', ['-qec', commandIn(line, columns), '/dev/null'], { cwd: root, env: environment });
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

/** The same, watched while it runs; `seen` answers what is typed once it is there. */
const typing = (
  line: string,
  columns: number,
  seen: RegExp,
  typed: string,
): Promise<{ readonly code: number | null; readonly shown: string }> =>
  new Promise((resolve) => {
    const child = spawn('script', ['-qec', commandIn(line, columns), '/dev/null'], { cwd: root, env: environment });
    let shown = '';
    let waits = true;
    child.stdout.on('data', (chunk: Buffer) => {
      shown += chunk.toString();
      if (!waits || !seen.test(shown)) return;
      waits = false;
      child.stdin.write(typed);
    });
    child.on('close', (code) => resolve({ code, shown }));
  });

describe.runIf(hasScript)('a campaign on a real terminal', () => {
  const CTRL_C = '\u0003';
  const line = 'campaign --platform starter --workers 1 --nights';

  it('X1: draws how far it is over one line of 80 columns and ends with what it found', () => {
    const { code, shown } = onTerminal(`${line} 7`, 80);
    expect({ code, shown: code === 0 ? '' : shown }).toEqual({ code: 0, shown: '' });
    expect(shown).toContain(`\r${escape}2K7 of 7 nights, `);
    expect(shown).toContain(`${escape}32mno rule broken`);
    expect(widest(shown)).toBeLessThanOrEqual(80);
  }, 60_000);

  it('X1: Ctrl-C ends it at once, with what it has by then and exit code 130', async () => {
    const { code, shown } = await typing(`${line} 7000`, 120, /of 7000 nights/, CTRL_C);
    expect({ code, shown: code === 130 ? '' : shown }).toEqual({ code: 130, shown: '' });
    expect(plain(shown)).toMatch(
      /7 nights with \d+ faults in \d+ s \(interrupted\): [\d.]+ nights\/s, \d+ trail entries\r?\nno rule broken/,
    );
    expect(widest(shown)).toBeLessThanOrEqual(120);
  }, 60_000);
});
