// Calls an AWS service makes on its own (EventBridge invoking a function, SNS writing to a queue): allowed by the resource's policy alone.
import { AwsError } from '../simulated.ts';
import type { World } from '../world.ts';

export interface ServiceCall {
  /** Signing name of the called service. */
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
  /** Who calls, e.g. `events.amazonaws.com`. */
  readonly principal: string;
  /** What it calls for, e.g. the rule's ARN: condition key `aws:SourceArn`. */
  readonly sourceArn: string;
}

/** May a service take on a role for one of its resources? The role's trust policy decides, with the resource as `aws:SourceArn`. */
export const mayTakeRole = (
  world: World,
  principal: string,
  roleArn: string,
  sourceArn: string,
): { readonly allowed: boolean; readonly why: string } =>
  world.services.iam.mayAssume({ kind: 'service', principal }, roleArn, { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': world.account });

/** Makes the call after asking the called resource's policy; throws AccessDeniedException when it does not name the service. */
export const callAsService = async (world: World, { service, operation, input, principal, sourceArn }: ServiceCall): Promise<unknown> => {
  const caller = { kind: 'service', principal } as const;
  const needs = world.service(service)?.operations[operation]?.needs(input, world) ?? [];
  for (const need of needs) {
    const context = { ...need.context, 'aws:SourceArn': sourceArn, 'aws:SourceAccount': world.account };
    const { allowed, why } = world.services.iam.allowsService(principal, { ...need, context });
    if (!allowed) {
      throw new AwsError(
        'AccessDeniedException',
        `${principal} is not authorized to perform: ${need.action} on resource: ${need.resource} ${why}`,
        403,
      );
    }
  }
  return world.call({ service, operation, input, caller });
};
