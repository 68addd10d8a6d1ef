// How sleep and wake stand right now, for the reconciler: hours, the platform's state, and what the night made of services and databases (S7, S12, S13).
import type { Manifest } from '../contracts/manifest.ts';
import { keptAwake } from '../domain/overrides.ts';
import type { WatchedNight } from '../domain/night-watch.ts';
import { ecsNames, type Fleet, type Ledger, type Stores, type Use } from '../ports.ts';
import { watchNight } from './evening.ts';
import { platformNow } from './night-state.ts';

export interface StandingPorts {
  readonly ledger: Pick<Ledger, 'recall' | 'list'>;
  readonly fleet: Fleet;
  readonly stores: Stores;
  readonly use: Pick<Use, 'idleSeconds'>;
}

type Night = Pick<WatchedNight, 'services' | 'databases' | 'reported' | 'troubles'>;
const NO_NIGHT: Night = { services: [], databases: [], reported: [], troubles: [] };

/** Counts and databases are asked at night only; by day the hours say enough. */
export const nightStanding = async (manifest: Manifest, ports: StandingPorts, at: string): Promise<WatchedNight> => {
  const { value, expect } = await platformNow(ports.ledger);
  const overrides = (await ports.ledger.list('override', { from: 'keep-awake#', to: 'keep-awake#\uffff' })).map((entry) => entry.value);
  const record = value.night === null || value.state !== 'asleep' ? null : await ports.ledger.recall('night', value.night);
  const limitSeconds = manifest.nights?.idleSeconds ?? null;
  return {
    ...(record === null ? NO_NIGHT : await watchNight(manifest, record.value, ports)),
    hours: manifest.hours,
    platform: value,
    keptAwake: keptAwake(overrides, at),
    idle: limitSeconds === null || value.state !== 'awake' ? null : { limitSeconds, sinceSeconds: await ports.use.idleSeconds(at, limitSeconds) },
    nothingRuns: expect === 'new' && (await ports.fleet.counts(ecsNames(manifest.services))).every(({ desired }) => desired === 0),
  };
};
