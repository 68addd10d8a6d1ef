// The checks of R3 and R10 on trails that are wrong, and on those that only look so.
import { describe, expect, it } from 'vitest';
import { quarantineRules } from '../../local/rules/quarantines.ts';
import { repeatRules } from '../../local/rules/repeats.ts';
import type { Check, Ended } from '../../local/rules/check.ts';

const A = `sha256:${'a'.repeat(64)}`;
const B = `sha256:${'b'.repeat(64)}`;
const C = `sha256:${'c'.repeat(64)}`;
const at = (time: string): string => `2026-11-23T${time}:00.000Z`;

interface Own {
  readonly image: string;
  readonly good?: string;
  readonly step?: string;
  readonly reason?: string;
  /** When ECS accepted it; `null`: it never began. */
  readonly began?: string | null;
}
interface Rollout {
  readonly time: string;
  readonly who?: string;
  readonly reason?: string;
  readonly phases?: Readonly<Record<string, string>>;
  readonly services: Readonly<Record<string, Own>>;
}
interface Trail {
  readonly rollouts: readonly Rollout[];
  /** Digests that came up as tasks of a service. */
  readonly started?: readonly { readonly time: string; readonly service: string; readonly digest: string }[];
  readonly quarantine?: readonly { readonly service: string; readonly digest: string; readonly since: string; readonly rollout: string; readonly because?: string }[];
  readonly history?: readonly object[];
  /** Digests whose tasks run at the end, by service. */
  readonly running?: Readonly<Record<string, string>>;
}

const reference = (digest: string): string => `registry/shop@${digest}`;

const rolloutRecord = ({ time, who = null as never, reason = 'new-image', phases = {}, services }: Rollout): object => ({
  id: `r${time}`,
  who,
  reason,
  phases: Object.entries(phases).map(([name, instant]) => ({ name, at: at(instant) })),
  progress: Object.fromEntries(
    Object.entries(services).map(([name, own]) => [
      name,
      {
        step: own.step ?? 'released',
        reason: own.reason ?? 'rollout-proven',
        images: { app: reference(own.image) },
        good: own.good === undefined ? {} : { app: reference(own.good) },
        startedAt: own.began === null ? null : at(own.began ?? time),
      },
    ]),
  ),
});

/** What the checks look at of a finished world. */
const endedWith = ({ rollouts, started = [], quarantine = [], history = [], running = {} }: Trail): Ended => {
  const item = (kind: string, key: string, value: object): object => ({ kind: { S: kind }, key: { S: key }, value: { S: JSON.stringify(value) } });
  const names = ['api', 'worker'];
  const bans = (name: string): object => ({ quarantine: quarantine.filter(({ service }) => service === name).map((ban) => ({ ...ban, container: 'app' })) });
  const items = [
    ...rollouts.map((rollout) => item('rollout', `${at(rollout.time)}#${rollout.time}`, rolloutRecord(rollout))),
    ...names.map((name) => item('service', name, bans(name))),
    ...history.map((line) => item('history', (line as { at: string }).at, line)),
  ];
  const tasks = (_: string, serviceName: string): object[] => {
    const digest = running[serviceName.replace('shop-', '')];
    return digest === undefined ? [] : [{ lastStatus: 'RUNNING', containers: [{ name: 'app', imageDigest: digest }] }];
  };
  const entries = started.map(({ time, service, digest }) => ({ at: Date.parse(at(time)), what: 'RUNNING', detail: { group: `service:shop-${service}`, digests: [digest] } }));
  return {
    manifest: { id: 'shop', cluster: 'shop', services: names.map((name) => ({ name, serviceName: `shop-${name}` })) },
    day: { happenings: [] },
    world: { services: { dynamodb: { items: () => items }, ecs: { tasks } }, trail: { of: () => entries } },
  } as unknown as Ended;
};

const broken = (rules: readonly Check[], trail: Trail): number => rules.flatMap(({ violations }) => violations(endedWith(trail))).length;

