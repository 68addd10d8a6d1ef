// Plays one day of a campaign in process and says which rules it broke.
import type { Manifest } from '../../shared/domain/manifest.ts';
import { checkDay } from '../rehearsal/day.ts';
import { rehearsal, type Outcome } from '../rehearsal/rehearsal.ts';
import type { Broken } from '../rules/judge.ts';
import type { Hosts } from '../world.ts';
import type { DayData } from './random-week.ts';

export interface Place {
  /** Directory of the cloud assembly. */
  readonly assembly: string;
  readonly manifest: Manifest;
  readonly hosts: Hosts;
}

export interface Verdict {
  readonly broken: readonly Broken[];
  readonly entries: number;
  /** How the platform stands at the end, as text: counts, images, databases, what was released and certified. */
  readonly end: string;
  /** Fingerprint of the trail, when asked for. */
  readonly digest: string | null;
}

/** The rehearsal itself came to grief: as much a violation as a broken rule. */
const collapsed = (error: unknown): Broken => {
  const { name, message, stack } = error as Error;
  const frame = (stack ?? '').split('\n').slice(1, 4).map((line) => line.trim()).join(' ');
  return { id: 'rehearsal', words: 'the rehearsal plays to its end', what: `${name}: ${message} ${frame}`.slice(0, 600) };
};

/** Rollouts that changed nothing: another one did the same work. */
const GAVE_WAY: readonly string[] = ['skipped', 'superseded'];

const endOf = ({ end, rollouts, nights }: Outcome): string => {
  const rolled = rollouts.filter(({ value: { result } }) => !GAVE_WAY.includes(result)).map(({ value: { services, images, result } }) => [services, images, result]);
  const slept = nights.map(({ value: { certificate } }) => certificate?.differences ?? 'open');
  return JSON.stringify({ ...end, rolled, slept });
};

/** Plays the day from a running platform. Throws DayFileError when the data is no day. */
export const verdictOn = async (data: DayData, { assembly, manifest, hosts }: Place, withDigest = false): Promise<Verdict> => {
  const day = checkDay(data.title, data, manifest.hours?.timeZone ?? 'UTC');
  try {
    const outcome = await rehearsal({ assembly, manifest, day, hosts, given: 'running' });
    return { broken: outcome.broken, entries: outcome.trail.length, end: endOf(outcome), digest: withDigest ? outcome.digest : null };
  } catch (error) {
    return { broken: [collapsed(error)], entries: 0, end: '', digest: null };
  }
};
