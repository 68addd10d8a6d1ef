// What a trigger means for one service, as a table of situations (R2–R4, R7, R10–R12).
import { describe, expect, it } from 'vitest';
import { sentence } from '../../shared/domain/reason.ts';
import { acceptedDigests, decideRedeploy, type FoundImage, type Situation } from '../../shared/domain/redeploy.ts';
import { driftedServices } from '../../shared/domain/redeploy-drift.ts';
import { concerned, type Trigger } from '../../shared/domain/selection.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const reference = (letter: string): string => `123.dkr.ecr.eu-west-1.amazonaws.com/api@${digest(letter)}`;
const found = (letter: string, platforms: readonly string[] = []): FoundImage => ({
  digest: digest(letter),
  reference: reference(letter),
  platforms,
  tags: ['latest'],
  commit: null,
});

const push: Trigger = { kind: 'push', detail: 'event-1' };
const running: Situation = {
  service: 'api',
  exists: true,
  desired: 2,
  configured: 2,
  running: { api: reference('a') },
  found: { api: found('b') },
  silent: null,
  released: { api: reference('a') },
  previous: null,
  migrated: null,
  quarantine: [],
  hold: null,
};

describe('decideRedeploy', () => {
  it('R3: a new digest behind the tag is rolled out', () => {
    expect(decideRedeploy(push, 'awake', running)).toMatchObject({ action: 'roll', reason: 'new-image', images: { api: reference('b') } });
  });

  it('R3: the digest that runs and is released means nothing to do, and says why', () => {
    const decision = decideRedeploy(push, 'awake', { ...running, found: { api: found('a') } });
    expect(decision).toMatchObject({ action: 'skip', reason: 'same-digest', facts: { service: 'api', images: 'sha256:aaaaaaaaaaaa' } });
  });

  it('R4: what the event said does not matter, what the tag points to does', () => {
    const late: Trigger = { ...push, tag: 'latest', digest: digest('0') };
    expect(decideRedeploy(late, 'awake', running).images).toEqual({ api: reference('b') });
  });

  it('R7: the first image of a service at zero brings it to life', () => {
    const unborn = { ...running, desired: 0, running: { api: 'none' }, released: {} };
    expect(decideRedeploy(push, 'awake', unborn)).toMatchObject({ action: 'roll', reason: 'first-image' });
  });

  it('R7: an empty repository is an answer, not a failure', () => {
    const unborn = { ...running, desired: 0, running: { api: 'none' }, released: {}, found: { api: null } };
    expect(decideRedeploy(push, 'awake', unborn)).toMatchObject({ action: 'skip', reason: 'no-image', facts: { containers: 'api' } });
  });

  it('R7: a service that was never deployed is left alone', () => {
    expect(decideRedeploy(push, 'awake', { ...running, exists: false })).toMatchObject({ action: 'skip', reason: 'service-missing' });
  });

  it('R1: a registry that does not answer changes nothing', () => {
    expect(decideRedeploy(push, 'awake', { ...running, silent: 'ghcr.io answered 503' })).toMatchObject({
      action: 'skip',
      reason: 'registry-silent',
    });
  });

  it('R2: a container whose tag is gone keeps its released image while the other one rolls', () => {
    const pair: Situation = {
      ...running,
      running: { api: reference('a'), web: reference('c') },
      released: { api: reference('a'), web: reference('c') },
      found: { api: found('b'), web: null },
    };
    expect(decideRedeploy(push, 'awake', pair).images).toEqual({ api: reference('b'), web: reference('c') });
  });

  it('R9: an image that runs but was never proven is adopted and watched', () => {
    expect(decideRedeploy(push, 'awake', { ...running, running: { api: reference('b') } })).toMatchObject({
      action: 'adopt',
      reason: 'unproven',
    });
  });

  it('R10: a quarantined digest stays out while the good one runs', () => {
    const quarantine = [{ container: 'api', digest: digest('b'), reason: 'it crashed' }];
    expect(decideRedeploy(push, 'awake', { ...running, quarantine })).toMatchObject({
      action: 'skip',
      reason: 'quarantined',
      facts: { why: 'it crashed', until: 'until a newer one is pushed or a person lets it go' },
    });
    expect(decideRedeploy(push, 'awake', { ...running, quarantine: [{ ...quarantine[0]!, because: 'worker' }] })).toMatchObject({
      facts: { until: 'until worker has a newer image or a person lets it go' },
    });
  });

  it('R10: a quarantined digest that runs all the same is replaced by the last good one', () => {
    const quarantine = [{ container: 'api', digest: digest('b'), reason: 'it crashed' }];
    const bad = { ...running, running: { api: reference('b') }, quarantine };
    expect(decideRedeploy(push, 'awake', bad)).toMatchObject({ action: 'restore', images: { api: reference('a') } });
  });

  it('R10, R4, N2: an image that waits unproven gives way to the last good one when the tag moves on to a quarantined one, and the sentence names all three', () => {
    const quarantine = [{ container: 'api', digest: digest('b'), reason: 'it crashed' }];
    const { action, images, reason, facts } = decideRedeploy(push, 'asleep', { ...running, desired: 0, running: { api: reference('c') }, quarantine });
    expect([action, images]).toEqual(['stage', { api: reference('a') }]);
    expect(sentence(reason, facts)).toMatch(/^sha256:b+ is quarantined for api: sha256:a+, its last good image, takes the place of sha256:c+\.$/);
  });

  it('R10: a newer digest than the quarantined one rolls', () => {
    const quarantine = [{ container: 'api', digest: digest('b'), reason: 'it crashed' }];
    expect(decideRedeploy(push, 'awake', { ...running, quarantine, found: { api: found('c') } })).toMatchObject({ action: 'roll' });
  });

  it('R10: with one container quarantined the other one still moves on', () => {
    const pair: Situation = {
      ...running,
      running: { api: reference('a'), web: reference('c') },
      released: { api: reference('a'), web: reference('c') },
      found: { api: found('b'), web: found('d') },
      quarantine: [{ container: 'api', digest: digest('b'), reason: 'it crashed' }],
    };
    expect(decideRedeploy(push, 'awake', pair)).toMatchObject({ action: 'roll', images: { api: reference('a'), web: reference('d') } });
  });

  it('R10: what failed in a service beside it stays out and is remembered here, so that a person can let it go here', () => {
    const beside = { container: 'api', digest: digest('b'), reason: 'it failed in worker: it crashed', beside: 'worker' };
    const decided = decideRedeploy(push, 'awake', { ...running, beside: [beside] });
    expect(decided).toMatchObject({ action: 'skip', reason: 'quarantined', remember: { quarantine: [beside], pardon: [] } });
    const pardoned = decideRedeploy({ ...push, by: 'mara', intent: 'release' }, 'awake', { ...running, beside: [beside] });
    expect(pardoned).toMatchObject({ action: 'roll', remember: { quarantine: [beside], pardon: [digest('b')] } });
    expect(driftedServices([decided], [], new Map(), 3_600, '2026-11-02T09:00:00.000Z')).toEqual(['api']);
    const known = decideRedeploy(push, 'awake', { ...running, quarantine: [beside] });
    expect(driftedServices([known], [], new Map(), 3_600, '2026-11-02T09:00:00.000Z')).toEqual([]);
  });

  it('R10: a person vouches for a quarantined digest and it rolls', () => {
    const quarantine = [{ container: 'api', digest: digest('b'), reason: 'it crashed' }];
    const trigger: Trigger = { kind: 'operator', detail: 'release', by: 'ana', intent: 'release' };
    expect(decideRedeploy(trigger, 'awake', { ...running, quarantine })).toMatchObject({
      action: 'roll',
      remember: { pardon: [digest('b')] },
    });
  });

  it('R10: a person who goes back during a rollout stops that one, and the released image stays good', () => {
    const trigger: Trigger = { kind: 'operator', detail: 'roll back', by: 'ana', intent: 'previous' };
    const stops = { images: { api: reference('a') }, remember: { quarantine: [{ container: 'api', digest: digest('b') }], pardon: [] } };
    const older = { api: reference('c') };
    const moving = { ...running, running: { api: reference('b') }, previous: older };
    expect(decideRedeploy(trigger, 'awake', moving)).toMatchObject({ action: 'roll', reason: 'went-back', ...stops });
    const queued = { ...running, previous: older, underWay: { api: reference('b') } };
    expect(decideRedeploy(trigger, 'awake', queued)).toMatchObject({ action: 'adopt', reason: 'went-back', ...stops });
    expect(decideRedeploy(trigger, 'awake', { ...moving, previous: null })).toMatchObject({ action: 'roll', ...stops });
  });

  it('R10: a person goes back one release, and the digest behind the tag is quarantined', () => {
    const trigger: Trigger = { kind: 'operator', detail: 'roll back', by: 'ana', intent: 'previous' };
    const decision = decideRedeploy(trigger, 'awake', {
      ...running,
      running: { api: reference('b') },
      released: { api: reference('b') },
      previous: { api: reference('a') },
    });
    expect(decision).toMatchObject({ action: 'roll', reason: 'went-back', images: { api: reference('a') } });
    expect(decision.remember.quarantine).toEqual([
      { container: 'api', digest: digest('b'), reason: 'ana went back to the release before it' },
    ]);
  });

  it.each([
    ['what came up unproven in the morning is judged all the same', 'wake', {}, 'adopt'],
    ['a push that is held judges nothing', 'push', {}, 'hold'],
    ['what is quarantined is not', 'wake', { quarantine: [{ digest: digest('c'), container: 'api', reason: 'crashed' }] }, 'hold'],
    ['what is not up yet is not', 'wake', { desired: 0 }, 'hold'],
  ] as const)('R12, R8: below a newer image that is held %s', (_, kind, change, action) => {
    const hold = { reason: 'approval-due', facts: {} };
    const below: Situation = { ...running, running: { api: reference('c') }, hold, ...change };
    expect(decideRedeploy({ kind, detail: 'x' }, kind === 'wake' ? 'waking' : 'awake', below).action).toBe(action);
  });

  it('R12, R3: below a newer image that is held only watched containers are judged, only by digest, and only once', () => {
    const hold = { reason: 'approval-due', facts: {} };
    const look: Trigger = { kind: 'reconcile', detail: 'x' };
    const below: Situation = { ...running, running: { api: reference('c'), sidecar: 'otel:1' }, hold };
    expect(decideRedeploy(look, 'awake', below).images).toEqual({ api: reference('c') });
    expect(decideRedeploy(look, 'awake', { ...below, running: { api: 'api:latest', sidecar: 'otel:1' } }).action).toBe('hold');
    expect(decideRedeploy(look, 'awake', { ...below, released: { before: reference('a'), api: reference('c') } }).action).toBe('hold');
  });

  it.each([
    ['which is out, and nothing is put back under the old one', { released: { before: reference('a'), api: reference('c') }, running: { api: reference('c') } }, 'skip'],
    ['of which none was good yet', { released: { before: reference('a') }, running: { api: reference('c') } }, 'skip'],
    ['and what runs by hand is put back', { released: { before: reference('a'), api: reference('a') }, running: { api: reference('c') } }, 'restore'],
  ] as const)('R10: a container that got another name has a quarantined image, %s', (_, change, action) => {
    const quarantine = [{ digest: digest('b'), container: 'api', reason: 'crashed' }];
    const renamed = decideRedeploy({ kind: 'reconcile', detail: 'x' }, 'awake', { ...running, found: { api: found('b') }, quarantine, ...change });
    expect([renamed.action, Object.keys(renamed.images)]).toEqual([action, action === 'restore' ? ['api'] : []]);
  });

  it('R11: a hold keeps the image back and says which', () => {
    const hold = { reason: 'on-hold', facts: { by: 'ana', note: 'launch' } };
    expect(decideRedeploy(push, 'awake', { ...running, hold })).toMatchObject({ action: 'hold', reason: 'on-hold', facts: { by: 'ana' } });
  });

  it('R12: asleep the image is staged and nothing wakes', () => {
    expect(decideRedeploy(push, 'asleep', { ...running, desired: 0 })).toMatchObject({ action: 'stage', reason: 'staged-asleep' });
  });

  it('R12: a staged image is not staged again', () => {
    expect(decideRedeploy(push, 'asleep', { ...running, desired: 0, running: { api: reference('b') } })).toMatchObject({
      action: 'skip',
      reason: 'staged-already',
    });
  });

  it('R12: a service that stays up at night rolls at night', () => {
    expect(decideRedeploy(push, 'asleep', running)).toMatchObject({ action: 'roll' });
  });

  it('R12: on waking the staged image that runs is adopted and proven', () => {
    const wake: Trigger = { kind: 'wake', detail: 'night-1' };
    expect(decideRedeploy(wake, 'waking', { ...running, running: { api: reference('b') } })).toMatchObject({ action: 'adopt' });
  });

  it('R12: while the platform moves between night and day a push waits', () => {
    expect(decideRedeploy(push, 'waking', running)).toMatchObject({ action: 'wait' });
    expect(decideRedeploy(push, 'falling-asleep', running)).toMatchObject({ action: 'wait' });
  });
});

