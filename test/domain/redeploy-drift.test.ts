// What a look that finds nothing may leave unasked: services that are settled whatever the platform does and whatever people said (R1, X3).
import { describe, expect, it } from 'vitest';
import { makeStream } from '../../local/randomness.ts';
import { driftedServices, isSettled, LOOK, searchesForDead } from '../../shared/domain/redeploy-drift.ts';
import { decideRedeploy, withoutOldGuilt, type FoundImage, type Hold, type PlatformState, type Seen } from '../../shared/domain/redeploy.ts';
import { holdTogether } from '../../shared/domain/rollout-round.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const reference = (letter: string): string => `123.dkr.ecr.eu-west-1.amazonaws.com/api@${digest(letter)}`;
const found = (letter: string): FoundImage => ({ digest: digest(letter), reference: reference(letter), platforms: [], tags: ['latest'], commit: null });
const failed = (letter: string, more: object = {}) => ({ container: 'api', digest: digest(letter), reason: 'it crashed', ...more });

const quiet: Seen = {
  service: 'api',
  exists: true,
  desired: 2,
  configured: 2,
  running: { api: reference('a') },
  found: { api: found('a') },
  silent: null,
  released: { api: reference('a') },
  previous: null,
  migrated: null,
  quarantine: [],
};
const atZero = { desired: 0, running: { api: reference('b') }, found: { api: found('b') } };

describe('isSettled', () => {
  it.each([
    ['the released image runs and is the newest', {}, true],
    ['at night, with no task', { desired: 0 }, true],
    ['R10: a failed image stays out and the good one runs', { found: { api: found('b') }, quarantine: [failed('b')] }, true],
    ['R1: its registry does not answer', { found: {}, silent: 'ghcr.io answered 503' }, true],
    ['R7: there is no image yet', { desired: 0, running: { api: 'none' }, found: { api: null }, released: {} }, true],
    ['R7: it was never deployed', { exists: false }, true],
    ['R2: the tag is gone and the released image runs', { found: { api: null } }, true],
    ['R12: the newest image is staged and waits for the first task', atZero, true],
    ['R2: another container runs what nobody watches', { running: { api: reference('a'), proxy: 'envoy:1' } }, true],
    ['R1, R8, R11: a newer image that no event told of; whether it is held has to be asked', { found: { api: found('b') } }, false],
    ['R12: a newer image at night', { desired: 0, found: { api: found('b') } }, false],
    ['R7: the first image is staged: asleep it waits, awake it starts', { ...atZero, released: {} }, false],
    ['R9: the newest image runs and is not proven', { running: { api: reference('b') }, found: { api: found('b') } }, false],
    ['R9: another image than the released one runs', { running: { api: reference('b') } }, false],
    ['R6: a deployment by hand or by CloudFormation runs none of its images', { running: { api: 'none' } }, false],
    ['R10: a failed image runs all the same', { running: { api: reference('b') }, found: { api: found('b') }, quarantine: [failed('b')] }, false],
    ['R10: an image failed in a service beside it, which its record does not know', { found: { api: found('b') }, beside: [failed('b', { beside: 'web' })] }, false],
    ['R2: one of two containers has a newer image', { running: { api: reference('a'), web: reference('a') }, released: { api: reference('a'), web: reference('a') }, found: { api: found('a'), web: found('b') } }, false],
  ] as const)('%s', (_, change, settled) => {
    expect(isSettled({ ...quiet, ...change })).toBe(settled);
  });

  it('R1, X3: of a thousand platforms, no settled service has anything due in any state of the platform, held or not, whatever its neighbours do', () => {
    const random = makeStream('drift');
    const letters = ['a', 'b', 'c'];
    const image = (): string => random.pick([...letters.map(reference), 'none']);
    const set = (): Readonly<Record<string, string>> => random.pick<Readonly<Record<string, string>>>([{}, { api: image() }, { api: image(), web: image() }]);
    const guilt = (names: readonly string[]) =>
      letters
        .filter(() => random.chance(0.25))
        .map((letter) => ({ ...failed(letter, random.pick([{}, {}, { because: random.pick(names) }, { itself: true }])), container: random.pick(['api', 'web']) }));
    const seenAs = (service: string, names: readonly string[]): Seen => {
      const released = random.chance(0.7) ? { api: reference('a'), web: reference('a') } : set();
      const containers = random.pick<readonly string[]>([['api'], ['api', 'web']]);
      return {
        service,
        exists: random.chance(0.95),
        desired: random.pick([0, 2]),
        configured: random.pick([0, 2]),
        running: random.chance(0.7) ? released : set(),
        found: Object.fromEntries(containers.map((name) => [name, random.chance(0.15) ? null : found(random.chance(0.7) ? 'a' : random.pick(letters))])),
        silent: random.chance(0.05) ? 'ghcr.io answered 503' : null,
        released,
        previous: random.pick([null, set()]),
        migrated: null,
        quarantine: guilt(names),
        ...(random.chance(0.1) ? { beside: guilt(names) } : {}),
      };
    };
    const states: readonly PlatformState[] = ['awake', 'falling-asleep', 'asleep', 'waking'];
    const held: Hold = { reason: 'on-hold', facts: { by: 'kim', note: '' } };
    const counted = { settled: 0, due: 0, dueAndSettled: [] as unknown[] };
    for (let platform = 0; platform < 1_000; platform += 1) {
      const names = ['one', 'two', 'three'].slice(0, random.between(1, 3));
      const looked = names.map((name) => seenAs(name, names));
      const seen = looked.map((one) => withoutOldGuilt(one, looked));
      const settled = new Set(seen.filter(isSettled).map(({ service }) => service));
      counted.settled += settled.size;
      const group = random.pick([null, 'together']);
      const staged = new Map(names.map((name) => [name, random.pick([null, { images: set(), why: 'kim holds it' }])]));
      for (const state of states) {
        const decisions = holdTogether(seen.map((one) => decideRedeploy(LOOK, state, { ...one, hold: random.pick([null, held]) })), () => group);
        const due = driftedServices(decisions, [], staged, 3_600, '2026-11-23T09:00:00.000Z');
        counted.due += due.length;
        if (due.some((service) => settled.has(service))) counted.dueAndSettled.push({ state, seen, due });
      }
    }
    expect(counted.dueAndSettled).toEqual([]);
    expect(counted.settled).toBeGreaterThan(500);
    expect(counted.due).toBeGreaterThan(500);
  });
});

describe('searchesForDead', () => {
  it('X1, X3: is true of every other look, whatever minute the looks come at', () => {
    const looks = (...minutes: readonly string[]) => minutes.map((minute) => searchesForDead(`2026-11-23T${minute}:05.000Z`));
    expect(looks('09:00', '09:15', '09:30', '09:45', '10:00')).toEqual([true, false, true, false, true]);
    expect(looks('09:14', '09:29', '09:44', '09:59', '10:14')).toEqual([true, false, true, false, true]);
  });
});
