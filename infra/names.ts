// Every physical name, made from the platform and its stage alone, so that the operations stack can address things by name (X4).
import type { Cache, Database, Platform, Secret, Service, Stage, Table } from '../shared/domain/platform.ts';

/** A platform in one stage; what every stack is built from. */
export interface Deployment {
  readonly platform: Platform;
  readonly stage: Stage;
  /** `<platform>-<stage>`. */
  readonly id: string;
}

export const deploymentOf = (platform: Platform, stage: Stage): Deployment => ({ platform, stage, id: `${platform.name}-${stage}` });

/** A name from the file; `{stage}` in it lets two stages share one account. */
const staged = (stage: Stage, name: string): string => name.replaceAll('{stage}', stage);

export const clusterName = ({ platform, stage, id }: Deployment): string => staged(stage, platform.cluster.name ?? id);

export const loadBalancerName = ({ platform, stage, id }: Deployment): string => staged(stage, platform.loadBalancer.name ?? id);

export const serviceName = ({ stage, id }: Deployment, name: string, service: Service): string =>
  staged(stage, service.serviceName ?? `${id}-${name}`);

export const logGroupName = ({ stage, id }: Deployment, name: string, service: Service): string =>
  staged(stage, service.logs.group ?? `/ecs/${id}/${name}`);

export const databaseIdentifier = ({ stage, id }: Deployment, name: string, database: Database): string =>
  staged(stage, database.identifier ?? `${id}-${name}`);

export const databaseSecretName = ({ stage, id }: Deployment, name: string, given: string | null): string =>
  staged(stage, given ?? `${id}/${name}-credentials`);

export const cacheIdentifier = ({ stage, id }: Deployment, name: string, cache: Cache): string =>
  staged(stage, cache.identifier ?? `${id}-${name}`);

export const tableName = ({ stage, id }: Deployment, name: string, table: Table): string =>
  staged(stage, table.tableName ?? `${id}-${name}`);

export const secretName = ({ stage, id }: Deployment, name: string, secret: Secret): string =>
  staged(stage, secret.secretName ?? `${id}/${name}`);

export const repositoryName = ({ platform, stage }: Deployment, name: string): string =>
  staged(stage, platform.repositories[name]?.name ?? name);

/** SSM parameter with the released image of one container, `none` before the first release. */
export const imageParameter = ({ id }: Deployment, service: string, container: string): string =>
  `/dayshift/${id}/${service}/${container}/image`;

/** SSM parameter `yes`|`no` that tells a deploy whether the platform is asleep. */
export const asleepParameter = ({ id }: Deployment): string => `/dayshift/${id}/asleep`;

/** What every alarm's name begins with. */
export const alarmPrefix = ({ id }: Deployment): string => `${id}-`;

/** DNS namespace in which services find each other. */
export const namespaceName = ({ id }: Deployment): string => `${id}.internal`;

/** `python-agent` → `PythonAgent`: the beginning of logical ids, which never change for one key of the file. */
export const pascal = (name: string): string =>
  name
    .split(/[^A-Za-z0-9]+/)
    .filter((part) => part !== '')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
