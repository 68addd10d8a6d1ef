// A push to a fleet in shares: how many, in which order, and that nobody begins one twice (X3, R13).
import { describe, expect, it } from 'vitest';
import { driftedServices } from '../../shared/domain/redeploy-drift.ts';
import { decideNextShare, nextShareName, shareOf } from '../../shared/domain/rollout-share.ts';

const service = (name: string, containers: number, group: string | null = null) => ({
  name,
  rollout: { group },
  containers: Array.from({ length: containers }, () => ({ name: 'app', image: null })),
});
const names = (services: readonly { readonly name: string }[]): readonly string[] => services.map(({ name }) => name);

describe('shareOf', () => {
  it('X3: takes services in their order until the containers are as many as one record holds', () => {
    const { share, rest } = shareOf([service('a', 2), service('b', 2), service('c', 2)], 4);
    expect([names(share), rest]).toEqual([['a', 'b'], ['c']]);
  });

  it('R13, X3: never tears an atomic group apart, even one that is too large by itself', () => {
    const { share, rest } = shareOf([service('a', 3, 'all'), service('b', 1), service('c', 3, 'all')], 4);
    expect([names(share), rest]).toEqual([['a', 'c'], ['b']]);
  });

  it('X3: leaves nothing where everything fits', () => {
    expect(shareOf([service('a', 1), service('b', 1)]).rest).toEqual([]);
  });
});

describe('when the next share begins', () => {
  const waiting = { services: ['s9'], trigger: { kind: 'push', detail: 'e1' }, handedOn: false } as const;
  const begun = { ...waiting, handedOn: true };

  it.each([
    ['nothing is left, nothing was to do', undefined, false, 0, { action: 'go-on', reason: 'all-begun', remember: null }],
    ['nothing is left, its own were begun', undefined, false, 20, { action: 'go-on', reason: 'all-begun', remember: null }],
    ['ECS takes no more of its own', undefined, true, 20, { action: 'refill', reason: 'rate-limit', remember: null }],
    ['a share waits, its own are not all begun', waiting, true, 20, { action: 'refill', reason: 'rate-limit', remember: null }],
    ['a share waits, ECS took none of its own', waiting, true, 0, { action: 'refill', reason: 'rate-limit', remember: null }],
    ['a share waits, its own have just been begun', waiting, false, 5, { action: 'refill', reason: 'rate-limit', remember: null }],
    ['a share waits, its own were begun before', waiting, false, 0, { action: 'start', reason: 'burst-is-free', remember: begun }],
    ['the share was started before', begun, false, 0, { action: 'go-on', reason: 'all-begun', remember: null }],
    ['the share was started before, its own go back', begun, true, 10, { action: 'refill', reason: 'rate-limit', remember: null }],
  ] as const)('X3: %s', (_, next, more, taken, decided) => {
    expect(decideNextShare(next, more, taken)).toEqual(decided);
  });
});

describe('the executions of a fleet', () => {
  it('X1, X3: are numbered, so that a second start of the same share is none', () => {
    expect(nextShareName('8b378f11')).toBe('8b378f11-share-2');
    expect(nextShareName('8b378f11-share-2')).toBe('8b378f11-share-3');
    expect(nextShareName('x'.repeat(80)).length).toBeLessThanOrEqual(80);
  });

  it('R1, X3: the reconciler leaves services alone whose share is still to come', () => {
    const at = '2026-11-23T09:10:00.000Z';
    const decision = { service: 's9', action: 'roll', reason: 'new-image', facts: {}, images: {}, remember: { quarantine: [], pardon: [] } } as const;
    const going = { result: 'in-progress', leasedAt: '2026-11-23T09:00:00.000Z', progress: { s1: {} } };
    expect(driftedServices([decision], [going], new Map(), 3_600, at)).toEqual(['s9']);
    expect(driftedServices([decision], [{ ...going, next: { services: ['s9'] } }], new Map(), 3_600, at)).toEqual([]);
  });
});
