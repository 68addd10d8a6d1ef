// What each command of the command line needs to be allowed on AWS, and nothing more: the policies an operator is given (X2).
import { copiesMade, keepsCopies, type CopyType } from './made-copies.ts';
import { mailIdentity } from './mail-road.ts';
import type { Manifest } from './manifest.ts';
import { QUARANTINE_PATH } from './shared-quarantine.ts';

export interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface Policy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

/** What the resources are named by. */
export interface Scope {
  readonly manifest: Manifest;
  readonly account: string;
  /** Names of the secrets a person fills in. */
  readonly secrets: readonly string[];
}

type Need = (scope: Scope) => readonly Statement[];

const arn = ({ manifest, account }: Scope, service: string, resource: string): string =>
  `arn:aws:${service}:${manifest.region}:${account}:${resource}`;
const allow = (actions: readonly string[], resources: readonly string[], more: Partial<Statement> = {}): readonly Statement[] =>
  resources.length === 0 ? [] : [{ Effect: 'Allow', Action: actions, Resource: resources, ...more }];

const table = (scope: Scope): readonly string[] => [arn(scope, 'dynamodb', `table/${scope.manifest.id}-ledger`)];
const machine =
  (story: string): Need =>
  (scope) =>
    allow(['states:StartExecution'], [arn(scope, 'states', `stateMachine:${scope.manifest.id}-${story}`)]);
const recall: Need = (scope) => allow(['dynamodb:GetItem'], table(scope));
const query: Need = (scope) => allow(['dynamodb:Query'], table(scope));
const write: Need = (scope) => allow(['dynamodb:PutItem'], table(scope));
const announce: Need = (scope) => allow(['sns:Publish'], [arn(scope, 'sns', `${scope.manifest.id}-operations-AlarmTopic`)]);
const order: Need = (scope) => [...write(scope), ...announce(scope)];

const counts: Need = (scope) =>
  allow(
    ['ecs:DescribeServices'],
    scope.manifest.services.map(({ serviceName }) => arn(scope, 'ecs', `service/${scope.manifest.cluster}/${serviceName}`)),
  );
const tasks: Need = (scope) => [
  // ListTasks names no resource for Fargate; the cluster is the limit.
  ...allow(['ecs:ListTasks'], ['*'], {
    Condition: { ArnEquals: { 'ecs:cluster': arn(scope, 'ecs', `cluster/${scope.manifest.cluster}`) } },
  }),
  ...allow(['ecs:DescribeTasks'], [arn(scope, 'ecs', `task/${scope.manifest.cluster}/*`)]),
];

/** Health: targets where something is public, tasks where something is not. Elastic Load Balancing describes without resources. */
const health: Need = (scope) => {
  const { services } = scope.manifest;
  return [
    ...(services.some(({ routes }) => routes.length > 0) ? allow(['elasticloadbalancing:DescribeTargetHealth'], ['*']) : []),
    ...(services.some(({ routes }) => routes.length === 0) ? tasks(scope) : []),
  ];
};

/** The part of it that visitors meet. */
const publicHealth: Need = (scope) => {
  const open = scope.manifest.services.filter(({ routes }) => routes.length > 0);
  return [
    ...allow(
      ['ecs:DescribeServices'],
      open.map(({ serviceName }) => arn(scope, 'ecs', `service/${scope.manifest.cluster}/${serviceName}`)),
    ),
    ...(open.length > 0 ? allow(['elasticloadbalancing:DescribeTargetHealth'], ['*']) : []),
  ];
};

const databases: Need = (scope) => {
  const of = (kind: 'instance' | 'aurora-serverless', type: string): readonly string[] =>
    scope.manifest.databases
      .filter((database) => database.kind === kind)
      .map(({ identifier }) => arn(scope, 'rds', `${type}:${identifier}`));
  return [
    ...allow(['rds:DescribeDBInstances'], of('instance', 'db')),
    ...allow(['rds:DescribeDBClusters'], of('aurora-serverless', 'cluster')),
  ];
};

/** Neither Application Auto Scaling nor CloudWatch describe by resource. */
const bounds: Need = () => allow(['application-autoscaling:DescribeScalableTargets'], ['*']);
const alarms: Need = () => allow(['cloudwatch:DescribeAlarms'], ['*']);
const logGroups: Need = (scope) =>
  allow(
    ['logs:FilterLogEvents'],
    [...new Set(scope.manifest.services.map(({ logGroup }) => logGroup))].map((group) => arn(scope, 'logs', `log-group:${group}:*`)),
  );
const balancer: Need = ({ manifest }) =>
  manifest.loadBalancer === null || manifest.site !== null ? [] : allow(['elasticloadbalancing:DescribeLoadBalancers'], ['*']);

/** Secrets Manager adds six characters to every name. */
const secretArns = (scope: Scope): readonly string[] =>
  [...new Set(scope.secrets)].map((name) => arn(scope, 'secretsmanager', `secret:${name}-??????`));
