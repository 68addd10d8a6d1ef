// What goes wrong on purpose: AWS's own request limits on virtual time, and injected errors, drops and kills from a seeded plan.
import { bucketNamed, throttleBucket, type Bucket } from './throttle-buckets.ts';
import type { Clock } from './clock.ts';
import type { Randomness } from './randomness.ts';
import { AwsError } from './simulated.ts';
import type { Trail } from './trail.ts';
import type { Call } from './world.ts';
import { callerLabel } from './caller-name.ts';

/** An injected error: which calls it hits, and whether the operation had its effect before the caller saw the error. */
export interface ErrorRule {
  readonly kind: 'error';
  readonly when: 'before-effect' | 'after-effect';
  readonly service?: string;
  readonly operation?: string;
  /** Part of the caller's label, e.g. a function name. */
  readonly caller?: string;
  /** Hits from the nth matching call on (1 = the first, the default). */
  readonly from?: number;
  /** How many calls are hit (default 1); `Infinity` for an outage. */
  readonly times?: number;
  /** Hits each matching call with this probability instead of all of them. */
  readonly probability?: number;
  readonly error: { readonly code: string; readonly message: string; readonly status?: number };
}

/** A function's process dies around its nth request: before it leaves, or after it had its effect but before the answer came. */
export interface KillRule {
  readonly kind: 'kill';
  /** Part of the function's name. */
  readonly functionName: string;
  readonly when: 'before-call' | 'after-call';
  readonly call: number;
  /** Counted over invocations of matching functions; 1 = the first (default). */
  readonly invocation?: number;
  readonly times?: number;
}

export interface FaultPlan {
  readonly rules?: readonly (ErrorRule | KillRule)[];
  /** Probabilities by name, e.g. `{'events.drop': 0.01}`; each simulator says which names it asks for. */
  readonly chances?: Readonly<Record<string, number>>;
  /** AWS's request limits; on unless switched off. */
  readonly throttling?: boolean;
}

/** Where a function's process stands: its nth request of its nth invocation. */
export interface Moment {
  readonly functionName: string;
  readonly invocation: number;
  readonly call: number;
  readonly when: KillRule['when'];
}

export interface Faults {
  /** Throws when the call is throttled or an injected error comes before its effect. */
  beforeEffect(call: Call): void;
  /** Throws when an injected error comes although the call had its effect. */
  afterEffect(call: Call): void;
  /** Whether the process making this function's nth call of this invocation dies here. */
  kills(door: Moment): boolean;
  /**
   * Whether a named mishap befalls this subject (an event source, a function) now: forced by `force`, else drawn from the
   * chance's own stream with the plan's probability. A name the plan does not have never happens by chance.
   */
  happens(name: string, subject?: string): boolean;
  /** Makes the next few of these mishaps happen to this subject, whatever the plan says. */
  force(name: string, subject: string, next: number): void;
  /** The next events of that source are lost (best-effort sources, aws-facts A0). */
  dropEvents(events: { readonly source: string; readonly next: number }): void;
  /** The next events of that source are delivered twice. */
  duplicateEvents(events: { readonly source: string; readonly next: number }): void;
  /** Another client of the account uses up that bucket of requests until that instant (aws-facts B10). */
  spendBucket(bucket: string, until: number): void;
  /** Adds a rule while the rehearsal runs; answers how to take it back. */
  add(rule: ErrorRule | KillRule): () => void;
}

interface Live<Rule> {
  readonly rule: Rule;
  matched: number;
  hits: number;
}

interface FaultContext {
  readonly clock: Clock;
  readonly trail: Trail;
  readonly random: Randomness;
  readonly region: string;
}

const matches = (rule: ErrorRule, call: Call): boolean =>
  (rule.service === undefined || rule.service === call.service) &&
  (rule.operation === undefined || rule.operation === call.operation) &&
  (rule.caller === undefined || callerLabel(call.caller).includes(rule.caller));

