// How long an invocation takes in virtual time: a model, not a measurement, the same on every machine.
import type { Work } from './hosting.ts';

/** Milliseconds; the order of magnitude of a 300 KiB bundle at 256 MiB on arm64. */
const INIT = 220;
const BASE = 6;
const AWS_CALL = 14;
const OUTSIDE_CALL = 120;

/** An environment that was idle this long is gone: the next invocation starts cold. */
export const IDLE_LIMIT = 15 * 60_000;

export const initDuration = (cold: boolean): number => (cold ? INIT : 0);

/** Time the code itself takes; waiting on timers comes on top because the clock moves meanwhile. */
export const workDuration = ({ awsCalls, outsideCalls }: Work): number => BASE + AWS_CALL * awsCalls + OUTSIDE_CALL * outsideCalls;
