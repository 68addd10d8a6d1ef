import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parserOptions } from '../../cli/command.ts';
import { commands } from '../../cli/commands.ts';
import { main } from '../../cli/main.ts';
import type { Place } from '../../cli/place.ts';
import { placeOf, run, screenOf, withAssembly } from './stage.ts';

const docs = join(import.meta.dirname, '..', '..', 'docs');

/** Words of a command line as a shell splits them, quotes included. */
const wordsOf = (line: string): readonly string[] => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');

/** Commands in shell blocks, and what is done by hand between them. */
const stepsOf = (text: string): readonly string[] =>
  [...text.matchAll(/```sh\n([\s\S]*?)```|<!-- (by hand: .*?) -->/g)].flatMap(([, block, byHand]) =>
    byHand === undefined ? (block ?? '').trim().split('\n') : [byHand],
  );

/** What a test of the guide cannot do again: install, set the shell, rehearse (shown by other tests), prepare a real account. */
const elsewhere = ['npm ci', 'npm start', 'export DAYSHIFT_PLATFORM=starter', 'npx cdk bootstrap -c platform=starter'];
const byOptions = (name: string): boolean => ['init', 'cost', 'hours', 'permissions', 'github'].includes(name);

describe('the first day guide', () => {
  let place: Place;
  beforeAll(async () => {
    place = await placeOf('starter', 'dev', { deployed: false });
  }, 120_000);
  afterAll(() => place.close());

  const byHand = (): void => {
    for (const email of place.manifest.notices.emails) place.rehearsed?.world.services.sns.confirm(email);
  };

  it('W10, P4: every command of the guide does its work in a rehearsal, in the order it is written', async () => {
    const steps = stepsOf(readFileSync(join(docs, 'first-day.md'), 'utf8'));
    expect(steps.length).toBeGreaterThan(25);
    for (const step of steps) {
      if (elsewhere.includes(step)) continue;
      if (step === 'by hand: confirm the e-mail') {
        byHand();
        continue;
      }
      const words = wordsOf(step.replace(/^npx dayshift /, ''));
      const [name = ''] = words;
      if (byOptions(name)) {
        const screen = screenOf();
        const platform = name === 'init' ? [] : ['--platform', 'starter'];
        const code = await withAssembly('starter', () => main([...words, ...platform], screen.terminal));
        expect({ step, code, err: screen.err() }).toMatchObject({ step, code: 0 });
        continue;
      }
      const wrote = await run(place, words);
      expect({ step, code: wrote.code, shown: wrote.shown }).toMatchObject({ step, code: 0 });
    }
  }, 180_000);

  it('O13: after destroy nothing of the platform is left in the account', () => {
    const world = place.rehearsed?.world;
    expect(
      world?.services.cloudformation
        .stacks()
        .filter(({ status }) => status !== 'DELETE_COMPLETE')
        .map(({ name }) => name),
    ).toEqual([]);
    expect(world?.services.ecs.tasks(place.manifest.cluster, place.manifest.services[0]?.serviceName ?? '') ?? []).toEqual([]);
  });
});

describe('the troubleshooting pages', () => {
  const pages = readdirSync(join(docs, 'troubleshooting')).filter((file) => file.endsWith('.md'));

  it.each(pages)('P4: every command on %s exists with these options', async (page) => {
    const text = readFileSync(join(docs, 'troubleshooting', page), 'utf8');
    const lines = [...text.matchAll(/`npx dayshift ([^`]+)`/g)].map(([, line]) => line ?? '');
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) {
      const [name = '', ...args] = wordsOf(line.replace(/ < \S+$/, ''));
      const command = await commands[name]?.();
      expect(command, line).toBeDefined();
      if (command !== undefined) parseArgs({ args, options: parserOptions(command), allowPositionals: true, strict: true });
    }
  });
});
