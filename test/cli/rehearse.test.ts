// `npm start` as a command: what it writes, where it leaves messages and trail, and how it ends when a rule was broken.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { main } from '../../cli/main.ts';
import { screenOf, withAssembly } from './stage.ts';

const folder = join(import.meta.dirname, '..', '..', '.build', 'rehearsed');

// An error that passes by itself, but not before the story has given up.
const down = { what: 'error', service: 'ecr', operation: 'DescribeImages', code: 'ServerException', status: 500, times: 50 };
const day = {
  title: 'A registry that is down',
  from: '2026-11-23T09:00',
  until: '2026-11-23T09:20',
  happenings: [
    { at: '2026-11-23T09:01', fault: down },
    { at: '2026-11-23T09:02', push: { repository: 'starter-web', tags: ['latest'] } },
  ],
};

it('a day that breaks a rule ends with 1: the report names the rule, messages and trail are in the folder it names', async () => {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'day.json');
  writeFileSync(file, JSON.stringify(day));
  const screen = screenOf();
  const out = join(folder, 'out');
  const code = await withAssembly('starter', () => main(['rehearse', '--platform', 'starter', '--day', file, '--out', out], screen.terminal));
  expect({ code, err: screen.err() }).toEqual({ code: 1, err: '' });
  expect(screen.out()).toMatch(/\n {2}written to {4}\S*rehearsed\/out\/ \(messages\/, trail\.jsonl\)\n/);
  expect(screen.out()).toMatch(/\n1 violation of \d+ rules:\n {2}X1 \(every story ends, and ends well\): starter-dev-redeploy /);
  expect(screen.out()).not.toContain('\u001b');
  const trail = readFileSync(join(out, 'trail.jsonl'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as { at: string; what: string });
  expect(trail.find(({ what }) => what === 'push')?.at).toBe('2026-11-23T08:02:00.000Z');
  expect(readdirSync(join(out, 'messages')).some((name) => /^\d\d-mail-.+\.txt$/.test(name))).toBe(true);
  rmSync(folder, { recursive: true });
});
