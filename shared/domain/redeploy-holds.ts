// What keeps a wanted image back: freeze windows, a person who stopped the line, and the gates before traffic (R8, R11).
import type { Hours } from './hours.ts';
import { nextEdge, scheduledState } from './hours-decisions.ts';
import { holds, type ImageSet } from './image-references.ts';
import { instantWords, later } from './instants.ts';
import type { Hold } from './redeploy.ts';

/** A person's temporary word, from the ledger. */
export interface Override {
  readonly key: string;
  readonly kind: string;
  readonly until: string | null;
  readonly by: string;
  readonly at: string;
  readonly note: string;
}

const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM'] as const;

export interface HoldFacts {
  readonly service: string;
  readonly gates: {
    readonly minimumAgeSeconds: number | null;
    readonly scan: { readonly refuse: (typeof SEVERITIES)[number]; readonly waitSeconds: number } | null;
    readonly approval: { readonly expiresSeconds: number } | null;
  };
  /** Windows in which changes are frozen, in the words of hours; null: never. */
  readonly freezes: Hours | null;
  /** The platform's zone: people read instants in it. */
  readonly timeZone: string;
  readonly overrides: readonly Override[];
  readonly images: Readonly<Record<string, HeldImage | null>>;
  readonly staged: { readonly images: ImageSet; readonly since: string } | null;
  readonly released: ImageSet;
}

/** Findings by severity; null where nothing was scanned. */
type Scan = 'pending' | Readonly<Record<string, number>> | null;

interface HeldImage {
  readonly reference: string;
  readonly digest: string;
  readonly pushedAt: string | null;
  readonly scan?: Scan;
}

/** The first thing that keeps the image back now, or null: the line, the calendar, then the gates in order of cost. */
export const holdOf = (facts: HoldFacts, at: string): Hold | null => {
  const fresh = Object.entries(facts.images).flatMap(([container, image]) =>
    image === null || facts.released[container] === image.reference ? [] : [image],
  );
  if (fresh.length === 0) return null;
  return stopped(facts, at) ?? frozen(facts, at) ?? tooYoung(facts, fresh, at) ?? scanned(facts, fresh, at) ?? approved(facts, fresh, at);
};

const inForce = ({ until }: Override, at: string): boolean => until === null || until > at;

const stopped = ({ overrides, service }: HoldFacts, at: string): Hold | null => {
  const hold = overrides.find(
    (override) => override.kind === 'hold' && inForce(override, at) && [`hold#${service}`, 'hold#*'].includes(override.key),
  );
  return hold === undefined ? null : { reason: 'on-hold', facts: { by: hold.by, note: hold.note } };
};

const frozen = ({ freezes, timeZone }: HoldFacts, at: string): Hold | null => {
  if (freezes === null || scheduledState(freezes, at) === 'off') return null;
  const end = nextEdge(freezes, at);
  return { reason: 'changes-frozen', facts: { until: end === null ? `the end of ${freezes.words}` : instantWords(end.at, timeZone) } };
};

const tooYoung = ({ gates: { minimumAgeSeconds }, staged, timeZone }: HoldFacts, images: readonly HeldImage[], at: string): Hold | null => {
  if (minimumAgeSeconds === null) return null;
  // A registry that does not tell when an image was pushed: its age counts from when it was first seen.
  const oldEnough =
    images
      .map(({ pushedAt }) => later(pushedAt ?? firstSeen(staged, images, at), minimumAgeSeconds))
      .toSorted()
      .at(-1) ?? at;
  return oldEnough > at ? { reason: 'too-young', facts: { until: instantWords(oldEnough, timeZone) } } : null;
};

/** Instant since which these images wait, now when they are new. */
const firstSeen = (staged: HoldFacts['staged'], images: readonly HeldImage[], at: string): string =>
  staged !== null &&
  images.every(({ reference }) => Object.values(staged.images).some((waiting) => holds({ waiting }, { waiting: reference })))
    ? staged.since
    : at;

const scanned = ({ gates: { scan }, staged }: HoldFacts, images: readonly HeldImage[], at: string): Hold | null => {
  if (scan === null) return null;
  const [waiting] = images.filter((image) => image.scan === 'pending' || image.scan === null || image.scan === undefined);
  if (waiting !== undefined) {
    const since = waiting.pushedAt ?? firstSeen(staged, images, at);
    return { reason: at < later(since, scan.waitSeconds) ? 'scan-pending' : 'scan-missing', facts: {} };
  }
  const refused = SEVERITIES.slice(0, SEVERITIES.indexOf(scan.refuse) + 1);
  const findings = refused.flatMap((severity) => {
    const count = images.reduce(
      (sum, { scan: counts }) => sum + (typeof counts === 'object' && counts !== null ? (counts[severity] ?? 0) : 0),
      0,
    );
    return count > 0 ? [`${count} ${severity}`] : [];
  });
  return findings.length > 0 ? { reason: 'scan-refused', facts: { findings: findings.join(', ') } } : null;
};

/** The scans of an index's platforms as one: pending while one is, missing where one is, else all findings together. */
export const scansTogether = (scans: readonly Scan[]): Scan => {
  if (scans.includes('pending')) return 'pending';
  const counted = scans.flatMap((scan) => (typeof scan === 'object' && scan !== null ? [scan] : []));
  if (counted.length < scans.length || counted.length === 0) return null;
  const severities = new Set(counted.flatMap((scan) => Object.keys(scan)));
  return Object.fromEntries([...severities].map((severity) => [severity, counted.reduce((sum, scan) => sum + (scan[severity] ?? 0), 0)]));
};

/** An approval names service and digest, so that it never vouches for an image pushed later. */
export const approvalKey = (service: string, digest: string): string => `approval#${service}#${digest}`;

const approved = (
  { gates: { approval }, overrides, service, staged, timeZone }: HoldFacts,
  images: readonly HeldImage[],
  at: string,
): Hold | null => {
  if (approval === null) return null;
  const answers = images.map(({ digest }) => overrides.find(({ key }) => key === approvalKey(service, digest)));
  const refusal = answers.find((answer) => answer?.note === 'refused');
  if (refusal !== undefined) return { reason: 'approval-refused', facts: { by: refusal.by } };
  if (answers.every((answer) => answer !== undefined && inForce(answer, at))) return null;
  const until = later(firstSeen(staged, images, at), approval.expiresSeconds);
  return at < until ? { reason: 'approval-due', facts: { until: instantWords(until, timeZone) } } : { reason: 'approval-expired', facts: {} };
};
