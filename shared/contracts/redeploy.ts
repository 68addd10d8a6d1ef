// Everything that crosses a border in the redeploy story: what starts it, what its doors take, and which events it listens to.
import * as v from 'valibot';
import { KEPT_PREFIX } from '../domain/redeploy-tags.ts';
import type { Trigger } from '../domain/selection.ts';

const trigger = v.object({
  kind: v.picklist(['push', 'reconcile', 'operator', 'wake', 'poll', 'webhook', 'scan']),
  detail: v.string(),
  repository: v.exactOptional(v.string()),
  tag: v.exactOptional(v.string()),
  digest: v.exactOptional(v.string()),
  by: v.exactOptional(v.string()),
  /** `previous`: go back one release. `release`: the person vouches for a quarantined image. */
  intent: v.exactOptional(v.picklist(['newest', 'previous', 'release'])),
});

/** Input of the machine; `event` is the detail of an ECR event as it came, its fields have hyphens. */
const start = {
  trigger,
  services: v.exactOptional(v.array(v.string())),
  event: v.exactOptional(
    v.object({
      'repository-name': v.string(),
      'image-tag': v.exactOptional(v.string()),
      'image-digest': v.exactOptional(v.string()),
    }),
  ),
};
export const RedeployInputSchema = v.object(start);
export type RedeployInput = v.InferOutput<typeof RedeployInputSchema>;

const execution = v.object({ name: v.string(), startedAt: v.string() });
const step = { execution, at: v.string() };

/** Decide: the machine's input, or the key of a rollout that has to be looked at anew. */
export const DecideInputSchema = v.object({ ...step, ...start, trigger: v.exactOptional(trigger), rollout: v.nullish(v.string(), null) });
export type DecideInput = v.InferOutput<typeof DecideInputSchema>;

/** The trigger of a round: the machine's own, completed from an ECR event's detail, or the one a rollout began with. */
export const triggerOf = (
  input: DecideInput,
  before: { readonly trigger: Pick<Trigger, 'kind' | 'detail'>; readonly who: string | null } | undefined,
): Trigger => {
  const { trigger: said, event } = input;
  // What a person asked for was done in the first round; the next ones follow the registry.
  if (before !== undefined) return { ...before.trigger, ...(before.who === null ? {} : { by: before.who }) };
  if (said === undefined) return { kind: 'push', detail: 'a newer push' };
  if (event === undefined) return said;
  return { ...said, repository: event['repository-name'], tag: event['image-tag'], digest: event['image-digest'] };
};

/** Advance and settle: the key of the rollout. */
export const RolloutInputSchema = v.object({ ...step, rollout: v.string() });
/** Tell: who is asking and when. */
export const TellInputSchema = v.object(step);
/** Watch: `seconds` is after how long the waiting state gives up and looks again. */
export const WatchInputSchema = v.object({ ...step, rollout: v.string(), token: v.string(), seconds: v.pipe(v.number(), v.minValue(1)) });
export const AbandonInputSchema = v.object({
  ...step,
  rollout: v.nullish(v.string(), null),
  error: v.object({ Error: v.string(), Cause: v.nullish(v.string(), '') }),
});

/** What the machine's Choice states look at. */
export interface StoryStep {
  readonly action: 'advance' | 'settle' | 'snapshot' | 'backup' | 'watch' | 'look' | 'soon' | 'listen' | 'more' | 'again' | 'pause' | 'tell' | 'done';
  readonly rollout: string | null;
  /** Seconds to wait before the next state. */
  readonly seconds: number;
  /** Instant before which ECS takes no more registrations, with `more`. */
  readonly until?: string;
  readonly reason: string;
}

/** ECS events that may end a wait; only the fields the nudge reads (aws-facts A3, A4, A6). */
export const NudgeInputSchema = v.object({
  'detail-type': v.string(),
  time: v.string(),
  resources: v.array(v.string()),
  detail: v.object({ group: v.exactOptional(v.string()), taskArn: v.exactOptional(v.string()) }),
});

