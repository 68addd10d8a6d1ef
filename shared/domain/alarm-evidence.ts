// What was found out about an alarm, each part on its own: found, or missing with the reason (L2).
import type { StoppedTask } from './evidence.ts';

export type Part<T> = { readonly found: T } | { readonly missing: string };

/** A stopped task as our own capture kept it. */
export type KeptTask = StoppedTask & { readonly service: string; readonly logs: readonly string[] };

export interface Change {
  readonly at: string;
  readonly story: string;
  readonly service: string | null;
  readonly action: string;
  /** Key of the sentence. */
  readonly reason?: string;
  readonly sentence: string;
}

export interface ServiceCount {
  readonly service: string;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  /** Revision of the primary deployment. */
  readonly taskDefinition?: string;
}

export interface TargetCount {
  readonly service: string;
  readonly healthy: number;
  readonly total: number;
  /** Why the others are not healthy, e.g. `Target.Timeout`. */
  readonly reasons: readonly string[];
}

export interface AlarmEvidence {
  /** Error lines, oldest first, as the service wrote them. */
  readonly lines: Part<readonly string[]>;
  /** Services whose error lines alone are missing, with the reason. */
  readonly unread?: readonly { readonly service: string; readonly missing: string }[];
  readonly stopped: Part<readonly KeptTask[]>;
  readonly counts: Part<readonly ServiceCount[]>;
  readonly targets: Part<readonly TargetCount[]>;
  /** What the platform did in the last hour, oldest first. */
  readonly changes: Part<readonly Change[]>;
  /** What scaling did in the last hour; absent where nothing scales. */
  readonly scaling?: Part<readonly Change[]>;
}

/** What changed, whoever did it, oldest first. */
export const changesIn = ({ changes, scaling = { found: [] } }: AlarmEvidence): readonly Change[] =>
  [...foundOr(changes, []), ...foundOr(scaling, [])].toSorted((one, other) => one.at.localeCompare(other.at));

/** The part's value, or nothing. */
export const foundOr = <T>(part: Part<T>, otherwise: T): T => ('found' in part ? part.found : otherwise);

/** What several services wrote: what one of them lacks is its own lack, and all is missing only where nobody's was found. */
export const linesOfAll = <T>(
  parts: readonly { readonly service: string; readonly lines: Part<readonly T[]> }[],
): { readonly lines: Part<readonly T[]>; readonly unread: NonNullable<AlarmEvidence['unread']> } => {
  const unread = parts.flatMap(({ service, lines }) => ('missing' in lines ? [{ service, missing: lines.missing }] : []));
  if (unread.length > 0 && unread.length === parts.length)
    return { lines: { missing: [...new Set(unread.map(({ missing }) => missing))].join(', ') }, unread: [] };
  return { lines: { found: parts.flatMap(({ lines }) => foundOr(lines, [])) }, unread };
};

/** The same line with other numbers, ids or times is the same error: how it reads once those are taken out. */
const shape = (line: string): string =>
  line
    .replace(/^\W*\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\W*/, '')
    .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, '#')
    .replace(/\b(?=[0-9a-f]*\d)[0-9a-f]{12,}\b/gi, '#')
    .replace(/\d+/g, '#');

/** The newest lines of different shape, oldest first, each with how often it came; at most `most`. */
export const distinctLines = (lines: readonly string[], most: number): readonly string[] => {
  const seen = new Map<string, { readonly line: string; readonly times: number }>();
  for (const line of lines.toReversed()) {
    const key = shape(line);
    const known = seen.get(key);
    seen.set(key, known === undefined ? { line, times: 1 } : { line: known.line, times: known.times + 1 });
  }
  return [...seen.values()]
    .slice(0, most)
    .reverse()
    .map(({ line, times }) => (times === 1 ? line : `${line} (×${times})`));
};
