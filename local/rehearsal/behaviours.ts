// What the words of a day file mean for a container: how an image behaves once it runs.
import type { ImageBehaviour } from '../services/ecr.ts';
import type { Behaviour } from './day.ts';

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