const errorHits = (live: Live<ErrorRule>, call: Call, random: Randomness): boolean => {
  const { rule } = live;
  if (!matches(rule, call)) return false;
  live.matched += 1;
  if (live.matched < (rule.from ?? 1)) return false;
  if (rule.probability !== undefined) {
    if (live.hits >= (rule.times ?? Infinity) || !random.stream('faults.error').chance(rule.probability)) return false;
  } else if (live.hits >= (rule.times ?? 1)) return false;
  live.hits += 1;
  return true;
};

const killHits = (live: Live<KillRule>, door: Moment): boolean => {
  const { rule } = live;
  if (rule.when !== door.when || rule.call !== door.call || !door.functionName.includes(rule.functionName)) return false;
  if (door.invocation < (rule.invocation ?? 1) || live.hits >= (rule.times ?? 1)) return false;
  live.hits += 1;
  return true;
};

const addTo = <T>(list: T[], item: T): (() => void) => {
  list.push(item);
  return () => {
    const index = list.indexOf(item);
    if (index >= 0) list.splice(index, 1);
  };
};

export const makeFaults = (plan: FaultPlan, { clock, trail, random, region }: FaultContext): Faults => {
  const errors: Live<ErrorRule>[] = [];
  const kills: Live<KillRule>[] = [];
  const buckets = new Map<string, Bucket>();
  const add = (rule: ErrorRule | KillRule): (() => void) =>
    rule.kind === 'error' ? addTo(errors, { rule, matched: 0, hits: 0 }) : addTo(kills, { rule, matched: 0, hits: 0 });
  for (const rule of plan.rules ?? []) add(rule);
  const tell = (call: Call, what: string, detail: Readonly<Record<string, unknown>>): void => {
    trail.add({ kind: 'fault', who: callerLabel(call.caller), what: `${call.service}:${call.operation} ${what}`, detail });
  };
  const throttle = (call: Call): void => {
    const bucket = throttleBucket(buckets, call.service, call.operation, region);
    if (bucket === undefined || bucket.take(clock.now)) return;
    tell(call, 'throttled', { bucket: bucket.name });
    throw new AwsError('ThrottlingException', 'Rate exceeded', 400);
  };
  const inject = (call: Call, when: ErrorRule['when']): void => {
    for (const live of errors) {
      if (live.rule.when !== when || !errorHits(live, call, random)) continue;
      const { code, message, status } = live.rule.error;
      tell(call, `fails with ${code}, ${when}`, { code });
      throw new AwsError(code, message, status ?? 500);
    }
  };
  const forced = new Map<string, number>();
  const force = (name: string, subject: string, next: number): void => {
    const key = `${name}/${subject}`;
    forced.set(key, (forced.get(key) ?? 0) + next);
  };
  const takeForced = (key: string): boolean => {
    const left = forced.get(key) ?? 0;
    if (left > 0) forced.set(key, left - 1);
    return left > 0;
  };
  return {
    beforeEffect: (call) => {
      if (plan.throttling !== false && call.caller.kind !== 'service') throttle(call);
      inject(call, 'before-effect');
    },
    afterEffect: (call) => inject(call, 'after-effect'),
    kills: (door) => {
      const hit = kills.some((live) => killHits(live, door));
      if (hit) trail.add({ kind: 'fault', who: door.functionName, what: `killed ${door.when} ${door.call}` });
      return hit;
    },
    happens: (name, subject = '') => {
      if (forced.size > 0 && takeForced(`${name}/${subject}`)) return true;
      const probability = plan.chances?.[name] ?? 0;
      return probability > 0 && random.stream(`chance.${name}`).chance(probability);
    },
    force,
    dropEvents: ({ source, next }) => force('events.drop', source, next),
    duplicateEvents: ({ source, next }) => force('events.duplicate', source, next),
    spendBucket: (bucket, until) => bucketNamed(buckets, bucket, region).spend(until),
    add,
  };
};
