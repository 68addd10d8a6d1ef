// How sleep and wake stand right now: hours, the platform's state, and what the night made of services and databases (S7, S12, S13).
import { secondsBetween } from '../domain/instants.ts';
import { ecsNames, type Manifest } from '../domain/manifest.ts';
import { wouldSleep, type WatchedNight } from '../domain/night-watch.ts';
import { keptAwake, type KeptAwake } from '../domain/overrides.ts';
import type { Fleet, Ledger, Stores, Use } from '../ports.ts';
import { watchNight } from './evening.ts';
import { platformNow } from './night-state.ts';

export interface StandingPorts {
  readonly ledger: Pick<Ledger, 'recall' | 'list'>;
  readonly fleet: Fleet;
  readonly stores: Stores;
}

type Night = Pick<WatchedNight, 'services' | 'databases' | 'reported' | 'troubles'>;
const NO_NIGHT: Night = { services: [], databases: [], reported: [], troubles: [] };

const keptAwakeNow = async (ledger: Pick<Ledger, 'list'>, at: string): Promise<KeptAwake | null> =>
  keptAwake((await ledger.list('override', { from: 'keep-awake#', to: 'keep-awake#\uffff' })).map(({ value }) => value), at);

/** Counts and databases are asked at night only, and what keeps a sleep from beginning where one would begin; by day the hours say enough. */
export const nightStanding = async (manifest: Manifest, ports: StandingPorts, at: string): Promise<WatchedNight> => {
  const { value, expect } = await platformNow(ports.ledger);
  const record = value.night === null || value.state !== 'asleep' ? null : await ports.ledger.recall('night', value.night);
  const night = record === null ? NO_NIGHT : await watchNight(manifest, record.value, ports, at);
  const known = { ...night, hours: manifest.hours, platform: value, idle: null };
  if (!wouldSleep(known, at)) return { ...known, keptAwake: null };
  const [kept, runs] = await Promise.all([keptAwakeNow(ports.ledger, at), expect !== 'new' || anythingRuns(manifest, ports.fleet)]);
  return { ...known, keptAwake: kept, nothingRuns: !runs };
};

const AT_A_TIME = 50;

/** Asks for as few services as it takes: a fleet is not looked at as a whole to find one that runs (X3). */
const anythingRuns = async ({ services }: Manifest, fleet: Pick<Fleet, 'counts'>): Promise<boolean> => {
  for (let from = 0; from < services.length; from += AT_A_TIME) {
    const counts = await fleet.counts(ecsNames(services.slice(from, from + AT_A_TIME)));
    if (counts.some(({ desired }) => desired > 0)) return true;
  }
  return false;
};

/** The same for idleness alone: the cheapest is asked first, and nothing more once the platform will not sleep whatever the rest says. */
export const idleStanding = async (
  manifest: Manifest,
  { ledger, use }: Pick<StandingPorts, 'ledger'> & { readonly use: Pick<Use, 'idleSeconds'> },
  at: string,
): Promise<WatchedNight> => {
  const { value } = await platformNow(ledger);
  const known = { ...NO_NIGHT, hours: null, platform: value, keptAwake: null, idle: null };
  const limitSeconds = manifest.nights?.idleSeconds ?? null;
  if (limitSeconds === null) return known;
  const idleFor = (sinceSeconds: number) => ({ ...known, idle: { limitSeconds, sinceSeconds } });
  if (!wouldSleep(idleFor(limitSeconds), at)) return known;
  // Somebody who has just deployed or pushed is about to look at it: a rollout is use as well.
  const [rollout] = await ledger.list('rollout', { newestFirst: true, limit: 1 });
  const rolled = idleFor(rollout === undefined ? limitSeconds : secondsBetween(rollout.at, at));
  if (!wouldSleep(rolled, at)) return rolled;
  const unused = idleFor(await use.idleSeconds(at, limitSeconds));
  return wouldSleep(unused, at) ? { ...unused, keptAwake: await keptAwakeNow(ledger, at) } : unused;
};
