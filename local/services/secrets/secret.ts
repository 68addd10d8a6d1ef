// A secret and its versions; which version carries which staging label.
import type { PolicyDocument } from '../../simulated.ts';

export interface SecretVersion {
  readonly id: string;
  readonly text: string | undefined;
  readonly binary: Uint8Array | undefined;
  readonly createdAt: number;
  readonly stages: Set<string>;
}

export interface Rotation {
  readonly functionArn: string | undefined;
  readonly automaticallyAfterDays: number | undefined;
  readonly schedule: string | undefined;
}

export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  description: string | undefined;
  kmsKey: string | undefined;
  tags: readonly { readonly Key: string; readonly Value: string }[];
  policy: PolicyDocument | undefined;
  rotation: Rotation | undefined;
  rotatedAt: number | undefined;
  changedAt: number;
  readAt: number | undefined;
  deletedAt: number | undefined;
  /** e.g. `rds` for a managed master password. */
  readonly owner: string | undefined;
  versions: SecretVersion[];
}

/** Adds a version; with AWSCURRENT it takes the label and the former holder becomes AWSPREVIOUS, as Secrets Manager moves them. */
export const addVersion = (secret: Secret, version: Omit<SecretVersion, 'stages'>, stages: readonly string[]): SecretVersion => {
  const added = { ...version, stages: new Set(stages) };
  if (added.stages.has('AWSCURRENT')) {
    const current = versionOf(secret, { stage: 'AWSCURRENT' });
    for (const other of secret.versions) other.stages.delete('AWSPREVIOUS');
    current?.stages.delete('AWSCURRENT');
    current?.stages.add('AWSPREVIOUS');
  }
  for (const stage of stages) for (const other of secret.versions) other.stages.delete(stage);
  secret.versions = [...secret.versions.filter((other) => other.stages.size > 0), added];
  secret.changedAt = version.createdAt;
  return added;
};

/** The version with that id or label (AWSCURRENT by default). */
export const versionOf = (
  secret: Secret,
  { id, stage }: { readonly id?: string | undefined; readonly stage?: string | undefined },
): SecretVersion | undefined => {
  if (id !== undefined) return secret.versions.find((version) => version.id === id && (stage === undefined || version.stages.has(stage)));
  return secret.versions.find((version) => version.stages.has(stage ?? 'AWSCURRENT'));
};
