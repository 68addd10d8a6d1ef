// What exists of one platform in one stage: its stacks, in the order in which they need each other.
import type { App } from 'aws-cdk-lib/core';
import { createAttributes } from './attributes.ts';
import { DataStack } from './data-stack.ts';
import { deploymentOf } from './names.ts';
import { NetworkStack } from './network-stack.ts';
import type { PlatformStack } from './platform-stack.ts';
import type { Selected } from './select.ts';
import { ServicesStack } from './services-stack.ts';
import { SignInStack } from './sign-in-stack.ts';

/** What exists without the automation: network, data, sign-in, services. */
export const platformStacks = (app: App, { platform, stage }: Selected): readonly PlatformStack[] => {
  const deployment = deploymentOf(platform, stage);
  const attributes = createAttributes();
  for (const [name, value] of Object.entries({ name: platform.name, region: platform.region, stage }))
    attributes.define(`platform.${name}`, value);
  if (platform.domain !== null) {
    attributes.define('domain', platform.domain.name);
    attributes.define('site', `https://${platform.domain.name}`);
  }
  const network = new NetworkStack(app, deployment, attributes);
  const signIn = platform.signIn === null ? [] : [new SignInStack(app, deployment, platform.signIn, attributes)];
  const data = new DataStack(app, deployment, network, attributes);
  const services = new ServicesStack(app, deployment, network, attributes);
  data.addStackDependency(network);
  services.addStackDependency(data);
  for (const stack of signIn) services.addStackDependency(stack);
  return [network, ...signIn, data, services];
};
