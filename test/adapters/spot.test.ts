// What the evening puts back on Spot, and what it leaves alone (S4, A2).
import { describe, expect, it } from 'vitest';
import { backToSpot } from '../../shared/aws/spot.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import type { Ledger, Placement } from '../../shared/ports.ts';

const at = '2026-11-23T22:05:00.000Z';
const SPOT: Placement = [{ provider: 'FARGATE_SPOT', weight: 1, base: 0 }];
const service = (name: string, kind: 'zero' | 'stay', spot = true) => ({ name, serviceName: `shop-dev-${name}`, size: { spot }, offHours: { kind } });
const manifest = { services: [service('api', 'zero'), service('mail', 'stay'), service('web', 'zero', false)] } as unknown as Manifest;

const evening = async (names: readonly string[]) => {
  const [placed, written]: [string[], unknown[]] = [[], []];
  const offSpot = Object.fromEntries(names.map((name) => [name, SPOT]));
  let value = { state: 'falling-asleep', since: at, by: 'schedule', night: at, offSpot };
  const ledger = {
    recall: () => Promise.resolve({ key: 'platform', version: 4, value }),
    remember: (_kind: string, _key: string, next: typeof value) => {
      written.push((value = next));
      return Promise.resolve(5);
    },
  } as unknown as Ledger;
  const fleet = { counts: () => Promise.resolve([]), place: (name: string) => Promise.resolve(void placed.push(name)) };
  const platform = { value: { ...value, state: 'falling-asleep' as const }, expect: 4 };
  const after = await backToSpot(platform, manifest, { fleet, ledger }, { key: 'story#sleep', holder: 'e', token: 1 } as never, at);
  return { placed, writes: written.length, offSpot: after.value.offSpot };
};

describe('backToSpot', () => {
  it('A2: a service that never sleeps stays on demand until its next rollout; what a deploy took off Spot or away is left alone', async () => {
    expect(await evening(['api', 'mail', 'web', 'gone'])).toEqual({ placed: ['shop-dev-api'], writes: 1, offSpot: { mail: SPOT } });
    expect(await evening(['mail'])).toEqual({ placed: [], writes: 0, offSpot: { mail: SPOT } });
    expect(await evening(['api', 'gone'])).toEqual({ placed: ['shop-dev-api'], writes: 1, offSpot: undefined });
  });
});
