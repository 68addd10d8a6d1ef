// The Task state: one call of a service integration under its timeout and heartbeat, with or without a task token.
import { makeCancellation } from './cancellation.ts';
import type { TaskState } from './definition.ts';
import { evaluate, evaluateNumber } from './expressions.ts';
import { Abandoned, StateFailure } from './failure.ts';
import { frameOf, limitPayload, record, type TaskCall, type Walk } from './walk.ts';

/** A resource string taken apart: `arn:aws:states:::ecs:runTask.sync` is service `ecs`, operation `runTask`, pattern `sync`. */
export interface Resource {
  readonly base: string;
  readonly pattern: TaskCall['pattern'];
  readonly syncVersion: number;
  /** `resourceType` and `resource` of the history events. */
  readonly type: string;
  readonly name: string;
}

const resources = new Map<string, Resource>();

export const readResource = (resource: string): Resource => {
  const known = resources.get(resource);
  if (known !== undefined) return known;
  const suffix = /\.(waitForTaskToken|sync(?::(\d))?)$/.exec(resource);
  const base = suffix === null ? resource : resource.slice(0, suffix.index);
  const parts = base.split(':');
  const isFunction = parts[2] === 'lambda';
  const fresh: Resource = {
    base,
    pattern: suffix === null ? 'request' : suffix[1] === 'waitForTaskToken' ? 'waitForTaskToken' : 'sync',
    syncVersion: Number(suffix?.[2] ?? 1),
    type: isFunction ? 'lambda' : parts.slice(5, -1).join(':'),
    name: isFunction ? base : (parts.at(-1) ?? '') + (suffix?.[0] ?? ''),
  };
  resources.set(resource, fresh);
  return fresh;
};

type States = Record<string, unknown>;

/** Answers the task's result; throws the failure that Retry and Catch then see. */
export const runTask = async (name: string, state: TaskState, walk: Walk, states: States): Promise<unknown> => {
  const resource = readResource(state.Resource);
  const token = resource.pattern === 'waitForTaskToken' ? walk.host.newToken() : undefined;
  if (token !== undefined) states.context = { ...(states.context as object), Task: { Token: token } };
  const frame = frameOf(walk, states);
  const argument = state.Arguments === undefined ? states.input : await evaluate(state.Arguments, 'Arguments', frame);
  limitPayload(argument, `The arguments of the state '${name}'`);
  const seconds = {
    timeout: state.TimeoutSeconds === undefined ? undefined : await evaluateNumber(state.TimeoutSeconds, 'TimeoutSeconds', frame),
    heartbeat: state.HeartbeatSeconds === undefined ? undefined : await evaluateNumber(state.HeartbeatSeconds, 'HeartbeatSeconds', frame),
  };
  const about = { resourceType: resource.type, resource: resource.name };
  record(walk, 'TaskScheduled', {
    ...about,
    parameters: argument,
    timeoutInSeconds: seconds.timeout,
    heartbeatInSeconds: seconds.heartbeat,
  });
  record(walk, 'TaskStarted', about);
  try {
    const output = await callUnderTimers({ walk, resource, argument, token, seconds, about });
    record(walk, 'TaskSucceeded', { ...about, output });
    return output;
  } catch (problem) {
    if (problem instanceof StateFailure) {
      const timedOut = problem.error === 'States.Timeout' || problem.error === 'States.HeartbeatTimeout';
      record(walk, timedOut ? 'TaskTimedOut' : 'TaskFailed', { ...about, error: problem.error, cause: problem.reason });
    }
    throw problem;
  }
};

interface TimedCall {
  readonly walk: Walk;
  readonly resource: Resource;
  readonly argument: unknown;
  readonly token: string | undefined;
  readonly seconds: { readonly timeout: number | undefined; readonly heartbeat: number | undefined };
  readonly about: Readonly<Record<string, unknown>>;
}

/** The first of: the integration's answer, the timeout, a missed heartbeat, or being given up from outside. */
const callUnderTimers = ({ walk, resource, argument, token, seconds, about }: TimedCall): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const { host } = walk;
    const cancellation = makeCancellation(walk.cancellation);
    let stopTimeout: (() => void) | undefined;
    let stopHeartbeat: (() => void) | undefined;
    let over = false;
    const finish = (settle: () => void): void => {
      if (over) return;
      over = true;
      stopTimeout?.();
      stopHeartbeat?.();
      cancellation.release();
      settle();
    };
    cancellation.onCancel((reason) => finish(() => reject(reason instanceof GaveUp ? reason.failure : reason)));
    const beat = (): void => {
      if (seconds.heartbeat === undefined || over) return;
      stopHeartbeat?.();
      const missed = (): void => cancellation.cancel(new GaveUp(new StateFailure('States.HeartbeatTimeout', undefined)));
      stopHeartbeat = host.at(host.now() + seconds.heartbeat * 1000, missed, 'task heartbeat');
    };
    beat();
    if (seconds.timeout !== undefined) {
      const expired = (): void => cancellation.cancel(new GaveUp(new StateFailure('States.Timeout', undefined)));
      stopTimeout = host.at(host.now() + seconds.timeout * 1000, expired, 'task timeout');
    }
    const submitted = (output: unknown): void => {
      if (!over) record(walk, 'TaskSubmitted', { ...about, output });
    };
    const { base, pattern, syncVersion } = resource;
    host.task({ resource: base, pattern, syncVersion, arguments: argument, token, cancellation, submitted, beat }).then(
      (output) => finish(() => resolve(output)),
      (problem: unknown) => finish(() => reject(problem)),
    );
  });

/** A task's own timer ran out: to the integration it is being given up, to the state it is a failure. */
class GaveUp extends Abandoned {
  readonly failure: StateFailure;
  constructor(failure: StateFailure) {
    super('TIMED_OUT', failure.error);
    this.failure = failure;
  }
}
