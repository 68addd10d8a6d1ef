// A small shop for the tests of compute and traffic: one repository, one load balancer, one service behind it, and a record of every event.
import { createWorld } from '../../local/create-world.ts';
import type { Factories } from '../../local/factories.ts';
import type { FaultPlan } from '../../local/faults.ts';
import type { ImageBehaviour } from '../../local/services/ecr.ts';
import type { BusEvent } from '../../local/services/events/events.ts';
import type { World } from '../../local/world.ts';

export const CLUSTER = 'shop';
export const SERVICE = 'web';
export const START = Date.parse('2026-11-23T09:00:00Z');
const MINUTE = 60_000;

export interface Shop {
  readonly world: World;
  readonly targetGroupArn: string;
  readonly listenerArn: string;
  readonly dnsName: string;
  readonly events: readonly BusEvent[];
  readonly ecs: (operation: string, input?: object) => Promise<any>;
  readonly elb: (operation: string, input?: object) => Promise<any>;
  readonly scaling: (operation: string, input?: object) => Promise<any>;
  /** Pushes to the shop's repository under `latest`; answers the digest. */
  readonly push: (behaviour: ImageBehaviour) => string;
  /** Registers a revision of family `web` for an image reference; answers its ARN. */
  readonly register: (reference: string, more?: { readonly container?: object; readonly definition?: object }) => Promise<string>;
  readonly create: (taskDefinition: string, more?: object) => Promise<any>;
  readonly update: (input: object) => Promise<any>;
  readonly describe: () => Promise<any>;
  readonly minutes: (count: number) => Promise<void>;
  /** Reasons of the deployment events so far. */
  readonly rollouts: () => readonly string[];
  readonly eventsOf: (detailType: string) => readonly BusEvent[];
}

const operator = { kind: 'operator' } as const;

export const image = (world: World, reference: string): string =>
  `${world.account}.dkr.ecr.${world.region}.amazonaws.com/web${reference.startsWith('sha256:') ? '@' : ':'}${reference}`;

const executionRole = (world: World): string =>
  world.services.iam.createRole({
    name: 'web-execution',
    policies: {
      pull: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: ['ecr:*', 'logs:*', 'secretsmanager:GetSecretValue'], Resource: '*' }],
      },
    },
  });

const traffic = async (call: (operation: string, input: object) => Promise<any>) => {
  const balancer = (await call('CreateLoadBalancer', { Name: 'shop', Subnets: ['subnet-1', 'subnet-2'] })).LoadBalancers[0];
  const check = { HealthCheckPath: '/health', HealthCheckIntervalSeconds: 10, HealthyThresholdCount: 2, UnhealthyThresholdCount: 3 };
  const group = (await call('CreateTargetGroup', { Name: 'web', TargetType: 'ip', Protocol: 'HTTP', Port: 8080, VpcId: 'vpc-1', ...check }))
    .TargetGroups[0];
  await call('ModifyTargetGroupAttributes', {
    TargetGroupArn: group.TargetGroupArn,
    Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '20' }],
  });
  const forward = [{ Type: 'forward', TargetGroupArn: group.TargetGroupArn }];
  const listener = (
    await call('CreateListener', { LoadBalancerArn: balancer.LoadBalancerArn, Port: 80, Protocol: 'HTTP', DefaultActions: forward })
  ).Listeners[0];
  return {
    targetGroupArn: group.TargetGroupArn as string,
    listenerArn: listener.ListenerArn as string,
    dnsName: balancer.DNSName as string,
  };
};

/** Opens the shop: everything exists, nothing runs yet. */
export const openShop = async (seed: string | number = 1, faults: FaultPlan = {}, factories: Factories = {}): Promise<Shop> => {
  const world = createWorld({ start: START, seed, faults, factories });
  const caller =
    (service: string) =>
    (operation: string, input: object = {}) =>
      world.call({ service, operation, input, caller: operator }) as Promise<any>;
  const [ecs, elb, ecr] = [caller('ecs'), caller('elasticloadbalancing'), caller('ecr')];
  const events: BusEvent[] = [];
  world.services.events.observe((event) => events.push(event));
  await ecr('CreateRepository', { repositoryName: 'web' });
  await ecs('CreateCluster', { clusterName: CLUSTER });
  await world.call({ service: 'logs', operation: 'CreateLogGroup', input: { logGroupName: '/ecs/shop/web' }, caller: operator });
  const executionRoleArn = executionRole(world);
  const { targetGroupArn, listenerArn, dnsName } = await traffic(elb);
  const eventsOf = (detailType: string) => events.filter((event) => event['detail-type'] === detailType);
  return {
    world,
    targetGroupArn,
    listenerArn,
    dnsName,
    events,
    ecs,
    elb,
    scaling: caller('application-autoscaling'),
    push: (behaviour) => world.services.ecr.push({ repository: 'web', tags: ['latest'], behaviour }),
    register: async (reference, more = {}) => {
      const container = {
        name: 'web',
        image: image(world, reference),
        portMappings: [{ containerPort: 8080 }],
        logConfiguration: {
          logDriver: 'awslogs',
          options: { 'awslogs-group': '/ecs/shop/web', 'awslogs-stream-prefix': 'web', 'awslogs-region': world.region },
        },
        ...more.container,
      };
      const definition = {
        family: 'web',
        cpu: '256',
        memory: '512',
        networkMode: 'awsvpc',
        executionRoleArn,
        containerDefinitions: [container],
        ...more.definition,
      };
      return (await ecs('RegisterTaskDefinition', definition)).taskDefinition.taskDefinitionArn;
    },
    create: (taskDefinition, more = {}) =>
      ecs('CreateService', {
        cluster: CLUSTER,
        serviceName: SERVICE,
        taskDefinition,
        desiredCount: 2,
        loadBalancers: [{ targetGroupArn, containerName: 'web', containerPort: 8080 }],
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1', 'subnet-2'] } },
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
        ...more,
      }),
    update: (input) => ecs('UpdateService', { cluster: CLUSTER, service: SERVICE, ...input }),
    describe: async () => (await ecs('DescribeServices', { cluster: CLUSTER, services: [SERVICE] })).services[0],
    minutes: (count) => world.clock.run(world.clock.now + count * MINUTE),
    rollouts: () =>
      eventsOf('ECS Deployment State Change').map((event) => `${String(event.detail['eventName'])}: ${String(event.detail['reason'])}`),
    eventsOf,
  };
};

/** Every stopped task that AWS still remembers. */
export const stoppedTasks = async (shop: Shop): Promise<readonly any[]> => {
  const { taskArns } = await shop.ecs('ListTasks', { cluster: CLUSTER, desiredStatus: 'STOPPED' });
  return taskArns.length === 0 ? [] : (await shop.ecs('DescribeTasks', { cluster: CLUSTER, tasks: taskArns })).tasks;
};

/** Deployment reasons without the numbers of their deployments. */
export const withoutIds = (reasons: readonly string[]): readonly string[] =>
  reasons.map((reason) => reason.replaceAll(/ecs-svc\/\d+/g, 'ecs-svc/N'));

/** A shop whose service runs one good image on two tasks. */
export const runningShop = async (
  seed: number,
  more: object = {},
): Promise<Shop & { readonly good: string; readonly goodRevision: string }> => {
  const shop = await openShop(seed);
  const good = shop.push({ kind: 'healthy' });
  const goodRevision = await shop.register(good);
  await shop.create(goodRevision, more);
  await shop.minutes(5);
  return { ...shop, good, goodRevision };
};
