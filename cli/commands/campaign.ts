// `dayshift campaign`: random weeks with faults against the rules, on every core; what breaks one is shrunk and saved as a case.
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { campaign as runCampaign, type CampaignReport, type Found, type Progress } from '../../local/campaign/campaign.ts';
import { WrongUse, type Command } from '../command.ts';
import { platformOptions, synthesized } from '../platform.ts';
import type { Terminal } from '../terminal.ts';

const cases = join(import.meta.dirname, '..', '..', 'test', 'cases', 'found');
type Values = Readonly<Record<string, string | boolean | undefined>>;

const wholeNumber = (values: Values, name: string): number => {
  const number = Number(values[name]);
  if (Number.isInteger(number) && number > 0) return number;
  throw new WrongUse(`--${name} ${String(values[name])} is no whole number above 0. Example: --${name} 700`);
};

const durationOf = (seconds: number): string => (seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`);

/** One line: how far, how fast, how long still. */
export const progressLine = ({ nights, of, faults, seconds }: Progress): string => {
  const rate = nights / Math.max(seconds, 0.001);
  return `${nights} of ${of} nights, ${faults} faults, ${rate.toFixed(1)} nights/s, ${durationOf((of - nights) / Math.max(rate, 0.001))} left`;
};

const makeReporter = (terminal: Terminal): ((progress: Progress) => void) => {
  const pause = terminal.interactive ? 200 : 15_000;
  let last = 0;
  return (progress) => {
    const now = performance.now();
    if (now - last < pause) return;
    last = now;
    terminal.err(terminal.interactive ? `\r${progressLine(progress).padEnd(terminal.columns - 1)}` : `${progressLine(progress)}\n`);
  };
};

/** Saves what still fails; answers the file. */
const save = (platform: string, { seed, smallest, week, broken }: Found): string => {
  mkdirSync(cases, { recursive: true });
  const day = smallest ?? week;
  const rule = broken[0]?.id ?? 'rule';
  const file = join(cases, `${platform}-${rule}-${seed.replaceAll(/[^0-9A-Za-z]+/g, '-')}.json`.toLowerCase());
  writeFileSync(file, `${JSON.stringify({ ...day, title: `${rule}: ${broken[0]?.words ?? ''}`, platform }, null, 2)}\n`);
  return relative(process.cwd(), file);
};

const foundWords = (platform: string, found: Found): string => {
  const { broken, seed, week, smallest, tries } = found;
  const rules = broken.map(({ id, words, what }) => `  ${id}: ${words}\n     ${what}`).join('\n');
  const shrunk = smallest === undefined ? '' : `shrunk from ${week.happenings.length} to ${smallest.happenings.length} happenings in ${tries} tries\n`;
  return `\nWeek ${seed} breaks ${broken.length === 1 ? 'a rule' : `${broken.length} rules`}:\n${rules}\n${shrunk}saved as ${save(platform, found)}\n`;
};

const summary = (report: CampaignReport): string => {
  const rate = (report.nights / report.seconds).toFixed(1);
  const verdict = report.found.length === 0 ? 'no rule broken' : `${report.found.length} ${report.found.length === 1 ? 'week breaks' : 'weeks break'} a rule`;
  const stopped = report.interrupted ? ' (interrupted)' : '';
  return `\n${report.nights} nights with ${report.faults} faults in ${durationOf(report.seconds)}${stopped}: ${rate} nights/s, ${report.entries} trail entries, ${verdict}\n`;
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
    'keep-going': { type: 'boolean', help: 'goes on after a violation, saves every one unshrunk' },
  },
  example: 'npx dayshift campaign --platform farsight --nights 10000 --seed 1',
  run: async (values, _, terminal) => {
    const nights = wholeNumber(values, 'nights');
    const workers = values['workers'] === undefined ? availableParallelism() : wholeNumber(values, 'workers');
    const { directory, manifest } = await synthesized(values);
    const report = await runCampaign({
      assembly: directory, manifest, nights, workers, seed: String(values['seed']), keepGoing: values['keep-going'] === true,
      signal: terminal.interrupted, progress: makeReporter(terminal),
    });
    terminal.out(summary(report));
    for (const found of report.found) terminal.out(foundWords(manifest.platform, found));
    return report.found.length > 0 ? 1 : 0;
  },
};
