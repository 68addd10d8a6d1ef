// Says in time that something will not be up when work begins, and never cries wolf on an ordinary morning (S4).
import type { NightRecord } from '../contracts/ledger.ts';
import { edges } from '../domain/hours-decisions.ts';
import { instantWords, later, secondsBetween } from '../domain/instants.ts';
import type { Manifest } from '../domain/manifest.ts';
import { lateForWork } from '../domain/night-notices.ts';
import { paceOf, willBeLate } from '../domain/wake-late.ts';
import type { Ledger, Notices } from '../ports.ts';
import { placeOf } from './night-place.ts';

type Wake = NonNullable<NightRecord['wake']>;

/** Whoever starts work should know before the hour strikes. */
const LATE_WARNING_SECONDS = 120;
/** A waking this near to the beginning of work is for it. */
const AROUND_SECONDS = 3_600;
/** Mornings whose pace counts. */
const NIGHTS = 7;

/** The first time the hour comes near with something that will still be down then, people are told; answers whether they have been. */
export const tellLate = async (
  night: string,
  wake: Wake,
  waiting: readonly string[],
  manifest: Manifest,
  { ledger, notices }: { readonly ledger: Pick<Ledger, 'list' | 'note'>; readonly notices: Notices },
  at: string,
): Promise<boolean> => {
  if (wake.late === true) return true;
  const edge = workEdge(manifest, wake.startedAt);
  if (edge === null || waiting.length === 0 || secondsBetween(at, edge) >= LATE_WARNING_SECONDS) return false;
  const services = manifest.services.map(({ name }) => name);
  if (!willBeLate({ course: wake, waiting, services, edge, pace: await paceBefore(night, ledger) }, at)) return false;
  const notice = lateForWork(placeOf(manifest), night, waiting, edge, at);
  await notices.send(notice);
  const facts = { waiting: waiting.join(', '), edge: instantWords(edge, manifest.hours?.timeZone ?? 'UTC') };
  await ledger.note({ id: notice.id, story: 'wake', service: null, action: 'nothing', reason: 'late-for-work', facts }, at);
  return true;
};

/** How long each part took in the mornings before this one; asked only in the last minutes. */
const paceBefore = async (night: string, ledger: Pick<Ledger, 'list'>): Promise<ReturnType<typeof paceOf>> => {
  const nights = await ledger.list('night', { newestFirst: true, limit: NIGHTS });
  return paceOf(nights.filter(({ key }) => key !== night).flatMap(({ value }) => (value.wake === undefined ? [] : [value.wake])));
};

/** When work begins, for a waking that was started for it; null for one outside hours, or in the middle of them. */
const workEdge = ({ hours }: Manifest, startedAt: string): string | null => {
  if (hours === null) return null;
  const [edge] = edges(hours, later(startedAt, -AROUND_SECONDS), 1).filter(({ to }) => to === 'at-work');
  return edge !== undefined && Math.abs(secondsBetween(startedAt, edge.at)) <= AROUND_SECONDS ? edge.at : null;
};
