// What the words of a day file mean for a container: how an image behaves once it runs.
import type { ImageBehaviour } from '../services/ecr.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import type { Behaviour, Migration } from './day.ts';

const START_SECONDS = 12;

const crash = (line: string): readonly string[] => ['starting', 'Traceback (most recent call last):', `  File "/app/main.py", line 12, in <module>`, line];

const words: Readonly<Record<Exclude<Behaviour, 'missing'>, ImageBehaviour>> = {
  good: { kind: 'healthy', startSeconds: START_SECONDS, logLines: ['starting', 'listening'] },
  slow: { kind: 'healthy', startSeconds: 75, logLines: ['starting', 'warming up', 'listening'] },
  crashes: { kind: 'exits', afterSeconds: 3, exitCode: 1, logLines: crash("KeyError: 'DATABASE_URL_V2'") },
  'crashes-late': { kind: 'exits', afterSeconds: 90, exitCode: 1, startSeconds: START_SECONDS, logLines: crash('RuntimeError: lost connection to upstream') },
  'never-healthy': { kind: 'never-healthy', responseCode: 500, logLines: ['starting', 'ERROR health: migrations are missing'] },
  'raises-5xx': { kind: 'degrades', afterSeconds: 120, responseCode: 502, healthCheckFails: false, startSeconds: START_SECONDS, logLines: ['starting', 'listening', 'ERROR upstream refused'] },
  'out-of-memory': { kind: 'out-of-memory', afterSeconds: 20, logLines: ['starting', 'loading model'] },
  'wrong-architecture': { kind: 'wrong-architecture', logLines: ['exec /usr/local/bin/python: exec format error'] },
};

/** The behaviour behind a word; `missing` images are pushed and then deleted, so they behave like any other until then. */
export const behaviourOf = (word: Behaviour): ImageBehaviour => words[word === 'missing' ? 'good' : word];

const migrations: Readonly<Record<Migration, ImageBehaviour>> = {
  passes: { kind: 'exits', afterSeconds: 20, exitCode: 0, logLines: ['migrating', 'schema is up to date'] },
  'passes-late': { kind: 'exits', afterSeconds: 420, exitCode: 0, logLines: ['migrating', 'schema is up to date'] },
  fails: { kind: 'exits', afterSeconds: 20, exitCode: 3, logLines: ['migrating', 'ERROR column "owner" of relation "chats" already exists'] },
  hangs: { kind: 'healthy', logLines: ['migrating', 'waiting for a lock on table "chats"'] },
};

/** Images whose program loads; what is wrong with the others shows before that. */
const loads: ReadonlySet<Behaviour> = new Set(['good', 'slow', 'raises-5xx']);
const CHECKED: ImageBehaviour = { kind: 'exits', afterSeconds: 8, exitCode: 0, logLines: ['loading', 'everything loads'] };

/** The behaviour of an image of this repository: with the commands of the migrations that services run from it (R8). */
export const imageBehaviour = (word: Behaviour, migration: Migration, { services }: Manifest, repository: string): ImageBehaviour => {
  const commands = services.flatMap(({ containers, rollout: { gates } }) => {
    const gate = gates.migration;
    const own = containers.some(({ name, image }) => name === gate?.container && image?.repository === repository);
    return gate === null || !own ? [] : [[gate.command.join(' '), migrations[migration]] as const];
  });
  const proofs = services.flatMap(({ containers, rollout: { proveAsleep } }) => {
    const own = containers.some(({ name, image }) => name === proveAsleep?.container && image?.repository === repository);
    return own && proveAsleep?.command != null && loads.has(word) ? [[proveAsleep.command.join(' '), CHECKED] as const] : [];
  });
  const all = [...commands, ...proofs];
  return all.length === 0 ? behaviourOf(word) : { ...behaviourOf(word), commands: Object.fromEntries(all) };
};
