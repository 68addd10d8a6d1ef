// One ECS service: where its tasks run, how they are replaced, which target groups they answer for.
import { CfnService, type CfnCluster } from 'aws-cdk-lib/aws-ecs';
import type { CfnListenerRule } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnService as CfnDiscoveryService } from 'aws-cdk-lib/aws-servicediscovery';
import type { Construct, IDependable } from 'constructs';
import type { Service } from '../../shared/domain/platform.ts';
import { takesShells } from '../../shared/domain/shell-access.ts';
import { type Deployment, pascal, serviceName } from '../names.ts';
import type { NetworkStack } from '../network-stack.ts';
import { accept } from '../platform-stack.ts';
import type { DeployState } from './deploy-state.ts';
import { shiftsTraffic, type Target } from './routes.ts';
import type { Task } from './task-definition.ts';

export interface ServiceParts {
  readonly cluster: CfnCluster;
  readonly network: NetworkStack;
  readonly task: Task;
  readonly state: DeployState;
  readonly targets: readonly Target[];
  readonly rules: readonly CfnListenerRule[];
  /** Names of alarms that end a rollout (R9). */
  readonly alarmNames: readonly string[];
  readonly waitFor: readonly IDependable[];
}

/** ECS wants a Fargate Spot service to keep its first task on demand when losing all of them at once would hurt (A2). */
const capacity = ({ spot }: Service): CfnService.CapacityProviderStrategyItemProperty[] | null => {
  if (spot === 'never') return null;
  if (spot === 'only') return [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];
  return [
    { capacityProvider: 'FARGATE', base: 1, weight: 1 },
    { capacityProvider: 'FARGATE_SPOT', weight: 4 },
  ];
};

const tenthOfTraffic = 10;
const stepMinutes = 5;

const deploymentConfiguration = (service: Service, alarmNames: readonly string[]): CfnService.DeploymentConfigurationProperty => {
  const bakeTimeInMinutes = Math.ceil(service.rollout.bakeSeconds / 60);
  const common = {
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    ...(alarmNames.length === 0 ? {} : { alarms: { alarmNames: [...alarmNames], enable: true, rollback: true } }),
  };
  switch (service.rollout.strategy) {
    case 'rolling':
      return { ...common, strategy: 'ROLLING', deploymentCircuitBreaker: { enable: true, rollback: true } };
    case 'blue-green':
      return { ...common, strategy: 'BLUE_GREEN', bakeTimeInMinutes };
    case 'canary':
      return {
        ...common,
        strategy: 'CANARY',
        bakeTimeInMinutes,
        canaryConfiguration: { canaryPercent: tenthOfTraffic, canaryBakeTimeInMinutes: stepMinutes },
      };
    case 'linear':
      return {
        ...common,
        strategy: 'LINEAR',
        bakeTimeInMinutes,
        linearConfiguration: { stepPercent: tenthOfTraffic, stepBakeTimeInMinutes: stepMinutes },
      };
  }
};

const trafficPolicy = 'AmazonECSInfrastructureRolePolicyForLoadBalancers';

const trafficRole = (scope: Construct, name: string): Role => {
  const role = new Role(scope, `${pascal(name)}TrafficRole`, {
    assumedBy: new ServicePrincipal('ecs.amazonaws.com'),
    managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName(trafficPolicy)],
  });
  accept(
    role,
    `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${trafficPolicy}]`,
    'The policy that ECS documents for shifting traffic between two target groups; AWS keeps it current.',
  );
  return role;
};

const loadBalancers = (
  scope: Construct,
  name: string,
  service: Service,
  { targets, rules }: ServiceParts,
): CfnService.LoadBalancerProperty[] => {
  const role = shiftsTraffic(service) && targets.length > 0 ? trafficRole(scope, name) : null;
  return targets.map((target) => ({
    containerName: target.container,
    containerPort: target.port,
    targetGroupArn: target.group.ref,
    ...(role === null || target.alternate === null
      ? {}
      : {
          advancedConfiguration: {
            alternateTargetGroupArn: target.alternate.ref,
            productionListenerRule: rules[0]?.ref ?? '',
            roleArn: role.roleArn,
          },
        }),
  }));
};

const discovery = (
  scope: Construct,
  name: string,
  service: Service,
  namespaceId: string | null,
): { readonly serviceRegistries?: CfnService.ServiceRegistryProperty[] } => {
  if (service.internalPort === null || namespaceId === null) return {};
  const registry = new CfnDiscoveryService(scope, `${pascal(name)}Discovery`, {
    name,
    namespaceId,
    dnsConfig: { namespaceId, dnsRecords: [{ type: 'A', ttl: 10 }] },
    healthCheckCustomConfig: { failureThreshold: 1 },
  });
  return { serviceRegistries: [{ registryArn: registry.attrArn }] };
};

/** The ECS service itself. */
export const ecsService = (scope: Construct, deployment: Deployment, name: string, service: Service, parts: ServiceParts): CfnService => {
  const { task, state, network } = parts;
  const strategy = capacity(service);
  const behind = loadBalancers(scope, name, service, parts);
  const resource = new CfnService(scope, `${pascal(name)}Service`, {
    cluster: parts.cluster.ref,
    serviceName: serviceName(deployment, name, service),
    // The family without a revision: the newest one, which the automation may have registered (decision 001).
    taskDefinition: task.family,
    forceNewDeployment: { enableForceNewDeployment: true, forceNewDeploymentNonce: task.nonce },
    ...(state.desiredCount === null ? {} : { desiredCount: state.desiredCount }),
    ...(strategy === null ? { launchType: 'FARGATE' } : { capacityProviderStrategy: strategy }),
    platformVersion: 'LATEST',
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: [...network.subnets.tasks],
        securityGroups: [network.groups.tasks[name] ?? ''],
        assignPublicIp: deployment.platform.network.tasks === 'public' ? 'ENABLED' : 'DISABLED',
      },
    },
    deploymentConfiguration: deploymentConfiguration(service, parts.alarmNames),
    availabilityZoneRebalancing: 'ENABLED',
    propagateTags: 'SERVICE',
    enableEcsManagedTags: true,
    ...(takesShells(service, deployment.stage) ? { enableExecuteCommand: true } : {}),
    ...(behind.length === 0 ? {} : { loadBalancers: behind, healthCheckGracePeriodSeconds: service.graceSeconds }),
    ...discovery(scope, name, service, network.namespaceId),
  });
  resource.node.addDependency(task.definition, ...parts.rules, ...parts.waitFor);
  return resource;
};
