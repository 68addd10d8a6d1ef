// The stories as cases: each file below test/cases gives events at instants and expects a trail; the real state machines and doors run it in process.
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestNamed } from '../local/rehearsal/deploy.ts';
import type { Outcome } from '../local/rehearsal/rehearsal.ts';
import { fromMessages, timeline, type Line } from '../local/rehearsal/timeline.ts';
import { wallWords } from '../shared/domain/wall-clock.ts';
import { casesDirectory, playCase, readCase, type PlayedCase } from './play-case.ts';

/** One line a case waits for: who said it, a regular expression on what, and between which wall-clock times of its day. */
interface Expected {
  readonly who: string;
  readonly text: string;
  readonly after?: string;
  readonly before?: string;
}

interface Case extends PlayedCase {
  /** Takes seconds: left to `npm run check`. */
  readonly slow?: true;
  /** Lines in this order; others may stand between them. */
  readonly expect: readonly Expected[];
  /** Lines that must not appear. */
  readonly never?: readonly Expected[];
  /** How often a line appears, exactly; messages are counted as often as they came, also within a minute. */
  readonly times?: readonly (Expected & { readonly times: number })[];
  /** Regular expressions, each found in a whole Slack message of the day: log lines, next steps. */
  readonly said?: readonly string[];
  /** Requests that Slack may get at most, uploads and refused ones included; no post is then tried within a second of another. */
  readonly slackCalls?: number;
  /** Requests of the automation that are made in this order; others may stand between them. */
  readonly calls?: readonly string[];
  /** A request made exactly so often, all of them within so many seconds, and nothing the automation asks for throttled meanwhile (X3). */
  readonly paced?: readonly { readonly call: string; readonly by?: string; readonly times: number; readonly seconds: number }[];
  /** What the automation's own transitions, invocations and requests may cost, USD (X5). */
  readonly cost?: number;
  /** One-off tasks of a group that came up during the day, exactly; when it ends none of them runs. */
  readonly runs?: Readonly<Record<string, number>>;
  /** At the end: tasks and image (by the name of its digest) per service, status per database. */
  readonly end?: {
    readonly services?: Readonly<Record<string, { readonly desired?: number; readonly running?: number; readonly image?: string }>>;
    readonly databases?: Readonly<Record<string, string>>;
    /** Name of the image that every task of every service runs. */
    readonly everywhere?: string;
  };
  /** Rules this case breaks on purpose (a service that never becomes healthy, say); all others must hold. */
  readonly breaks?: readonly string[];
}

/** Then the slow cases are played and no others (vitest.config.ts). */
const thorough = process.env['DAYSHIFT_TESTS'] === 'thorough';

const files = readdirSync(casesDirectory, { recursive: true, withFileTypes: true })
  .filter((file) => file.isFile() && file.name.endsWith('.json'))
  .map((file) => relative(casesDirectory, join(file.parentPath, file.name)))
  .sort();

const matches = (line: Line, { who, text, after, before }: Expected, zone: string): boolean => {
  const time = wallWords(line.at, zone);
  return line.who === who && new RegExp(text).test(line.text) && (after === undefined || time >= after) && (before === undefined || time <= before);
};

/** The expected lines that are missing or out of order, with the trail they were looked for in. */
const missing = (lines: readonly Line[], wanted: readonly Expected[], zone: string): readonly Expected[] => {
  let from = 0;
  return wanted.filter((expected) => {
    const index = lines.findIndex((line, at) => at >= from && matches(line, expected, zone));
    if (index < 0) return true;
    from = index + 1;
    return false;
  });
};

/** Everything Slack was told during the day, one text per message. */
const messagesOf = ({ slack, day }: Outcome): readonly string[] =>
  slack.filter(({ at }) => at >= day.from).map(({ text, blocks }) => `${text} ${JSON.stringify(blocks)}`);

/** Requests of the automation during the day. */
const requests = ({ trail, day, manifest }: Outcome): Outcome['trail'] =>
  trail.filter(({ at, kind, who }) => at >= day.from && kind === 'call' && who.startsWith(manifest.id));

const throttled = (outcome: Outcome): readonly string[] =>
  requests(outcome).flatMap(({ what, detail }) => (/throttl|limit|too ?many/i.test(JSON.stringify(detail?.['code'] ?? '')) ? [what] : []));

const paceOf = (outcome: Outcome, call: string, by = ''): { readonly times: number; readonly seconds: number } => {
  const made = requests(outcome).filter(({ what, who }) => what === call && who.startsWith(`${outcome.manifest.id}-${by}`)).map(({ at }) => at);
  return { times: made.length, seconds: (Math.max(...made) - Math.min(...made)) / 1_000 };
};

/** The wanted requests that are missing or out of order. */
const notCalled = (outcome: Outcome, wanted: readonly string[]): readonly string[] => {
  const made = requests(outcome).map(({ what }) => what);
  let from = 0;
  return wanted.filter((call) => {
    const index = made.indexOf(call, from);
    if (index >= 0) from = index + 1;
    return index < 0;
  });
};

