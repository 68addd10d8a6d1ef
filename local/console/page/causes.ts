// Why something happened, entry by entry: which line of the trail led to which, found by ids where AWS gives them and by order where not.
import type { TrailEntry } from './api.ts';
import { decisionOf, ledgerWrites, type Decision } from './ledger-writes.ts';
import { lastPart } from './words.ts';

interface Invocation {
  readonly seq: number;
  readonly fn: string;
  readonly by: string;
  readonly requestId: string;
}

export interface Causes {
  take(entry: TrailEntry): void;
  readonly decisions: readonly Decision[];
  /** `machine/execution` an entry belongs to, if any. */
  executionOf(entry: TrailEntry): string | null;
  /** The entry that led to this one. */
  causeOf(entry: TrailEntry): TrailEntry | undefined;
  /** The whole chain, first cause first, the entry itself last. */
  chainOf(entry: TrailEntry): readonly TrailEntry[];
  /** The decision that explains an entry. */
  decisionFor(entry: TrailEntry): Decision | undefined;
}

const MOST_STEPS = 24;
/** How far back to look for what is only known by order. */
const REACH = 20_000;

interface Index {
  readonly entries: readonly TrailEntry[];
  readonly events: Map<string, number>;
  readonly executions: Map<string, number>;
  readonly invocations: Map<string, Invocation>;
  /** Invocations not yet answered, per function, oldest first. */
  readonly open: Map<string, Invocation[]>;
  /** Entry number of a call or an answer -> the invocation it belongs to. */
  readonly within: Map<number, Invocation>;
  /** Execution name -> `machine/execution`. */
  readonly byName: Map<string, string>;
  readonly decisions: Decision[];
}

const sessionOf = (who: string): string => who.slice(who.lastIndexOf('/') + 1);

const onInvoke = (index: Index, { seq, who, what, detail }: TrailEntry): void => {
  const requestId = String(detail?.['requestId'] ?? '');
  if (what === 'started') {
    const invocation = { seq, fn: who, by: String(detail?.['by'] ?? ''), requestId };
    index.invocations.set(requestId, invocation);
    index.open.set(who, [...(index.open.get(who) ?? []), invocation]);
    return;
  }
  const started = index.invocations.get(requestId);
  if (started === undefined) return;
  index.within.set(seq, started);
  index.open.set(who, (index.open.get(who) ?? []).filter((one) => one !== started));
};

const onCall = (index: Index, entry: TrailEntry): void => {
  const invocation = index.open.get(sessionOf(entry.who))?.at(-1);
  if (invocation !== undefined) index.within.set(entry.seq, invocation);
  for (const write of ledgerWrites(entry)) {
    const execution = invocation === undefined ? null : (index.byName.get(sessionOf(invocation.by)) ?? null);
    // Of two invocations at once nobody can tell whose call it is; a line of a rollout's history says it by its id.
    const decision = decisionOf(entry, write, (named) => index.byName.get(named) ?? execution);
    if (decision !== undefined) index.decisions.push(decision);
  }
};

const take = (index: Index, entry: TrailEntry): void => {
  if (entry.kind === 'event' && typeof entry.detail?.['id'] === 'string') index.events.set(entry.detail['id'], entry.seq);
  if (entry.kind === 'state' && entry.what === 'execution started') {
    index.executions.set(entry.who, entry.seq);
    index.byName.set(sessionOf(entry.who), entry.who);
  }
  if (entry.kind === 'invoke') onInvoke(index, entry);
  if (entry.kind === 'call') onCall(index, entry);
};

const numbered = (index: Index, seq: number | undefined): TrailEntry | undefined => (seq === undefined ? undefined : index.entries[seq - 1]);

/** The nearest entry before this one that fits. */
const before = (index: Index, { seq }: TrailEntry, fits: (entry: TrailEntry) => boolean): TrailEntry | undefined => {
  for (let at = seq - 2; at >= Math.max(0, seq - REACH); at -= 1) {
    const entry = index.entries[at];
    if (entry !== undefined && fits(entry)) return entry;
  }
  return undefined;
};

const eventIn = (index: Index, value: unknown): TrailEntry | undefined => {
  const ids = JSON.stringify(value ?? null).matchAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g);
  for (const [id] of ids) {
    const event = numbered(index, index.events.get(id));
    if (event !== undefined) return event;
  }
  return undefined;
};

const isDelivery = (id: string) => (entry: TrailEntry): boolean => entry.kind === 'event' && entry.detail?.['event'] === id;

/** The rule's delivery of an event when there is one, else the event itself. */
const deliveryOf = (index: Index, entry: TrailEntry, event: TrailEntry | undefined): TrailEntry | undefined =>
  event === undefined ? undefined : (before(index, entry, isDelivery(String(event.detail?.['id']))) ?? event);

const startCause = (index: Index, entry: TrailEntry): TrailEntry | undefined => {
  const event = eventIn(index, entry.detail?.['input']);
  if (event !== undefined) return deliveryOf(index, entry, event);
  const by = sessionOf(String(entry.detail?.['by'] ?? ''));
  return before(index, entry, ({ kind, who }) => (kind === 'schedule' && (who === by || entry.who.startsWith(who.replace(/-\d+$/, '')))) || kind === 'happening');
};