const readSecrets: Need = (scope) => allow(['secretsmanager:GetSecretValue'], secretArns(scope));
const writeSecrets: Need = (scope) => allow(['secretsmanager:PutSecretValue'], secretArns(scope));
const shellNeed: Need = (scope) => {
  const { cluster } = scope.manifest;
  return allow(['ecs:ExecuteCommand'], [arn(scope, 'ecs', `task/${cluster}/*`), arn(scope, 'ecs', `cluster/${cluster}`)]);
};

const ecrRepositories = ({ manifest }: Scope): readonly string[] => [
  ...new Set(
    manifest.services.flatMap(({ containers }) => containers.flatMap(({ image }) => (image?.registry === 'ecr' ? [image.repository] : []))),
  ),
];

const pushImages: Need = (scope) => {
  const repositories = ecrRepositories(scope);
  if (repositories.length === 0) return [];
  const layers = [
    'ecr:BatchCheckLayerAvailability',
    'ecr:BatchGetImage',
    'ecr:InitiateLayerUpload',
    'ecr:UploadLayerPart',
    'ecr:CompleteLayerUpload',
    'ecr:PutImage',
  ];
  return [
    ...allow(['ecr:GetAuthorizationToken'], ['*']),
    ...allow(
      layers,
      repositories.map((name) => arn(scope, 'ecr', `repository/${name}`)),
    ),
  ];
};

/** `up`, `destroy` and the CDK work through the bootstrap roles. */
const cdk: Need = (scope) =>
  allow(['sts:AssumeRole'], [`arn:aws:iam::${scope.account}:role/cdk-*-${scope.account}-${scope.manifest.region}`]);

/** A sleeping platform has its page in front of its routes; describing knows no resources. */
const takePageOff: Need = (scope) => {
  const { loadBalancer } = scope.manifest;
  if (loadBalancer === null) return [];
  const describe = ['DescribeLoadBalancers', 'DescribeListeners', 'DescribeTargetGroups', 'DescribeRules'];
  return [
    ...allow(
      describe.map((action) => `elasticloadbalancing:${action}`),
      ['*'],
    ),
    ...allow(['elasticloadbalancing:DeleteRule'], [arn(scope, 'elasticloadbalancing', `listener-rule/app/${loadBalancer}/*`)]),
  ];
};

/** Service, actions and names by which copies are found and deleted. RDS finds by the copied database, ElastiCache by no resource. */
const copyActions: Readonly<Record<CopyType, readonly [string, string, string, string, string | null]>> = {
  'AWS::RDS::DBSnapshot': ['rds', 'DescribeDBSnapshots', 'DeleteDBSnapshot', 'snapshot', 'db'],
  'AWS::RDS::DBClusterSnapshot': ['rds', 'DescribeDBClusterSnapshots', 'DeleteDBClusterSnapshot', 'cluster-snapshot', 'cluster'],
  'AWS::ElastiCache::Snapshot': ['elasticache', 'DescribeSnapshots', 'DeleteSnapshot', 'snapshot', null],
};

/** Copies that belong to no stack are deleted after them, except where they are kept (O13). */
const removeCopies: Need = (scope) =>
  (keepsCopies(scope.manifest) ? [] : copiesMade(scope.manifest)).flatMap(({ type, identifier, prefix }) => {
    const [service, find, remove, copy, source] = copyActions[type];
    const all = arn(scope, service, `${copy}:*`);
    return [
      ...allow([`${service}:${find}`], source === null ? [all] : [arn(scope, service, `${source}:${identifier}`), all]),
      ...allow([`${service}:${remove}`], [arn(scope, service, `${copy}:${prefix}*`)]),
    ];
  });

