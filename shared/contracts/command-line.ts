// What `--json` writes, per command: the shapes machines may rely on; fields are added, never taken away or given another meaning.
import * as v from 'valibot';

const instant = v.pipe(v.string(), v.isoTimestamp());
const text = v.string();
const usd = v.number();
const fate = v.strictObject({ stack: text, id: text, type: text, name: text });

/** One rollout, as `status` and `history` give it. */
const RolloutJson = v.strictObject({
  id: text,
  at: instant,
  services: v.array(text),
  trigger: v.strictObject({ kind: text, detail: text }),
  who: v.nullable(text),
  images: v.record(text, v.record(text, text)),
  tags: v.array(text),
  commit: v.nullable(text),
  gates: v.record(text, v.array(text)),
  phases: v.array(v.strictObject({ name: text, at: instant })),
  result: text,
  seconds: v.nullable(v.number()),
});

export const StatusJson = v.strictObject({
  platform: text,
  region: text,
  at: instant,
  state: v.picklist(['awake', 'falling-asleep', 'asleep', 'waking']),
  since: v.nullable(instant),
  hours: v.nullable(v.strictObject({ words: text, timeZone: text, now: v.picklist(['at-work', 'off']) })),
  edges: v.array(v.strictObject({ at: instant, to: v.picklist(['at-work', 'off']) })),
  keptAwake: v.nullable(v.strictObject({ until: instant, by: text })),
  holds: v.array(v.strictObject({ what: text, by: text, until: v.nullable(instant) })),
  services: v.array(
    v.strictObject({
      name: text,
      exists: v.boolean(),
      desired: v.number(),
      running: v.number(),
      healthy: v.number(),
      offSpot: v.boolean(),
      scaling: v.nullable(v.strictObject({ min: v.number(), max: v.number() })),
      images: v.record(text, text),
      tags: v.array(text),
      commit: v.nullable(text),
      releasedAt: v.nullable(instant),
      staged: v.nullable(text),
      quarantined: v.array(text),
      quarantine: v.array(v.strictObject({ digest: text, since: instant, reason: text, until: v.strictObject({ kind: text, of: text }) })),
    }),
  ),
  databases: v.array(v.strictObject({ identifier: text, status: text })),
  alarms: v.array(v.strictObject({ name: text, since: instant, quiet: v.boolean() })),
  rollouts: v.array(RolloutJson),
});

/** One entry of the ledger, as `history` and `why` give it. */
const entry = { at: instant, id: text, story: text, service: v.nullable(text), action: text, reason: text, sentence: text };

export const HistoryJson = v.array(
  v.strictObject({
    ...entry,
    rollout: v.nullable(RolloutJson),
    certificate: v.nullable(v.strictObject({ at: instant, differences: v.array(text), explained: v.array(text) })),
  }),
);

export const WhyJson = v.strictObject({
  about: text,
  entries: v.array(
    v.looseObject({
      ...entry,
      facts: v.record(text, v.nullable(v.union([text, v.number(), v.boolean()]))),
    }),
  ),
  rollout: v.nullable(
    v.looseObject({
      id: text,
      result: text,
      services: v.array(text),
      tags: v.array(text),
      commit: v.nullable(text),
      phases: v.array(v.looseObject({ name: text, at: instant })),
      evidence: v.array(v.looseObject({ task: text, reason: text })),
      logs: v.array(text),
    }),
  ),
  recent: v.array(text),
});

/** One object per line. */
export const LogsJson = v.strictObject({ at: instant, service: text, stream: text, message: text });

export const SecretsJson = v.array(
  v.strictObject({
    secret: text,
    key: v.nullable(text),
    hint: text,
    optional: v.boolean(),
    state: v.picklist(['filled', 'unfilled', 'left-out', 'missing']),
  }),
);

export const SavingsJson = v.strictObject({
  nights: v.array(
    v.strictObject({ night: text, hours: v.number(), compute: usd, database: usd, keptBilling: usd, differences: v.number(), unpriced: v.array(text) }),
  ),
  months: v.array(v.strictObject({ month: text, nights: v.number(), saved: usd, keptBilling: usd })),
  saved: usd,
  unpriced: v.array(text),
});

export const DestroyJson = v.strictObject({ lost: v.array(fate), snapshots: v.array(fate), kept: v.array(fate), others: v.number() });

export const DoctorJson = v.array(
  v.strictObject({ check: text, verdict: v.picklist(['fine', 'warning', 'trouble', 'skipped']), says: text, remedy: v.nullable(text) }),
);

/** `plan`, and `--dry-run --json` of the commands that have it. */
export const PlanJson = v.array(
  v.strictObject({
    story: v.picklist(['redeploy', 'sleep', 'wake', 'alarm']),
    subject: text,
    action: text,
    acts: v.boolean(),
    why: text,
    changes: v.array(text),
  }),
);

/** An edge of the hours: when the platform goes to work or off, and whether clocks are put forward or back that day. */
export const HoursJson = v.array(
  v.strictObject({ at: instant, to: v.picklist(['at-work', 'off']), shift: v.picklist(['none', 'forward', 'back']) }),
);

/** USD a month; null where only use decides, or where the price is unknown in the region (`elsewhere` is us-east-1's then). */
export const CostJson = v.strictObject({
  platform: text,
  region: text,
  dated: text,
  rows: v.array(
    v.strictObject({
      what: text,
      part: text,
      always: v.nullable(usd),
      withHours: v.nullable(usd),
      elsewhere: v.nullable(v.strictObject({ always: usd, withHours: usd })),
      note: text,
    }),
  ),
});

/** Shapes by command. */
export const shapes = {
  status: StatusJson,
  history: HistoryJson,
  why: WhyJson,
  logs: LogsJson,
  secrets: SecretsJson,
  savings: SavingsJson,
  destroy: DestroyJson,
  doctor: DoctorJson,
  plan: PlanJson,
  hours: HoursJson,
  cost: CostJson,
} as const;
