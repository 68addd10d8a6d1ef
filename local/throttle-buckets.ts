// AWS's request limits per account and region as token buckets (aws-facts B10 for ECS, F for Step Functions, ECR's service quotas).

export interface Bucket {
  readonly name: string;
  /** Takes one token at that instant; false when there is none. */
  take(now: number): boolean;
  /** Somebody else of the account takes every token until that instant; then it fills again from nothing. */
  spend(until: number): void;
}

interface Limit {
  readonly name: string;
  readonly burst: number;
  readonly perSecond: number;
  readonly operations: readonly string[];
}

/** aws-facts B10: bucket, burst, refill per second. */
const ECS: readonly Limit[] = [
  { name: 'service modify', burst: 50, perSecond: 5, operations: ['CreateService', 'UpdateService', 'DeleteService'] },
  { name: 'service read', burst: 100, perSecond: 20, operations: ['DescribeServices', 'ListServices', 'ListServicesByNamespace'] },
  { name: 'service deployment', burst: 50, perSecond: 20, operations: ['DescribeServiceDeployments', 'ListServiceDeployments'] },
  { name: 'service revision', burst: 50, perSecond: 20, operations: ['DescribeServiceRevisions'] },
  { name: 'task definition modify', burst: 20, perSecond: 1, operations: ['RegisterTaskDefinition', 'DeregisterTaskDefinition'] },
  {
    name: 'task definition read', burst: 50, perSecond: 20,
    operations: ['DescribeTaskDefinition', 'ListTaskDefinitions', 'ListTaskDefinitionFamilies'],
  },
  { name: 'task definition delete', burst: 5, perSecond: 1, operations: ['DeleteTaskDefinitions'] },
  { name: 'cluster resource modify', burst: 100, perSecond: 40, operations: ['RunTask', 'StartTask', 'StopTask', 'ExecuteCommand'] },
  { name: 'cluster resource read', burst: 100, perSecond: 20, operations: ['DescribeTasks', 'ListTasks'] },
  {
    name: 'cluster modify', burst: 20, perSecond: 1,
    operations: ['CreateCluster', 'DeleteCluster', 'UpdateCluster', 'UpdateClusterSettings', 'PutClusterCapacityProviders'],
  },
  { name: 'cluster read', burst: 50, perSecond: 20, operations: ['DescribeClusters', 'ListClusters'] },
  { name: 'tag modify', burst: 20, perSecond: 10, operations: ['TagResource', 'UntagResource'] },
  { name: 'tag read', burst: 50, perSecond: 20, operations: ['ListTagsForResource'] },
];

/** Quotas of ECR for one account and region: images and tags put. */
const ECR: readonly Limit[] = [{ name: 'image put', burst: 10, perSecond: 10, operations: ['PutImage'] }];

const LARGE_REGIONS: readonly string[] = ['us-east-1', 'us-west-2', 'eu-west-1'];

/** aws-facts F: StartExecution of standard machines. */
const states = (region: string): readonly Limit[] =>
  LARGE_REGIONS.includes(region)
    ? [{ name: 'start execution', burst: 1300, perSecond: 300, operations: ['StartExecution'] }]
    : [{ name: 'start execution', burst: 800, perSecond: 150, operations: ['StartExecution'] }];

const makeBucket = ({ name, burst, perSecond }: Limit): Bucket => {
  let tokens = burst;
  let filledAt: number | undefined;
  return {
    name,
    take: (now) => {
      if (now < (filledAt ?? now)) return false;
      tokens = Math.min(burst, tokens + ((now - (filledAt ?? now)) / 1000) * perSecond);
      filledAt = now;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
    spend: (until) => {
      tokens = 0;
      filledAt = until;
    },
  };
};

/** Names of the buckets that a fault may spend, as AWS's pages group the operations. */
export const bucketNames = [...ECS, ...states('us-east-1')].map(({ name }) => name);

const limitOf = (service: string, operation: string, region: string): Limit | undefined => {
  const limits = service === 'ecs' ? ECS : service === 'ecr' ? ECR : service === 'states' ? states(region) : [];
  return limits.find((limit) => limit.operations.includes(operation));
};

/** The bucket an operation draws from, made on first use; undefined when AWS documents no limit we model. */
export const throttleBucket = (made: Map<string, Bucket>, service: string, operation: string, region: string): Bucket | undefined => {
  if (service !== 'ecs' && service !== 'ecr' && service !== 'states') return undefined;
  const limit = limitOf(service, operation, region);
  return limit === undefined ? undefined : bucketOf(made, limit);
};

const bucketOf = (made: Map<string, Bucket>, limit: Limit): Bucket => {
  const known = made.get(limit.name);
  if (known !== undefined) return known;
  const bucket = makeBucket(limit);
  made.set(limit.name, bucket);
  return bucket;
};

/** The bucket of that name; throws with the known names when there is none. */
export const bucketNamed = (made: Map<string, Bucket>, name: string, region: string): Bucket => {
  const limit = [...ECS, ...states(region)].find((known) => known.name === name);
  if (limit === undefined) throw new Error(`there is no request bucket ${name}. There is ${bucketNames.join(', ')}`);
  return bucketOf(made, limit);
};
