// Registering and deregistering targets, and following their health (aws-facts E).
import type { World } from '../../world.ts';
import { nextTurn, stateChange, unhealthyNow } from './health-checks.ts';
import type { StateChange } from './health-checks.ts';
import type { Target, TargetGroup, TargetRegistration } from './model.ts';
import { balancerOfGroup, targetGroupOf } from './state.ts';
import type { ElbState } from './state.ts';

const SECOND = 1_000;
const DEFAULT_DELAY_SECONDS = 300;
const LAMBDA_PORT = 0;

export const targetKey = (id: string, port: number | undefined): string => `${id}:${port ?? LAMBDA_PORT}`;

/** A target joins its group; checks begin within seconds, unless no load balancer uses the group. */
export const registerTarget = (state: ElbState, targetGroupArn: string, registration: TargetRegistration): void => {
  const { world } = state;
  const group = targetGroupOf(state, targetGroupArn);
  const key = targetKey(registration.id, registration.port);
  group.targets.get(key)?.cancel?.();
  const firstCheck = world.random.stream('elb').between(1, Math.min(5, group.check.intervalSeconds)) * SECOND;
  const target: Target = { ...registration, registeredAt: world.clock.now, firstCheck, state: 'initial' };
  group.targets.set(key, target);
  if (group.type === 'lambda')
    return change(state, group, target, stateChange(group.check.enabled ? 'healthy' : 'unused', ...lambdaReason(group)));
  if (balancerOfGroup(state, targetGroupArn) === undefined) return change(state, group, target, stateChange('unused', 'Target.NotInUse'));
  change(state, group, target, stateChange('initial', 'Elb.RegistrationInProgress'));
  follow(state, group, target);
  for (const { from } of target.phases.slice(1)) world.clock.at(from, () => state.metrics.get(group.arn)?.changed(), 'elb answers change');
};

const lambdaReason = (group: TargetGroup): readonly [string?, string?] =>
  group.check.enabled ? [] : ['Target.HealthCheckDisabled', 'Health checks are not enabled for this target'];

/** Plans the next change of health; the plan dies with the target. */
const follow = (state: ElbState, group: TargetGroup, target: Target): void => {
  const { world } = state;
  const turn = nextTurn(target, group.check, world.clock.now + 1);
  if (turn === undefined) return;
  const apply = (): void => {
    change(state, group, target, turn.state === 'healthy' ? stateChange('healthy') : unhealthyNow(world, target));
    follow(state, group, target);
    target.changed?.(turn.state);
  };
  target.cancel = world.clock.at(turn.at, apply, 'elb health check');
};

/** The group's health check was changed: what was planned by the old one is planned anew. */
export const replan = (state: ElbState, group: TargetGroup): void => {
  for (const target of group.targets.values()) {
    if (group.type === 'lambda' || target.state === 'unused' || target.state === 'draining') continue;
    target.cancel?.();
    follow(state, group, target);
  }
};

const change = (state: ElbState, group: TargetGroup, target: Target, next: StateChange): void => {
  const before = target.state;
  target.state = next.state;
  delete target.reason;
  delete target.description;
  Object.assign(target, next);
  state.metrics.get(group.arn)?.changed();
  if (before !== next.state || next.state === 'initial') tell(state.world, group, target, next.state);
};

const tell = (world: World, group: TargetGroup, target: Target, what: string): void => {
  world.trail.add({
    kind: 'target',
    who: group.arn,
    what,
    detail: { targetGroup: group.name, target: target.id, port: target.port, reason: target.reason ?? null },
  });
};

/** The target drains for the group's delay and is then gone; answers that delay in seconds, 0 when it was not in use. */
export const deregisterTarget = (state: ElbState, targetGroupArn: string, id: string, port: number | undefined): number => {
  const group = state.targetGroups.get(targetGroupArn);
  const target = group?.targets.get(targetKey(id, port));
  if (group === undefined || target === undefined) return 0;
  target.cancel?.();
  const key = targetKey(id, port);
  if (target.state === 'draining') return 0;
  if (target.state === 'unused') {
    forget(state, group, key);
    return 0;
  }
  const seconds = Number(group.attributes.get('deregistration_delay.timeout_seconds') ?? DEFAULT_DELAY_SECONDS);
  change(state, group, target, stateChange('draining', 'Target.DeregistrationInProgress'));
  target.cancel = state.world.clock.after(seconds * SECOND, () => forget(state, group, key), 'elb drained');
  return seconds;
};

const forget = (state: ElbState, group: TargetGroup, key: string): void => {
  group.targets.delete(key);
  state.metrics.get(group.arn)?.changed();
};

/** Targets of groups that a listener has just begun (or ceased) to use change between unused and initial. */
export const reconsider = (state: ElbState): void => {
  for (const group of state.targetGroups.values()) {
    if (group.type === 'lambda' || group.targets.size === 0) continue;
    const used = balancerOfGroup(state, group.arn) !== undefined;
    for (const target of group.targets.values()) {
      if (used && target.state === 'unused') {
        change(state, group, target, stateChange('initial', 'Elb.InitialHealthChecking'));
        follow(state, group, target);
      } else if (!used && target.state !== 'unused' && target.state !== 'draining') {
        target.cancel?.();
        change(state, group, target, stateChange('unused', 'Target.NotInUse'));
      }
    }
  }
};
