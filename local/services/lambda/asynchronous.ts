// Asynchronous invocations: accepted at once, retried after one and two minutes, then told to a destination or a dead-letter queue.
import type { AwsError } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { sendToDeadLetters, sendToDestination, type AsyncRequest } from './destinations.ts';
import { LATEST, USUAL_ASYNC, type AsyncSettings, type Resolved } from './functions.ts';
import type { FailedOutcome, InvokeOutcome } from './outcome.ts';
import type { RunFunction } from './run-function.ts';

/** Minutes before the first and the second retry after a function error (aws-facts F). */
const RETRY_MINUTES = [1, 2] as const;
const FIRST_THROTTLE_WAIT = 1000;
const LONGEST_THROTTLE_WAIT = 300_000;

interface Queued {
  readonly request: AsyncRequest;
  readonly since: number;
  /** Retries after function errors; throttles do not count. */
  readonly retries: number;
  readonly throttled: number;
}

type Attempted =
  | { readonly kind: 'ran'; readonly outcome: InvokeOutcome }
  | { readonly kind: 'throttled'; readonly outcome: FailedOutcome };

type Condition = 'RetriesExhausted' | 'EventAgeExceeded';

const settingsOf = ({ record, qualifier }: Resolved): AsyncSettings =>
  record.asyncSettings.get(qualifier) ?? record.asyncSettings.get(LATEST) ?? USUAL_ASYNC;

/** A refusal by Lambda itself (throttling) is an outcome here, because the event waits and comes again. */
const attempted = async (run: RunFunction, request: AsyncRequest): Promise<Attempted> => {
  try {
    return { kind: 'ran', outcome: await run(request) };
  } catch (error) {
    const { code, message } = error as AwsError;
    if (code !== 'TooManyRequestsException') throw error;
    return { kind: 'throttled', outcome: { ok: false, errorType: code, errorMessage: message, trace: [] } };
  }
};

const giveUp = async (world: World, { request, retries }: Queued, condition: Condition, failed: FailedOutcome): Promise<void> => {
  const { record, configuration } = request.resolved;
  const { deadLetterArn } = configuration;
  const { onFailure } = settingsOf(request.resolved);
  const { requestId } = request;
  const detail = { requestId, condition, retries, error: failed.errorMessage };
  world.trail.add({ kind: 'invoke', who: record.name, what: 'given up', detail });
  try {
    if (onFailure !== undefined) await sendToDestination(world, onFailure, request, condition, retries + 1, failed);
    if (deadLetterArn !== undefined) await sendToDeadLetters(world, deadLetterArn, request, failed.errorMessage);
  } catch (error) {
    const { code, message } = error as AwsError;
    if (code === undefined) throw error;
    world.trail.add({ kind: 'fault', who: record.name, what: 'its failed event could not be kept', detail: { requestId, code, message } });
  }
};

/** Queues events; each runs a moment later, and now and then twice (fault `lambda.duplicate`). */
export const makeAsynchronous = (world: World, run: RunFunction): ((request: AsyncRequest) => void) => {
  const random = world.random.stream('lambda.async');
  const attempt = async (queued: Queued): Promise<void> => {
    const { request, since, retries, throttled } = queued;
    const { maximumAttempts, maximumAgeSeconds, onSuccess } = settingsOf(request.resolved);
    const { kind, outcome } = await attempted(run, request);
    if (outcome.ok) {
      if (onSuccess !== undefined) await sendToDestination(world, onSuccess, request, 'Success', retries + 1, outcome);
      return;
    }
    if (kind === 'ran' && retries >= maximumAttempts) return giveUp(world, queued, 'RetriesExhausted', outcome);
    if (world.clock.now - since >= maximumAgeSeconds * 1000) return giveUp(world, queued, 'EventAgeExceeded', outcome);
    if (kind === 'throttled') {
      const wait = Math.min(FIRST_THROTTLE_WAIT * 2 ** throttled, LONGEST_THROTTLE_WAIT);
      world.clock.after(wait, () => attempt({ ...queued, throttled: throttled + 1 }), 'lambda: throttled event');
    } else {
      const minutes = RETRY_MINUTES[retries] ?? 2;
      world.clock.after(minutes * 60_000, () => attempt({ ...queued, retries: retries + 1 }), 'lambda: retry');
    }
  };
  return (request) => {
    const begin = (): Promise<void> => attempt({ request, since: world.clock.now, retries: 0, throttled: 0 });
    world.clock.after(random.between(20, 120), begin, 'lambda: queued event');
    if (world.faults.happens('lambda.duplicate', request.resolved.record.name)) {
      world.clock.after(random.between(1_000, 30_000), begin, 'lambda: duplicated event');
    }
  };
};
