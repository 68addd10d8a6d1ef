// One thing that cannot work: where it stands, what stands there, why not, and what to do.

export interface Impossibility {
  readonly field: string;
  readonly value: string;
  readonly problem: string;
  readonly remedy: string;
}

/** A finding in a list when it holds, else an empty list. */
export const when = (holds: boolean, field: string, value: unknown, problem: string, remedy: string): readonly Impossibility[] =>
  holds ? [{ field, value: JSON.stringify(value) ?? 'nothing', problem, remedy }] : [];
