// Takes one letter down a road: asks the domain, posts, and remembers what the road answered (N2).
import type { ThreadRecord } from '../contracts/ledger.ts';
import { letterOf, type BatchAnswer, type QueueBatch } from '../contracts/notices.ts';
import {
  freshRoad,
  inOrder,
  judgeAnswer,
  keptInOrder,
  letGo,
  planDelivery,
  type Answer,
  type Letter,
  type RoadState,
} from '../domain/delivery.ts';
import type { Manifest } from '../domain/manifest.ts';
import { noticeKey, type Notice } from '../domain/notice.ts';
import { doneOn, nowShown, pressedOn, withDone } from '../domain/pressed.ts';
import { brokenRoadNotice } from '../domain/road-notice.ts';
import type { Chat, Ledger, Mailbox, Notices } from '../ports.ts';

export interface RoadTools {
  readonly road: 'slack' | 'webhook' | 'email';
  readonly ledger: Ledger;
  readonly mailbox: Mailbox;
  /** The other roads, for the news that this one is broken. */
  readonly notices: Notices;
  readonly chat: Chat;
  readonly manifest: Manifest;
  readonly now: () => number;
}

/** Whether the letter stays in the queue, and for how long it is not seen again. */
export interface Fate {
  readonly keep: boolean;
  readonly seconds: number;
}

const done: Fate = { keep: false, seconds: 0 };
/** A thread's newest notices are enough to recognise duplicates. */
const REMEMBERED = 60;

/** Seconds a road is held: longer than its door may take. */
const LEASE_SECONDS = 30;
/** Somebody else has the road: come back soon. */
const BUSY_SECONDS = 3;

/** Delivers a batch in order while nobody else uses the road; answers the letters that stay in the queue. */
export const deliverBatch = async ({ Records }: QueueBatch, tools: RoadTools): Promise<BatchAnswer> => {
  const { road, ledger, mailbox, now } = tools;
  const letters = inOrder(Records.map(letterOf));
  const kept: string[] = [];
  const lease = await ledger.lease(`road#${road}`, letters[0]?.messageId ?? 'none', LEASE_SECONDS, new Date(now()).toISOString());
  for (const letter of letters) {
    const fate = lease === null ? { keep: true, seconds: BUSY_SECONDS } : await deliver(letter, tools);
    if (!fate.keep) continue;
    kept.push(letter.messageId);
    // One after the other: a road takes one letter a second.
    await mailbox.later(letter, fate.seconds + kept.length - 1);
  }
  if (lease !== null) await ledger.release(lease);
  return { batchItemFailures: kept.map((itemIdentifier) => ({ itemIdentifier })) };
};

