// Bundles in worker threads through the wire protocol and doors in process through one SDK middleware: two speeds, one world.
import { describe, expect, it } from 'vitest';
import { checkDay } from '../../local/rehearsal/day.ts';
import { rehearsal, type Outcome } from '../../local/rehearsal/rehearsal.ts';
import { sourceHosts } from '../../local/rehearsal/source-doors.ts';
import { standardDay } from '../../local/rehearsal/standard-day.ts';
import type { TrailEntry } from '../../local/trail.ts';
import { assemblyOf, manifestFrom } from '../assembly.ts';

/** The SDK draws these by chance from the thread's own randomness; no service answers differently for them. */
const TOKENS: readonly string[] = ['ClientRequestToken', 'clientToken', 'clientRequestToken'];

/** Members in one order: a body that was written and read again has the order of its schema. */
const inOrder = (name: string, value: unknown): unknown => {
  if (TOKENS.includes(name)) return 'a token of the SDK';
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
};

/** An entry as text. Log lines carry the logger's own wording, so only who wrote them counts; calls of one moment are numbered as they come. */
const lineOf = ({ at, kind, who, what, detail }: TrailEntry): string => {
  const { requestId: _, call: __, ...rest } = detail ?? {};
  return JSON.stringify(kind === 'log' ? { at, kind, who } : { at, kind, who, what, detail: kind === 'call' ? rest : detail }, inOrder);
};

/** The trail by instants; what a door asks at the same moment may leave its clients in another order. */
const linesOf = ({ trail }: Outcome): readonly string[] =>
  trail.map((entry) => ({ at: entry.at, line: lineOf(entry) })).sort((one, other) => one.at - other.at || (one.line < other.line ? -1 : 1)).map(({ line }) => line);

/** The first place where two trails part, with both lines; undefined when they are one. */
const parting = (one: readonly string[], other: readonly string[]): readonly [string, string] | undefined => {
  const index = Array.from({ length: Math.max(one.length, other.length) }).findIndex((_, place) => one[place] !== other[place]);
  return index < 0 ? undefined : [(one[index] ?? 'nothing').slice(0, 1_500), (other[index] ?? 'nothing').slice(0, 1_500)];
};

describe('two speeds, one world', () => {
  it('X1: bundles in workers and source in process leave the same trail of the standard day', { timeout: 300_000 }, async () => {
    const [assembly, manifest] = [await assemblyOf('wizelit'), await manifestFrom('wizelit')];
    const day = checkDay('the standard day', standardDay(manifest), manifest.hours?.timeZone ?? 'UTC');
    const bundles = await rehearsal({ assembly, manifest, day });
    const source = await rehearsal({ assembly, manifest, day, hosts: await sourceHosts() });
    expect(parting(linesOf(bundles), linesOf(source))).toBeUndefined();
  });

  it('X1: bundles in workers leave the same trail when they are played again', { timeout: 300_000 }, async () => {
    const [assembly, manifest] = [await assemblyOf('wizelit'), await manifestFrom('wizelit')];
    const day = { ...checkDay('the standard day', standardDay(manifest), manifest.hours?.timeZone ?? 'UTC'), seed: 'again' };
    const first = await rehearsal({ assembly, manifest, day });
    const second = await rehearsal({ assembly, manifest, day });
    expect(first.digest).toBe(second.digest);
  });
});
