import { spawn, spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { assemblyOf } from '../assembly.ts';
import { ran } from '../serve/tools.ts';

const root = join(import.meta.dirname, '..', '..');
const escape = '\u001b[';

/** A pseudo-terminal without a package: util-linux's script, which not every machine has. */
const hasScript = spawnSync('script', ['--version']).stdout?.toString().includes('util-linux') === true;

const environment: NodeJS.ProcessEnv = {
  ...process.env,
  NO_COLOR: '',
  FORCE_COLOR: '',
  COLUMNS: '',
  TERM: 'xterm-256color',
  AWS_PROFILE: '',
  AWS_ACCESS_KEY_ID: '',
};

/** Nothing is synthesized here. */
const haveAssemblies = async (): Promise<void> => {
  const all = await Promise.all([assemblyOf('wizelit'), assemblyOf('wizelit', 'prod'), assemblyOf('starter')]);
  environment['DAYSHIFT_ASSEMBLY'] = all.join(delimiter);
};

const commandIn = (program: string, words: string, columns: number): string =>
  `stty cols ${columns} rows 40; exec ${process.execPath} ${join(root, ...program.split('/'))} ${words}`;

interface Shown {
  readonly code: number | null;
  readonly shown: string;
}

/** What a terminal of so many columns shows of each line, typed one after another. */
const onTerminal = async (lines: readonly string[], columns: number): Promise<readonly Shown[]> => {
  const words = lines.map((line) => `"${line}"`).join(' ');
  const { out } = await ran('script', ['-qec', commandIn('test/cli/one-after-another.ts', words, columns), '/dev/null'], environment, root);
  let rest = out;
  return lines.map((line) => {
    const [all, shown = '', code] = new RegExp(`^([\\s\\S]*?)\\r?\\nended with (\\d+): ${line}\\r?\\n`).exec(rest) ?? [rest];
    rest = rest.slice(all.length);
    return code === undefined ? { code: null, shown: all } : { code: Number(code), shown };
  });
};

const codes = new RegExp(`${escape.replace('[', '\\[')}[0-9;]*[A-Za-z]`, 'g');
const plain = (text: string): string => text.replaceAll(codes, '');
const widest = (text: string): number =>
  Math.max(
    ...plain(text)
      .split(/\r?\n|\r/)
      .map((part) => part.length),
  );

const CAMPAIGN = 'campaign --platform starter --workers 1 --nights';
const lines = ['status', 'deploy', 'wake --at 2026-11-23T22:45'];

describe.runIf(hasScript).each([80, 120])('on a real terminal of %i columns', (columns) => {
  let all: readonly Shown[] = [];
  beforeAll(async () => {
    // The other width of a campaign is shown below.
    await haveAssemblies();
    all = await onTerminal(columns === 80 ? [...lines, `${CAMPAIGN} 7`] : lines, columns);
  });

  it.each(lines)('%s is coloured, drawn over and never wider than the terminal', (line) => {
    const { code, shown } = all[lines.indexOf(line)] as Shown;
    expect({ line, code, shown: code === 0 ? '' : shown }).toEqual({ line, code: 0, shown: '' });
    // The first line says where the command works and may wrap.
    const [, ...rest] = shown.split('\n');
    expect(widest(rest.join('\n'))).toBeLessThanOrEqual(columns);
    expect(shown).toContain(`${escape}32m`);
    if (line !== 'status') expect(shown).toContain(`\r${escape}2K`);
  });

  it.runIf(columns === 80)('X1: a campaign draws how far it is over one line and ends with what it found', () => {
    const { code, shown } = all[3] as Shown;
    expect({ code, shown: code === 0 ? '' : shown }).toEqual({ code: 0, shown: '' });
    expect(shown).toContain(`\r${escape}2K7 of 7 nights, `);
    expect(shown).toContain(`${escape}32mno rule broken`);
    expect(widest(shown)).toBeLessThanOrEqual(columns);
  });
});

/** One line as a process of its own, watched while it runs; `seen` answers what is typed once it is there. */
const typing = (line: string, columns: number, seen: RegExp, typed: string): Promise<Shown> =>
  new Promise((resolve) => {
    const child = spawn('script', ['-qec', commandIn('cli/main.js', line, columns), '/dev/null'], { cwd: root, env: environment });
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

const CTRL_C = '\u0003';

describe.runIf(hasScript)('a question on a real terminal', () => {
  it('W10: Ctrl-C at the question of a dangerous command changes nothing, exit code 130 and no stack trace', async () => {
    await haveAssemblies();
    const { code, shown } = await typing('stop --stage prod --platform wizelit', 80, /Type wizelit-prod to go on/, CTRL_C);
    expect({ code, shown: code === 130 ? '' : shown }).toEqual({ code: 130, shown: '' });
    expect(plain(shown)).toContain('Nothing was changed.');
    expect(shown).not.toMatch(/\n\s+at /);
  }, 60_000);
});

describe.runIf(hasScript)('a campaign on a real terminal', () => {
  it('X1: Ctrl-C ends it at once, with what it has by then and exit code 130', async () => {
    await haveAssemblies();
    const { code, shown } = await typing(`${CAMPAIGN} 7000`, 120, /of 7000 nights/, CTRL_C);
    expect({ code, shown: code === 130 ? '' : shown }).toEqual({ code: 130, shown: '' });
    expect(plain(shown)).toMatch(
      /7 nights with \d+ faults in \d+ s \(interrupted\): [\d.]+ nights\/s, \d+ trail entries\r?\nno rule broken/,
    );
    expect(widest(shown)).toBeLessThanOrEqual(120);
  }, 60_000);
});
