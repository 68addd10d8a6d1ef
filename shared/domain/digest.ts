// The summary of a day or a month: what slept, woke, was rolled out, failed and was muted, and what it saved; written from the ledger
// alone.
import { durationWords, instantWords, secondsBetween } from './instants.ts';
import type { Fact, Notice } from './notice.ts';
import { inTerminal } from './terminal-words.ts';
import { instantAt, wallAt, wallWords } from './wall-clock.ts';

export interface DigestFacts {
  readonly nights: readonly {
    readonly from: string | null;
    readonly to: string | null;
    readonly differences: readonly string[];
    readonly saved: { readonly compute: number; readonly database: number; readonly keptBilling: number } | null;
  }[];
  readonly rollouts: readonly {
    readonly at: string;
    readonly services: readonly string[];
    readonly result: string;
    readonly tags: readonly string[];
    readonly sentence: string;
  }[];
  readonly incidents: readonly { readonly openedAt: string; readonly closedAt: string | null; readonly alarms: readonly string[] }[];
  /** How many alarms stayed quiet, by the reason. */
  readonly quiet: Readonly<Record<string, number>>;
  readonly overrides: readonly { readonly kind: string; readonly about: string; readonly by: string; readonly until: string | null }[];
  readonly waiting: readonly { readonly service: string; readonly why: string; readonly since: string }[];
  readonly quarantined: readonly { readonly service: string; readonly digest: string; readonly reason: string }[];
}

export interface DigestPeriod {
  readonly kind: 'daily' | 'monthly';
  readonly from: string;
  readonly to: string;
}

const HOUR = 3_600_000;
const MONDAY = 1;

/** The span a summary looks back on, by the team's own calendar: a day (on Mondays since Friday), or the month before. */
export const digestPeriod = (kind: DigestPeriod['kind'], to: string, timeZone: string): DigestPeriod => {
  const wall = new Date(wallAt(Date.parse(to), timeZone));
  if (kind === 'daily') wall.setUTCDate(wall.getUTCDate() - (wall.getUTCDay() === MONDAY ? 3 : 1));
  else wall.setUTCMonth(wall.getUTCMonth() - 1);
  // Where the clocks went forward over that time, an hour later is the same moment of the day.
  const from = instantAt(wall.getTime(), timeZone) ?? instantAt(wall.getTime() + HOUR, timeZone) ?? Date.parse(to) - 24 * HOUR;
  return { kind, from: new Date(from).toISOString(), to: new Date(to).toISOString() };
};

export interface DigestPlatform {
  readonly platform: string;
  readonly title: string;
  readonly stage: string;
  readonly timeZone: string;
}

const quietWords: Readonly<Record<string, string>> = {
  'explained-by-sleep': 'asleep',
  'explained-by-wake': 'waking',
  'explained-by-rollout': 'rolling out',
  'muted-by-person': 'muted by a person',
  'muted-in-cloudwatch': 'muted in CloudWatch',
  'suppressed-in-cloudwatch': 'suppressed in CloudWatch',
};

/** Alarms that stayed quiet, by the reason: one is looked at again while its reason lasts, and counts once, by its first (oldest first). */
export const keptQuiet = (
  history: readonly { readonly story: string; readonly id: string; readonly action: string; readonly reason: string }[],
): DigestFacts['quiet'] => {
  const noted = history.filter(({ story, action, reason }) => story === 'alarm' && action !== 'tell' && reason in quietWords);
  const first = new Map(noted.toReversed().map(({ id, reason }) => [id, reason]));
  return [...first.values()].reduce<Record<string, number>>((sums, reason) => ({ ...sums, [reason]: (sums[reason] ?? 0) + 1 }), {});
};

/** The summary as a notice; it takes the chat and the mail, whatever the hour, and calls nobody. */
export const digestNotice = (facts: DigestFacts, period: DigestPeriod, platform: DigestPlatform, at: string): Notice => {
  const { title, stage, timeZone } = platform;
  const id = `digest-${period.kind}-${wallWords(Date.parse(period.to), timeZone).slice(0, 10)}`;
  return {
    version: 1,
    id,
    platform: platform.platform,
    stage,
    story: 'operator',
    severity: 'digest',
    tone: facts.incidents.some(({ closedAt }) => closedAt === null) ? 'warning' : 'neutral',
    title: `${title} ${stage}: ${spanWords(period, timeZone)}`,
    summary: summaryOf(facts),
    facts: numbersOf(facts),
    excerpts: excerptsOf(facts, timeZone),
    links: [],
    nextSteps: stepsOf(facts, platform),
    thread: id,
    digest: true,
    at,
  };
};

/** `Tuesday 24 November, since yesterday`, `Monday 23 November, since Friday`, `November 2026`. */
const spanWords = ({ kind, from, to }: DigestPeriod, timeZone: string): string => {
  const words = (at: string, parts: Intl.DateTimeFormatOptions): string => new Intl.DateTimeFormat('en-GB', { timeZone, ...parts }).format(new Date(at));
  if (kind === 'monthly') return words(from, { month: 'long', year: 'numeric' });
  const since = secondsBetween(from, to) > 26 * 3_600 ? words(from, { weekday: 'long' }) : 'yesterday';
  return `${words(to, { weekday: 'long', day: 'numeric', month: 'long' })}, since ${since}`;
};

