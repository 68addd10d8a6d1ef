// `dayshift campaign`: random weeks with faults against the rules, on every core; what breaks one is shrunk and saved as a case.
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { campaign as runCampaign, NIGHTS_PER_WEEK, type CampaignReport, type Found, type Progress } from '../../local/campaign/campaign.ts';
import { exhaustive, type ExhaustiveOptions } from '../../local/campaign/exhaustive.ts';
import { explained } from '../../local/campaign/explained-grants.ts';
import { permissionsOver } from '../../local/campaign/permissions.ts';
import { sourceHosts } from '../../local/rehearsal/source-doors.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import { noMore, WrongUse, type Command } from '../command.ts';
import { fit, lines, paint, wrap } from '../layout.ts';
import { platformOptions, synthesized } from '../platform.ts';
import { INTERRUPTED, type Terminal } from '../terminal.ts';

const cases = join(import.meta.dirname, '..', '..', 'test', 'cases', 'found');
type Values = Readonly<Record<string, string | boolean | undefined>>;

const wholeNumber = (values: Values, name: string, example: number): number => {
  const number = Number(values[name]);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new WrongUse(`--${name} ${String(values[name])} is no whole number above 0. Example: --${name} ${example}`);
};

/** Options that would be without effect. */
const refuseSenseless = (values: Values): void => {
  if (values['seed'] === '') throw new WrongUse('--seed is empty. Give any text or number, or leave it out');
  if (values['sample'] !== undefined && values['exhaustive'] !== true)
    throw new WrongUse('--sample only makes sense with --exhaustive. Add --exhaustive, or leave it out');
};

