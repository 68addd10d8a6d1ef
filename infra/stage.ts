// What a stage decides where the platform file leaves it open: retention, protection, standbys, records. Printed at every synth.
import type { Database, Platform, Service, Stage } from '../shared/domain/platform.ts';
import { takesShells } from '../shared/domain/shell-access.ts';
import { isPublic } from '../shared/domain/wiring.ts';
import type { Deployment } from './names.ts';

/** One decision in words, so that a stage changes nothing silently. */
export interface StageDecision {
  readonly what: string;
  readonly decided: string;
  readonly by: 'stage' | 'file';
}

/** Whether data outlives its stack (A6). */
export const keepsData = (stage: Stage): boolean => stage === 'prod';

/** Whether a standby runs in a second zone. */
export const isMultiAz = (stage: Stage, database: Database): boolean => database.multiAz ?? stage === 'prod';

/** Whether AWS refuses to delete the database. */
export const isProtected = (stage: Stage, database: Database): boolean => database.deletionProtection ?? stage === 'prod';

const backupDays: Readonly<Record<Stage, number>> = { dev: 1, staging: 7, prod: 14 };

/** Days of automatic database backups. */
export const backupDaysOf = (stage: Stage, database: Database): number => database.backupDays ?? backupDays[stage];

const logDays: Readonly<Record<Stage, number>> = { dev: 7, staging: 14, prod: 30 };

/** Days that log lines are kept. */
export const logDaysOf = (stage: Stage, service: Service): number => service.logs.keepDays ?? logDays[stage];

/** Whether access and flow logs are written when the file does not say. */
export const keepsRecords = (stage: Stage, said: boolean | null): boolean => said ?? stage === 'prod';

const days = (count: number): string => `${count} day${count === 1 ? '' : 's'}`;

const yesNo = (value: boolean): string => (value ? 'yes' : 'no');

const by = (said: unknown): 'stage' | 'file' => (said === null ? 'stage' : 'file');

/** AWS takes no last snapshot of a read replica, and keeps automatic backups of instances only. */
const keptOf = (stage: Stage, { kind, readReplicaOf }: Database): string => {
  if (!keepsData(stage)) return 'deleted with its backups';
  if (readReplicaOf !== null) return 'deleted: its data is its source’s';
  return kind === 'postgres' ? 'a last snapshot is kept, and its automatic backups until they expire' : 'a last snapshot is kept';
};

const databaseDecisions = (stage: Stage, name: string, database: Database): readonly StageDecision[] => [
  { what: `database ${name}: standby in a second zone`, decided: yesNo(isMultiAz(stage, database)), by: by(database.multiAz) },
  { what: `database ${name}: deletion protection`, decided: yesNo(isProtected(stage, database)), by: by(database.deletionProtection) },
  { what: `database ${name}: automatic backups`, decided: days(backupDaysOf(stage, database)), by: by(database.backupDays) },
  {
    what: `database ${name}: when its stack is removed`,
    decided: keptOf(stage, database),
    by: 'stage',
  },
];

/** The daily copies of AWS Backup, where data outlives its stack: a vault that holds copies cannot be removed with it (O13). */
export const backupsOf = (stage: Stage, { backups }: Platform): Platform['backups'] => (keepsData(stage) ? backups : null);

const copies = (stage: Stage, platform: Platform): readonly StageDecision[] => {
  if (platform.backups === null) return [];
  const made = backupsOf(stage, platform);
  const decided = made === null ? 'none: data goes with its stack' : `each kept for ${days(made.keepDays)}`;
  return [{ what: 'daily copies by AWS Backup', decided, by: 'stage' }];
};

const serviceDecisions = (stage: Stage, name: string, service: Service): readonly StageDecision[] => [
  {
    what: `service ${name}: log lines`,
    decided: `${days(logDaysOf(stage, service))}, ${keepsData(stage) ? 'kept' : 'deleted'} when its stack is removed`,
    by: by(service.logs.keepDays),
  },
  ...(service.shell === 'outside-prod'
    ? [{ what: `service ${name}: shells in its tasks`, decided: yesNo(takesShells(service, stage)), by: 'stage' as const }]
    : []),
];

const storeDecisions = (stage: Stage, { buckets, fileSystems }: Platform): readonly StageDecision[] => [
  {
    what: 'tables, buckets, file systems, image repositories, users when their stack is removed',
    decided: keepsData(stage) ? 'kept; tables and users are protected from deletion' : 'deleted',
    by: 'stage',
  },
  ...Object.entries(buckets).map(
    ([name, { versioned }]): StageDecision => ({
      what: `bucket ${name}: earlier versions of objects`,
      decided: yesNo(versioned ?? keepsData(stage)),
      by: by(versioned),
    }),
  ),
  ...Object.keys(fileSystems).map(
    (name): StageDecision => ({ what: `file system ${name}: automatic backups`, decided: yesNo(keepsData(stage)), by: 'stage' }),
  ),
];

const balancerDecisions = (stage: Stage, platform: Platform): readonly StageDecision[] =>
  isPublic(platform)
    ? [
        { what: 'load balancer: deletion protection', decided: yesNo(keepsData(stage)), by: 'stage' },
        {
          what: 'load balancer: access log',
          decided: yesNo(keepsRecords(stage, platform.loadBalancer.accessLogs)),
          by: by(platform.loadBalancer.accessLogs),
        },
      ]
    : [];

/** Everything the stage decided for this platform, and what the file had already settled. */
export const stageDecisions = ({ platform, stage }: Deployment): readonly StageDecision[] => [
  ...Object.entries(platform.databases).flatMap(([name, database]) => databaseDecisions(stage, name, database)),
  ...Object.entries(platform.services).flatMap(([name, service]) => serviceDecisions(stage, name, service)),
  ...storeDecisions(stage, platform),
  ...copies(stage, platform),
  { what: 'network flow logs', decided: yesNo(keepsRecords(stage, platform.network.flowLogs)), by: by(platform.network.flowLogs) },
  ...balancerDecisions(stage, platform),
  {
    what: 'ledger of the automation and forms for its secrets when their stack is removed',
    decided: keepsData(stage) ? 'kept; the ledger is protected from deletion' : 'deleted',
    by: 'stage',
  },
  { what: 'urgent alarms', decided: stage === 'prod' ? 'page' : 'go to the channel', by: 'stage' },
];

/** The decisions as lines for the terminal. */
export const decisionLines = (deployment: Deployment): readonly string[] => [
  `${deployment.platform.title}, stage ${deployment.stage}:`,
  ...stageDecisions(deployment).map(
    ({ what, decided, by: who }) => `  ${what}: ${decided}${who === 'stage' ? '  (decided by the stage)' : ''}`,
  ),
];