/** Requests that the Slack door made outside AWS. */
const slackCallsOf = ({ trail, day, manifest }: Outcome): number =>
  trail
    .filter(({ at, kind, who }) => at >= day.from && kind === 'invoke' && who === `${manifest.id}-notices-slack`)
    .reduce((sum, { detail }) => sum + Number(detail?.['outsideCalls'] ?? 0), 0);

/** Posts that Slack refused because one came less than a second before; edits and uploads have no limit by the second (aws-facts H1). */
const tooFast = ({ trail, day }: Outcome): readonly string[] =>
  trail.filter(({ at, kind, who, what }) => at >= day.from && kind === 'fault' && who === 'slack' && what.endsWith('rate limited')).map(({ what }) => what);

/** How often each of these doors died in the middle of its work. */
const deathsOf = ({ trail, day, manifest }: Outcome, doors: readonly string[]): Readonly<Record<string, number>> => {
  const died = trail.filter(({ at, kind, what }) => at >= day.from && kind === 'invoke' && what.startsWith('failed with'));
  return Object.fromEntries(doors.map((door) => [door, died.filter(({ who }) => who === `${manifest.id}-${door}`).length]));
};

const tasksOf = ({ trail, day }: Outcome, group: string, what: 'RUNNING' | 'STOPPED'): readonly string[] =>
  trail.filter((entry) => entry.at >= day.from && entry.kind === 'task' && entry.what === what && entry.detail?.['group'] === group).map(({ who }) => who);

const endOf = ({ end }: Outcome, wanted: NonNullable<Case['end']>): object => ({
  services: Object.fromEntries(
    Object.entries(wanted.services ?? {}).map(([name, fields]) => {
      const live = end.services[name];
      const known = { desired: live?.desired, running: live?.running, image: live?.images.includes(digestNamed(fields.image ?? '')) === true ? fields.image : live?.images.join(', ') };
      return [name, Object.fromEntries(Object.keys(fields).map((field) => [field, known[field as keyof typeof known]]))];
    }),
  ),
  databases: Object.fromEntries(Object.keys(wanted.databases ?? {}).map((name) => [name, end.databases[name]])),
});

describe.each(files)('%s', (file) => {
  const given = readCase<Case>(file);

  it.skipIf((given.slow === true) !== thorough)(given.title, async () => {
    const outcome = await playCase(given);
    const zone = outcome.manifest.hours?.timeZone ?? 'UTC';
    const lines = timeline(outcome).filter(({ at }) => at >= outcome.day.from);
    const told = lines.map((line) => `${wallWords(line.at, zone)} ${line.who}: ${line.text}`).join('\n');
    expect(missing(lines, given.expect, zone), told).toEqual([]);
    for (const expected of given.never ?? []) expect(lines.filter((line) => matches(line, expected, zone)).map(({ text }) => text), told).toEqual([]);
    const messages = fromMessages(outcome).filter(({ at }) => at >= outcome.day.from);
    const counted = [...lines.filter(({ who }) => who !== 'slack' && who !== 'mail'), ...messages];
    for (const { times, ...expected } of given.times ?? []) expect(counted.filter((line) => matches(line, expected, zone)), told).toHaveLength(times);
    for (const text of given.said ?? []) {
      const heard = messagesOf(outcome).filter((message) => new RegExp(text).test(message));
      expect(heard, `nobody was told ${text}`).not.toEqual([]);
    }
    if (given.slackCalls !== undefined) {
      expect(slackCallsOf(outcome), told).toBeLessThanOrEqual(given.slackCalls);
      expect(tooFast(outcome), told).toEqual([]);
    }
    expect(notCalled(outcome, given.calls ?? [])).toEqual([]);
    for (const { call, by, ...paced } of given.paced ?? []) {
      const { times, seconds } = paceOf(outcome, call, by);
      expect(times, call).toBe(paced.times);
      expect(seconds, call).toBeLessThanOrEqual(paced.seconds);
      expect(throttled(outcome)).toEqual([]);
    }
    expect(deathsOf(outcome, Object.keys(given.dies ?? {}))).toEqual(given.dies ?? {});
    expect(outcome.bill.cost).toBeLessThanOrEqual(given.cost ?? Number.POSITIVE_INFINITY);
    for (const [group, runs] of Object.entries(given.runs ?? {})) {
      const came = tasksOf(outcome, group, 'RUNNING');
      const gone = tasksOf(outcome, group, 'STOPPED');
      expect(came, group).toHaveLength(runs);
      if (!group.startsWith('service:')) expect(came.filter((task) => !gone.includes(task)), group).toEqual([]);
    }
    if (given.end?.everywhere !== undefined) {
      const image = digestNamed(given.end.everywhere);
      const other = Object.entries(outcome.end.services).filter(([, { running, images }]) => running === 0 || images.join() !== image);
      expect(other, told).toEqual([]);
    }
    if (given.end !== undefined) expect(endOf(outcome, given.end), told).toEqual({ services: given.end.services ?? {}, databases: given.end.databases ?? {} });
    expect(outcome.broken.filter(({ id }) => !(given.breaks ?? []).includes(id)), told).toEqual([]);
  });
});
