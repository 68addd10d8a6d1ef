// The network of a platform: subnets in three tiers, the way out, endpoints, and who may speak to whom.
import type { Construct } from 'constructs';
import type { Attributes } from './attributes.ts';
import { flowLogs } from './constructs/flow-logs.ts';
import { privateNamespace } from './constructs/namespace.ts';
import { securityGroups, type SecurityGroups } from './constructs/security-groups.ts';
import { subnets, type Subnets } from './constructs/subnets.ts';
import { vpcEndpoints } from './constructs/vpc-endpoints.ts';
import type { Deployment } from './names.ts';
import { PlatformStack } from './platform-stack.ts';
import { keepsRecords } from './stage.ts';

export class NetworkStack extends PlatformStack {
  readonly subnets: Subnets;
  readonly groups: SecurityGroups;
  /** Id of the DNS namespace in which services find each other; null when none asks for it. */
  readonly namespaceId: string | null;

  constructor(scope: Construct, deployment: Deployment, attributes: Attributes) {
    super(scope, 'network', deployment, `Network of ${deployment.platform.title} (${deployment.stage})`);
    const { platform, stage } = deployment;
    this.subnets = subnets(this, platform.network, deployment.id);
    this.groups = securityGroups(this, deployment, this.subnets.vpcId);
    vpcEndpoints(this, deployment, this.subnets);
    if (keepsRecords(stage, platform.network.flowLogs)) flowLogs(this, deployment, this.subnets.vpcId);
    const internal = Object.values(platform.services).some((service) => service.internalPort !== null);
    this.namespaceId = internal ? privateNamespace(this, deployment, this.subnets.vpcId, attributes) : null;
  }
}
