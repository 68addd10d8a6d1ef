// Collects a digest's facts from the ledger.
import type { Entry } from '../contracts/ledger.ts';
import type { Ledger } from '../ports.ts';
import { keptQuiet, type DigestFacts } from '../domain/digest.ts';
import { sentence } from '../domain/reason.ts';
import { ledger as ledgerOf, type LedgerHost } from './ledger.ts';

export interface Digests {
  facts(from: string, to: string): Promise<DigestFacts>;
}

/** The ledger's view of a span of time. */
export const digests = (host: LedgerHost): Digests => {
  const ledger = ledgerOf(host);
  return { facts: (from, to) => factsOf(ledger, from, to) };
};

const factsOf = async (ledger: Ledger, from: string, to: string): Promise<DigestFacts> => {
  const span = { from, to: `${to}\uffff` };
  const [nights, rollouts, incidents, history, overrides, services] = await Promise.all([
    ledger.list('night', span),
    ledger.list('rollout', span),
    ledger.list('incident'),
    ledger.list('history', span),
    ledger.list('override'),
    ledger.list('service'),
  ]);
  return {
    nights: nights.map(({ value }) => ({
      from: value.asleepAt ?? value.takenAt,
      to: value.awakeAt,
      differences: value.certificate?.differences ?? [],
      saved: value.saved,
    })),
    rollouts: rollouts.map(({ at, key, value }) => ({
      at,
      services: value.services,
      result: value.result,
      tags: value.tags,
      sentence: failureOf(key, history) ?? sentence(value.reason, factsFrom(value.progress)),
    })),
    incidents: incidents
      .map(({ value }) => value)
      .filter(({ openedAt, closedAt }) => openedAt <= to && (closedAt === null || closedAt >= from))
      .map(({ openedAt, closedAt, alarms }) => ({ openedAt, closedAt, alarms: alarms.map(({ name }) => name) })),
    quiet: keptQuiet(history.map(({ value }) => value)),
    overrides: overrides
      .filter(({ value }) => value.until === null || value.until > to)
      .filter(({ value }) => value.kind !== 'approval')
      .map(({ key, value }) => ({ kind: value.kind, about: key.split('#').slice(1).join('#'), by: value.by, until: value.until })),
    waiting: services.flatMap(({ key, value }) =>
      value.staged === null ? [] : [{ service: key, why: value.staged.why, since: value.staged.since }],
    ),
    quarantined: services.flatMap(({ key, value }) =>
      value.quarantine.filter(({ since }) => since >= from).map(({ digest, reason }) => ({ service: key, digest, reason })),
    ),
  };
};

/** Why it went wrong, as it was noted then: a service that is back has other facts by now. */
const failureOf = (rollout: string, history: readonly Entry<'history'>[]): string | null => {
  const noted = history.find(({ value }) => value.story === 'redeploy' && value.action === 'failed' && value.facts['rollout'] === rollout);
  return noted === undefined ? null : sentence(noted.value.reason, noted.value.facts);
};

/** The facts that the rollout's reason was given with: those of the service that went wrong, else of any. */
const factsFrom = (
  progress: Readonly<Record<string, { readonly step: string; readonly facts: Readonly<Record<string, string | number | boolean | null>> }>>,
): Readonly<Record<string, string | number | boolean | null>> => {
  const all = Object.entries(progress);
  const [service, own] = all.find(([, { step }]) => /fail|back/.test(step)) ?? all[0] ?? ['', { facts: {} }];
  return { service, ...own.facts };
};
