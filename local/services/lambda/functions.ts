// The account's functions: configuration, versions, aliases and the policy of who may invoke them.
import type { PolicyDocument, PolicyStatement } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { resourceConflict, resourceNotFound } from './failures.ts';

/** What one version of a function runs with; never changed, only replaced. */
export interface Configuration {
  readonly functionName: string;
  readonly version: string;
  readonly description: string;
  readonly roleArn: string;
  readonly handler: string;
  readonly runtime: string;
  readonly architecture: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Asset hash of the code, undefined for code that came another way. */
  readonly assetHash: string | undefined;
  readonly logGroup: string;
  readonly logFormat: 'Text' | 'JSON';
  /** Platform lines (START, END, REPORT) are written unless the system log level is above INFO. */
  readonly platformLogs: boolean;
  readonly deadLetterArn: string | undefined;
  readonly layers: readonly string[];
  readonly lastModified: number;
}

export interface AsyncSettings {
  readonly maximumAttempts: number;
  readonly maximumAgeSeconds: number;
  readonly onFailure: string | undefined;
  readonly onSuccess: string | undefined;
}

export interface FunctionRecord {
  readonly name: string;
  readonly arn: string;
  latest: Configuration;
  readonly versions: Map<string, Configuration>;
  readonly aliases: Map<string, string>;
  reservedConcurrency: number | undefined;
  readonly asyncSettings: Map<string, AsyncSettings>;
  readonly statements: Map<string, PolicyStatement>;
  policy: PolicyDocument;
  url: { readonly host: string; readonly authType: 'NONE' | 'AWS_IAM' } | undefined;
  readonly tags: Record<string, string>;
}

export interface Resolved {
  readonly record: FunctionRecord;
  readonly configuration: Configuration;
  /** The ARN as asked for, with its qualifier. */
  readonly arn: string;
  readonly qualifier: string;
}

export const LATEST = '$LATEST';
export const USUAL_ASYNC: AsyncSettings = { maximumAttempts: 2, maximumAgeSeconds: 21_600, onFailure: undefined, onSuccess: undefined };

/** `name`, `name:qualifier`, a partial or a full ARN. */
const partsOf = (nameOrArn: string): { readonly name: string; readonly qualifier: string | undefined } => {
  const parts = nameOrArn.split(':');
  const functionAt = parts.indexOf('function');
  const [name = '', qualifier] = functionAt >= 0 ? parts.slice(functionAt + 1) : parts;
  return { name, qualifier };
};

/** What a name or ARN asks for, read once. */
interface Asked {
  readonly name: string;
  readonly qualifier: string | undefined;
  readonly unqualified: string;
  readonly arn: string;
}

export interface FunctionStore {
  add(configuration: Configuration): FunctionRecord;
  remove(name: string): void;
  all(): readonly FunctionRecord[];
  /** Throws ResourceNotFoundException as Lambda words it. */
  resolve(nameOrArn: string, qualifier?: string): Resolved;
  find(nameOrArn: string): FunctionRecord | undefined;
  /** The ARN a name or ARN means, whether or not the function exists. */
  arnOf(nameOrArn: string, qualifier?: string): string;
}

export const makeFunctionStore = (world: World): FunctionStore => {
  const functions = new Map<string, FunctionRecord>();
  const read = new Map<string, Asked>();
  const askedBy = (nameOrArn: string): Asked => {
    const known = read.get(nameOrArn);
    if (known !== undefined) return known;
    const { name, qualifier } = partsOf(nameOrArn);
    const unqualified = `arn:aws:lambda:${world.region}:${world.account}:function:${name}`;
    const asked = { name, qualifier, unqualified, arn: qualifier === undefined ? unqualified : `${unqualified}:${qualifier}` };
    read.set(nameOrArn, asked);
    return asked;
  };
  const arnOf = (nameOrArn: string, qualifier?: string): string => {
    const { unqualified, arn } = askedBy(nameOrArn);
    return qualifier === undefined ? arn : `${unqualified}:${qualifier}`;
  };
  return {
    add: (configuration) => {
      const name = configuration.functionName;
      if (functions.has(name)) throw resourceConflict(`Function already exist: ${name}`);
      const record: FunctionRecord = {
        name, arn: arnOf(name), latest: configuration, versions: new Map(), aliases: new Map(), reservedConcurrency: undefined,
        asyncSettings: new Map(), statements: new Map(), policy: { Version: '2012-10-17', Statement: [] }, url: undefined, tags: {},
      };
      functions.set(name, record);
      return record;
    },
    remove: (name) => void functions.delete(name),
    all: () => [...functions.values()],
    arnOf,
    find: (nameOrArn) => functions.get(askedBy(nameOrArn).name),
    resolve: (nameOrArn, given) => {
      const asked = askedBy(nameOrArn);
      const arn = arnOf(nameOrArn, given);
      const record = functions.get(asked.name);
      if (record === undefined) throw resourceNotFound(`Function not found: ${arn}`);
      const qualifier = given ?? asked.qualifier ?? LATEST;
      const version = record.aliases.get(qualifier) ?? qualifier;
      const configuration = version === LATEST ? record.latest : record.versions.get(version);
      if (configuration === undefined) throw resourceNotFound(`Function not found: ${arn}`);
      return { record, configuration, arn, qualifier };
    },
  };
};

/** Replaces the policy document after a statement came or went; documents never change once asked about. */
export const rebuildPolicy = (record: FunctionRecord): void => {
  record.policy = { Version: '2012-10-17', Id: 'default', Statement: [...record.statements.values()] } as PolicyDocument;
};
