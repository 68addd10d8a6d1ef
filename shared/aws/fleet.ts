// Counts of many ECS services at once: ten per request, several requests at a time (X3, aws-facts B10).
import { DescribeServicesCommand, ECSClient, UpdateServiceCommand, type Service } from '@aws-sdk/client-ecs';
import type { Manifest } from '../domain/manifest.ts';
import type { Count, Fleet } from '../ports.ts';
import { client, type ClientHost } from './clients.ts';
import { attempt } from './failure.ts';
import { mapEach } from './settle.ts';

export interface FleetHost extends ClientHost {
  readonly manifest: Manifest;
}

const PER_REQUEST = 10;
const AT_ONCE = 10;

export const fleet = (host: FleetHost): Fleet => {
  const ecs = client(ECSClient, host);
  const { cluster } = host.manifest;
  return {
    counts: (names) => counts(ecs, cluster, names),
    count: async (service, desiredCount) => {
      await attempt('ecs:UpdateService', `${service} to ${desiredCount} tasks`, () =>
        ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount })),
      );
    },
    place: async (service, placement) => {
      const capacityProviderStrategy = placement.map(({ provider, weight, base }) => ({ capacityProvider: provider, weight, base }));
      const command = new UpdateServiceCommand({ cluster, service, capacityProviderStrategy });
      await attempt('ecs:UpdateService', `${service} on ${placement.map(({ provider }) => provider).join(', ')}`, () => ecs.send(command));
    },
  };
};

const counts = async (ecs: ECSClient, cluster: string, names: readonly string[]): Promise<readonly Count[]> => {
  const groups = Array.from({ length: Math.ceil(names.length / PER_REQUEST) }, (_, index) =>
    names.slice(index * PER_REQUEST, (index + 1) * PER_REQUEST),
  );
  const pages = await mapEach(groups, AT_ONCE, async (some) => {
    const command = new DescribeServicesCommand({ cluster, services: [...some] });
    const { services } = await attempt('ecs:DescribeServices', some.join(', '), () => ecs.send(command));
    return (services ?? []).filter(({ status }) => status === 'ACTIVE');
  });
  const found = new Map(pages.flat().map((service) => [service.serviceName ?? '', service]));
  return names.map((name) => countOf(name, found.get(name)));
};

const countOf = (name: string, service: Service | undefined): Count => {
  const deployments = service?.deployments ?? [];
  const primary = deployments.find(({ status }) => status === 'PRIMARY');
  return {
    name,
    exists: service !== undefined,
    desired: service?.desiredCount ?? 0,
    running: service?.runningCount ?? 0,
    pending: service?.pendingCount ?? 0,
    taskDefinition: primary?.taskDefinition ?? service?.taskDefinition ?? '',
    deploying: deployments.some(({ status, rolloutState }) => status !== 'PRIMARY' || rolloutState === 'IN_PROGRESS'),
    placement: (service?.capacityProviderStrategy ?? []).map(({ capacityProvider, weight, base }) => ({
      provider: capacityProvider ?? '',
      weight: weight ?? 0,
      base: base ?? 0,
    })),
    targetGroups: (service?.loadBalancers ?? [])
      .map(({ targetGroupArn, advancedConfiguration }) =>
        [targetGroupArn, advancedConfiguration?.alternateTargetGroupArn].filter((arn) => arn !== undefined),
      )
      .filter((groups) => groups.length > 0),
  };
};