describe('acceptedDigests', () => {
  it('R9: a task may report a platform manifest of the index that was rolled', () => {
    expect(acceptedDigests({ api: reference('b') }, { api: found('b', [digest('1'), digest('2')]) })).toEqual({
      api: [digest('b'), digest('1'), digest('2')],
    });
  });
});

describe('concerned', () => {
  const service = (name: string, repository: string, tag = 'latest') => ({
    name,
    containers: [{ name, image: { repository, tag: { kind: 'fixed' as const, value: tag } } }],
  });
  const services = [
    service('api', 'farsight'),
    service('worker', 'farsight'),
    service('web', 'web'),
    { name: 'proxy', containers: [{ name: 'proxy', image: null }] },
  ];

  it('R2: one repository feeds several services', () => {
    expect(concerned(services, { ...push, repository: 'farsight', tag: 'latest' }, undefined).map(({ name }) => name)).toEqual([
      'api',
      'worker',
    ]);
  });

  it('R3: a tag nobody watches concerns nobody', () => {
    expect(concerned(services, { ...push, repository: 'farsight', tag: '3f2a91c' }, undefined)).toEqual([]);
  });

  it('R2: without a repository all rolled services are looked at, or those that are named', () => {
    expect(concerned(services, push, undefined).map(({ name }) => name)).toEqual(['api', 'worker', 'web']);
    expect(concerned(services, push, ['web', 'proxy']).map(({ name }) => name)).toEqual(['web']);
  });
});
