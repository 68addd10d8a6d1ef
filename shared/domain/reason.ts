// Every reason the automation can give, with its sentence: one list for notices, history, command line and console.
import { alarmReasons } from './reasons/alarm.ts';
import { redeployReasons } from './reasons/redeploy.ts';
import { sleepReasons } from './reasons/sleep.ts';
import { wakeReasons } from './reasons/wake.ts';

export type Facts = Readonly<Record<string, string | number | boolean | null>>;
export type Reasons = Readonly<Record<string, (facts: Facts) => string>>;

export const reasons: Reasons = { ...redeployReasons, ...sleepReasons, ...wakeReasons, ...alarmReasons };

/** The sentence of a reason with its facts; a reason nobody wrote a sentence for shows its key. */
export const sentence = (reason: string, facts: Facts): string => reasons[reason]?.(facts) ?? reason;
