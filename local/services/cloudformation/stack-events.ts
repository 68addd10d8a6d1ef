// The status of a stack and what DescribeStackEvents tells of it and its resources.
import type { World } from '../../world.ts';
import { nameSuffix } from './evaluation.ts';
import type { Stack, StackStatus } from './stack.ts';
import type { StatusDetail } from './operation.ts';

/** A UUID as in stack and change set ids: random-looking, the same in every rehearsal. */
export const stackUuid = (...parts: readonly unknown[]): string => {
  const hex = Buffer.from(`${nameSuffix(...parts)}${nameSuffix(...parts, 'id')}`).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
};

/** Writes an event of one resource, or of the stack itself. */
export const noteEvent = (
  world: World,
  stack: Stack,
  { logicalId, type }: { readonly logicalId: string; readonly type: string },
  status: string,
  { physicalId, reason }: StatusDetail = {},
): void => {
  const number = stack.events.length;
  stack.events.push({
    // Thousands of events are never asked for their id.
    get id() {
      return `${logicalId}-${status}-${stackUuid(stack.id, number)}`;
    },
    at: world.clock.now,
    logicalId,
    physicalId: physicalId ?? stack.resources.get(logicalId)?.made.ref ?? '',
    type,
    status,
    reason,
    token: stack.settings.token,
  });
};

/** Moves a stack to a status; CloudFormation says so in its events, on EventBridge and in the trail. */
export const setStatus = (world: World, stack: Stack, status: StackStatus, reason?: string): void => {
  stack.status = status;
  stack.reason = reason;
  world.trail.add({ kind: 'stack', who: stack.name, what: status, detail: { reason } });
  noteEvent(world, stack, { logicalId: stack.name, type: 'AWS::CloudFormation::Stack' }, status, { physicalId: stack.id, ...(reason === undefined ? {} : { reason }) });
  world.services.events.emit({
    source: 'aws.cloudformation',
    detailType: 'CloudFormation Stack Status Change',
    resources: [stack.id],
    detail: { 'stack-id': stack.id, 'status-details': { status, 'status-reason': reason ?? '' }, 'client-request-token': '' },
  });
};
