// Event source mappings: SQS does the polling, this part turns batches into invocations and reads which messages failed.
import type { World } from '../../world.ts';
import { invalidParameter, resourceNotFound } from './failures.ts';
import type { FunctionStore } from './functions.ts';
import type { RunFunction } from './run-function.ts';
import { callerOf } from './running-functions.ts';

export interface MappingSettings {
  readonly functionName: string;
  readonly eventSourceArn: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly enabled: boolean;
  readonly reportsItemFailures: boolean;
  readonly maximumConcurrency: number | undefined;
}

export interface Mapping {
  readonly id: string;
  readonly settings: MappingSettings;
}

export interface EventSources {
  add(settings: MappingSettings): Mapping;
  change(id: string, settings: Partial<MappingSettings>): Mapping;
  remove(id: string): void;
  get(id: string): Mapping;
  all(): readonly Mapping[];
}

interface BatchAnswer {
  readonly batchItemFailures?: readonly { readonly itemIdentifier?: string }[];
}

/** Which messages come back: those the function names, all of them when it names something that is not in the batch. */
const failedMessages = (payload: unknown, ids: readonly string[]): readonly string[] => {
  const failures = (payload as BatchAnswer | null)?.batchItemFailures ?? [];
  const named = failures.map(({ itemIdentifier }) => itemIdentifier ?? '');
  return named.every((id) => ids.includes(id)) ? named : ids;
};

const POLLER_ACTIONS: readonly string[] = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

export const makeEventSources = (world: World, store: FunctionStore, run: RunFunction): EventSources => {
  const mappings = new Map<string, Mapping & { readonly stop: () => void }>();
  const random = world.random.stream('lambda.mappings');
  /** Lambda polls as the function's role: without these three permissions it cannot be created. */
  const mayPoll = ({ functionName, eventSourceArn }: MappingSettings): void => {
    const caller = callerOf(store.resolve(functionName).configuration);
    for (const action of POLLER_ACTIONS) {
      if (world.services.iam.allows(caller, { action, resource: eventSourceArn }).allowed) continue;
      throw invalidParameter(`The provided execution role does not have permissions to call ${action.slice(4)} on SQS`);
    }
  };
  const subscribe = (settings: MappingSettings): (() => void) => {
    const { functionName, eventSourceArn, batchSize, windowSeconds, maximumConcurrency, reportsItemFailures } = settings;
    if (eventSourceArn.split(':')[2] !== 'sqs') throw new Error(`event source ${eventSourceArn} is not simulated: only SQS queues are`);
    return world.services.sqs.subscribe(eventSourceArn, {
      batchSize,
      windowSeconds,
      ...(maximumConcurrency === undefined ? {} : { maximumConcurrency }),
      deliver: async (records) => {
        const ids = records.map(({ messageId }) => messageId);
        const resolved = store.resolve(functionName);
        const outcome = await run({ resolved, event: { Records: records }, requestId: random.uuid(), by: eventSourceArn });
        if (!outcome.ok) return { failed: ids };
        return { failed: reportsItemFailures ? failedMessages(outcome.payload, ids) : [] };
      },
    });
  };
  const start = (id: string, settings: MappingSettings): Mapping => {
    if (settings.enabled) mayPoll(settings);
    const mapping = { id, settings, stop: settings.enabled ? subscribe(settings) : () => undefined };
    mappings.set(id, mapping);
    return mapping;
  };
  const get = (id: string): Mapping & { readonly stop: () => void } => {
    const found = mappings.get(id);
    if (found === undefined) throw resourceNotFound();
    return found;
  };
  return {
    add: (settings) => start(random.uuid(), settings),
    change: (id, changes) => {
      const before = get(id);
      before.stop();
      return start(id, { ...before.settings, ...changes });
    },
    remove: (id) => {
      get(id).stop();
      mappings.delete(id);
    },
    get,
    all: () => [...mappings.values()],
  };
};
