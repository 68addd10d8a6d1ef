// When a target's health turns: computed from what it will answer, so that a target costs one clock event per change and none while it is well.
import type { World } from '../../world.ts';
import type { AnswerPhase, HealthCheck, Target, TargetGroup, TargetState } from './model.ts';

/** Whether a status passes a matcher such as `200`, `200,302` or `200-399`. */
export const passes = (matcher: string, status: number | undefined): boolean =>
  status !== undefined &&
  matcher.split(',').some((part) => {
    const [low, high = low] = part.trim().split('-').map(Number);
    return status >= low! && status <= high!;
  });

interface Turn {
  readonly at: number;
  readonly state: 'healthy' | 'unhealthy';
}

/**
 * The next change of health after `from`. A new target is in service after one passed check and unhealthy after the unhealthy
 * threshold; afterwards the thresholds of the group decide (aws-facts E).
 */
export const nextTurn = (target: Target, check: HealthCheck, from: number): Turn | undefined => {
  const good = turnTo(target, check, from, true, target.state === 'initial' ? 1 : check.healthyThreshold);
  const bad = turnTo(target, check, from, false, check.unhealthyThreshold);
  if (target.state === 'healthy') return bad;
  if (target.state === 'unhealthy') return good;
  if (good === undefined || (bad !== undefined && bad.at < good.at)) return bad;
  return good;
};

/** The instant at which `count` checks in a row have passed (or failed). */
const turnTo = (target: Target, check: HealthCheck, from: number, passing: boolean, count: number): Turn | undefined => {
  const interval = check.intervalSeconds * 1_000;
  const origin = target.registeredAt + target.firstCheck;
  for (const stretch of stretches(target.phases, check.matcher)) {
    if (stretch.passes !== passing) continue;
    const begin = Math.max(stretch.from, from, origin);
    const first = origin + Math.ceil((begin - origin) / interval) * interval;
    const at = first + (count - 1) * interval;
    if (at < stretch.until) return { at, state: passing ? 'healthy' : 'unhealthy' };
  }
  return undefined;
};

interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly passes: boolean;
}

/** Neighbouring phases with one verdict are one stretch, or a run of checks over the border would be missed. */
const stretches = (phases: readonly AnswerPhase[], matcher: string): readonly Stretch[] => {
  const verdicts = [
    { from: -Infinity, passes: false },
    ...phases.map((phase) => ({ from: phase.from, passes: passes(matcher, phase.health) })),
  ];
  const borders = verdicts.filter((verdict, index) => index === 0 || verdict.passes !== verdicts[index - 1]!.passes);
  return borders.map((border, index) => ({ ...border, until: borders[index + 1]?.from ?? Infinity }));
};

/** The phase that holds at an instant. */
export const phaseAt = (target: Target, at: number): AnswerPhase | undefined => target.phases.findLast((phase) => phase.from <= at);

const REASONS: Readonly<Record<string, string>> = {
  'Elb.RegistrationInProgress': 'Target registration is in progress',
  'Elb.InitialHealthChecking': 'Initial health checks in progress',
  'Target.NotInUse': 'Target group is not configured to receive traffic from the load balancer',
  'Target.DeregistrationInProgress': 'Target deregistration is in progress',
  'Target.Timeout': 'Request timed out',
};

export interface StateChange {
  readonly state: TargetState;
  readonly reason?: string;
  readonly description?: string;
}

/** State, reason and description as DescribeTargetHealth words them. */
export const stateChange = (state: TargetState, reason?: string, description?: string): StateChange => ({
  state,
  ...(reason === undefined ? {} : { reason, description: description ?? REASONS[reason] ?? reason }),
});

/** Why a target is unhealthy: the code it answers, or its silence. */
export const unhealthyNow = (world: World, target: Target): StateChange => {
  const code = phaseAt(target, world.clock.now)?.health;
  if (code === undefined) return stateChange('unhealthy', 'Target.Timeout');
  return stateChange('unhealthy', 'Target.ResponseCodeMismatch', `Health checks failed with these codes: [${code}]`);
};

export const healthyTargets = (group: TargetGroup): readonly Target[] =>
  [...group.targets.values()].filter((target) => target.state === 'healthy');
