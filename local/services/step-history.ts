// A value that changes now and then, remembered long enough for CloudWatch to ask for past minutes.

export interface StepHistory<Value> {
  readonly set: (at: number, value: Value) => void;
  /** The value that held at the end of the minute that contains `at`; undefined before the first. */
  readonly inMinute: (at: number) => Value | undefined;
}

const MINUTE = 60_000;
const KEPT = 400;

export const stepHistory = <Value>(): StepHistory<Value> => {
  const steps: { readonly at: number; readonly value: Value }[] = [];
  return {
    set: (at, value) => {
      const last = steps.at(-1);
      if (last !== undefined && last.value === value) return;
      if (last !== undefined && last.at === at) steps.pop();
      steps.push({ at, value });
      if (steps.length > KEPT) steps.splice(0, KEPT / 2);
    },
    inMinute: (at) => {
      const end = (Math.floor(at / MINUTE) + 1) * MINUTE;
      return steps.findLast((step) => step.at < end)?.value;
    },
  };
};