/** The ECS service an event is about: last part of a service's ARN, or the group of a task; null for anything else. */
export const serviceOf = ({ resources, detail }: v.InferOutput<typeof NudgeInputSchema>): string | null => {
  if (detail.group !== undefined) return /^(?:service|migration|proof):(.+)$/.exec(detail.group)?.[1] ?? null;
  const [arn = ''] = resources;
  return arn.includes(':service/') ? arn.slice(arn.lastIndexOf('/') + 1) : null;
};

/** What a task beside a service is run for. */
export type OneOff = 'migration' | 'proof';

/** Group of such a task, by which its events are known. */
export const oneOffGroup = (what: OneOff, serviceName: string): string => `${what}:${serviceName}`;

/** Family under which the one-off tasks of a service's family are registered. */
export const migrationFamily = (family: string): string => `${family}-migration`;

/** Secret that signs pushes told by webhook; the text itself is the key. */
export const pushWebhookSecret = (platform: string): string => `${platform}/push-webhook`;

/** Execution name of a delivery: the same delivery starts nothing twice (aws-facts F: names). */
export const deliveryName = (delivery: string): string => `webhook-${delivery.replaceAll(/[^A-Za-z0-9-]/g, '-')}`.slice(0, 80);

/** Name of the copy of a database before the migration of an image: the same image asks for the same copy. */
export const snapshotName = (database: string, service: string, image: string): string =>
  `${database}-before-${service}-${image.slice(-12)}`;

/** Key of the record that holds the waiting state's token. */
export const waiterKey = (rollout: string): string => `redeploy#${rollout}`;

/** Lease key of one service: whoever changes its revision or its count holds it (X1). */
export const serviceLease = (service: string): string => `service#${service}`;

/** Minutes between two questions to a registry without events. */
export const POLL_MINUTES = 3;

/** An event pattern as EventBridge reads it. */
export interface Pattern {
  readonly source: string[];
  readonly 'detail-type': string[];
  readonly resources?: readonly unknown[];
  readonly detail: Record<string, unknown>;
}

/** Pushes of watched repositories under tags that others gave; best effort, so the reconciler stays necessary (aws-facts A0, A1). */
export const pushPattern = (repositories: readonly string[]): Pattern => ({
  source: ['aws.ecr'],
  'detail-type': ['ECR Image Action'],
  detail: { 'action-type': ['PUSH'], result: ['SUCCESS'], 'repository-name': [...repositories], 'image-tag': [{ 'anything-but': { prefix: KEPT_PREFIX } }] },
});

/** Finished scans of watched repositories, for the scan gate (R8, aws-facts A2). */
export const scanPattern = (repositories: readonly string[]): Pattern => ({
  source: ['aws.ecr'],
  'detail-type': ['ECR Image Scan'],
  detail: { 'scan-status': ['COMPLETE'], 'repository-name': [...repositories] },
});

/** Deployments of the cluster's services that ended, by themselves or by the circuit breaker (aws-facts A3). */
export const deploymentPattern = (servicePrefix: string): Pattern => ({
  source: ['aws.ecs'],
  'detail-type': ['ECS Deployment State Change'],
  resources: [{ prefix: servicePrefix }],
  detail: { eventName: ['SERVICE_DEPLOYMENT_COMPLETED', 'SERVICE_DEPLOYMENT_FAILED'] },
});

/** Tasks of the cluster that stopped by themselves (aws-facts A6). */
export const crashPattern = (clusterArn: string): Pattern => ({
  source: ['aws.ecs'],
  'detail-type': ['ECS Task State Change'],
  detail: { clusterArn: [clusterArn], lastStatus: ['STOPPED'], stopCode: ['EssentialContainerExited', 'TaskFailedToStart'] },
});

export const samplePush = {
  version: '0',
  id: '0a0e5c4c-3d4b-4d0e-9c39-1f6a7c2f5b11',
  'detail-type': 'ECR Image Action',
  source: 'aws.ecr',
  account: '123456789012',
  time: '2026-11-02T09:14:07Z',
  region: 'ap-southeast-2',
  resources: [],
  detail: {
    result: 'SUCCESS',
    'repository-name': 'wizelit',
    'image-digest': 'sha256:4c1f0d9a8f7d5b0c7d2f1a63f0a1b7a8e4f5a6b7c8d9e0f1a2b3c4d5e6f70819',
    'action-type': 'PUSH',
    'image-tag': 'latest',
  },
} as const;