const failed = ({ rollouts }: DigestFacts): DigestFacts['rollouts'] =>
  rollouts.filter(({ result }) => result === 'rolled-back' || result === 'failed');
const released = ({ rollouts }: DigestFacts): DigestFacts['rollouts'] => rollouts.filter(({ result }) => result === 'released');
const open = ({ incidents }: DigestFacts): DigestFacts['incidents'] => incidents.filter(({ closedAt }) => closedAt === null);
const count = (amount: number, one: string, many = `${one}s`): string => `${amount} ${amount === 1 ? one : many}`;

const summaryOf = (facts: DigestFacts): string => {
  const parts = [
    open(facts).length > 0 ? `${count(open(facts).length, 'incident is', 'incidents are')} still open.` : '',
    failed(facts).length > 0 ? `${count(failed(facts).length, 'rollout')} went back or failed.` : '',
    facts.nights.some(({ differences }) => differences.length > 0) ? 'Not everything woke as it slept.' : '',
  ].filter((part) => part !== '');
  if (parts.length > 0) return parts.join(' ');
  return facts.nights.length + facts.rollouts.length + facts.incidents.length === 0 ? 'Nothing happened.' : 'All went well.';
};

const usd = (amount: number): string => `$${amount.toFixed(2)}`;

const numbersOf = (facts: DigestFacts): readonly Fact[] => {
  const asleep = facts.nights.reduce((sum, { from, to }) => sum + (from === null || to === null ? 0 : secondsBetween(from, to)), 0);
  const saved = facts.nights.reduce((sum, night) => sum + (night.saved === null ? 0 : night.saved.compute + night.saved.database), 0);
  const kept = facts.nights.reduce((sum, night) => sum + (night.saved?.keptBilling ?? 0), 0);
  const lasted = facts.incidents.reduce(
    (sum, { openedAt, closedAt }) => sum + (closedAt === null ? 0 : secondsBetween(openedAt, closedAt)),
    0,
  );
  const quiet = Object.entries(facts.quiet).filter(([, times]) => times > 0);
  return [
    {
      label: 'Slept',
      value: facts.nights.length === 0 ? 'not at all' : `${count(facts.nights.length, 'night')}, ${durationWords(asleep)}`,
    },
    ...(saved === 0 ? [] : [{ label: 'Saved', value: `${usd(saved)}${kept === 0 ? '' : `, while ${usd(kept)} kept billing`}` }]),
    {
      label: 'Rolled out',
      value: `${count(released(facts).length, 'release')}${failed(facts).length === 0 ? '' : `, ${failed(facts).length} went back or failed`}`,
    },
    { label: 'Incidents', value: facts.incidents.length === 0 ? 'none' : `${facts.incidents.length}, ${durationWords(lasted)} in all` },
    ...(quiet.length === 0
      ? []
      : [
          {
            label: 'Kept quiet',
            value: quiet.map(([reason, times]) => `${count(times, 'alarm')} (${quietWords[reason] ?? reason})`).join(', '),
          },
        ]),
  ];
};

const excerptsOf = (facts: DigestFacts, timeZone: string): Notice['excerpts'] => {
  const when = (at: string): string => instantWords(at, timeZone);
  return [
    { title: 'Open incidents', lines: open(facts).map(({ openedAt, alarms }) => `${when(openedAt)}  ${alarms.join(', ')}`) },
    {
      title: 'Went back or failed',
      lines: failed(facts).map(({ at, services, sentence }) => `${when(at)}  ${services.join(', ')}: ${sentence}`),
    },
    {
      title: 'Released',
      lines: released(facts)
        .slice(-15)
        .map(({ at, services, tags }) => `${when(at)}  ${services.join(', ')}${tags.length === 0 ? '' : ` (${tags.join(', ')})`}`),
    },
    {
      title: 'Woke differently',
      lines: facts.nights.flatMap(({ to, differences }) =>
        differences.map((difference) => `${to === null ? '' : `${when(to)}  `}${difference}`),
      ),
    },
    {
      title: 'In force',
      lines: facts.overrides.map(({ kind, about, by, until }) =>
        `${kind} ${about} by ${by}${until === null ? '' : ` until ${when(until)}`}`.replace(/\s+/g, ' '),
      ),
    },
    { title: 'Waiting', lines: facts.waiting.map(({ service, why, since }) => `${service} since ${when(since)}: ${why}`) },
    { title: 'Quarantined', lines: facts.quarantined.map(({ service, digest, reason }) => `${service} ${digest.slice(0, 19)}: ${reason}`) },
  ].filter(({ lines }) => lines.length > 0);
};

const stepsOf = (facts: DigestFacts, platform: DigestPlatform): readonly string[] => [
  ...(open(facts).length > 0 ? [`Look after the open incidents: ${inTerminal('status', platform)}`] : []),
  ...[...new Set(facts.quarantined.map(({ service }) => service))].map(
    (service) => `Push a newer image for ${service}, or let the quarantined one go: ${inTerminal(`release ${service}`, platform)}`,
  ),
];