const invokeCause = (index: Index, entry: TrailEntry): TrailEntry | undefined => {
  const invocation = index.within.get(entry.seq);
  if (invocation !== undefined) return numbered(index, invocation.seq);
  const execution = index.byName.get(sessionOf(String(entry.detail?.['by'] ?? '')));
  if (execution !== undefined) return before(index, entry, ({ kind, who, what }) => kind === 'state' && who === execution && !what.startsWith('execution '));
  const event = eventIn(index, entry.detail?.['event']);
  if (event !== undefined) return deliveryOf(index, entry, event);
  return entry.who.includes('-notices-') ? before(index, entry, ({ kind, what }) => kind === 'message' && what.startsWith('published ')) : undefined;
};

const callCause = (index: Index, entry: TrailEntry): TrailEntry | undefined => {
  const invocation = index.within.get(entry.seq);
  if (invocation !== undefined) return numbered(index, invocation.seq);
  const execution = index.byName.get(sessionOf(entry.who));
  if (execution !== undefined) return before(index, entry, ({ kind, who }) => kind === 'state' && who === execution);
  const rule = sessionOf(entry.who);
  return before(index, entry, ({ kind, who }) => (kind === 'event' || kind === 'schedule') && who === rule);
};

const isCall = (pattern: RegExp, about: string) => ({ kind, what, detail }: TrailEntry): boolean =>
  kind === 'call' && pattern.test(what) && JSON.stringify(detail?.['input'] ?? '').includes(about);

const eventCause = (index: Index, entry: TrailEntry): TrailEntry | undefined => {
  const { detail, who } = entry;
  if (typeof detail?.['event'] === 'string') return numbered(index, index.events.get(detail['event']));
  if (who === 'aws.ecr') return before(index, entry, ({ kind, who: by }) => kind === 'happening' && by === 'registry');
  const resource = String((detail?.['resources'] as readonly string[] | undefined)?.[0] ?? '');
  const name = lastPart(resource);
  return before(index, entry, ({ kind, who: about }) => ['task', 'deployment', 'alarm', 'state', 'stack', 'database'].includes(kind) && (about === resource || lastPart(about) === name));
};

const causeOf = (index: Index, entry: TrailEntry): TrailEntry | undefined => {
  const { kind, who, what, detail } = entry;
  switch (kind) {
    case 'event':
      return eventCause(index, entry);
    case 'state':
      return what === 'execution started' ? startCause(index, entry) : numbered(index, index.executions.get(who));
    case 'invoke':
      return invokeCause(index, entry);
    case 'call':
      return callCause(index, entry);
    case 'deployment':
      return before(index, entry, isCall(/^ecs:(Update|Create)Service$/, lastPart(who)));
    case 'task': {
      const service = String(detail?.['group'] ?? '').replace(/^service:/, '');
      return before(index, entry, (one) => one.kind === 'deployment' && one.detail?.['service'] === service);
    }
    case 'target':
      return before(index, entry, (one) => one.kind === 'task');
    case 'database':
      return before(index, entry, isCall(/^rds:(Start|Stop)DB/, who));
    case 'scaling':
      return before(index, entry, isCall(/^application-autoscaling:|^ecs:UpdateService$/, lastPart(who)));
    case 'alarm':
      return before(index, entry, (one) => one.kind === 'happening' && one.who === 'day' && JSON.stringify(one.detail ?? '').includes(who));
    case 'message':
      return what.startsWith('published ') ? before(index, entry, isCall(/^sns:Publish$/, '')) : before(index, entry, (one) => one.kind === 'message' && one.what.startsWith('published '));
    default:
      return undefined;
  }
};

const chainOf = (index: Index, entry: TrailEntry): readonly TrailEntry[] => {
  const chain = [entry];
  for (let cause = causeOf(index, entry); cause !== undefined && chain.length < MOST_STEPS; cause = causeOf(index, cause)) {
    if (chain.includes(cause)) break;
    chain.unshift(cause);
  }
  return chain;
};

const executionOf = (index: Index, { kind, who, seq, detail }: TrailEntry): string | null => {
  if (kind === 'state') return who;
  const invocation = index.within.get(seq);
  const by = invocation?.by ?? (kind === 'invoke' ? String(detail?.['by'] ?? '') : who);
  return index.byName.get(sessionOf(by)) ?? null;
};

/** The nearest in time: a story writes some decisions down before it acts and some, like a failure's, just after. */
const nearest = (made: readonly Decision[], at: number): Decision | undefined =>
  made.toSorted((one, other) => Math.abs(one.at - at) - Math.abs(other.at - at))[0];

/** Its own decision; else the nearest of its execution; else the same of what led to it. */
const decisionFor = (index: Index, entry: TrailEntry): Decision | undefined => {
  for (const step of [...chainOf(index, entry)].reverse()) {
    const own = index.decisions.find(({ seq }) => seq === step.seq);
    if (own !== undefined) return own;
    const execution = executionOf(index, step);
    const decision = execution === null ? undefined : nearest(index.decisions.filter((one) => one.execution === execution), step.at);
    if (decision !== undefined) return decision;
  }
  return undefined;
};

/** An index over a list that only grows; every entry is handed to `take` once, in order. */
export const makeCauses = (entries: readonly TrailEntry[]): Causes => {
  const index: Index = {
    entries, events: new Map(), executions: new Map(), invocations: new Map(), open: new Map(), within: new Map(), byName: new Map(), decisions: [],
  };
  return {
    decisions: index.decisions,
    take: (entry) => take(index, entry),
    executionOf: (entry) => executionOf(index, entry),
    causeOf: (entry) => causeOf(index, entry),
    chainOf: (entry) => chainOf(index, entry),
    decisionFor: (entry) => decisionFor(index, entry),
  };
};