describe('one rollout per service and digest', () => {
  const first: Rollout = { time: '09:00', services: { api: { image: A } } };
  const again: Rollout = { time: '11:00', services: { api: { image: A } } };
  const superseded = { step: 'superseded', reason: 'taken-over' };

  it.each<[string, readonly Rollout[], number]>([
    ['the same images straight after themselves', [first, again], 1],
    ['the same images behind another one that was taken over before it began', [first, { time: '10:00', services: { api: { image: B, ...superseded, began: null } } }, again], 1],
    ['a rollout taken over by its own images', [{ ...first, services: { api: { image: A, ...superseded } } }, again], 1],
    ['a bad image tried once more by the reconciler', [{ ...first, services: { api: { image: B, step: 'back' } } }, { ...again, services: { api: { image: B, step: 'back' } } }], 1],
    ['one service of two doubled', [{ ...first, services: { api: { image: A }, worker: { image: A } } }, { ...again, services: { worker: { image: A } } }], 1],
    ['another image was on ECS in between, and somebody went back from it', [first, { time: '10:00', services: { api: { image: B, ...superseded } } }, again], 0],
    ['a newer image, then the older one because the tag was moved back', [first, { time: '10:00', services: { api: { image: B } } }, again], 0],
    ['carried on by the next round', [{ ...first, services: { api: { image: A, ...superseded } } }, { ...again, services: { api: { image: A, began: '09:00' } } }], 0],
    ['begun again after the story stopped on an error', [{ ...first, services: { api: { image: A, step: 'superseded', reason: 'rollout-abandoned' } } }, again], 0],
    ['staged at night and proven in the morning', [{ ...first, services: { api: { image: A, step: 'staged' } } }, again], 0],
    ['a bad image a person let go', [{ ...first, services: { api: { image: B, step: 'back' } } }, { ...again, who: 'mara', services: { api: { image: B } } }], 0],
    ['the good image put back where another hand had put a bad one', [first, { ...again, reason: 'restore-good' }], 0],
    ['taken over by an image that was taken over before it began', [{ ...first, services: { api: { image: A, ...superseded } } }, { time: '10:00', services: { api: { image: B, ...superseded, began: null } } }, again], 0],
  ])('R3: %s', (_, rollouts, violations) => {
    expect(broken(repeatRules, { rollouts })).toBe(violations);
  });
});

describe('a quarantined digest is not started again', () => {
  const bad: Rollout = { time: '09:00', phases: { 'going-back': '09:10', back: '09:15' }, services: { api: { image: B, good: A, step: 'back' } } };
  const both: Rollout = { ...bad, services: { api: { image: B, good: A, step: 'back' }, worker: { image: B, good: A, step: 'back' } } };
  const newer = (service: string, time = '10:00'): Rollout => ({ time, phases: { released: time }, services: { [service]: { image: C, good: A } } });
  const ban = { service: 'api', digest: B, since: at('09:10'), rollout: 'r09:00' };
  const guilt = { id: 'r09:00/worker/failed', at: at('09:10'), story: 'redeploy', action: 'failed', facts: { because: 'api' } };
  const starts = (time: string, service = 'api') => [{ time, service, digest: B }];

  it.each<[string, Trail, number]>([
    ['while it is in the record', { rollouts: [bad], quarantine: [ban], started: starts('11:00') }, 1],
    ['although a newer one ended its quarantine later', { rollouts: [bad, newer('api', '12:00')], started: starts('11:00') }, 1],
    ['although another service released a newer image of the repository', { rollouts: [bad, newer('worker')], quarantine: [ban], started: starts('11:00') }, 1],
    ['although the good one was released once more', { rollouts: [bad, { ...newer('api'), services: { api: { image: A, good: A } } }], started: starts('11:00') }, 1],
    ['by a member of the group that went back with it', { rollouts: [both], history: [guilt], started: starts('11:00', 'worker') }, 1],
    ['not where a newer one was released before', { rollouts: [bad, newer('api')], started: starts('11:00') }, 0],
    ['not where its last tasks are still on their way out', { rollouts: [bad], quarantine: [ban], started: starts('09:25') }, 0],
    ['not where a person let it go', { rollouts: [bad], history: [{ id: 'o', at: at('10:00'), story: 'operator', action: 'release', facts: { subject: 'api' } }], started: starts('11:00') }, 0],
    ['not where the member that failed has another image to try', { rollouts: [both, newer('api')], history: [guilt], started: starts('11:00', 'worker') }, 0],
  ])('R10: %s', (_, trail, violations) => {
    expect(broken(quarantineRules, trail)).toBe(violations);
  });

  it('R10: nor does it run when the day ends', () => {
    expect(broken(quarantineRules, { rollouts: [], quarantine: [ban], running: { api: B } })).toBe(1);
    expect(broken(quarantineRules, { rollouts: [], quarantine: [ban], running: { api: A, worker: B } })).toBe(0);
  });
});
