// One invocation in one process: it works while it has the turn, and waits in virtual time without it.
import type { Cancel } from '../../clock.ts';
import type { World } from '../../world.ts';
import type { HostOutcome, HostRun } from './hosting.ts';
import { isAwsRequest, respond } from './outgoing.ts';
import type { FunctionProcess } from './function-process.ts';
import type { Turnstile } from './turnstile.ts';
import type { FromWorker, RequestMessage, ToWorker } from './worker/messages.ts';

export interface Place {
  readonly world: World;
  readonly turnstile: Turnstile;
  readonly functionName: string;
  readonly process: FunctionProcess;
  readonly run: HostRun;
}

/** The outcome, and whether the process is still good for another invocation. */
export interface Ended {
  readonly outcome: HostOutcome;
  readonly alive: boolean;
}

interface Conversation extends Place {
  readonly work: { awsCalls: number; outsideCalls: number };
  /** How to give the turn back; undefined while the process waits without it. */
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

/** Takes a turn of real work to tell the process something; without effect when the invocation ended meanwhile. */
const tell = async (talk: Conversation, message: () => ToWorker): Promise<void> => {
  const granted = await talk.turnstile.enter(talk.functionName);
  if (talk.over) return granted();
  talk.leave = granted;
  talk.process.post(message());
};

/** The process waits for nothing but the world: others may work, and its next timer becomes an event. */
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

/** An answer for an invocation that is over: the next one finds it; if that has begun already, what blocks the process goes at once, all else in its turn. */
const passOn = (process: FunctionProcess, message: ToWorker, blocking: boolean): void => {
  if (process.tell === undefined) process.late.push(message);
  else if (blocking) process.post(message);
  else process.tell(message);
};

const request = async (talk: Conversation, message: RequestMessage): Promise<void> => {
  const { world, process, work } = talk;
  if (isAwsRequest(message)) work.awsCalls += 1;
  else work.outsideCalls += 1;
  if (dies(talk, 'before-call')) return crash(talk, 'signal: killed');
  const answered = answerTo(world, message);
  const atOnce = await settlesNow(answered);
  if (!atOnce) {
    const underWay: ToWorker = { kind: 'under-way', id: message.id, now: world.clock.now };
    if (talk.over) passOn(process, underWay, true);
    else process.post(underWay);
  }
  const response = await answered;
  if (talk.over) return passOn(process, response, atOnce);
  if (dies(talk, 'after-call')) return crash(talk, 'signal: killed');
  if (atOnce) process.post(response);
  else await tell(talk, () => ({ ...response, now: world.clock.now }));
};

const hear = (talk: Conversation, message: FromWorker): void => {
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
    const { world, process, run, functionName } = place;
    const work = { awsCalls: 0, outsideCalls: 0 };
    const finish = (ended: Ended): void => {
      if (talk.over) return;
      talk.over = true;
      talk.cancelTick();
      cancelDeadline();
      process.freeze();
      process.tell = undefined;
      release(talk);
      resolve(ended);
    };
    const talk: Conversation = { ...place, work, leave: entered, over: false, cancelTick: () => undefined, finish };
    const late = (): void => finish({ outcome: { kind: 'timed-out', work }, alive: false });
    const cancelDeadline = world.clock.at(run.deadline, late, `${functionName} deadline`);
    process.tell = (message) => void tell(talk, () => ({ ...message, now: world.clock.now }));
    process.listen((message) => hear(talk, message));
    for (const message of process.late.splice(0)) process.post({ ...message, now: world.clock.now });
    const event = JSON.stringify(run.event ?? null);
    process.post({ kind: 'invoke', now: world.clock.now, event, deadline: run.deadline, context: run.context });
  });
