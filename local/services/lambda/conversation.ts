// One invocation on one thread: the thread works while it has the turn, and waits in virtual time without it.
import type { Cancel } from '../../clock.ts';
import type { World } from '../../world.ts';
import type { HostOutcome, HostRun } from './hosting.ts';
import { isAwsRequest, respond } from './outgoing.ts';
import type { Thread, ThreadMessage } from './thread.ts';
import type { Turnstile } from './turnstile.ts';
import type { RequestMessage, ToWorker } from './worker/messages.ts';

export interface Place {
  readonly world: World;
  readonly turnstile: Turnstile;
  readonly functionName: string;
  readonly thread: Thread;
  readonly run: HostRun;
}

/** The outcome, and whether the thread is still good for another invocation. */
export interface Ended {
  readonly outcome: HostOutcome;
  readonly alive: boolean;
}

interface Conversation extends Place {
  readonly work: { awsCalls: number; outsideCalls: number };
  /** How to give the turn back; undefined while the thread waits without it. */
  leave: (() => void) | undefined;
  over: boolean;
  cancelTick: Cancel;
  readonly finish: (ended: Ended) => void;
}

/** Whether a promise settles without time or real input: within the current turn of the event loop. */
const settlesNow = async (promise: Promise<unknown>): Promise<boolean> => {
  let settled = false;
  const mark = (): void => {
    settled = true;
  };
  promise.then(mark, mark);
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
};

const release = (talk: Conversation): void => {
  talk.leave?.();
  talk.leave = undefined;
};

const crash = (talk: Conversation, message: string): void =>
  talk.finish({ outcome: { kind: 'crashed', message, work: talk.work }, alive: false });

/** Takes a turn of real work to tell the thread something; without effect when the invocation ended meanwhile. */
const tell = async (talk: Conversation, message: () => ToWorker): Promise<void> => {
  const granted = await talk.turnstile.enter(talk.functionName);
  if (talk.over) return granted();
  talk.leave = granted;
  talk.thread.post(message());
};

/** The thread waits for nothing but the world: others may work, and its next timer becomes an event. */
const wait = (talk: Conversation, until: number | undefined): void => {
  const { clock } = talk.world;
  release(talk);
  talk.cancelTick();
  if (until === undefined) return;
  talk.cancelTick = clock.at(until, () => tell(talk, () => ({ kind: 'tick', now: clock.now })), `${talk.functionName} timer`);
};

const dies = ({ world, functionName, run, work }: Conversation, when: 'before-call' | 'after-call'): boolean =>
  world.faults.kills({ functionName, invocation: run.invocation, call: work.awsCalls + work.outsideCalls, when });

const answerTo = (world: World, { id, ...request }: RequestMessage): Promise<ToWorker> =>
  respond(world, request).then(
    ({ status, headers, body }) => ({ kind: 'response', id, now: world.clock.now, status, headers, body }),
    (error: Error) => ({ kind: 'no-response', id, now: world.clock.now, message: error.message }),
  );

/** An answer for an invocation that is over: the next one finds it; if that has begun already, what blocks the thread goes at once, all else in its turn. */
const passOn = (thread: Thread, message: ToWorker, blocking: boolean): void => {
  if (thread.tell === undefined) thread.late.push(message);
  else if (blocking) thread.post(message);
  else thread.tell(message);
};

const request = async (talk: Conversation, message: RequestMessage): Promise<void> => {
  const { world, thread, work } = talk;
  if (isAwsRequest(message)) work.awsCalls += 1;
  else work.outsideCalls += 1;
  if (dies(talk, 'before-call')) return crash(talk, 'signal: killed');
  const answered = answerTo(world, message);
  const atOnce = await settlesNow(answered);
  if (!atOnce) {
    const underWay: ToWorker = { kind: 'under-way', id: message.id, now: world.clock.now };
    if (talk.over) passOn(thread, underWay, true);
    else thread.post(underWay);
  }
  const response = await answered;
  if (talk.over) return passOn(thread, response, atOnce);
  if (dies(talk, 'after-call')) return crash(talk, 'signal: killed');
  if (atOnce) thread.post(response);
  else await tell(talk, () => ({ ...response, now: world.clock.now }));
};

const hear = (talk: Conversation, message: ThreadMessage): void => {
  const { work, finish, run } = talk;
  switch (message.kind) {
    case 'ready':
      return;
    case 'failed-to-start':
      return finish({ outcome: { kind: 'failed', error: message.error, work }, alive: false });
    case 'log':
      return run.log(message.line);
    case 'request':
      return void request(talk, message);
    case 'parked':
      return wait(talk, message.until);
    case 'done':
      return finish({ outcome: { kind: 'answered', payload: JSON.parse(message.payload) as unknown, work }, alive: true });
    case 'failed':
      return finish({ outcome: { kind: 'failed', error: message.error, work }, alive: true });
    case 'ended':
      return crash(talk, message.why);
  }
};

/** Holds the conversation; `entered` is how to leave the turn the caller has already taken. */
export const converse = (place: Place, entered: () => void): Promise<Ended> =>
  new Promise((resolve) => {
    const { world, thread, run, functionName } = place;
    const work = { awsCalls: 0, outsideCalls: 0 };
    const finish = (ended: Ended): void => {
      if (talk.over) return;
      talk.over = true;
      talk.cancelTick();
      cancelDeadline();
      thread.freeze();
      thread.tell = undefined;
      release(talk);
      resolve(ended);
    };
    const talk: Conversation = { ...place, work, leave: entered, over: false, cancelTick: () => undefined, finish };
    const late = (): void => finish({ outcome: { kind: 'timed-out', work }, alive: false });
    const cancelDeadline = world.clock.at(run.deadline, late, `${functionName} deadline`);
    thread.tell = (message) => void tell(talk, () => ({ ...message, now: world.clock.now }));
    thread.listen((message) => hear(talk, message));
    for (const message of thread.late.splice(0)) thread.post({ ...message, now: world.clock.now });
    const event = JSON.stringify(run.event ?? null);
    thread.post({ kind: 'invoke', now: world.clock.now, event, deadline: run.deadline, context: run.context });
  });
