// An alarm in the team's words: a title a person understands in the lock screen, its numbers with units, its severity (L2, L5).
import { windowSeconds, worstValue, type AlarmFacts, type Subject } from './alarm.ts';
import { durationWords } from './instants.ts';
import type { Severity } from './notice.ts';

type Unit = 'percent' | 'seconds' | 'bytes' | 'count';

interface Wording {
  /** Namespace and name of the metric, or `name <alarm name>` for metric maths. */
  readonly metric: RegExp;
  readonly unit: Unit;
  /** {who}, {value}, {limit}, {window} and {statistic} are filled in. */
  readonly title: string;
  /** Shorter, for `Recovered: …` and lists. */
  readonly short: string;
  /** Trouble that users notice or that grows into an outage: it pages in prod. */
  readonly urgent: boolean;
}

const wordings: readonly Wording[] = [
  {
    metric: /^AWS\/ECS CPUUtilization$/,
    unit: 'percent',
    title: 'CPU of {who} at {value} (limit {limit})',
    short: 'CPU of {who}',
    urgent: false,
  },
  {
    metric: /^AWS\/ECS MemoryUtilization$/,
    unit: 'percent',
    title: 'Memory of {who} at {value} (limit {limit})',
    short: 'memory of {who}',
    urgent: false,
  },
  {
    metric: /^AWS\/ApplicationELB HTTPCode_Target_5XX_Count$/,
    unit: 'count',
    title: '{who} answers with errors: {value} in {window} (limit {limit})',
    short: 'errors of {who}',
    urgent: true,
  },
  {
    metric: /^AWS\/ApplicationELB HTTPCode_ELB_5XX_Count$/,
    unit: 'count',
    title: 'The load balancer answers with errors: {value} in {window} (limit {limit})',
    short: 'errors of the load balancer',
    urgent: true,
  },
  {
    metric: /^AWS\/ApplicationELB UnHealthyHostCount$/,
    unit: 'count',
    title: '{who} has unhealthy tasks: {value}',
    short: 'health of {who}',
    urgent: true,
  },
  {
    metric: /^AWS\/ApplicationELB HealthyHostCount$/,
    unit: 'count',
    title: '{who} has {value} healthy tasks (limit {limit})',
    short: 'health of {who}',
    urgent: true,
  },
  {
    metric: /^AWS\/ApplicationELB TargetResponseTime$/,
    unit: 'seconds',
    title: '{who} is slow: {statistic} {value} (limit {limit})',
    short: 'response time of {who}',
    urgent: false,
  },
  {
    metric: /^(?:ECS\/ContainerInsights) RunningTaskCount$/,
    unit: 'count',
    title: '{who} runs {value} tasks (limit {limit})',
    short: 'tasks of {who}',
    urgent: true,
  },
  {
    metric: /^name .*-tasks-missing$/,
    unit: 'count',
    title: '{who} runs too few tasks: {value} missing',
    short: 'tasks of {who}',
    urgent: true,
  },
  {
    metric: /^AWS\/RDS CPUUtilization$/,
    unit: 'percent',
    title: 'CPU of {who} at {value} (limit {limit})',
    short: 'CPU of {who}',
    urgent: false,
  },
  {
    metric: /^AWS\/RDS FreeStorageSpace$/,
    unit: 'bytes',
    title: '{who} runs out of storage: {value} free (limit {limit})',
    short: 'storage of {who}',
    urgent: true,
  },
  {
    metric: /^AWS\/RDS FreeableMemory$/,
    unit: 'bytes',
    title: '{who} is short of memory: {value} free (limit {limit})',
    short: 'memory of {who}',
    urgent: false,
  },
  {
    metric: /^AWS\/RDS DatabaseConnections$/,
    unit: 'count',
    title: '{who} has {value} connections (limit {limit})',
    short: 'connections of {who}',
    urgent: false,
  },
  {
    metric: /^AWS\/ElastiCache (?:Engine)?CPUUtilization$/,
    unit: 'percent',
    title: 'CPU of {who} at {value} (limit {limit})',
    short: 'CPU of {who}',
    urgent: false,
  },
  {
    metric: /^AWS\/ElastiCache DatabaseMemoryUsagePercentage$/,
    unit: 'percent',
    title: 'Memory of {who} at {value} (limit {limit})',
    short: 'memory of {who}',
    urgent: false,
  },
  {
    metric: /^AWS\/ElastiCache Evictions$/,
    unit: 'count',
    title: '{who} throws data out to make room: {value} evictions in {window}',
    short: 'evictions of {who}',
    urgent: false,
  },
];

/** Alarms of the automation itself, by what follows the platform's prefix. */
const automation: readonly { readonly name: RegExp; readonly title: string; readonly short: string }[] = [
  { name: /^(\w+)-story-failed$/, title: 'The $1 story did not finish', short: 'the $1 story' },
  { name: /^(\w+)-parked$/, title: 'Messages for $1 are parked because nobody can read them', short: 'parked messages for $1' },
  { name: /^(\w+)-waiting$/, title: 'Messages for $1 wait: the road or its door is down', short: 'waiting messages for $1' },
  { name: /^dead-letters$/, title: 'Events reached no story', short: 'events that reached no story' },
];

const roadWords: Readonly<Record<string, string>> = { slack: 'Slack', webhook: 'the webhook', email: 'mail' };

