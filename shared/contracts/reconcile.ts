// What the reconciler's schedule sends: only the instant it was due.
import * as v from 'valibot';

export const ReconcileInputSchema = v.object({ time: v.string() });

/** Minutes between two looks: a lost event is found within this time (R1). */
export const RECONCILE_MINUTES = 15;

/** Minutes after which an interrupted sleep or waking has been tried again: two looks, the time it counts as moving, and the tries of its doors. */
export const NIGHT_TRIED_AGAIN_MINUTES = 45;
