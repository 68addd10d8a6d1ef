// The records of simulated Elastic Load Balancing: load balancers, listeners, rules, target groups and their targets.

export type TargetState = 'initial' | 'healthy' | 'unhealthy' | 'unused' | 'draining';

/** What a target answers from an instant on, until the next phase; absent means no answer. */
export interface AnswerPhase {
  readonly from: number;
  readonly health?: number;
  readonly request?: number;
}

export interface TargetRegistration {
  readonly id: string;
  readonly port: number;
  readonly zone: string;
  readonly phases: readonly AnswerPhase[];
  /** Hears of healthy and unhealthy. */
  readonly changed?: (state: TargetState) => void;
}

export interface Target extends TargetRegistration {
  readonly registeredAt: number;
  /** First health check after this many milliseconds, then one per interval. */
  readonly firstCheck: number;
  state: TargetState;
  reason?: string;
  description?: string;
  cancel?: () => void;
}

export interface HealthCheck {
  enabled: boolean;
  protocol: string;
  port: string;
  path: string;
  intervalSeconds: number;
  timeoutSeconds: number;
  healthyThreshold: number;
  unhealthyThreshold: number;
  matcher: string;
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface TargetGroup {
  readonly arn: string;
  readonly name: string;
  /** `targetgroup/name/id`, the CloudWatch dimension. */
  readonly fullName: string;
  readonly type: 'ip' | 'lambda' | 'instance' | 'alb';
  readonly protocol?: string;
  readonly protocolVersion: string;
  readonly port?: number;
  readonly vpcId?: string;
  readonly check: HealthCheck;
  readonly attributes: Map<string, string>;
  readonly targets: Map<string, Target>;
  tags: readonly Tag[];
}

export interface Listener {
  readonly arn: string;
  readonly loadBalancer: LoadBalancer;
  port: number;
  protocol: string;
  certificates: readonly { readonly CertificateArn: string }[];
  sslPolicy?: string;
  defaultActions: readonly Action[];
  readonly rules: Rule[];
  tags: readonly Tag[];
}

export interface Rule {
  readonly arn: string;
  readonly listener: Listener;
  priority: number;
  conditions: readonly Condition[];
  actions: readonly Action[];
  tags: readonly Tag[];
}

export interface LoadBalancer {
  readonly arn: string;
  readonly name: string;
  /** `app/name/id`, the CloudWatch dimension. */
  readonly fullName: string;
  readonly dnsName: string;
  readonly scheme: string;
  readonly vpcId: string;
  readonly createdAt: number;
  subnets: readonly string[];
  securityGroups: readonly string[];
  readonly attributes: Map<string, string>;
  readonly listeners: Listener[];
  tags: readonly Tag[];
}

/** Conditions and actions in the API's own shapes. */
export interface Condition {
  readonly Field: string;
  readonly Values?: readonly string[];
  readonly RegexValues?: readonly string[];
  readonly HostHeaderConfig?: { readonly Values?: readonly string[]; readonly RegexValues?: readonly string[] };
  readonly PathPatternConfig?: { readonly Values?: readonly string[]; readonly RegexValues?: readonly string[] };
  readonly HttpHeaderConfig?: { readonly HttpHeaderName: string; readonly Values?: readonly string[] };
  readonly HttpRequestMethodConfig?: { readonly Values: readonly string[] };
  readonly QueryStringConfig?: { readonly Values: readonly { readonly Key?: string; readonly Value: string }[] };
  readonly SourceIpConfig?: { readonly Values: readonly string[] };
}

export interface Action {
  readonly Type: 'forward' | 'redirect' | 'fixed-response' | 'authenticate-cognito' | 'authenticate-oidc';
  readonly Order?: number;
  readonly TargetGroupArn?: string;
  readonly ForwardConfig?: {
    readonly TargetGroups?: readonly { readonly TargetGroupArn: string; readonly Weight?: number }[];
    readonly TargetGroupStickinessConfig?: { readonly Enabled?: boolean; readonly DurationSeconds?: number };
  };
  readonly RedirectConfig?: Readonly<Partial<Record<'Protocol' | 'Port' | 'Host' | 'Path' | 'Query' | 'StatusCode', string>>>;
  readonly FixedResponseConfig?: { readonly StatusCode: string; readonly ContentType?: string; readonly MessageBody?: string };
  readonly [field: string]: unknown;
}
