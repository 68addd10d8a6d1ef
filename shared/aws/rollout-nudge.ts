// Ends the wait of whoever watches a service: an ECS event, or a newer push, looks at once (R4, R9).
import type { StoryStep } from '../contracts/redeploy.ts';
import type { Ledger, Machines } from '../ports.ts';

/** Services of one rollout beyond which events are gathered before the next look. */
const CROWD = 3;

/** Waiting states looked through: their keys begin with the instant their rollout began. */
const WAITERS = 50;

/** Ends the wait of every rollout that watches the service; answers how many there were. */
export const nudge = async (
  { ledger, machines }: { readonly ledger: Pick<Ledger, 'list'>; readonly machines: Pick<Machines, 'answer'> },
  service: string,
  at: string,
): Promise<number> => {
  const waiting = (
    await ledger.list('waiter', {
      from: 'redeploy#',
      to: 'redeploy#\uffff',
      newestFirst: true,
      limit: WAITERS,
    })
  ).filter(({ value }) => value.until > at && value.services.includes(service));
  for (const { key, value } of waiting) {
    // A fleet's events come in crowds: one look after a moment sees them all.
    const action = value.services.length > CROWD ? 'soon' : 'look';
    const look: StoryStep = { action, rollout: key.slice('redeploy#'.length), seconds: value.seconds, reason: 'event' };
    await machines.answer(value.token, look);
  }
  return waiting.length;
};
