// `dayshift why`: the decision behind an id, service, digest, alarm or night: its reason, its facts and its evidence (N4).
import { ledger } from '../../shared/aws/ledger.ts';
import { instantWords } from '../../shared/domain/instants.ts';
import { entryLines, rolloutEntry } from '../../shared/domain/rollout-entry.ts';
import { whyReport, type WhyReport, type WhyRollout } from '../../shared/domain/why.ts';
import { atPlace, jsonOption } from '../at-place.ts';
import { noMore } from '../command.ts';
import { headed, labelled, lines, paint, wrap } from '../layout.ts';
import type { Terminal } from '../terminal.ts';

const HISTORY = 1_000;
const ROLLOUTS = 200;
const LOG_LINES = 12;
/** Facts that the line above them says already. */
const SAID: ReadonlySet<string> = new Set(['service', 'rollout', 'night']);

export const why = atPlace(
  {
    name: 'why',
    summary: 'Why something happened: the decision, its reason, facts and evidence',
    usage: 'why [ID | SERVICE | DIGEST | ALARM] [--json]',
    options: jsonOption,
    example: 'npx dayshift why app --at 2026-11-23T12:00',
  },
  async ({ place, values, positionals, terminal }) => {
    noMore(positionals, 1);
    const about = positionals[0] ?? 'latest';
    const book = ledger(place.host);
    const [history, rollouts] = await Promise.all([
      book.list('history', { limit: HISTORY, newestFirst: true }),
      book.list('rollout', { limit: ROLLOUTS, newestFirst: true }),
    ]);
    const entries = history.toReversed().map(({ at, value }) => ({ at, ...value }));
    const report = whyReport(
      about,
      entries,
      rollouts.map(({ value }) => value),
    );
    terminal.out(
      values['json'] === true ? `${JSON.stringify(report, null, 2)}\n` : showWhy(terminal, report, place.manifest.hours?.timeZone ?? 'UTC'),
    );
    return report.entries.length === 0 ? 1 : 0;
  },
);

const showWhy = (screen: Terminal, { about, entries, rollout, recent }: WhyReport, zone: string): string => {
  if (entries.length === 0) {
    const known = recent.length === 0 ? ['Nothing has happened yet.'] : ['The newest records:', ...recent.map((id) => `  ${id}`)];
    return lines(`There is no record of ${about} in the last 90 days.`, known);
  }
  const told = entries.flatMap(({ at, id, story, service, sentence, facts }) => [
    ...headed(screen, `${instantWords(at, zone)}  ${story}${service === null ? '' : ` ${service}`}`, id),
    ...wrap(sentence, screen.columns - 2).map((line) => `  ${line}`),
    ...factLines(screen, facts),
  ]);
  return lines(told, rollout === null ? [] : rolloutLines(screen, rollout, zone));
};

const factLines = (screen: Terminal, facts: Readonly<Record<string, unknown>>): readonly string[] => {
  const shown = Object.entries(facts).filter(([name, value]) => value !== null && value !== '' && !SAID.has(name));
  if (shown.length === 0) return [];
  return wrap(shown.map(([name, value]) => `${name} ${String(value)}`).join(' · '), screen.columns - 4).map((line) =>
    paint(screen, 'quiet', `    ${line}`),
  );
};

const rolloutLines = (screen: Terminal, rollout: WhyRollout, zone: string): readonly string[] => [
  '',
  ...entryLines(rolloutEntry(rollout), zone).map(([label, words], index) =>
    labelled(screen, label, words, index > 0 ? 'plain' : rollout.result === 'released' ? 'good' : 'warning'),
  ),
  ...rollout.evidence.slice(0, 3).map(({ task, reason, containers }) => {
    const codes = containers.map(({ name, exitCode, reason: why }) =>
      `${name} ${exitCode === null ? '' : `exit code ${exitCode}`}${why === null || why === '' ? '' : ` (${why})`}`.trim(),
    );
    return labelled(screen, 'Stopped', `${task.split('/').at(-1) ?? task}: ${reason}; ${codes.join(', ')}`, 'bad');
  }),
  ...(rollout.logs.length === 0
    ? []
    : [paint(screen, 'strong', 'Last lines'), ...rollout.logs.slice(-LOG_LINES).map((line) => `  ${line.slice(0, screen.columns - 2)}`)]),
];
