// Target groups and listener rules: which path of the site leads to which container of which service.
import { CfnListenerRule, CfnTargetGroup, type CfnListener } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { Route, Service } from '../../shared/domain/platform.ts';
import { isCatchAll, pathPatterns, priorityOf } from '../../shared/domain/routing.ts';
import { answerTo } from '../../shared/domain/wiring.ts';
import { pascal } from '../names.ts';

/** One container port behind the load balancer. */
export interface Target {
  readonly service: string;
  readonly container: string;
  readonly port: number;
  readonly group: CfnTargetGroup;
  /** The second group of a service that is rolled by shifting traffic. */
  readonly alternate: CfnTargetGroup | null;
  readonly routes: readonly Route[];
}

/** Whether new tasks get their traffic by a shift between two groups. */
export const shiftsTraffic = (service: Service): boolean => service.rollout.strategy !== 'rolling';

const stickiness = ({ sticky }: Service): CfnTargetGroup.TargetGroupAttributeProperty[] => {
  if (sticky === null) return [{ key: 'stickiness.enabled', value: 'false' }];
  const kind = sticky.cookie === null ? 'lb_cookie' : 'app_cookie';
  return [
    { key: 'stickiness.enabled', value: 'true' },
    { key: 'stickiness.type', value: kind },
    { key: `stickiness.${kind}.duration_seconds`, value: String(sticky.seconds) },
    ...(sticky.cookie === null ? [] : [{ key: 'stickiness.app_cookie.cookie_name', value: sticky.cookie }]),
  ];
};

const targetGroup = (scope: Construct, logical: string, vpcId: string, service: Service, port: number, route: Route): CfnTargetGroup =>
  new CfnTargetGroup(scope, logical, {
    vpcId,
    port,
    protocol: 'HTTP',
    targetType: 'ip',
    healthCheckPath: route.health.path,
    healthCheckProtocol: 'HTTP',
    healthCheckPort: 'traffic-port',
    healthCheckIntervalSeconds: route.health.intervalSeconds,
    healthCheckTimeoutSeconds: route.health.timeoutSeconds,
    healthyThresholdCount: route.health.healthy,
    unhealthyThresholdCount: route.health.unhealthy,
    matcher: { httpCode: route.health.expect },
    targetGroupAttributes: [{ key: 'deregistration_delay.timeout_seconds', value: String(service.drainSeconds) }, ...stickiness(service)],
  });

/** The target groups of a service: one for each container port that a route leads to (K2). */
export const targetsOf = (scope: Construct, vpcId: string, name: string, service: Service): readonly Target[] => {
  const targets = new Map<string, Target>();
  for (const route of service.routes) {
    const answer = answerTo(service, route.container);
    if (answer === null) continue;
    const present = targets.get(answer.container);
    if (present !== undefined) {
      targets.set(answer.container, { ...present, routes: [...present.routes, route] });
      continue;
    }
    const logical = `${pascal(name)}${pascal(answer.container)}Target`;
    targets.set(answer.container, {
      service: name,
      ...answer,
      group: targetGroup(scope, logical, vpcId, service, answer.port, route),
      alternate: shiftsTraffic(service) ? targetGroup(scope, `${logical}Alternate`, vpcId, service, answer.port, route) : null,
      routes: [route],
    });
  }
  return [...targets.values()];
};

/** Forwarding to one group, or to both groups of a service whose traffic is shifted. */
interface Forward {
  readonly type: 'forward';
  readonly targetGroupArn?: string;
  readonly forwardConfig?: { readonly targetGroups: { readonly targetGroupArn: string; readonly weight: number }[] };
}

const forward = (target: Target): Forward =>
  target.alternate === null
    ? { type: 'forward', targetGroupArn: target.group.ref }
    : {
        type: 'forward',
        forwardConfig: {
          targetGroups: [
            { targetGroupArn: target.group.ref, weight: 1 },
            { targetGroupArn: target.alternate.ref, weight: 0 },
          ],
        },
      };

/** What the listener does when no rule matches: the service that claims everything, unless its traffic is shifted (that needs a rule). */
export const elsewhereOf = (targets: readonly Target[]): Forward | null => {
  const target = targets.find((candidate) => candidate.alternate === null && candidate.routes.some(isCatchAll));
  return target === undefined ? null : forward(target);
};

/** The rules of one target; priorities depend on the path alone, so that a new route never renumbers another. */
export const rulesOf = (scope: Construct, listener: CfnListener, target: Target): readonly CfnListenerRule[] =>
  target.routes
    .filter((route) => target.alternate !== null || !isCatchAll(route))
    .map((route) => {
      const logical = `${pascal(target.service)}${pascal(target.container)}Rule${pascal(`${route.host ?? ''} ${route.path}`)}`;
      return new CfnListenerRule(scope, logical, {
        listenerArn: listener.ref,
        priority: priorityOf(route),
        conditions: [
          { field: 'path-pattern', pathPatternConfig: { values: [...pathPatterns(route.path)] } },
          ...(route.host === null ? [] : [{ field: 'host-header', hostHeaderConfig: { values: [route.host] } }]),
        ],
        actions: [forward(target)],
      });
    });