/** What a decision on images looks at: revisions of services, watched repositories. Task definitions are read without resources. */
const revisions: Need = () => allow(['ecs:DescribeTaskDefinition'], ['*']);
const readImages: Need = (scope) => [
  ...allow(
    ['ecr:DescribeImages', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    ecrRepositories(scope).map((name) => arn(scope, 'ecr', `repository/${name}`)),
  ),
  ...(scope.manifest.quarantine === 'account' ? allow(['ssm:GetParameters'], [arn(scope, 'ssm', `parameter${QUARANTINE_PATH}/*`)]) : []),
];
/** What a decision on a night looks at: bounds and scheduled actions, caches that hibernate. */
const nightly: Need = (scope) => {
  const caches = scope.manifest.caches.filter(({ offHours }) => offHours === 'hibernate');
  return [
    ...allow(['application-autoscaling:DescribeScalableTargets', 'application-autoscaling:DescribeScheduledActions'], ['*']),
    ...allow(
      ['elasticache:DescribeCacheClusters', 'elasticache:DescribeReplicationGroups'],
      caches.flatMap(({ identifier }) =>
        [`cluster:${identifier}`, `cluster:${identifier}-0*`, `replicationgroup:${identifier}`].map((name) =>
          arn(scope, 'elasticache', name),
        ),
      ),
    ),
  ];
};
/** Whether somebody uses the platform: metrics and load balancers know no resources. */
const inUse: Need = (scope) => [
  ...(scope.manifest.loadBalancer === null ? [] : allow(['elasticloadbalancing:DescribeLoadBalancers', 'cloudwatch:GetMetricData'], ['*'])),
  ...tasks(scope),
];

const sleepNeeds: readonly Need[] = [recall, query, order, machine('sleep'), counts, databases];
const wakeNeeds: readonly Need[] = [recall, query, order, machine('wake'), counts, databases];
/** Registries outside AWS send no event: the command starts the story itself. */
const startOutside: Need = (scope) =>
  scope.manifest.services.some(({ containers }) => containers.some(({ image }) => image?.registry === 'oci'))
    ? machine('redeploy')(scope)
    : [];
const rolloutNeeds: readonly Need[] = [recall, query, order, machine('redeploy')];

/** Parked messages of every road with a queue are moved back to it. */
const redriveNeed: Need = (scope) => {
  const { slack, webhook, mail } = scope.manifest.notices;
  const roads = Object.entries({ slack, webhook, email: mail }).flatMap(([road, settings]) => (settings === undefined || settings === null ? [] : [road]));
  const queues = roads.map((road) => arn(scope, 'sqs', `${scope.manifest.id}-${road}`));
  return [
    ...allow(['sqs:GetQueueUrl', 'sqs:SendMessage'], queues),
    ...allow(
      ['sqs:GetQueueUrl', 'sqs:ReceiveMessage', 'sqs:DeleteMessage'],
      queues.map((queue) => `${queue}-parked`),
    ),
  ];
};

/** Whether Amazon SES takes mails of the sender, and in the sandbox for whom. */
const askSender: Need = (scope) => {
  const { emails, mail: sender } = scope.manifest.notices;
  if (sender === undefined || sender === null) return [];
  const asked = new Set([mailIdentity(sender), ...emails.flatMap((email) => [email, email.split('@')[1] ?? email])]);
  return [...allow(['ses:GetAccount'], ['*']), ...allow(['ses:GetEmailIdentity'], [...asked].map((identity) => arn(scope, 'ses', `identity/${identity}`)))];
};

/** What doctor asks the account beside what it reads of the platform. Quotas, providers and certificates know no resources to list by. */
const surroundings: Need = (scope) => {
  const { manifest, account } = scope;
  const domain = manifest.site === null ? [] : allow(['acm:ListCertificates', 'elasticloadbalancing:DescribeLoadBalancers'], ['*']);
  return [
    ...allow(['servicequotas:ListServiceQuotas'], ['*']),
    ...allow(['iam:SimulatePrincipalPolicy'], [`arn:aws:iam::${account}:user/*`, `arn:aws:iam::${account}:role/*`]),
    ...allow(['iam:ListOpenIDConnectProviders'], [`arn:aws:iam::${account}:oidc-provider/*`]),
    ...allow(['iam:GetRole'], [`arn:aws:iam::${account}:role/${manifest.id}-github-actions`]),
    ...allow(['sns:ListSubscriptionsByTopic'], [arn(scope, 'sns', `${manifest.id}-operations-AlarmTopic`)]),
    ...allow(['ssm:GetParameter'], [arn(scope, 'ssm', 'parameter/cdk-bootstrap/hnb659fds/version')]),
    ...domain,
    ...(manifest.site === null ? [] : allow(['acm:DescribeCertificate'], [arn(scope, 'acm', 'certificate/*')])),
  ];
};

/** What each command needs; commands that stay on this machine need nothing. */
export const needs: Readonly<Record<string, readonly Need[]>> = {
  status: [recall, query, counts, health, bounds, databases, alarms],
  history: [query],
  why: [query],
  savings: [query],
  plan: [recall, query, counts, revisions, readImages, nightly, databases, inUse, alarms],
  doctor: [recall, query, readSecrets, publicHealth, surroundings, askSender],
  logs: [logGroups],
  open: [recall, balancer],
  sleep: sleepNeeds,
  stop: sleepNeeds,
  wake: wakeNeeds,
  start: wakeNeeds,
  'keep-awake': [recall, order],
  rollback: rolloutNeeds,
  release: [recall, query, write, machine('redeploy')],
  hold: [order],
  resume: [query, order, machine('redeploy')],
  approve: [query, order, machine('redeploy')],
  mute: [order],
  redrive: [redriveNeed],
  secrets: [readSecrets],
  'secrets set': [readSecrets, writeSecrets],
  shell: [tasks, shellNeed],
  deploy: [recall, query, pushImages, startOutside],
  up: [cdk, readSecrets, askSender],
  destroy: [cdk, takePageOff, removeCopies],
};

/** The policy for some commands; statements with the same resources and condition are one. */
export const policyFor = (commands: readonly string[], scope: Scope): Policy => {
  const all = [...new Set(commands.flatMap((command) => needs[command] ?? []))].flatMap((need) => need(scope));
  const merged = new Map<string, Statement>();
  for (const statement of all) {
    const key = JSON.stringify([statement.Resource, statement.Condition ?? null]);
    const known = merged.get(key);
    merged.set(key, known === undefined ? statement : { ...known, Action: [...new Set([...known.Action, ...statement.Action])] });
  }
  return { Version: '2012-10-17', Statement: [...merged.values()] };
};
