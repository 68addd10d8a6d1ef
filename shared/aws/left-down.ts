// A database that did not come up with its platform is started again while people work without it (S4, S7).
import type { Manifest } from '../domain/manifest.ts';
import { stillDown } from '../domain/night-watch.ts';
import type { Ledger, Stores } from '../ports.ts';
import type { PlatformNow } from './night-state.ts';
import { settleEach } from './settle.ts';

export interface LeftDownPorts {
  readonly ledger: Pick<Ledger, 'note'>;
  readonly stores: Pick<Stores, 'describe' | 'start'>;
}

const AT_ONCE = 10;

/** Names of the databases that were started now; one that AWS refuses again is asked for at the next look. */
export const startLeftDown = async (
  manifest: Manifest,
  { ledger, stores }: LeftDownPorts,
  platform: Pick<PlatformNow['value'], 'state' | 'since' | 'down'>,
  at: string,
): Promise<readonly string[]> => {
  const down = stillDown(platform, at);
  if (down.length === 0) return [];
  const wanted = manifest.databases.filter(({ name, offHours }) => offHours === 'stop' && down.includes(name));
  const facts = await stores.describe(wanted);
  const stopped = wanted.filter((_, index) => facts[index]?.status === 'stopped');
  const tried = await settleEach(stopped, AT_ONCE, (database) => stores.start(database));
  const started = tried.filter(({ error }) => error === null).map(({ item }) => item.name);
  for (const name of started) {
    const facts = { database: name };
    await ledger.note({ id: `left-down-${name}`, story: 'wake', service: null, action: 'started', reason: 'left-down', facts }, at);
  }
  return started;
};
