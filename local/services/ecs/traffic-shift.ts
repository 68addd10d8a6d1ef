// BLUE_GREEN, CANARY and LINEAR: all new tasks first, then traffic by listener rule weights, then a bake, then the old tasks go (aws-facts B9).
import { AwsError } from '../../simulated.ts';
import { kick } from './kick.ts';
import type { Deployment, LoadBalancerLink, Service, Workload } from './model.ts';
import { failSlowScaleUp } from './rollback.ts';
import { tellRollout } from './rollout-record.ts';
import type { EcsState } from './state.ts';

const MINUTE = 60_000;
/** A stage may last a day. */
const STAGE_LIMIT = 24 * 60 * MINUTE;

export const isRolling = (service: Service): boolean => (service.configuration.strategy ?? 'ROLLING') === 'ROLLING';

interface Sides {
  readonly main: string;
  readonly alternate: string;
  readonly rule: string;
}

const sidesOf = (link: LoadBalancerLink): Sides | undefined => {
  const advanced = link.advancedConfiguration as { alternateTargetGroupArn?: string; productionListenerRule?: string } | undefined;
  if (advanced?.alternateTargetGroupArn === undefined || advanced.productionListenerRule === undefined) return undefined;
  return { main: link.targetGroupArn, alternate: advanced.alternateTargetGroupArn, rule: advanced.productionListenerRule };
};

/** The target groups a new deployment registers in: production's when nothing runs, the other side when something has to be replaced. */
export const linksFor = (state: EcsState, service: Service, workload: Workload): readonly LoadBalancerLink[] => {
  if (isRolling(service)) return workload.loadBalancers;
  if (service.configuration['lifecycleHooks'] !== undefined && (service.configuration['lifecycleHooks'] as readonly unknown[]).length > 0) {
    throw new AwsError('UnsupportedFeatureException', `lifecycle hooks are not simulated (service ${service.name})`);
  }
  const replaces = replacesTasks(service);
  return workload.loadBalancers.map((link) => {
    const sides = sidesOf(link);
    if (sides === undefined) return link;
    const production = state.world.services.elb.heaviest(sides.rule, [sides.main, sides.alternate]);
    const other = production === sides.main ? sides.alternate : sides.main;
    return { ...link, targetGroupArn: replaces ? other : production };
  });
};

const replacesTasks = (service: Service): boolean => service.desired > 0 && service.tasks.size > 0;

/** Whether old tasks must stay for now: their replacement does not carry all traffic yet. */
export const holdsOldTasks = (service: Service, primary: Deployment): boolean =>
  !isRolling(service) && primary.rollout === 'IN_PROGRESS' && primary.stage !== 'CLEAN_UP';

/** All new tasks are healthy: traffic moves, once. */
export const scaledUp = (state: EcsState, service: Service, deployment: Deployment): void => {
  if (deployment.stage !== 'SCALE_UP') return;
  deployment.stage = 'PRODUCTION_TRAFFIC_SHIFT';
  shift(state, service, deployment, stepsOf(service));
};

/** Where a new deployment begins: with nothing to replace there is no traffic to shift. One that never scales up fails after a day. */
export const beginStage = (state: EcsState, service: Service, deployment: Deployment): void => {
  if (isRolling(service)) return;
  deployment.stage = replacesTasks(service) ? 'SCALE_UP' : 'CLEAN_UP';
  const late = (): void => {
    if (deployment.stage === 'SCALE_UP' && inCharge(service, deployment)) failSlowScaleUp(state, service, deployment);
  };
  if (deployment.stage === 'SCALE_UP') state.world.clock.after(STAGE_LIMIT, late, 'ecs stage limit');
};

const inCharge = (service: Service, deployment: Deployment): boolean =>
  deployment.rollout === 'IN_PROGRESS' && service.deployments[0] === deployment;

interface Step {
  readonly percent: number;
  readonly waitMinutes: number;
}

/** Percent of production traffic and the minutes before the next step. */
const stepsOf = ({ configuration }: Service): readonly Step[] => {
  const bake = { percent: 100, waitMinutes: configuration.bakeTimeInMinutes ?? 0 };
  if (configuration.strategy === 'CANARY') {
    const canary = configuration['canaryConfiguration'] as { canaryPercent?: number; canaryBakeTimeInMinutes?: number } | undefined;
    return [{ percent: canary?.canaryPercent ?? 5, waitMinutes: canary?.canaryBakeTimeInMinutes ?? 10 }, bake];
  }
  if (configuration.strategy === 'LINEAR') {
    const linear = configuration['linearConfiguration'] as { stepPercent?: number; stepBakeTimeInMinutes?: number } | undefined;
    const percent = linear?.stepPercent ?? 10;
    const count = Math.ceil(100 / percent) - 1;
    const steps = Array.from({ length: count }, (_, index) => ({
      percent: percent * (index + 1),
      waitMinutes: linear?.stepBakeTimeInMinutes ?? 6,
    }));
    return [...steps, bake];
  }
  return [bake];
};

const shift = (state: EcsState, service: Service, deployment: Deployment, [step, ...rest]: readonly Step[]): void => {
  if (!inCharge(service, deployment)) return;
  if (step === undefined) {
    deployment.stage = 'CLEAN_UP';
    return kick(state, service);
  }
  moveTraffic(state, deployment, step.percent);
  if (step.percent === 100) deployment.stage = 'BAKE_TIME';
  tellRollout(state, service, `deployment ${deployment.id} carries ${step.percent} % of production traffic`);
  state.world.clock.after(step.waitMinutes * MINUTE, () => shift(state, service, deployment, rest), 'ecs traffic shift');
};

/** After a rollback the old side carries everything again, and the failed side's tasks go. */
export const giveTrafficBack = (state: EcsState, service: Service, deployment: Deployment): void => {
  if (isRolling(service)) return;
  moveTraffic(state, deployment, 100);
  deployment.stage = 'CLEAN_UP';
};

/** Gives the deployment's side that share of production traffic, and the other side the rest. */
const moveTraffic = ({ world }: EcsState, deployment: Deployment, percent: number): void => {
  const declared = deployment.revision.workload.loadBalancers;
  declared.forEach((link, index) => {
    const sides = sidesOf(link);
    const own = deployment.links[index]?.targetGroupArn;
    if (sides === undefined || own === undefined) return;
    const other = own === sides.main ? sides.alternate : sides.main;
    world.services.elb.weigh(sides.rule, [
      { targetGroupArn: own, weight: percent },
      { targetGroupArn: other, weight: 100 - percent },
    ]);
  });
};
