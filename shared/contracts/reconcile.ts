// What the reconciler's schedule sends: only the instant it was due.
import * as v from 'valibot';

export const ReconcileInputSchema = v.object({ time: v.string() });

/** Minutes between two looks: a lost event is found within this time (R1). */
export const RECONCILE_MINUTES = 15;
