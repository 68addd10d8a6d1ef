// Shows the evidence of an alarm in its message: what is healthy, what could not be found out, error lines, stopped tasks and changes (L2).
import type { Subject } from './alarm.ts';
import { changesIn, distinctLines, foundOr, type AlarmEvidence, type Change, type KeptTask, type Part } from './alarm-evidence.ts';
import { runsNow } from './alarm-release.ts';
import { listWords, whoWords } from './alarm-words.ts';
import { instantWords } from './instants.ts';
import type { Fact, Notice } from './notice.ts';

/** Task counts, target health, and what is missing. */
export const evidenceFacts = (evidence: AlarmEvidence): readonly Fact[] => [...healthFacts(evidence), ...missingFacts(evidence)];

const healthFacts = (evidence: AlarmEvidence): readonly Fact[] => [
  ...foundOr(evidence.counts, []).map(({ service, desired, running, pending }) => ({
    label: `Tasks of ${service}`,
    value: `${running} of ${desired} running${pending === 0 ? '' : `, ${pending} starting`}`,
  })),
  ...foundOr(evidence.targets, []).map(({ service, healthy, total, reasons }) => ({
    label: `Health of ${service}`,
    value: total === 0 ? 'no targets' : `${healthy} of ${total} healthy${reasons.length === 0 ? '' : ` (${reasons.join(', ')})`}`,
  })),
];

/** What could not be found out is said, so that nobody takes silence for health. */
const missingFacts = (evidence: AlarmEvidence): readonly Fact[] => {
  const parts: readonly (readonly [string, Part<unknown>])[] = [
    ['log lines', evidence.lines],
    ...(evidence.unread ?? []).map(({ service, missing }) => [`log lines of ${service}`, { missing }] as const),
    ['stopped tasks', evidence.stopped],
    ['task counts', evidence.counts],
    ['target health', evidence.targets],
    ['recent changes', evidence.changes],
    ['scaling', evidence.scaling ?? { found: [] }],
  ];
  const missing = parts.flatMap(([name, part]) => ('missing' in part ? [`${name} (${part.missing})`] : []));
  return missing.length === 0 ? [] : [{ label: 'Not found out', value: missing.join('; ') }];
};

/** Error lines, stopped tasks and changes, as far as there are any; `subject` is what the alarm is about. */
export const evidenceExcerpts = (evidence: AlarmEvidence, subject: Subject, timeZone: string): Notice['excerpts'] => {
  const lines = distinctLines(foundOr(evidence.lines, []), 12);
  const newestFirst = foundOr(evidence.stopped, []).toReversed();
  const stopped = newestFirst.slice(0, 3).map((task) => taskWords(task, runsNow(task, evidence), timeZone));
  const [last] = newestFirst;
  const changes = changesIn(evidence)
    .slice(-6)
    .map((change) => `${instantWords(change.at, timeZone)}  ${aboutService(change)}`);
  return [
    { title: `Last error lines of ${writersOf(evidence, subject)}`, lines },
    { title: 'Tasks that stopped', lines: stopped },
    { title: 'Last words of the newest', lines: last === undefined ? [] : distinctLines(last.logs, 8) },
    { title: 'What changed in the last hour', lines: changes },
  ].filter((excerpt) => excerpt.lines.length > 0);
};

/** Whose logs were read: the service's own, or those of the services that need what the alarm is about. */
const writersOf = (evidence: AlarmEvidence, subject: Subject): string => {
  if (subject.kind === 'service') return subject.name;
  const names = foundOr(evidence.counts, []).map(({ service }) => service);
  return names.length === 0 ? `the services around ${whoWords(subject)}` : listWords(names);
};

/** The sentence, with the service in front where it does not name it. */
const aboutService = ({ service, sentence }: Change): string =>
  service === null || sentence.split(/[^\w-]+/).includes(service) ? sentence : `${service}: ${sentence}`;

/** `Mon 23 Nov 14:02 CET  api EssentialContainerExited: app exited with 137 (OutOfMemoryError…)`. */
const taskWords = (task: KeptTask, current: boolean, timeZone: string): string => {
  const containers = task.containers
    .filter(({ exitCode, reason }) => exitCode !== null || reason !== null)
    .map(({ name, exitCode, reason }) => `${name} ${exitCode === null ? 'did not exit' : `exited with ${exitCode}`}${reason === null ? '' : ` (${reason})`}`);
  const past = current ? '' : ' (of a release that no longer runs)';
  return `${instantWords(task.stoppedAt, timeZone)}  ${task.service} ${task.code}: ${containers.join(', ') || task.reason}${past}`;
};
