// Gathers what an ask to sleep is decided on: hours, state, wishes, and what goes on; the last is asked only when it matters (S8, S9).
import type { Manifest } from '../domain/manifest.ts';
import type { NightTrigger } from '../contracts/sleep.ts';
import { keptAwake } from '../domain/overrides.ts';
import { decideSleep, type SleepDecision } from '../domain/sleep.ts';
import type { Ledger, Use } from '../ports.ts';
import { recentRelease } from './night-memory.ts';
import type { Execution, PlatformNow } from './night-state.ts';

export interface AskedPorts {
  readonly ledger: Pick<Ledger, 'list'>;
  readonly use: Pick<Use, 'now'>;
}

/** The decision on one ask. A person's word is not weighed against use; only a late ask is weighed against a fresh release. */
export const decideOnAsk = async (
  asked: { readonly execution: Execution; readonly trigger: NightTrigger; readonly platform: PlatformNow },
  { hours }: Manifest,
  { ledger, use }: AskedPorts,
  at: string,
): Promise<SleepDecision> => {
  const { trigger, platform, execution } = asked;
  const overrides = (await ledger.list('override', { from: 'keep-awake#', to: 'keep-awake#\uffff' })).map(({ value }) => value);
  const { state, postponedSince = null } = platform.value;
  const facts = { trigger, hours, state, keptAwake: keptAwake(overrides, at), inUse: null, postponedSince, startedAt: execution.startedAt };
  const unweighed = decideSleep(facts, at);
  if (unweighed.action !== 'go' || trigger.kind === 'operator') return unweighed;
  const recent = trigger.kind === 'reconcile' ? await recentRelease(ledger, at) : null;
  return decideSleep({ ...facts, inUse: recent ?? (await use.now(at)) }, at);
};
