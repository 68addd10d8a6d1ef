// The base of every stack: one region from the platform file, zones without a look-up, and acknowledgements kept beside their resource.
import { Aws, Fn, Stack, Tags, Validations } from 'aws-cdk-lib/core';
import type { Construct, IConstruct } from 'constructs';
import type { Deployment } from './names.ts';

export class PlatformStack extends Stack {
  readonly deployment: Deployment;

  constructor(scope: Construct, part: string, deployment: Deployment, description: string) {
    super(scope, `${deployment.id}-${part}`, {
      stackName: `${deployment.id}-${part}`,
      description,
      env: { region: deployment.platform.region },
      analyticsReporting: false,
    });
    this.deployment = deployment;
    Tags.of(this).add('dayshift:platform', deployment.platform.name);
    Tags.of(this).add('dayshift:stage', deployment.stage);
  }

  /** Zones by position, so that neither synth nor a template names one. */
  override get availabilityZones(): string[] {
    return Array.from({ length: this.deployment.platform.network.zones }, (_, index) => Fn.select(index, Fn.getAzs()));
  }
}

/** An ARN of this account and region. */
export const arn = (service: string, resource: string, where: { readonly region?: string; readonly account?: string } = {}): string =>
  `arn:${Aws.PARTITION}:${service}:${where.region ?? Aws.REGION}:${where.account ?? Aws.ACCOUNT_ID}:${resource}`;

/** Accepts a finding of the security rules for one resource, with the reason a reviewer will read. */
export const accept = (construct: IConstruct, rule: string, reason: string): void => {
  Validations.of(construct).acknowledge({ id: rule, reason });
};

/** How the security rules write a resource that only the template knows: `<AWS::Partition>`, `<Logical.Arn>`. */
export const written = (resolved: unknown): string => {
  if (typeof resolved === 'string') return resolved;
  const [kind, value] = Object.entries(resolved as Readonly<Record<string, unknown>>)[0] ?? ['', ''];
  if (kind === 'Ref') return `<${String(value)}>`;
  if (kind === 'Fn::GetAtt') return `<${(value as readonly string[]).join('.')}>`;
  if (kind === 'Fn::Join') return ((value as readonly [string, readonly unknown[]])[1] ?? []).map(written).join('');
  return JSON.stringify(resolved);
};

/** Accepts the wildcards among the resources of a role's policies, each by name, for one reason. */
export const acceptWildcards = (role: IConstruct, resources: readonly string[], reason: string): void => {
  for (const resource of resources) {
    const text = written(Stack.of(role).resolve(resource) as unknown);
    if (text.includes('*')) accept(role, `AwsSolutions-IAM5[Resource::${text}]`, reason);
  }
};
