// Simulated Lambda: the templates' functions run their own bundles (or their source) on virtual time, for callers, queues and URLs.
import { AwsError, type SimulatedService } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { makeAsynchronous } from './asynchronous.ts';
import { makeEventSources } from './event-sources.ts';
import { makeFunctionStore, type FunctionRecord } from './functions.ts';
import { visitUrl, type UrlRequest, type UrlResponse } from './function-url.ts';
import { lambdaOperations, type Start } from './operations.ts';
import { lambdaResources } from './resources.ts';
import type { InvokeOutcome } from './outcome.ts';
import { makeRunFunction } from './run-function.ts';
import { makeRunningFunctions } from './running-functions.ts';

export type { InvokeOutcome } from './outcome.ts';

/** Which AWS service invokes, and for which of its resources; the function's policy decides. Absent: the operator. */
export interface InvokeSource {
  readonly principal: string;
  readonly sourceArn?: string;
}

export type InvokeRequest = {
  readonly payload: unknown;
  readonly source?: InvokeSource;
  /** Queue it and answer at once; errors are then retried and go to the function's destination or dead-letter queue. */
  readonly async?: boolean;
} & ({ readonly functionArn: string; readonly name?: undefined } | { readonly name: string; readonly functionArn?: undefined });

export interface Lambda extends SimulatedService {
  /** Invokes for an AWS service. Throws AwsError when the function does not exist, its policy refuses, or its concurrency is used up. */
  invoke(request: InvokeRequest): Promise<InvokeOutcome>;
  /** The function of that name or ARN, undefined when there is none. */
  function(nameOrArn: string): FunctionRecord | undefined;
  functions(): readonly FunctionRecord[];
  /** The function whose URL has this host, if any. */
  urlOf(host: string): FunctionRecord | undefined;
  /** A request to a function URL. */
  visit(request: UrlRequest): Promise<UrlResponse>;
}

const support = {
  does: [
    'real bundles in worker threads with virtual Date, timers, randomness and network; one process at work at a time, so runs repeat (S)',
    'synchronous and asynchronous invocation, retries after 1 and 2 minutes, destinations, dead-letter queues (F)',
    'timeouts, reserved concurrency',
    'cold starts after 15 idle minutes, modelled duration and its bill, CloudWatch metrics, logs only with permission',
    'SQS event source mappings with batches, windows, partial failures; function URLs; versions, aliases, permissions',
  ],
  doesNot: [
    'container images, layers’ content, inline code, SnapStart, provisioned concurrency, durable functions, streams other than SQS',
    'a memory of its own for what code writes to globalThis or to prototypes: all processes of a world share one thread',
    'fresh module state at a modelled cold start: a process is only replaced after a crash, a timeout or new code',
  ],
};

/** Asks the function's policy whether this service may invoke; throws AccessDeniedException. */
const authorize = (world: World, record: FunctionRecord, arn: string, { principal, sourceArn }: InvokeSource): void => {
  const context = { ...(sourceArn === undefined ? {} : { 'aws:SourceArn': sourceArn }), 'aws:SourceAccount': world.account };
  const permission = { action: 'lambda:InvokeFunction', resource: arn, resourcePolicy: record.policy, context };
  const { allowed, why } = world.services.iam.allowsService(principal, permission);
  if (allowed) return;
  world.trail.add({ kind: 'fault', who: principal, what: `may not invoke ${record.name}`, detail: { sourceArn, why } });
  const message = `${principal} is not authorized to perform: lambda:InvokeFunction on resource: ${arn} ${why}`;
  throw new AwsError('AccessDeniedException', message, 403);
};

export const makeLambda = (world: World): Lambda => {
  const store = makeFunctionStore(world);
  const running = makeRunningFunctions(world);
  const run = makeRunFunction(world, running);
  const queueEvent = makeAsynchronous(world, run);
  const ids = world.random.stream('lambda.requests');
  const urls = new Map<string, FunctionRecord>();
  const eventSources = makeEventSources(world, store, run);
  world.onClose(() => running.close());
  const start = async ({ nameOrArn, qualifier, event, by, async }: Start): Promise<InvokeOutcome> => {
    const resolved = store.resolve(nameOrArn, qualifier);
    const request = { resolved, event, requestId: ids.uuid(), by };
    if (!async) return run(request);
    queueEvent(request);
    return { ok: true, payload: null };
  };
  return {
    signingName: 'lambda',
    support,
    operations: lambdaOperations({ store, running, sources: eventSources, start }),
    resources: lambdaResources({ store, running, eventSources, urls }),
    invoke: async ({ functionArn, name, payload, source, async = false }) => {
      const target = functionArn ?? name;
      const { record, arn } = store.resolve(target);
      if (source !== undefined) authorize(world, record, arn, source);
      return start({ nameOrArn: target, event: payload, by: source?.sourceArn ?? source?.principal ?? 'operator', async });
    },
    function: (nameOrArn) => store.find(nameOrArn),
    functions: () => store.all(),
    urlOf: (host) => urls.get(host),
    visit: (request) => visitUrl(world, urls.get(new URL(request.url).host), run, request),
  };
};
