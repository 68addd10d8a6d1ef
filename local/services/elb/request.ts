// A visitor's request through a load balancer: listener, rule, action, target (aws-facts E).
import { healthyTargets, phaseAt } from './health-checks.ts';
import { askLambda } from './lambda-target.ts';
import type { BalancerMetrics } from './metrics.ts';
import type { Action, Listener, LoadBalancer, Target, TargetGroup } from './model.ts';
import { ruleFor, weighted } from './routing.ts';
import type { VisitorRequest } from './routing.ts';
import { forwardedTo, targetGroupOf } from './state.ts';
import type { ElbState } from './state.ts';

export interface Visit extends VisitorRequest {
  readonly port?: number;
  readonly tls?: boolean;
  /** Name of the load balancer; needed only when the host name does not tell. */
  readonly loadBalancer?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Address of the target, ARN of the function, or `load balancer`. */
  readonly servedBy: string;
}

interface Journey {
  readonly state: ElbState;
  readonly balancer: LoadBalancer;
  readonly listener: Listener;
  readonly visit: Visit;
  readonly own: BalancerMetrics;
}

/** Sends a request and answers what the visitor sees. Fails when no load balancer listens there. */
export const visit = async (state: ElbState, request: Visit): Promise<Answer> => {
  const balancer = balancerFor(state, request);
  const port = request.port ?? (request.tls === true ? 443 : 80);
  const listener = balancer.listeners.find((candidate) => candidate.port === port);
  if (listener === undefined) throw new Error(`connection refused: ${balancer.dnsName} does not listen on port ${port}`);
  const journey = { state, balancer, listener, visit: request, own: state.balancerMetrics.get(balancer.arn)! };
  const actions = ruleFor(listener, request)?.actions ?? listener.defaultActions;
  for (const action of [...actions].sort((left, right) => (left.Order ?? 0) - (right.Order ?? 0))) {
    const answer = await act(journey, action);
    if (answer !== undefined) return answer;
  }
  throw new Error(`listener ${listener.arn} has no routing action`);
};

const balancerFor = (state: ElbState, request: Visit): LoadBalancer => {
  const all = [...state.loadBalancers.values()];
  const host = request.host.split(':')[0];
  const found =
    all.find((balancer) => balancer.name === request.loadBalancer || balancer.dnsName === host) ?? (all.length === 1 ? all[0] : undefined);
  if (found === undefined)
    throw new Error(`no load balancer answers for ${request.host}: name one of ${all.map((balancer) => balancer.name).join(', ')}`);
  return found;
};

const act = async (journey: Journey, action: Action): Promise<Answer | undefined> => {
  switch (action.Type) {
    case 'redirect':
      return redirect(journey, action);
    case 'fixed-response': {
      journey.own.count('HTTP_Fixed_Response_Count');
      const { StatusCode, ContentType, MessageBody } = action.FixedResponseConfig!;
      return {
        status: Number(StatusCode),
        headers: { 'content-type': ContentType ?? 'text/plain' },
        body: MessageBody ?? '',
        servedBy: 'load balancer',
      };
    }
    case 'authenticate-cognito':
    case 'authenticate-oidc':
      return signIn(journey);
    case 'forward':
      return forward(journey, action);
  }
};

