// Commands that ask or that go on: what a person at a terminal sees of them.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { main } from '../../cli/main.ts';
import { readPlatform, type PlatformFile } from '../../shared/contracts/platform.ts';
import { platformFileText, questions, type Answers } from '../../shared/domain/first-platform.ts';
import { placeOf, run, screenOf } from './stage.ts';

const folder = join(import.meta.dirname, '..', '..', '.build', 'first-platforms');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('init asks, explains and writes', () => {
  it('W10: ten questions, each with what it decides; an answer that will not do is asked again', async () => {
    const answers = [
      'shop',
      '',
      'us-east-1',
      '8000',
      '',
      'maybe',
      'no',
      'mon-fri 9 to 5',
      'mon-fri 09:00-17:00',
      'America/New_York',
      '',
      '',
    ];
    const screen = screenOf({ interactive: true, answers });
    expect(await main(['init', '--print'], screen.terminal)).toBe(0);
    expect(screen.asked.length).toBe(12);
    expect(screen.err()).toContain('outside them nothing runs; never: it never sleeps');
    expect(screen.err()).toContain('  Answer yes or no.');
    expect(screen.err()).toContain('Hours such as mon-fri 08:00-18:00, or never.');
    expect(screen.out()).toContain("hours: { words: 'mon-fri 09:00-17:00', timeZone: 'America/New_York' },");
    expect(screen.out()).toContain("image: { repository: 'shop', tag: 'latest' },");
  });

  it('W10: what it writes is a platform file without a finding, whatever the name', async () => {
    mkdirSync(folder, { recursive: true });
    for (const name of ['shop', 'class', 'platform', 'my-new-app']) {
      const answers: Record<string, string> = { name, database: 'yes', github: 'acme/shop' };
      for (const question of questions) answers[question.name] ??= question.otherwise(answers);
      const path = join(folder, `${name}.ts`);
      writeFileSync(path, platformFileText(answers as unknown as Answers));
      const [file] = Object.values((await import(path)) as Readonly<Record<string, PlatformFile>>);
      const read = readPlatform(file as PlatformFile, 'dev', path, {});
      expect({ name, findings: read.ok ? [] : read.findings }).toEqual({ name, findings: [] });
    }
  });

  it('a wrong answer on the command line is wrong use, and a file that is there is never overwritten', async () => {
    const wrong = screenOf();
    expect(await main(['init', '--hours', 'whenever', '--print'], wrong.terminal)).toBe(2);
    expect(wrong.err()).toContain('--hours whenever: ');
    const there = screenOf();
    expect(await main(['init', '--name', 'starter'], there.terminal)).toBe(2);
    expect(there.err()).toContain('infra/platforms/starter.ts exists already: nothing was written.');
  });
});

describe('logs go on', () => {
  it('W10: --follow shows what comes, and Ctrl-C ends it', async () => {
    const place = await placeOf('wizelit', 'dev', { at: '2026-11-23T10:00' });
    const followed = await run(place, 'logs --since 5m --follow');
    expect(followed).toMatchObject({ code: 0 });
    expect(followed.out).not.toBe('');
    expect(followed.err).toContain('on AWS it goes on until Ctrl-C');
    const ctrlC = new AbortController();
    const running = run(place, 'logs --follow', { interrupted: ctrlC.signal });
    ctrlC.abort();
    expect(await running).toMatchObject({ code: 130 });
    await place.close();
  });
});
