// The DNS namespace in which the services of one platform find each other.
import { CfnPrivateDnsNamespace } from 'aws-cdk-lib/aws-servicediscovery';
import type { Construct } from 'constructs';
import type { Attributes } from '../attributes.ts';
import { type Deployment, namespaceName } from '../names.ts';

/** Makes the namespace and says under which host each service with an internal port is reached. */
export const privateNamespace = (scope: Construct, deployment: Deployment, vpcId: string, attributes: Attributes): string => {
  const namespace = new CfnPrivateDnsNamespace(scope, 'Namespace', { name: namespaceName(deployment), vpc: vpcId });
  for (const [name, service] of Object.entries(deployment.platform.services)) {
    if (service.internalPort === null) continue;
    attributes.define(`services.${name}.host`, `${name}.${namespaceName(deployment)}`);
    attributes.define(`services.${name}.port`, String(service.internalPort));
  }
  return namespace.attrId;
};