const redirect = ({ own, listener, visit: request }: Journey, action: Action): Answer => {
  own.count('HTTP_Redirect_Count');
  const {
    Protocol = '#{protocol}',
    Host = '#{host}',
    Port = '#{port}',
    Path = '/#{path}',
    Query = '#{query}',
    StatusCode,
  } = action.RedirectConfig!;
  const values: Readonly<Record<string, string>> = {
    protocol: listener.protocol.toLowerCase(),
    host: request.host.split(':')[0]!,
    port: String(listener.port),
    path: request.path.replace(/^\//, ''),
    query: request.query ?? '',
  };
  const filled = (text: string): string => text.replace(/#\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
  const query = filled(Query);
  const location = `${filled(Protocol).toLowerCase()}://${filled(Host)}:${filled(Port)}${filled(Path)}${query === '' ? '' : `?${query}`}`;
  return { status: StatusCode === 'HTTP_301' ? 301 : 302, headers: { location }, body: '', servedBy: 'load balancer' };
};

/** Whoever carries a session cookie is let through; everyone else is sent to sign in. */
const signIn = ({ visit: request }: Journey): Answer | undefined => {
  if (cookieOf(request, 'AWSELBAuthSessionCookie-0') !== undefined) return undefined;
  return {
    status: 302,
    headers: { location: `https://sign-in.invalid/oauth2/authorize?redirect_uri=https://${request.host}/oauth2/idpresponse` },
    body: '',
    servedBy: 'load balancer',
  };
};

const cookieOf = (request: Visit, name: string): string | undefined => {
  const cookies = Object.entries(request.headers ?? {}).find(([header]) => header.toLowerCase() === 'cookie')?.[1] ?? '';
  return cookies
    .split(/;\s*/)
    .find((cookie) => cookie.startsWith(`${name}=`))
    ?.slice(name.length + 1);
};

const forward = async (journey: Journey, action: Action): Promise<Answer> => {
  const { state, own } = journey;
  const chosen = weighted(forwardedTo([action]), state.world.random.stream('elb').next());
  if (chosen === undefined) return ownError(own, 503);
  const group = targetGroupOf(state, chosen.arn);
  if (group.type === 'lambda') return countedAnswer(journey, group, await askLambda(state, group, journey.visit, journey.listener));
  const target = chooseTarget(journey, group);
  if (target === undefined) return ownError(own, 503);
  const status = phaseAt(target, state.world.clock.now)?.request;
  if (status === undefined) return ownError(own, 502);
  const headers = { 'content-type': 'text/html', ...stickyCookie(group, target) };
  return countedAnswer(journey, group, { status, headers, body: `${status} from ${target.id}:${target.port}`, servedBy: target.id });
};

const ownError = (own: BalancerMetrics, status: 502 | 503): Answer => {
  own.count('HTTPCode_ELB_5XX_Count');
  own.count(`HTTPCode_ELB_${status}_Count`);
  const title = status === 503 ? '503 Service Temporarily Unavailable' : '502 Bad Gateway';
  return {
    status,
    headers: { 'content-type': 'text/html', server: 'awselb/2.0' },
    body: `<html><head><title>${title}</title></head></html>`,
    servedBy: 'load balancer',
  };
};

const countedAnswer = ({ state, own }: Journey, group: TargetGroup, answer: Answer): Answer => {
  own.countRequest(answer.status);
  state.metrics.get(group.arn)?.countRequest(answer.status);
  return answer;
};

/** Healthy targets; all of them when none is healthy (fail open); undefined when none is registered (503). */
const chooseTarget = ({ state, visit: request }: Journey, group: TargetGroup): Target | undefined => {
  const healthy = healthyTargets(group);
  const open = [...group.targets.values()].filter((target) => target.state === 'initial' || target.state === 'unhealthy');
  const candidates = healthy.length > 0 ? healthy : open;
  const stuck = cookieOf(request, stickyName(group) ?? '');
  const same = candidates.find((target) => target.id === stuck);
  if (same !== undefined) return same;
  return candidates.length === 0 ? undefined : state.world.random.stream('elb').pick(candidates);
};

const stickyName = (group: TargetGroup): string | undefined => {
  if (group.attributes.get('stickiness.enabled') !== 'true') return undefined;
  return group.attributes.get('stickiness.type') === 'app_cookie' ? `AWSALBAPP-0` : 'AWSALB';
};

/** The real cookie is opaque; here it names the target, which is all that matters for staying with it. */
const stickyCookie = (group: TargetGroup, target: Target): Readonly<Record<string, string>> => {
  const name = stickyName(group);
  return name === undefined ? {} : { 'set-cookie': `${name}=${target.id}; Path=/` };
};