/** Delivers one letter or says when it is to be tried again. The caller holds the road's lease. */
export const deliver = async (letter: Letter, tools: RoadTools): Promise<Fate> => {
  const { road, ledger } = tools;
  const at = new Date(tools.now()).toISOString();
  const [thread, state] = await Promise.all([ledger.recall('thread', threadKey(road, letter)), ledger.recall('road', road)]);
  const facts = {
    state: { ...freshRoad, ...state?.value },
    delivered: thread?.value.delivered ?? [],
    newest: thread?.value.newest ?? null,
    edits: await tools.chat.edits(),
  };
  const plan = planDelivery(letter, facts, at);
  const remember = (next: RoadState): Promise<unknown> =>
    next === facts.state ? Promise.resolve() : ledger.remember('road', road, next, { expect: 'any', at });
  if (plan.action === 'drop') {
    await remember(letGo(facts.state, letter, false));
    return done;
  }
  if (plan.action === 'put-back') {
    await remember(keptInOrder(facts.state, letter, plan, at));
    return { keep: true, seconds: plan.seconds };
  }
  if (plan.action === 'park' || letter.notice === null) return park(letter, tools, 'the message is no notice');
  const answer = await show(letter.notice, thread?.value ?? null, tools);
  const after = new Date(tools.now()).toISOString();
  const outcome = judgeAnswer(answer, facts.state, after);
  if (answer.kind === 'accepted') {
    const place =
      answer.channel !== null && answer.message !== null && thread?.value.messages[road] === undefined
        ? { [road]: { channel: answer.channel, message: answer.message } }
        : {};
    const told = withDelivered(thread?.value ?? { messages: {}, delivered: [], newest: null }, letter.notice, place);
    const value = facts.edits ? withShown(told, letter.notice, answer) : told;
    // Only the holder of the road's lease writes here; a conflict after an accepted post could only end in posting it twice.
    await ledger.remember('thread', threadKey(road, letter), value, { expect: 'any', at: after });
  }
  const { putBack } = outcome;
  // Before the road's state says that it was reported: a crash in between says it twice rather than never.
  if (outcome.report !== null) await report(tools, { why: outcome.report, refused: answer.kind === 'refused' }, outcome.state.downSince ?? after, after);
  await remember(putBack === null ? letGo(outcome.state, letter, outcome.delivered) : keptInOrder(outcome.state, letter, { seconds: putBack }, after));
  const shown =
    answer.kind === 'accepted' && answer.channel !== null && answer.message !== null
      ? { channel: answer.channel, message: answer.message }
      : null;
  if (shown !== null && thread === null) await tools.chat.illustrate(letter.notice, shown);
  if (outcome.park) return park(letter, tools, 'why' in answer ? answer.why : 'unreadable');
  return putBack === null ? done : { keep: true, seconds: putBack };
};

/** Messages whose button was pressed are changed first, then the notice is told; an edit of a message keeps what was done on it. */
const show = async (notice: Notice, thread: ThreadRecord | null, { chat, road }: RoadTools): Promise<Answer> => {
  const shown = thread?.shown ?? [];
  for (const { channel, message, notice: before, done } of pressedOn(shown, notice)) {
    const answer = await chat.post({ ...withDone(before, done, notice.at), place: 'update' }, { channel, message });
    if (answer.kind !== 'accepted' && answer.kind !== 'unreadable') return answer;
  }
  const known = thread?.messages[road] ?? null;
  const edit = known !== null && notice.place !== undefined;
  return chat.post(edit ? withDone(notice, doneOn(shown, known.message), notice.at) : notice, known);
};

const withShown = (thread: ThreadRecord, notice: Notice, { channel, message }: Answer & { readonly kind: 'accepted' }): ThreadRecord => {
  const shown = channel === null || message === null ? [] : nowShown(thread.shown ?? [], notice, { channel, message });
  return shown.length === 0 ? thread : { ...thread, shown };
};

const threadKey = (road: string, letter: Letter): string => `${road}#${letter.notice?.thread ?? letter.messageId}`;

const withDelivered = (thread: ThreadRecord, notice: Notice, place: ThreadRecord['messages']): ThreadRecord => ({
  ...thread,
  messages: { ...thread.messages, ...place },
  delivered: [...thread.delivered, noticeKey(notice)].slice(-REMEMBERED),
  newest: thread.newest === null || thread.newest < notice.at ? notice.at : thread.newest,
});

const park = async (letter: Letter, { mailbox }: RoadTools, why: string): Promise<Fate> => {
  await mailbox.park(letter, why);
  return done;
};

const report = async (
  { ledger, notices, manifest, road }: RoadTools,
  { why, refused }: { readonly why: string; readonly refused: boolean },
  downSince: string,
  at: string,
): Promise<void> => {
  const { slack, webhook, mail } = manifest.notices;
  const broken = {
    road,
    why,
    refused,
    settings: { slack: slack?.secret, webhook: webhook?.secret, email: mail?.from }[road] ?? 'unknown',
    downSince,
    platform: manifest.platform,
    stage: manifest.stage,
  };
  const notice = brokenRoadNotice(broken, at);
  await notices.send(notice);
  await ledger.note({ id: notice.id, story: 'operator', service: null, action: 'nothing', reason: 'road-broken', facts: { road, why } }, at);
};
