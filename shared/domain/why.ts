// Why something happened: every record about an id, service, digest, alarm or night, put together for one answer (N4).
import type { StoppedTask } from './evidence.ts';
import { secondsBetween } from './instants.ts';
import { sentence, type Facts } from './reason.ts';
import type { Recorded } from './rollout-entry.ts';

export interface WhyEntry {
  readonly at: string;
  readonly id: string;
  readonly story: string;
  readonly service: string | null;
  readonly action: string;
  readonly reason: string;
  readonly facts: Facts;
}

export interface WhyRollout extends Recorded {
  readonly evidence: readonly StoppedTask[];
  readonly logs: readonly string[];
}

export interface WhyReport {
  readonly about: string;
  readonly entries: readonly (WhyEntry & { readonly sentence: string })[];
  readonly rollout: WhyRollout | null;
  /** What else bears a similar name, when nothing was found. */
  readonly recent: readonly string[];
}

const MOST_ENTRIES = 6;
const MOST_RECENT = 5;

/** An image that waits is told under its service and the instant since when: `held-api-2026-11-23T09:05:03.193Z`. */
const isHeld = (about: string, { at, service, action }: WhyEntry): boolean => {
  const [, held, since = ''] = /^held-(.+)-(\d{4}-\d\d-\d\dT[\d:.]+Z)$/.exec(about) ?? [];
  return held !== undefined && service === held && action === 'hold' && Math.abs(secondsBetween(since, at)) < 120;
};

const isAbout = (about: string, entry: WhyEntry): boolean => isHeld(about, entry) || isNamed(about, entry);

const isNamed = (about: string, { id, service, facts }: WhyEntry): boolean =>
  id === about ||
  id.startsWith(`${about}/`) ||
  service === about ||
  Object.values(facts).some((fact) => typeof fact === 'string' && (fact === about || mentions(fact, about)));

/** Digests and rollouts are written shortened in facts, so the beginning is enough. */
const mentions = (fact: string, about: string): boolean =>
  about.length >= 8 && fact.includes(about.replace(/^sha256:([0-9a-f]{12})[0-9a-f]*$/, '$1'));

/** The report; `history` in the order of time, `rollouts` newest first. `latest` asks for the newest decision. */
export const whyReport = (about: string, history: readonly WhyEntry[], rollouts: readonly WhyRollout[]): WhyReport => {
  const told = history.filter(({ action }) => action !== 'ignore');
  const newest = told.at(-1);
  const found =
    about === 'latest' ? told.filter(({ id }) => newest !== undefined && sameRoot(id, newest.id)) : matching(about, history, told);
  const entries = found.slice(-MOST_ENTRIES).map((entry) => ({ ...entry, sentence: sentence(entry.reason, entry.facts) }));
  const last = entries.at(-1);
  const rollout = rollouts.find(({ id }) => id === about || last?.id.startsWith(`${id}/`) === true) ?? null;
  return { about, entries, rollout, recent: entries.length > 0 ? [] : told.slice(-MOST_RECENT).map(({ id }) => id) };
};

/** What nobody was told of counts only when it is asked for by its own id. */
const matching = (about: string, history: readonly WhyEntry[], told: readonly WhyEntry[]): readonly WhyEntry[] => {
  const own = history.filter(({ id }) => id === about);
  return own.length > 0 && own.every(({ action }) => action === 'ignore') ? own : told.filter((entry) => isAbout(about, entry));
};

/** Entries of one rollout, night or incident begin alike. */
const sameRoot = (one: string, other: string): boolean => one.split('/')[0] === other.split('/')[0];
