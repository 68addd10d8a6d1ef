// Pays what a rollout owes to people, and closes it: history, leases, and one more look at who asked meanwhile.
import type { Entry } from '../contracts/ledger.ts';
import type { Manifest } from '../domain/manifest.ts';
import type { StoryStep } from '../contracts/redeploy.ts';
import { FINAL, isOver, nextAction, type Step } from '../domain/rollout-progress.ts';
import { inWords } from '../domain/redeploy.ts';
import { rolloutNotice } from '../domain/redeploy-notice.ts';
import { awaitsLastWords, type Message } from '../domain/rollout-debts.ts';
import { askedAgain, sentBack } from '../domain/rollout-round.ts';
import { lookAgainIn } from '../domain/rollout-watch.ts';
import type { Ledger, Notices } from '../ports.ts';
import { lastLines } from './rollout-facts.ts';
import { letGo } from './service-leases.ts';
import { updateRollout, watchSettings } from './rollout-steps.ts';

const LOG_LINES = 12;

/** Sends what is owed and strikes it off; after a crash in between it is sent again, and the roads know it by its key. Null: in a moment (R10). */
export const payDebts = async (
  ledger: Ledger,
  notices: Notices,
  entry: Entry<'rollout'>,
  manifest: Manifest,
  at: string,
): Promise<Entry<'rollout'> | null> => {
  if (entry.value.owed.length === 0) return entry;
  const logs = await logsOf(ledger, entry);
  if (awaitsLastWords(entry.value, logs, at)) return null;
  const told = { ...entry.value, logs };
  if (entry.value.owed.some((debt) => debt !== 'finished')) await noteServices(ledger, entry, ['going-back', 'failed'], 'failed', at);
  for (const debt of entry.value.owed) if (debt !== 'followed') await notices.send(rolloutNotice(debt as Message, told, manifest, at));
  return updateRollout(ledger, entry, { owed: [], logs }, at);
};

const logsOf = async (ledger: Ledger, { value }: Entry<'rollout'>): Promise<readonly string[]> => {
  if (value.logs.length > 0) return value.logs;
  const bad = Object.entries(value.progress).find(([, { step }]) => step === 'going-back' || step === 'failed' || step === 'back');
  if (bad === undefined) return [];
  const [service, { startedAt, migration, since }] = bad;
  // A migration's task ran, and may have failed, before the service was touched.
  const began = startedAt ?? (migration === null ? since : (value.phases[0]?.at ?? since));
  return lastLines(ledger, service, began, LOG_LINES);
};

/** True when a person sent a proven image back before it was released: the next round takes it back, and it is never called released (R10). */
export const isSentBack = async (ledger: Pick<Ledger, 'list'>, { value }: Entry<'rollout'>): Promise<boolean> => {
  const asks = (await ledger.list('ask')).map((ask) => ({ service: ask.key, ...ask.value }));
  return sentBack(value.progress, asks, value.decidedAt).length > 0;
};

/** What comes next: the rollout goes on, or it is over and the services are free for others. */
export const closeOrGoOn = async (ledger: Ledger, { key, value }: Entry<'rollout'>, manifest: Manifest, at: string): Promise<StoryStep> => {
  const step = (action: StoryStep['action']): StoryStep => ({
    action,
    rollout: key,
    seconds: lookAgainIn(value.progress, watchSettings(manifest), true, at),
    reason: value.reason,
  });
  if (!isOver(value.progress)) return step(nextAction(value.progress, value.owed));
  await noteServices(ledger, { key, value }, [...FINAL], null, at);
  await letGo(ledger, value.services, value.holder, at);
  const asks = (await ledger.list('ask')).map((ask) => ({ service: ask.key, at: ask.value.at }));
  return step(askedAgain(value.progress, asks, value.decidedAt).length > 0 ? 'again' : 'done');
};

/** One line of history per service in one of these steps, with what it was about. */
const noteServices = async (
  ledger: Ledger,
  { key, value }: Pick<Entry<'rollout'>, 'key' | 'value'>,
  steps: readonly Step[],
  action: string | null,
  at: string,
): Promise<void> => {
  for (const [service, own] of Object.entries(value.progress)) {
    if (!steps.includes(own.step)) continue;
    const facts = { ...own.facts, service, rollout: key, images: inWords(own.images) };
    await ledger.note(
      {
        id: `${value.id}/${service}/${action ?? own.step}`,
        story: 'redeploy',
        service,
        action: action ?? own.step,
        reason: own.reason,
        facts,
      },
      at,
    );
  }
};
