// Trails as lines that can be compared between a door in a worker thread and the same door in process.
import type { Outcome } from '../../local/rehearsal/rehearsal.ts';
import type { TrailEntry } from '../../local/trail.ts';

/** The SDK draws these by chance from the thread's own randomness; no service answers differently for them. */
const TOKENS: readonly string[] = ['ClientRequestToken', 'clientToken', 'clientRequestToken'];

/** Members in one order: a body that was written and read again has the order of its schema. */
const inOrder = (name: string, value: unknown): unknown => {
  if (TOKENS.includes(name)) return 'a token of the SDK';
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
};

/** An entry as text. Log lines carry the logger's own wording, so only who wrote them counts; calls of one moment are numbered as they come. */
const lineOf = ({ at, kind, who, what, detail }: TrailEntry): string => {
  const { requestId: _, call: __, ...rest } = detail ?? {};
  return JSON.stringify(kind === 'log' ? { at, kind, who } : { at, kind, who, what, detail: kind === 'call' ? rest : detail }, inOrder);
};

/** The trail by instants; what a door asks at the same moment may leave its clients in another order. */
export const linesOf = ({ trail }: Outcome): readonly string[] =>
  trail.map((entry) => ({ at: entry.at, line: lineOf(entry) })).sort((one, other) => one.at - other.at || (one.line < other.line ? -1 : 1)).map(({ line }) => line);

/** The first place where two trails part, with both lines; undefined when they are one. */
export const parting = (one: readonly string[], other: readonly string[]): readonly [string, string] | undefined => {
  const index = Array.from({ length: Math.max(one.length, other.length) }).findIndex((_, place) => one[place] !== other[place]);
  return index < 0 ? undefined : [(one[index] ?? 'nothing').slice(0, 1_500), (other[index] ?? 'nothing').slice(0, 1_500)];
};