/** Words for one alarm. `limit` and `value` are null when CloudWatch gave none. */
export interface AlarmWords {
  readonly title: string;
  readonly short: string;
  readonly value: string | null;
  readonly limit: string | null;
}

/** The alarm in words; metrics nobody wrote words for are told by the alarm's own name. */
export const alarmWords = (alarm: AlarmFacts, subject: Subject, prefix: string): AlarmWords => {
  const wording = wordingOf(alarm);
  const worst = worstValue(alarm);
  const value = worst === null ? null : amountWords(worst, wording?.unit ?? 'count');
  const limit = alarm.threshold === null ? null : amountWords(alarm.threshold, wording?.unit ?? 'count');
  const own = subject.kind === 'automation' ? automation.find(({ name }) => name.test(subject.name)) : undefined;
  if (own !== undefined) {
    const said = (words: string): string =>
      subject.name.replace(own.name, words).replace(/for (slack|webhook|email)\b/, (_, road: string) => `for ${roadWords[road] ?? road}`);
    return { title: said(own.title), short: said(own.short), value, limit };
  }
  const who = whoWords(subject);
  if (wording === undefined) return { ...byName(alarm.name, prefix), value, limit };
  const fill = (text: string): string =>
    capital(
      text
        .replace('{who}', who)
        .replace('{value}', value ?? 'beyond')
        .replace('{limit}', limit ?? 'set in the alarm')
        .replace('{window}', durationWords(windowSeconds(alarm)))
        .replace('{statistic}', alarm.statistic ?? 'at'),
    );
  return {
    title: value === null ? capital(wording.short.replace('{who}', who)) : fill(wording.title),
    short: wording.short.replace('{who}', who),
    value,
    limit,
  };
};

const wordingOf = (alarm: AlarmFacts): Wording | undefined => {
  const key = alarm.metric === null || alarm.calculated ? `name ${alarm.name}` : `${alarm.metric.namespace} ${alarm.metric.name}`;
  return wordings.find(({ metric }) => metric.test(key));
};

const byName = (name: string, prefix: string): { readonly title: string; readonly short: string } => {
  const words = (name.startsWith(prefix) ? name.slice(prefix.length) : name).replaceAll(/[-_]+/g, ' ').trim();
  return { title: capital(words), short: words };
};

/** A service is called by its name; a database or cache says what it is. */
export const whoWords = (subject: Subject): string => {
  switch (subject.kind) {
    case 'service':
      return subject.name;
    case 'database':
      return `database ${subject.name}`;
    case 'cache':
      return `cache ${subject.name}`;
    case 'load-balancer':
      return 'the load balancer';
    case 'automation':
      return 'the automation';
    case 'platform':
      return 'the platform';
  }
};

const capital = (text: string): string =>
  /^[a-z]+(?:[A-Z]|-| is| has| answers| runs)/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);

/** The units of the platform file: `freeGiB`, `freeMemoryMiB`. */
const GIB = 1_073_741_824;
const MIB = 1_048_576;

/** A number with its unit: 93 %, 2.4 s, 8.2 GiB, 12. */
export const amountWords = (amount: number, unit: Unit): string => {
  switch (unit) {
    case 'percent':
      return `${short(amount)} %`;
    case 'seconds':
      return amount < 1 ? `${Math.round(amount * 1000)} ms` : `${short(amount)} s`;
    case 'bytes':
      return amount >= GIB ? `${short(amount / GIB)} GiB` : `${Math.round(amount / MIB)} MiB`;
    case 'count':
      return short(amount);
  }
};

const short = (amount: number): string => String(Math.abs(amount) >= 100 ? Math.round(amount) : Math.round(amount * 10) / 10);

/** How loud the alarm is: what its author wrote in brackets, else urgent trouble pages in prod and everything else goes to the channel. */
export const severityOf = (alarm: AlarmFacts, subject: Subject, stage: string): Severity => {
  const written = /\[(page|channel|digest)\]/.exec(alarm.description)?.[1];
  if (written !== undefined) return written as Severity;
  const urgent = subject.kind === 'automation' || alarm.rule !== null || wordingOf(alarm)?.urgent === true;
  return urgent && stage === 'prod' ? 'page' : 'channel';
};

/** What the author of an alarm wrote: what it means, what to do about it, and where that is written at length. */
export interface AuthorsWords {
  readonly meaning: string;
  readonly todo: string | null;
  readonly runbook: string | null;
}

/** Reads `Meaning. What to do: steps. Runbook: https://…`; marks meant for machines are left out. */
export const authorsWords = (description: string): AuthorsWords => ({
  meaning: plain(description.replace(/What to do:[\s\S]*$/i, '')),
  todo: plain(/What to do:([\s\S]*)$/i.exec(description)?.[1] ?? '') || null,
  runbook: /Runbook:\s*(https?:\/\/[^\s)]+)/i.exec(description)?.[1] ?? null,
});

const plain = (text: string): string =>
  text
    .replace(/\[(?:page|channel|digest)\]/g, '')
    .replace(/Runbook:\s*https?:\/\/\S+/i, '')
    .replace(/\s{2,}/g, ' ')
    .trim();

/** `api, web and worker`. */
export const listWords = (names: readonly string[]): string =>
  [names.slice(0, -1).join(', '), names.at(-1)].filter((part) => part !== '').join(' and ');
