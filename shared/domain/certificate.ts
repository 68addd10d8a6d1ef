// The sleep certificate: the morning compared with the record, every difference exact, and what is no difference explained (S5).
import { databaseAnswers } from './database-status.ts';
import { sameBounds, type NightBounds, type NightService } from './night.ts';

/** One service of the morning: what it was to be restored to, and how it stands. */
export interface MorningService {
  readonly name: string;
  readonly recorded: NightService | null;
  readonly wanted: { readonly desired: number; readonly bounds: NightBounds | null };
  /** Why `wanted` is not the record. */
  readonly explained: readonly string[];
  readonly now: {
    readonly exists: boolean;
    readonly desired: number;
    readonly bounds: NightBounds | null;
    readonly taskDefinition: string;
    readonly scheduledActions: readonly string[];
  };
  /** The redeploy story changed the image since the record was taken: staged in the night, released or taken back in the morning (R12). */
  readonly rolled: boolean;
  /** Its full count was reached and proven this morning: what changed after that, scaling did. */
  readonly proven: boolean;
}

export interface MorningStore {
  readonly identifier: string;
  readonly recorded: string;
  readonly now: string;
}

export interface Certificate {
  readonly at: string;
  readonly differences: readonly string[];
  readonly explained: readonly string[];
}

/** Compares; 0 differences is what a night has to end with. */
export const certify = (services: readonly MorningService[], stores: readonly MorningStore[], at: string): Certificate => {
  const findings = [...services.map(ofService), ...stores.map(ofStore)];
  return { at, differences: findings.flatMap(({ differences }) => differences), explained: findings.flatMap(({ explained }) => explained) };
};

interface Findings {
  readonly differences: readonly string[];
  readonly explained: readonly string[];
}

const ofService = (service: MorningService): Findings => {
  const { name, recorded, now, wanted, explained: known } = service;
  // What a deploy removed is no longer part of the platform; this one still is.
  if (!now.exists) return { differences: recorded === null ? [] : [`${name}: ran in the evening and does not exist now`], explained: known };
  const parts = [
    known.map(explain),
    [ofCount(service), ofBounds(name, wanted.bounds, now.bounds)],
    recorded === null ? [] : [ofRevision(service, recorded), ofActions(name, recorded, now)],
  ];
  const findings = parts.flat().filter((finding) => finding !== null);
  return {
    differences: findings.filter(({ kind }) => kind === 'difference').map(({ words }) => words),
    explained: findings.filter(({ kind }) => kind === 'explained').map(({ words }) => words),
  };
};

type Finding = { readonly kind: 'difference' | 'explained'; readonly words: string } | null;
const explain = (words: string): Finding => ({ kind: 'explained', words });
const differ = (words: string): Finding => ({ kind: 'difference', words });

/** Between its bounds the count belongs to scaling from the moment it is restored: out at once, in once it was reached and proven. */
const ofCount = ({ name, wanted, now, proven }: MorningService): Finding => {
  const { desired, bounds } = wanted;
  if (now.desired === desired) return null;
  if (bounds !== null && now.desired > desired && now.desired <= bounds.max && !bounds.suspended.scaleOut)
    return explain(`${name}: scaled out from ${desired} to ${now.desired} since it woke`);
  if (bounds !== null && proven && now.desired < desired && now.desired >= bounds.min && !bounds.suspended.scaleIn)
    return explain(`${name}: scaled in from ${desired} to ${now.desired} since it woke`);
  return differ(`${name}: ${now.desired} ${now.desired === 1 ? 'task' : 'tasks'} instead of ${desired}`);
};

const ofBounds = (name: string, wanted: NightBounds | null, now: NightBounds | null): Finding =>
  sameBounds(wanted, now) ? null : differ(`${name}: bounds ${boundsWords(now)} instead of ${boundsWords(wanted)}`);

const boundsWords = (bounds: NightBounds | null): string => {
  if (bounds === null) return 'none';
  const { scaleIn, scaleOut, scheduled } = bounds.suspended;
  const suspended = [scaleIn ? 'scale-in' : '', scaleOut ? 'scale-out' : '', scheduled ? 'scheduled' : ''].filter((flag) => flag !== '');
  return `${bounds.min}–${bounds.max}${suspended.length === 0 ? '' : ` (suspended: ${suspended.join(', ')})`}`;
};

/** A revision that is newer in the same family comes from a rollout or an infrastructure deploy; anything else nobody asked for. */
const ofRevision = ({ name, now, rolled }: MorningService, recorded: NightService): Finding => {
  const [before, after] = [revisionOf(recorded.taskDefinition), revisionOf(now.taskDefinition)];
  if (before.family === after.family && before.number === after.number) return null;
  if (rolled) return explain(`${name}: revision ${after.number} by a rollout of the night, ${before.number} before`);
  if (before.family === after.family && after.number > before.number)
    return explain(`${name}: revision ${after.number} by a deploy in the night, ${before.number} before`);
  return differ(`${name}: runs ${after.family}:${after.number} instead of ${before.family}:${before.number}`);
};

/** `…:task-definition/family:12` or `family:12` in its parts. */
const revisionOf = (arn: string): { readonly family: string; readonly number: number } => {
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  const colon = name.lastIndexOf(':');
  return { family: name.slice(0, colon), number: Number(name.slice(colon + 1)) };
};

const ofActions = (name: string, recorded: NightService, now: MorningService['now']): Finding => {
  const lost = recorded.scheduledActions.filter((action) => !now.scheduledActions.includes(action));
  return lost.length === 0 ? null : differ(`${name}: scheduled action ${lost.join(', ')} is gone`);
};

/** Statuses in which a database answers; it may be at a backup or a modification of its own. */
const ofStore = ({ identifier, recorded, now }: MorningStore): Findings => {
  if (recorded === now || recorded !== 'available') return { differences: [], explained: [] };
  return databaseAnswers(now)
    ? { differences: [], explained: [`${identifier}: ${now}`] }
    : { differences: [`${identifier}: ${now} instead of ${recorded}`], explained: [] };
};
