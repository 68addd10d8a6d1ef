// What removing a platform takes away for good and what it leaves behind, from the templates themselves (O13).
import { copiesMade, keepsCopies, type Making } from './made-copies.ts';
import type { Manifest } from './manifest.ts';

export interface Removable {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

export interface Fate {
  readonly stack: string;
  readonly id: string;
  readonly type: string;
  /** Physical name where the template gives one. */
  readonly name: string;
}

export interface LostAndKept {
  /** Data that is gone afterwards. */
  readonly lost: readonly Fate[];
  /** Databases of which a last snapshot is made; the snapshot is billed. */
  readonly snapshots: readonly Fate[];
  /** Left in the account, and billed until somebody deletes it. */
  readonly kept: readonly Fate[];
  /** Everything else, which holds no data. */
  readonly others: number;
}

const holdsData: ReadonlySet<string> = new Set([
  'AWS::RDS::DBInstance',
  'AWS::RDS::DBCluster',
  'AWS::DynamoDB::Table',
  'AWS::DynamoDB::GlobalTable',
  'AWS::S3::Bucket',
  'AWS::EFS::FileSystem',
  'AWS::ECR::Repository',
  'AWS::SecretsManager::Secret',
  'AWS::Cognito::UserPool',
  'AWS::ElastiCache::ReplicationGroup',
  'AWS::ElastiCache::CacheCluster',
  'AWS::Logs::LogGroup',
  'AWS::Backup::BackupVault',
]);

const nameKeys = [
  'Name',
  'DBInstanceIdentifier',
  'DBClusterIdentifier',
  'TableName',
  'BucketName',
  'RepositoryName',
  'LogGroupName',
  'ReplicationGroupId',
  'ClusterName',
  'UserPoolName',
  'BackupVaultName',
];

const nameOf = (id: string, properties: Readonly<Record<string, unknown>>): string => {
  const found = nameKeys.map((key) => properties[key]).find((value) => typeof value === 'string');
  return typeof found === 'string' ? found : id;
};

/** Automatic backups that outlive their instance, where the template asks for that. */
const backupsKept = (stack: string, id: string, { Type, Properties = {} }: Removable): readonly Fate[] =>
  Type === 'AWS::RDS::DBInstance' && Properties['DeleteAutomatedBackups'] === false
    ? [{ stack, id, type: 'AWS::RDS::DBInstanceAutomatedBackup', name: `${nameOf(id, Properties)} (until they expire)` }]
    : [];

const madeFates = (making: Making & Pick<Manifest, 'id'>): readonly Fate[] =>
  copiesMade(making).map(({ type, source, prefix, when }) => ({ stack: `${making.id}-data`, id: source, type, name: `${prefix}* (${when})` }));

/** Sorts the resources of every stack by what happens to them, with the copies that belong to none. */
export const lostAndKept = (
  stacks: Readonly<Record<string, Readonly<Record<string, Removable>>>>,
  making: (Making & Pick<Manifest, 'id'>) | null = null,
): LostAndKept => {
  const all = Object.entries(stacks).flatMap(([stack, resources]) =>
    Object.entries(resources).map(([id, { Type, Properties = {}, DeletionPolicy }]) => ({
      policy: DeletionPolicy ?? defaultPolicy(Type, Properties),
      holds: holdsData.has(Type) && !isMember(Type, Properties),
      fate: { stack, id, type: Type, name: nameOf(id, Properties) },
    })),
  );
  const of = (...policies: readonly string[]) => all.filter(({ policy }) => policies.includes(policy));
  const fates = (some: typeof all): readonly Fate[] => some.map(({ fate }) => fate);
  const lost = fates(of('Delete').filter(({ holds }) => holds));
  const kept = fates(of('Retain', 'RetainExceptOnCreate'));
  const snapshots = fates(of('Snapshot'));
  const others = all.length - lost.length - kept.length - snapshots.length;
  const copies = Object.entries(stacks).flatMap(([stack, resources]) =>
    Object.entries(resources).flatMap(([id, resource]) => [...copiesOf(stack, id, resource), ...backupsKept(stack, id, resource)]),
  );
  const made = making === null ? [] : madeFates(making);
  const stay = making !== null && keepsCopies(making);
  return { lost: [...lost, ...(stay ? [] : made)], snapshots, kept: [...kept, ...copies, ...(stay ? made : [])], others };
};

/** An instance of an Aurora cluster, whose data is the cluster's. */
const isMember = (type: string, properties: Readonly<Record<string, unknown>>): boolean =>
  type === 'AWS::RDS::DBInstance' && properties['DBClusterIdentifier'] !== undefined;

/** CloudFormation snapshots databases that say nothing: clusters always, instances outside clusters. */
const defaultPolicy = (type: string, properties: Readonly<Record<string, unknown>>): string =>
  type === 'AWS::RDS::DBCluster' || (type === 'AWS::RDS::DBInstance' && !isMember(type, properties)) ? 'Snapshot' : 'Delete';

interface Replication {
  readonly Rules?: readonly {
    readonly Destinations?: readonly { readonly Region: string }[];
    readonly RepositoryFilters?: readonly { readonly Filter: string }[];
  }[];
}

/** Copies of images in other regions belong to no stack and stay there (O8). */
const copiesOf = (stack: string, id: string, { Type, Properties = {} }: Removable): readonly Fate[] => {
  if (Type !== 'AWS::ECR::ReplicationConfiguration') return [];
  const { Rules = [] } = (Properties['ReplicationConfiguration'] ?? {}) as Replication;
  return Rules.flatMap(({ Destinations = [], RepositoryFilters = [] }) =>
    Destinations.flatMap(({ Region }) =>
      RepositoryFilters.map(({ Filter }) => ({ stack, id, type: 'AWS::ECR::Repository', name: `${Filter} in ${Region}` })),
    ),
  );
};

/** Something AWS refuses to delete until its protection is off, and the command that switches it off. */
export interface Protected {
  readonly what: string;
  readonly remedy: string;
}

const isProtectedBalancer = (properties: Readonly<Record<string, unknown>>): boolean =>
  (properties['LoadBalancerAttributes'] as readonly { readonly Key?: string; readonly Value?: string }[] | undefined)?.some(
    ({ Key, Value }) => Key === 'deletion_protection.enabled' && Value === 'true',
  ) === true;

/** What the templates protect from deletion: a removal would stop half way at it, the automation gone before (O13). */
export const protectedIn = (stacks: Readonly<Record<string, Readonly<Record<string, Removable>>>>, region: string): readonly Protected[] =>
  Object.values(stacks)
    .flatMap((resources) => Object.entries(resources))
    .flatMap(([id, { Type, Properties = {} }]) => {
      const name = nameOf(id, Properties);
      const end = `--region ${region}`;
      if (Type === 'AWS::RDS::DBInstance' && Properties['DeletionProtection'] === true)
        return [{ what: `database ${name}`, remedy: `aws rds modify-db-instance --db-instance-identifier ${name} --no-deletion-protection --apply-immediately ${end}` }];
      if (Type === 'AWS::RDS::DBCluster' && Properties['DeletionProtection'] === true)
        return [{ what: `database ${name}`, remedy: `aws rds modify-db-cluster --db-cluster-identifier ${name} --no-deletion-protection --apply-immediately ${end}` }];
      if (Type === 'AWS::ElasticLoadBalancingV2::LoadBalancer' && isProtectedBalancer(Properties)) {
        const arn = `$(aws elbv2 describe-load-balancers --names ${name} --query 'LoadBalancers[0].LoadBalancerArn' --output text ${end})`;
        const remedy = `aws elbv2 modify-load-balancer-attributes --load-balancer-arn ${arn} --attributes Key=deletion_protection.enabled,Value=false ${end}`;
        return [{ what: `load balancer ${name}`, remedy }];
      }
      return [];
    });
