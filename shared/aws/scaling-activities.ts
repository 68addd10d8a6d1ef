// What scaling did to services lately, as changes people read (aws-facts A11, L2).
import { ApplicationAutoScalingClient, DescribeScalingActivitiesCommand, type ScalingActivity } from '@aws-sdk/client-application-auto-scaling';
import type { Change } from '../domain/alarm-evidence.ts';
import type { Manifest, ManifestService } from '../domain/manifest.ts';
import { client, type ClientHost } from './clients.ts';
import { attempt } from './failure.ts';

/** The newest come first, and a message shows a handful. */
const NEWEST = 10;

/** Changes of counts between two instants, of services that scale. */
export const scalingActivities =
  (host: ClientHost & { readonly manifest: Manifest }) =>
  async (services: readonly ManifestService[], from: string, to: string): Promise<readonly Change[]> => {
    const scaling = services.filter(({ count }) => count.scaling);
    const found = await Promise.all(scaling.map(async (service) => (await activitiesOf(host, service)).map((activity) => changeOf(service.name, activity))));
    return found.flat().filter(({ at }) => at >= from && at <= to);
  };

const activitiesOf = async (host: ClientHost & { readonly manifest: Manifest }, { serviceName }: ManifestService): Promise<readonly ScalingActivity[]> => {
  const ResourceId = `service/${host.manifest.cluster}/${serviceName}`;
  const command = new DescribeScalingActivitiesCommand({ ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount', ResourceId, MaxResults: NEWEST });
  const answer = await attempt('application-autoscaling:DescribeScalingActivities', serviceName, () => client(ApplicationAutoScalingClient, host).send(command));
  return answer.ScalingActivities ?? [];
};

const changeOf = (service: string, { StartTime, Description = '' }: ScalingActivity): Change => {
  const count = /desired count to (\d+)/.exec(Description)?.[1];
  const sentence = count === undefined ? Description : `${service} was scaled to ${count} ${count === '1' ? 'task' : 'tasks'}.`;
  return { at: (StartTime ?? new Date(0)).toISOString(), story: 'scaling', service, action: 'scale', sentence };
};
