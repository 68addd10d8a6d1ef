// Everything that crosses a border in the sleep story: what starts it, what its doors take, and what its schedules send.
import * as v from 'valibot';

export const SleepTriggerSchema = v.object({
  kind: v.picklist(['schedule', 'reconcile', 'operator', 'visit', 'link', 'day-7', 'idle']),
  detail: v.exactOptional(v.string()),
  by: v.exactOptional(v.string()),
  /** Instant for which a schedule fired; kept for the record, the story asks the hours (S12). */
  scheduled: v.exactOptional(v.string()),
});
export type NightTrigger = v.InferOutput<typeof SleepTriggerSchema>;

const execution = v.object({ name: v.string(), startedAt: v.string() });

/** Decide: the machine's own input beside its execution. */
export const NightDecideSchema = v.object({
  execution,
  at: v.string(),
  trigger: v.exactOptional(SleepTriggerSchema, { kind: 'operator' }),
});

/** Advance and finish: which night, how many times it was advanced before, and when last: AWS's limits count by time. */
export const NightAdvanceSchema = v.object({
  execution,
  at: v.string(),
  night: v.string(),
  round: v.number(),
  last: v.nullish(v.string()),
});

export const NightAbandonSchema = v.object({ execution, at: v.string(), error: v.exactOptional(v.unknown()) });

/** What the machines' Choice states look at. */
export interface NightStep {
  readonly action: 'advance' | 'pause' | 'calm' | 'again' | 'services' | 'stores' | 'finish' | 'done';
  readonly night: string | null;
  readonly round: number;
  readonly last: string | null;
  readonly seconds: number;
  readonly reason: string;
}

export const stepOf = (
  action: NightStep['action'],
  reason: string,
  more: Partial<Pick<NightStep, 'night' | 'round' | 'last' | 'seconds'>> = {},
): NightStep => ({
  action,
  reason,
  night: more.night ?? null,
  round: more.round ?? 0,
  last: more.last ?? null,
  seconds: Math.max(1, more.seconds ?? 1),
});

/** Lease of whoever carries a story out; a second execution of the same story finds it taken (X1). */
export const driverLease = (story: 'sleep' | 'wake'): string => `drive#${story}`;

/** Seconds a driver may be silent before another execution may take over; more than a door and its retries take. */
export const DRIVER_SECONDS = 300;

/** What a schedule sends; `<aws.scheduler.scheduled-time>` is replaced by Scheduler (aws-facts F). */
export const scheduleInput = (detail: string): string =>
  JSON.stringify({ trigger: { kind: 'schedule', detail, scheduled: '<aws.scheduler.scheduled-time>' } });

export const sampleSleep = { trigger: { kind: 'schedule', detail: 'mon-fri 07:00-20:00', scheduled: '2026-11-23T08:45:00Z' } } as const;
