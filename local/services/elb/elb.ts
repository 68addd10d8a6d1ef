// Simulated Elastic Load Balancing v2 (application load balancers): rules, target groups, health, requests and metrics (aws-facts E).
import type { SimulatedService } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { listenerOperations, ruleOperations } from './listener-operations.ts';
import type { Target, TargetRegistration } from './model.ts';
import { balancerOperations, targetGroupOperations } from './operations.ts';
import { heaviest, weigh } from './weights.ts';
import { visit } from './request.ts';
import type { Answer, Visit } from './request.ts';
import { elbResources } from './resources.ts';
import { balancerOfGroup, emptyElb, targetGroupOf } from './state.ts';
import { deregisterTarget, registerTarget } from './targets.ts';

export interface Elb extends SimulatedService {
  /** A target joins; it answers as its phases say and hears of healthy and unhealthy. */
  register(targetGroupArn: string, registration: TargetRegistration): void;
  /** A target drains; answers the seconds until it is gone, 0 when it was not in use. */
  deregister(targetGroupArn: string, id: string, port: number): number;
  /** Targets with their health now. */
  health(targetGroupArn: string): readonly Target[];
  /** Why ECS refuses the group for a service, in its words; undefined when it may be used (B1). */
  attachmentProblem(targetGroupArn: string): string | undefined;
  /** Which of the groups a rule gives the most weight. */
  heaviest(ruleArn: string, targetGroupArns: readonly string[]): string;
  /** ECS sets the weights of a rule while it shifts traffic. */
  weigh(ruleArn: string, groups: readonly { readonly targetGroupArn: string; readonly weight: number }[]): void;
  /** The rules of a load balancer's listeners, in the order in which a request meets them, as plain text. */
  rules(loadBalancerName: string): readonly string[];
  /** A visitor's request. */
  request(request: Visit): Promise<Answer>;
  /** Background traffic of a target group from now on, for metrics only, in requests per minute. */
  traffic(targetGroupName: string, requestsPerMinute: number): void;
}

export const makeElb = (world: World): Elb => {
  const state = emptyElb(world);
  return {
    signingName: 'elasticloadbalancing',
    operations: { ...balancerOperations(state), ...targetGroupOperations(state), ...listenerOperations(state), ...ruleOperations(state) },
    resources: elbResources(state),
    support,
    register: (targetGroupArn, registration) => registerTarget(state, targetGroupArn, registration),
    deregister: (targetGroupArn, id, port) => deregisterTarget(state, targetGroupArn, id, port),
    health: (targetGroupArn) => [...targetGroupOf(state, targetGroupArn).targets.values()],
    attachmentProblem: (arn) => {
      if (!state.targetGroups.has(arn))
        return `The specified target group does not exist. (Service: AmazonElasticLoadBalancing; Status Code: 400; Error Code: TargetGroupNotFound): ${arn}`;
      return balancerOfGroup(state, arn) === undefined
        ? `The target group with targetGroupArn ${arn} does not have an associated load balancer.`
        : undefined;
    },
    heaviest: (ruleArn, arns) => heaviest(state, ruleArn, arns),
    weigh: (ruleArn, groups) => weigh(state, ruleArn, groups),
    rules: (name) =>
      [...state.listeners.values()]
        .filter(({ loadBalancer }) => loadBalancer.name === name)
        .flatMap(({ port, rules }) =>
          rules
            .toSorted((one, other) => one.priority - other.priority)
            .map(({ conditions, actions }) => `${port} ${JSON.stringify({ conditions, actions })}`),
        ),
    request: (request) => visit(state, request),
    traffic: (name, requestsPerMinute) => {
      const group = [...state.targetGroups.values()].find((candidate) => candidate.name === name);
      const metrics = group === undefined ? undefined : state.metrics.get(group.arn);
      if (metrics === undefined) throw new Error(`no target group ${name} behind a load balancer`);
      metrics.setTraffic(requestsPerMinute);
    },
  };
};

const support = {
  does: [
    'rules by priority with host, path, header, method, query and source conditions; ModifyRule replaces whole lists',
    'forward with weights and no fail-over, redirect, fixed response, fail open when all targets are unhealthy, 503 without targets',
    'health checks by interval, thresholds and matcher; one passed check brings a new target into service; draining for the deregistration delay',
    'sticky sessions, Lambda targets with their event and answer rules, sign-in actions as a redirect',
    'RequestCount, HTTPCode_*, HealthyHostCount, UnHealthyHostCount, TargetResponseTime; silent without registered targets',
  ],
  doesNot: [
    'network and gateway load balancers',
    'web socket frames, HTTP/2 and gRPC',
    'TLS handshakes, mutual TLS, access logs',
    'the exchange with an identity provider after sign-in',
  ],
} as const;
