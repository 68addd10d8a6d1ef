// A database or cache that did not come up with its platform is started again while people work without it (S4, S7).
import type { Manifest } from '../domain/manifest.ts';
import { stillDown } from '../domain/night-watch.ts';
import type { Ledger } from '../ports.ts';
import type { PlatformNow } from './night-state.ts';
import { gatherStores, riseStores, type StorePorts } from './rise-stores.ts';

export interface LeftDownPorts extends StorePorts {
  readonly ledger: Pick<Ledger, 'list' | 'note'>;
}

/** Names of what was started now, from the record of the night that ended without it; what AWS refuses again is asked for at the next look. */
export const startLeftDown = async (
  manifest: Manifest,
  { ledger, ...ports }: LeftDownPorts,
  platform: Pick<PlatformNow['value'], 'state' | 'since' | 'down'>,
  at: string,
): Promise<readonly string[]> => {
  const down = stillDown(platform, at);
  if (down.length === 0) return [];
  const [night] = await ledger.list('night', { newestFirst: true, limit: 1 });
  if (night === undefined) return [];
  const now = (await gatherStores(manifest, night.value, ports, at)).filter(({ name }) => down.includes(name));
  const stopped = now.filter(({ status }) => status === 'stopped');
  const errors = await riseStores({ start: stopped.map(({ identifier }) => identifier) }, now, manifest, night.value, ports);
  const started = stopped.map(({ name }) => name).filter((name) => !errors.some(({ resource }) => resource === name));
  for (const name of started) {
    const facts = { database: name };
    await ledger.note({ id: `left-down-${name}`, story: 'wake', service: null, action: 'started', reason: 'left-down', facts }, at);
  }
  return started;
};
