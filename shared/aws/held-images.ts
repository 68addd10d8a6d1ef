// Tells people of images that wait, once per image and reason (R8, R11).
import type { Manifest } from '../domain/manifest.ts';
import { heldNotice } from '../domain/held-notice.ts';
import type { Ledger, Notices } from '../ports.ts';
import { nameOf } from './failure.ts';

/** Sends what is owed; a record that somebody else changes meanwhile is told by whoever looks next. */
export const tellHeld = async (
  ledger: Pick<Ledger, 'list' | 'remember'>,
  notices: Notices,
  manifest: Manifest,
  at: string,
): Promise<readonly string[]> => {
  const told: string[] = [];
  for (const { key, value, version } of await ledger.list('service')) {
    const { staged } = value;
    if (staged === null || staged.reason === undefined || staged.told === true) continue;
    await notices.send(heldNotice({ service: key, ...staged, reason: staged.reason }, manifest, at));
    const [written] = await Promise.allSettled([
      ledger.remember('service', key, { ...value, staged: { ...staged, told: true } }, { expect: version, at }),
    ]);
    if (written.status === 'rejected' && nameOf(written.reason) !== 'Conflict') throw written.reason;
    told.push(key);
  }
  return told;
};
