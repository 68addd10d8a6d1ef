// What is left to do when a story of the night broke: tell people, note it, and let the next execution take over.
import { causeMessage } from '../domain/failure-words.ts';
import { causeOf, isTold, type Interruption } from '../domain/interruption.ts';
import type { Manifest } from '../domain/manifest.ts';
import { nightInterrupted } from '../domain/night-notices.ts';
import type { Ledger, Notices } from '../ports.ts';
import { drive, movePlatform, platformNow, type Execution } from './night-state.ts';
import { placeOf } from './night-place.ts';

export interface Abandoned {
  readonly execution: Execution;
  readonly error: unknown;
  readonly manifest: Manifest;
  readonly ledger: Pick<Ledger, 'recall' | 'remember' | 'lease' | 'release' | 'note'>;
  readonly notices: Notices;
}

const LONGEST = 300;

/** Tells once per night and cause; a door that died before it could tells it under the same id, the execution's name (X1). */
export const abandonNight = async (
  story: 'sleep' | 'wake',
  { execution, error, manifest, ledger, notices }: Abandoned,
  at: string,
): Promise<void> => {
  const words = wordsOf(error).slice(0, LONGEST);
  const platform = await platformNow(ledger);
  const { night } = platform.value;
  const interrupted: Interruption = { story, night, cause: causeOf(words), at, by: execution.name };
  if (!isTold(platform.value.interrupted, interrupted)) {
    await movePlatform(ledger, platform, { ...platform.value, interrupted }, at);
    await notices.send(nightInterrupted(placeOf(manifest), story, execution.name, words, at));
  }
  await ledger.note(
    {
      id: `${story}-interrupted-${execution.name}`,
      story,
      service: null,
      action: 'interrupted',
      reason: `${story}-failed`,
      facts: { error: words },
    },
    at,
  );
  const lease = await drive(ledger, story, execution, 0, at);
  if (lease !== null) await ledger.release(lease);
};

const wordsOf = (error: unknown): string => {
  const { Error: name = 'Unknown', Cause } = (error ?? {}) as { readonly Error?: string; readonly Cause?: string };
  return `${name}: ${causeMessage(Cause)}`;
};
