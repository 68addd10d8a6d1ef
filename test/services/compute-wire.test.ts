// What the SDK clients read over the wire is what the simulators of compute and traffic answered: no field lost, every date a date.
import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingActivitiesCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { DescribeImagesCommand, DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import * as ecs from '@aws-sdk/client-ecs';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEndpoint } from '../../local/endpoint.ts';
import type { Endpoint } from '../../local/endpoint.ts';
import { CLUSTER, SERVICE, runningShop } from './shop.ts';
import type { Shop } from './shop.ts';

let shop: Shop;
let endpoint: Endpoint;
let wire: { region: string; endpoint: string; credentials: Endpoint['credentials'] };
const place = {
  ServiceNamespace: 'ecs',
  ResourceId: `service/${CLUSTER}/${SERVICE}`,
  ScalableDimension: 'ecs:service:DesiredCount',
} as const;

beforeAll(async () => {
  shop = await runningShop(111);
  await shop.scaling('RegisterScalableTarget', { ...place, MinCapacity: 1, MaxCapacity: 1 });
  await shop.minutes(0.2);
  endpoint = await openEndpoint(shop.world);
  wire = { region: 'us-east-1', endpoint: endpoint.url, credentials: endpoint.credentials };
});
afterAll(() => shop.world.close());

/** Answers the direct call's output and the client's, without what the client adds itself. */
const both = async (service: string, operation: string, client: { send(command: any): Promise<any> }, command: { input: object }) => {
  const direct = await shop.world.call({ service, operation, input: command.input, caller: { kind: 'operator' } });
  const { $metadata: _metadata, ...read } = await client.send(command);
  return { direct: withoutUndefined(direct), read: withoutUndefined(read) };
};

const withoutUndefined = (value: any): any => {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([name, inner]) => [name, withoutUndefined(inner)]),
  );
};

const expectSame = ({ direct, read }: { direct: unknown; read: unknown }): void => expect(read).toEqual(direct);

describe('over the wire', () => {
  it('ECS services, tasks, definitions and deployments', async () => {
    const client = new ecs.ECSClient(wire);
    const { taskArns } = await shop.ecs('ListTasks', { cluster: CLUSTER });
    const { serviceDeployments } = await shop.ecs('ListServiceDeployments', { cluster: CLUSTER, service: SERVICE });
    const arns = [serviceDeployments[0].serviceDeploymentArn];
    expectSame(
      await both(
        'ecs',
        'DescribeServices',
        client,
        new ecs.DescribeServicesCommand({ cluster: CLUSTER, services: [SERVICE, 'none'], include: ['TAGS'] }),
      ),
    );
    expectSame(await both('ecs', 'DescribeTasks', client, new ecs.DescribeTasksCommand({ cluster: CLUSTER, tasks: taskArns })));
    expectSame(
      await both(
        'ecs',
        'DescribeTaskDefinition',
        client,
        new ecs.DescribeTaskDefinitionCommand({ taskDefinition: 'web', include: ['TAGS'] }),
      ),
    );
    expectSame(
      await both('ecs', 'DescribeClusters', client, new ecs.DescribeClustersCommand({ clusters: [CLUSTER], include: ['SETTINGS'] })),
    );
    expectSame(
      await both('ecs', 'DescribeServiceDeployments', client, new ecs.DescribeServiceDeploymentsCommand({ serviceDeploymentArns: arns })),
    );
    expectSame(
      await both(
        'ecs',
        'DescribeServiceRevisions',
        client,
        new ecs.DescribeServiceRevisionsCommand({ serviceRevisionArns: [serviceDeployments[0].targetServiceRevisionArn] }),
      ),
    );
  });

  it('load balancers, listeners, rules, target groups and health', async () => {
    const client = new elb.ElasticLoadBalancingV2Client(wire);
    const read = (operation: string, command: { input: object }) => both('elasticloadbalancing', operation, client, command);
    expectSame(await read('DescribeLoadBalancers', new elb.DescribeLoadBalancersCommand({ Names: ['shop'] })));
    expectSame(await read('DescribeListeners', new elb.DescribeListenersCommand({ ListenerArns: [shop.listenerArn] })));
    expectSame(await read('DescribeRules', new elb.DescribeRulesCommand({ ListenerArn: shop.listenerArn })));
    expectSame(await read('DescribeTargetGroups', new elb.DescribeTargetGroupsCommand({ TargetGroupArns: [shop.targetGroupArn] })));
    expectSame(await read('DescribeTargetHealth', new elb.DescribeTargetHealthCommand({ TargetGroupArn: shop.targetGroupArn })));
  });

  it('images, repositories, scalable targets and activities', async () => {
    const registry = new ECRClient(wire);
    expectSame(await both('ecr', 'DescribeImages', registry, new DescribeImagesCommand({ repositoryName: 'web' })));
    expectSame(await both('ecr', 'DescribeRepositories', registry, new DescribeRepositoriesCommand({})));
    const scaling = new ApplicationAutoScalingClient(wire);
    expectSame(
      await both(
        'application-autoscaling',
        'DescribeScalableTargets',
        scaling,
        new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }),
      ),
    );
    expectSame(
      await both(
        'application-autoscaling',
        'DescribeScalingActivities',
        scaling,
        new DescribeScalingActivitiesCommand({ ServiceNamespace: 'ecs' }),
      ),
    );
  });

  it('a command for what a person changes: a rule, a count', async () => {
    const client = new elb.ElasticLoadBalancingV2Client(wire);
    const conditions = [{ Field: 'path-pattern', PathPatternConfig: { Values: ['*'] } }];
    const fixed = {
      Type: 'fixed-response' as const,
      FixedResponseConfig: { StatusCode: '503', ContentType: 'text/plain', MessageBody: 'asleep' },
    };
    const made = await client.send(
      new elb.CreateRuleCommand({ ListenerArn: shop.listenerArn, Priority: 1, Conditions: conditions, Actions: [fixed] }),
    );
    expect(made.Rules?.[0]).toMatchObject({ Priority: '1', IsDefault: false });
    expect((await shop.world.services.elb.request({ host: shop.dnsName, path: '/' })).body).toBe('asleep');
    const answer = await new ecs.ECSClient(wire).send(
      new ecs.UpdateServiceCommand({ cluster: CLUSTER, service: SERVICE, desiredCount: 0 }),
    );
    expect(answer.service?.desiredCount).toBe(0);
    await expect(new ecs.ECSClient(wire).send(new ecs.UpdateServiceCommand({ service: 'none', desiredCount: 0 }))).rejects.toMatchObject({
      name: 'ClusterNotFoundException',
    });
  });
});
