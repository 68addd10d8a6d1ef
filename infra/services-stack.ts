// What runs: cluster, load balancer, task definitions, services, scaling, alarms, dashboard, the GitHub role.
import { CfnDeletionPolicy, CfnOutput } from 'aws-cdk-lib/core';
import { CfnCluster, CfnClusterCapacityProviderAssociations } from 'aws-cdk-lib/aws-ecs';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Service } from '../shared/domain/platform.ts';
import { referencesOf } from '../shared/domain/references.ts';
import { isPublic } from '../shared/domain/wiring.ts';
import { alarmRows, type AlarmPlaces } from './alarms.ts';
import type { Attributes } from './attributes.ts';
import { alarm } from './constructs/alarm.ts';
import { dashboard } from './constructs/dashboard.ts';
import { deployState } from './constructs/deploy-state.ts';
import { githubRole } from './constructs/github-role.ts';
import { loadBalancer, type LoadBalancer } from './constructs/load-balancer.ts';
import { elsewhereOf, rulesOf, type Target, targetsOf } from './constructs/routes.ts';
import { serviceScaling } from './constructs/scaling.ts';
import { ecsService } from './constructs/service.ts';
import { taskDefinition } from './constructs/task-definition.ts';
import { dataRoots } from './data-stack.ts';
import { clusterName, type Deployment, logGroupName, pascal, serviceName } from './names.ts';
import type { NetworkStack } from './network-stack.ts';
import { accept, PlatformStack } from './platform-stack.ts';
import { keepsData, logDaysOf } from './stage.ts';

export class ServicesStack extends PlatformStack {
  constructor(scope: Construct, deployment: Deployment, network: NetworkStack, attributes: Attributes) {
    super(scope, 'services', deployment, `Services of ${deployment.platform.title} (${deployment.stage})`);
    const { platform } = deployment;
    const services = Object.entries(platform.services);
    const { cluster, capacity } = this.cluster(deployment);
    const targets = new Map(services.map(([name, service]) => [name, targetsOf(this, network.subnets.vpcId, name, service)]));
    const all = [...targets.values()].flat();
    const balancer = isPublic(platform) ? loadBalancer(this, deployment, network, attributes, elsewhereOf(all)) : null;
    // In an account that never used ECS the cluster makes the role that the association needs: minutes later it is known everywhere.
    if (balancer !== null) capacity.addResourceDependency(balancer.resource);
    this.speak(deployment, attributes);
    const rows = alarmRows(deployment, placesOf(balancer, all));
    const alarms = new Map(rows.map((row) => [row.name, alarm(this, deployment, row)]));
    for (const [name, service] of services) {
      const own = targets.get(name) ?? [];
      const rules = balancer === null ? [] : own.flatMap((target) => rulesOf(this, balancer.listener, target));
      const task = taskDefinition(this, deployment, name, service, attributes);
      const state = deployState(this, deployment, name, service);
      const watched = service.rollout.watchAlarms ? rows.filter((row) => row.service === name && row.endsRollout) : [];
      const waitFor = [
        this.logGroup(deployment, name, service),
        // Made before the services and removed after them: ECS gives up no capacity that a service still names.
        capacity,
        ...(balancer === null ? [] : [balancer.listener]),
        ...watched.flatMap((row) => alarms.get(row.name) ?? []),
      ];
      const resource = ecsService(this, deployment, name, service, {
        cluster,
        network,
        task,
        state,
        targets: own,
        rules,
        alarmNames: watched.map((row) => row.name),
        waitFor,
      });
      serviceScaling(this, deployment, name, service, resource, state, balancer, own);
    }
    if (platform.dashboard) dashboard(this, deployment, rows, placesOf(balancer, all));
    if (platform.github !== null) githubRole(this, deployment, platform.github);
    this.outputs(deployment, attributes, balancer);
  }

  private cluster(deployment: Deployment): { readonly cluster: CfnCluster; readonly capacity: CfnClusterCapacityProviderAssociations } {
    const { insights } = deployment.platform.cluster;
    const value = { off: 'disabled', on: 'enabled', enhanced: 'enhanced' }[insights];
    const cluster = new CfnCluster(this, 'Cluster', {
      clusterName: clusterName(deployment),
      clusterSettings: [{ name: 'containerInsights', value }],
    });
    if (insights === 'off')
      accept(
        cluster,
        'AwsSolutions-ECS4',
        'Container Insights is a paid switch of the platform file; ECS’s own CPU and memory metrics feed the alarms.',
      );
    const capacity = new CfnClusterCapacityProviderAssociations(this, 'ClusterCapacity', {
      cluster: cluster.ref,
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
    });
    return { cluster, capacity };
  }

  /** What texts of the platform file may say about services and site. */
  private speak(deployment: Deployment, attributes: Attributes): void {
    const { platform } = deployment;
    if (attributes.has('loadBalancer.dns'))
      attributes.define(
        'site',
        platform.domain === null ? `http://${attributes.get('loadBalancer.dns')}` : `https://${platform.domain.name}`,
      );
    attributes.define('cluster.name', clusterName(deployment));
    for (const [name, service] of Object.entries(platform.services))
      attributes.define(`services.${name}.name`, serviceName(deployment, name, service));
  }

  private logGroup(deployment: Deployment, name: string, service: Service): CfnLogGroup {
    const group = new CfnLogGroup(this, `${pascal(name)}Logs`, {
      logGroupName: logGroupName(deployment, name, service),
      retentionInDays: logDaysOf(deployment.stage, service),
    });
    const policy = keepsData(deployment.stage) ? CfnDeletionPolicy.RETAIN : CfnDeletionPolicy.DELETE;
    group.cfnOptions.deletionPolicy = policy;
    group.cfnOptions.updateReplacePolicy = policy;
    return group;
  }

  private outputs(deployment: Deployment, attributes: Attributes, balancer: LoadBalancer | null): void {
    const services = Object.entries(deployment.platform.services);
    new CfnOutput(this, 'ClusterName', { value: clusterName(deployment) });
    for (const [name, service] of services)
      new CfnOutput(this, services.length === 1 ? 'ServiceName' : `${pascal(name)}ServiceName`, {
        value: serviceName(deployment, name, service),
      });
    if (balancer !== null) {
      new CfnOutput(this, 'AlbDnsName', { value: balancer.resource.attrDnsName, description: 'Address of the load balancer' });
      new CfnOutput(this, 'Site', { value: attributes.get('site') });
    }
    for (const [name, text] of Object.entries(deployment.platform.outputs)) {
      if (!referencesOf(text).every((reference) => dataRoots.has(reference.root)))
        new CfnOutput(this, name, { value: attributes.fill(text) });
    }
  }
}

const placesOf = (balancer: LoadBalancer | null, targets: readonly Target[]): AlarmPlaces => ({
  loadBalancer: balancer === null ? null : balancer.resource.attrLoadBalancerFullName,
  targets: targets.map((target) => ({ service: target.service, container: target.container, group: target.group.attrTargetGroupFullName })),
});