const durationOf = (seconds: number): string => (seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`);

/** One line: how far, how fast, how long still. */
export const progressLine = ({ nights, of, faults, seconds }: Progress): string => {
  const rate = nights / Math.max(seconds, 0.001);
  const left = durationOf((of - nights) / Math.max(rate, 0.001));
  return `${nights} of ${of} nights, ${faults} faults, ${rate.toFixed(1)} nights/s, ${left} left`;
};

interface Reporter {
  readonly progress: (progress: Progress) => void;
  /** Takes the drawn line away. */
  readonly end: () => void;
}

const makeReporter = (terminal: Terminal): Reporter => {
  const pause = terminal.interactive ? 200 : 15_000;
  let last = -pause;
  return {
    progress: (progress) => {
      const now = performance.now();
      if (now - last < pause) return;
      last = now;
      const line = fit(progressLine(progress), terminal.columns - 1);
      terminal.err(terminal.interactive ? `\r\u001b[2K${line}` : `${line}\n`);
    },
    end: () => {
      if (terminal.interactive) terminal.err('\r\u001b[2K');
    },
  };
};

/** Saves what still fails as a case that `npm test` plays from then on; answers the file. */
export const saveCase = (platform: string, { seed, smallest, week, broken }: Found, folder = cases): string => {
  mkdirSync(folder, { recursive: true });
  const day = smallest ?? week;
  const rule = broken[0]?.id ?? 'rule';
  const file = join(folder, `${platform}-${rule}-${seed.replaceAll(/[^0-9A-Za-z]+/g, '-')}.json`.toLowerCase());
  const { from, until, seed: daySeed, happenings } = day;
  const found = {
    title: `${rule}: ${broken[0]?.words ?? ''} (found by a campaign)`,
    platform,
    given: 'running',
    day: { from, until, seed: daySeed, happenings },
    expect: [],
  };
  writeFileSync(file, `${JSON.stringify(found, null, 2)}\n`);
  return relative(process.cwd(), file);
};

const foundWords = (screen: Terminal, platform: string, found: Found): string => {
  const { broken, seed, week, smallest, tries } = found;
  const rules = broken.flatMap(({ id, words, what }) => [
    ...wrap(`${id}: ${words}`, screen.columns - 2).map((line) => `  ${line}`),
    ...wrap(what, screen.columns - 5).map((line) => `     ${line}`),
  ]);
  const shrunk = `shrunk from ${week.happenings.length} to ${smallest?.happenings.length ?? 0} happenings in ${tries ?? 0} tries`;
  const head = `Week ${seed} breaks ${broken.length === 1 ? 'a rule' : `${broken.length} rules`}:`;
  return lines('', paint(screen, 'bad', head), rules, smallest === undefined ? [] : shrunk, `saved as ${saveCase(platform, found)}`);
};

const summary = (screen: Terminal, { nights, faults, seconds, entries, found, interrupted }: CampaignReport): string => {
  const broken = found.length === 0 ? 'no rule broken' : `${found.length} ${found.length === 1 ? 'week breaks' : 'weeks break'} a rule`;
  const rate = `${(nights / Math.max(seconds, 0.001)).toFixed(1)} nights/s, ${entries} trail entries`;
  const words = `${nights} nights with ${faults} faults in ${durationOf(seconds)}${interrupted ? ' (interrupted)' : ''}: ${rate}`;
  return lines(wrap(words, screen.columns), paint(screen, found.length === 0 ? 'good' : 'bad', broken));
};

/** The exhaustive crash test: n of n per story. */
const tearApart = async (options: Omit<ExhaustiveOptions, 'signal' | 'progress'>, terminal: Terminal): Promise<number> => {
  const progress = (words: string): void => {
    if (terminal.interactive) terminal.err(`\r${words.padEnd(terminal.columns - 1)}`);
  };
  const { interrupted } = terminal;
  const reports = await exhaustive({ ...options, signal: interrupted, progress });
  if (terminal.interactive) terminal.err('\r\u001b[2K');
  for (const { story, kind, right, played, points, failures } of reports) {
    terminal.out(`${story.padEnd(10)}${kind.padEnd(9)}${right} of ${played} right${played < points ? ` (${points} there are)` : ''}\n`);
    for (const { words, broken } of failures) terminal.out(`  ${words}\n${broken.map(({ id, what }) => `     ${id}: ${what}\n`).join('')}`);
  }
  if (reports.some(({ failures }) => failures.length > 0)) return 1;
  return interrupted.aborted ? INTERRUPTED : 0;
};

/** Least privilege over the stories' standard cases and random weeks (X2). */
const reportPermissions = async (
  place: { readonly assembly: string; readonly manifest: Manifest },
  weeks: number,
  seed: string,
  terminal: Terminal,
): Promise<number> => {
  const { interrupted } = terminal;
  const report = await permissionsOver({ ...place, hosts: await sourceHosts() }, weeks, seed, interrupted);
  const { grants: granted, neverUsed, notGranted } = report;
  const { because, unexplained } = explained(neverUsed, place.manifest.id);
  const list = (lines: readonly string[]): string => (lines.length === 0 ? '  nothing\n' : lines.map((line) => `  ${line}\n`).join(''));
  const over = interrupted.aborted ? `${report.weeks} of ${weeks} weeks (interrupted)` : `${weeks} weeks`;
  terminal.out(`${granted} granted actions over ${over}\n\nUsed but not granted:\n${list(notGranted)}`);
  terminal.out(`\nGranted, never used, and no reason known:\n${list(unexplained)}\nGranted and never used, with the reason:\n`);
  for (const reason of new Set(because.values())) {
    const grants = [...because].filter(([, why]) => why === reason).map(([grant]) => `    ${grant}`);
    terminal.out(lines(`  ${reason}`, grants));
  }
  if (notGranted.length > 0) return 1;
  // What was not used yet says nothing while days are missing.
  if (interrupted.aborted) return INTERRUPTED;
  return unexplained.length === 0 ? 0 : 1;
};

export const campaign: Command = {
  name: 'campaign',
  summary: 'Plays random weeks with faults until one breaks a rule',
  usage: 'campaign [--platform NAME] [--nights N] [--seed SEED]',
  options: {
    ...platformOptions,
    nights: { type: 'string', value: 'N', help: 'how many nights, in whole weeks (default: 700)', default: '700' },
    seed: { type: 'string', value: 'SEED', help: 'the same seed plays the same weeks (default: 1)', default: '1' },
    workers: { type: 'string', value: 'N', help: 'worker threads (default: one per core)' },
    exhaustive: { type: 'boolean', help: 'instead: every request of every story killed, every call failing with each of its errors' },
    sample: { type: 'string', value: 'N', help: 'with --exhaustive: only N points of each kind and story' },
    permissions: { type: 'boolean', help: 'instead: what is granted and never used, used and not granted' },
    'keep-going': { type: 'boolean', help: 'goes on after a violation, saves every one unshrunk' },
  },
  example: 'npx dayshift campaign --platform farsight --nights 10000 --seed 1',
  run: async (values, positionals, terminal) => {
    noMore(positionals);
    refuseSenseless(values);
    const nights = wholeNumber(values, 'nights', 700);
    const workers = values['workers'] === undefined ? availableParallelism() : wholeNumber(values, 'workers', 2);
    const { directory, manifest } = await synthesized(values, { reuse: true });
    const place = { assembly: directory, manifest };
    if (values['exhaustive'] === true)
      return tearApart(
        { ...place, workers, ...(values['sample'] === undefined ? {} : { sample: wholeNumber(values, 'sample', 30) }) },
        terminal,
      );
    if (values['permissions'] === true)
      return reportPermissions(place, Math.ceil(nights / NIGHTS_PER_WEEK), String(values['seed']), terminal);
    const reporter = makeReporter(terminal);
    const report = await runCampaign({
      assembly: directory,
      manifest,
      nights,
      workers,
      seed: String(values['seed']),
      keepGoing: values['keep-going'] === true,
      signal: terminal.interrupted,
      progress: reporter.progress,
    });
    reporter.end();
    terminal.out(summary(terminal, report));
    for (const found of report.found) terminal.out(foundWords(terminal, manifest.platform, found));
    if (report.found.length > 0) return 1;
    return report.interrupted ? INTERRUPTED : 0;
  },
};
