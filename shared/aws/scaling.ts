// Scaling bounds on Application Auto Scaling: setting them moves the count at once, even when only a flag changes (aws-facts C).
import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScheduledActionsCommand,
  RegisterScalableTargetCommand,
  type ScalableTarget,
} from '@aws-sdk/client-application-auto-scaling';
import type { Manifest } from '../domain/manifest.ts';
import type { Bounds, ScalingBounds } from '../ports.ts';
import { client, type ClientHost } from './clients.ts';
import { attempt } from './failure.ts';
import { mapEach } from './settle.ts';

export interface ScalingHost extends ClientHost {
  readonly manifest: Manifest;
}

interface Scaling {
  readonly aas: ApplicationAutoScalingClient;
  readonly prefix: string;
}

const NAMESPACE = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const;
/** DescribeScalableTargets takes and gives fifty. */
const PER_REQUEST = 50;
const AT_ONCE = 5;

export const scaling = (host: ScalingHost): ScalingBounds => {
  const on: Scaling = { aas: client(ApplicationAutoScalingClient, host), prefix: `service/${host.manifest.cluster}/` };
  return {
    describe: (names) => describe(on, names),
    set: (name, bounds) => set(on, name, bounds),
    scheduled: (names) => scheduled(on, names),
  };
};

const describe = async ({ aas, prefix }: Scaling, names: readonly string[]): Promise<ReadonlyMap<string, Bounds>> => {
  const groups = Array.from({ length: Math.ceil(names.length / PER_REQUEST) }, (_, index) =>
    names.slice(index * PER_REQUEST, (index + 1) * PER_REQUEST),
  );
  const pages = await mapEach(groups, AT_ONCE, async (some) => {
    const command = new DescribeScalableTargetsCommand({ ...NAMESPACE, ResourceIds: some.map((name) => `${prefix}${name}`) });
    const { ScalableTargets } = await attempt('application-autoscaling:DescribeScalableTargets', some.join(', '), () => aas.send(command));
    return ScalableTargets ?? [];
  });
  return new Map(pages.flat().map((target) => [(target.ResourceId ?? '').slice(prefix.length), boundsOf(target)]));
};

const boundsOf = ({ MinCapacity, MaxCapacity, SuspendedState }: ScalableTarget): Bounds => ({
  min: MinCapacity ?? 0,
  max: MaxCapacity ?? 0,
  suspended: {
    scaleIn: SuspendedState?.DynamicScalingInSuspended ?? false,
    scaleOut: SuspendedState?.DynamicScalingOutSuspended ?? false,
    scheduled: SuspendedState?.ScheduledScalingSuspended ?? false,
  },
});

/** One call for bounds and flags together: every further call would clamp the count again. */
const set = async ({ aas, prefix }: Scaling, name: string, { min, max, suspended }: Bounds): Promise<void> => {
  const command = new RegisterScalableTargetCommand({
    ...NAMESPACE,
    ResourceId: `${prefix}${name}`,
    MinCapacity: min,
    MaxCapacity: max,
    SuspendedState: {
      DynamicScalingInSuspended: suspended.scaleIn,
      DynamicScalingOutSuspended: suspended.scaleOut,
      ScheduledScalingSuspended: suspended.scheduled,
    },
  });
  await attempt('application-autoscaling:RegisterScalableTarget', `${name} to ${min}–${max}`, () => aas.send(command));
};

const scheduled = async ({ aas, prefix }: Scaling, names: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> => {
  const wanted = new Set(names);
  const found = new Map<string, string[]>();
  let NextToken: string | undefined;
  do {
    const command = new DescribeScheduledActionsCommand({ ServiceNamespace: 'ecs', ...(NextToken === undefined ? {} : { NextToken }) });
    const page = await attempt('application-autoscaling:DescribeScheduledActions', 'all services', () => aas.send(command));
    for (const { ResourceId, ScheduledActionName } of page.ScheduledActions ?? []) {
      const name = ResourceId?.startsWith(prefix) === true ? ResourceId.slice(prefix.length) : '';
      if (wanted.has(name)) found.set(name, [...(found.get(name) ?? []), ScheduledActionName ?? ''].sort());
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
};
