// A sample of the exhaustive crash test: doors killed around requests, calls failing with their modelled errors; the end is as if nothing had happened.
// Every door at every call is a case: redeploy/every-door-dies.json, every-door-dies-going-back.json, every-poll-dies.json,
// sleep/every-door-dies.json, sleep/reconciler-dies.json, and wake/every-visit-dies.json; doors of the last resort, which no undisturbed day reaches:
// redeploy/abandon-dies.json and sleep/abandoned.json.
import { describe, expect, it } from 'vitest';
import { exhaustive } from '../../local/campaign/exhaustive.ts';
import { modelledErrors } from '../../local/campaign/modelled-errors.ts';
import { assemblyOf, manifestFrom } from '../assembly.ts';

/** Points of each kind per story; `dayshift campaign --exhaustive` plays all of them. */
const SAMPLE = 1;

describe('crashes', () => {
  it('X1: a sample of crash points of every story ends right', async () => {
    const [assembly, manifest] = [await assemblyOf('wizelit'), await manifestFrom('wizelit')];
    const reports = await exhaustive({ assembly, manifest, workers: 1, sample: SAMPLE });
    const wrong = reports.flatMap(({ story, failures }) => failures.map(({ words, broken }) => ({ story, words, broken })));
    expect(wrong).toEqual([]);
    expect([...new Set(reports.map(({ story }) => story))]).toEqual(['redeploy', 'rollback', 'sleep', 'wake', 'alarm']);
    expect(reports.every(({ points }) => points > 40)).toBe(true);
  });

  it('knows the errors an operation is documented to answer', () => {
    const codes = modelledErrors('ecs', 'UpdateService').map(({ code }) => code);
    expect(codes).toContain('ServiceNotActiveException');
    expect(codes).toContain('ThrottlingException');
    expect(modelledErrors('dynamodb', 'PutItem')).toContainEqual({ code: 'ConditionalCheckFailedException', status: 400 });
  });
});
