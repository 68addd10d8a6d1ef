// Whose turn a migration is: another image's ends first, then the database is copied, then the own one runs; and what goes back without blame (R8, R10).
import { describe, expect, it } from 'vitest';
import { carryOut, type DeploymentPorts, type EcsEffect } from '../../shared/aws/deployments.ts';
import type { Ongoing } from '../../shared/aws/one-off-tasks.ts';
import type { DeploymentTask } from '../../shared/aws/service-records.ts';
import { dueEffects, type Progress } from '../../shared/domain/rollout-progress.ts';
import { at, own, ref } from '../domain/own-progress.ts';

const gates = { migration: { container: 'api', command: ['up'], timeoutSeconds: 600, snapshot: true } };
const service = { name: 'api', serviceName: 'shop-dev-api', family: 'api', rollout: { gates, deadlineSeconds: 600 } } as unknown as DeploymentTask['service'];

const openStory = (ongoing: Ongoing | null, released: Readonly<Record<string, string>> = { api: ref('a') }) => {
  const done: string[] = [];
  const say = (what: string) => () => Promise.resolve(void done.push(what));
  const services = {
    pinAs: () => Promise.resolve('api-migration:2'),
    ongoing: () => Promise.resolve(ongoing),
    runOnce: () => Promise.resolve((done.push('run'), 'task/own')),
    stopOnce: (task: string) => Promise.resolve(void done.push(`stop ${task}`)),
    pin: () => Promise.resolve('api:1'),
    describe: () => Promise.resolve([{ images: released, taskDefinition: 'api:1' }]),
  };
  const ledger = { recall: () => Promise.resolve(null), remember: say('remember') };
  const quarantine = { add: (bans: readonly unknown[]) => Promise.resolve(bans.length > 0 && void done.push('ban')) };
  const ports = { services, ledger, quarantine, manifest: { id: 'shop-dev', services: [], hours: null } } as unknown as DeploymentPorts;
  const take = (effect: EcsEffect, progress: Progress) => carryOut(ports, effect, { service, progress, rollout: 'e.1', lease: {} as never, at });
  return { done, take };
};

describe('migrate', () => {
  const wanted = own('queued', { migrate: true, snapshot: true });

  it('R8: waits for another image’s migration before the database is copied for its own', async () => {
    const { done, take } = openStory({ task: 'task/theirs', taskDefinition: 'api-migration:1' });
    expect(await take('migrate', wanted)).toMatchObject({ step: 'migrating', behind: true, migration: 'task/theirs', deadline: '2026-11-02T09:30:00.000Z' });
    expect(done).toEqual([]);
  });

  it('R8: goes on with a migration of its own image that a story left, and starts one when the copy is there', async () => {
    const left = openStory({ task: 'task/left', taskDefinition: 'api-migration:2' });
    const goesOn = await left.take('migrate', wanted);
    expect(goesOn).toMatchObject({ step: 'migrating', migration: 'task/left' });
    expect('behind' in (goesOn ?? {})).toBe(false);
    const { done, take } = openStory(null);
    const clear = await take('migrate', wanted);
    expect(dueEffects({ api: clear ?? wanted })).toEqual([{ service: 'api', effect: 'snapshot' }]);
    expect(done).toEqual([]);
    expect(await take('migrate', own('queued', { migrate: true, clear: true }))).toMatchObject({ step: 'migrating', migration: 'task/own' });
    expect(done).toEqual(['run']);
  });
});

describe('go-back', () => {
  const failing = (reason: string, more: Partial<Progress>) => own('failing', { reason, facts: { ready: 0, desired: 1 }, ...more });

  it('R10: without blame nothing is quarantined, and a migration that never ended is stopped, whoever’s it was', async () => {
    const behind = openStory(null);
    expect(await behind.take('go-back', failing('migration-behind', { blameless: true, migration: 'task/theirs' }))).toMatchObject({ step: 'going-back' });
    expect(behind.done).toEqual(['stop task/theirs']);
    const without = openStory(null);
    await without.take('go-back', failing('rollout-no-capacity', { blameless: true }));
    expect(without.done).toEqual([]);
    const late = openStory(null);
    await late.take('go-back', failing('rollout-late', {}));
    expect(late.done).toEqual(['remember', 'ban']);
  });
});
