// Copies that the automation makes and that belong to no stack: of databases before migrations (R8), of caches for the night (S4, O13).
import type { Manifest } from './manifest.ts';
import { nightSnapshotPrefix } from './night.ts';

export type CopyType = 'AWS::RDS::DBSnapshot' | 'AWS::RDS::DBClusterSnapshot' | 'AWS::ElastiCache::Snapshot';

export interface MadeCopies {
  readonly type: CopyType;
  /** Database or cache as the platform file names it, and as AWS does. */
  readonly source: string;
  readonly identifier: string;
  /** What their names begin with, and what follows it. */
  readonly prefix: string;
  readonly rest: RegExp;
  /** When they are made, in words. */
  readonly when: string;
}

export type Making = Pick<Manifest, 'stage' | 'databases' | 'caches'> & {
  readonly services: readonly Pick<Manifest['services'][number], 'needs' | 'rollout'>[];
};

/** In prod data outlives its platform; elsewhere nothing may go on costing money. */
export const keepsCopies = ({ stage }: Pick<Manifest, 'stage'>): boolean => stage === 'prod';

/** Service and end of the image's digest; digits of the night's key. */
const MIGRATION = /^.+-[0-9a-f]{12}$/;
const NIGHT = /^\d{12}$/;

export const copiesMade = ({ services, databases, caches }: Making): readonly MadeCopies[] => {
  const copied = new Set(services.flatMap(({ needs, rollout }) => (rollout.gates.migration?.snapshot === true ? needs : [])));
  return [
    ...databases
      .filter(({ name }) => copied.has(name))
      .map(({ name, kind, identifier }) => ({
        type: kind === 'instance' ? ('AWS::RDS::DBSnapshot' as const) : ('AWS::RDS::DBClusterSnapshot' as const),
        source: name,
        identifier,
        prefix: `${identifier}-before-`,
        rest: MIGRATION,
        when: 'made before migrations',
      })),
    ...caches
      .filter(({ offHours }) => offHours === 'hibernate')
      .map(({ name, identifier }) => ({
        type: 'AWS::ElastiCache::Snapshot' as const,
        source: name,
        identifier,
        prefix: nightSnapshotPrefix(identifier),
        rest: NIGHT,
        when: 'while the platform sleeps',
      })),
  ];
};

/** Whether a snapshot of this name is one of them, and not one that a person made. */
export const isMadeCopy = ({ prefix, rest }: MadeCopies, name: string): boolean => name.startsWith(prefix) && rest.test(name.slice(prefix.length));
