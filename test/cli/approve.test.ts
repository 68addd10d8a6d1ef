import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Place } from '../../cli/place.ts';
import { placeOf, run } from './stage.ts';

const change = { services: { app: { rollout: { gates: { approval: { expires: '2 hours' } } } } } } as const;

describe('a person decides about an image that waits', () => {
  let place: Place;
  beforeAll(async () => {
    place = await placeOf('wizelit', 'dev', { at: '2026-11-23T08:20', change });
  }, 120_000);
  afterAll(() => place.close());

  const runs = async (): Promise<string> => {
    const { services } = JSON.parse((await run(place, 'status --json')).out) as { services: readonly { images: { app: string } }[] };
    return services[0]?.images.app ?? '';
  };

  it('R8: nobody waits, or no approval is asked for: said so, exit code 1', async () => {
    expect(await run(place, 'approve')).toMatchObject({ code: 1, err: 'No image of app waits for approval.\n' });
    const without = await placeOf('farsight');
    expect(await run(without, 'approve worker')).toMatchObject({
      code: 1,
      err: 'Rollouts of worker need no approval. The platform file asks for one with services.worker.rollout.gates.approval.\n',
    });
    await without.close();
  });

  it('R8: an image that is approved rolls out, is followed to its end, and the record says who let it through', async () => {
    const before = await runs();
    const pushed = await run(place, 'deploy app --tag v2');
    expect(pushed).toMatchObject({ code: 0 });
    expect(pushed.out).toContain('waits for a person to approve it for app');
    expect(await runs()).toBe(before);
    const approved = await run(place, 'approve');
    expect(approved).toMatchObject({ code: 0 });
    expect(approved.err).toContain('app: approved by operator.');
    expect(approved.out).toContain('released');
    expect(await runs()).not.toBe(before);
    expect((await run(place, 'history --story operator')).out).toMatch(/operator approved app sha256:[0-9a-f]{12}\./);
  });

  it('R8: an image that is refused stays out, and so does the next push of it', async () => {
    const before = await runs();
    await run(place, 'deploy app --tag v3');
    const refused = await run(place, 'approve app --reject');
    expect(refused).toMatchObject({ code: 0 });
    expect(refused.err).toContain('app: refused by operator.');
    const world = place.rehearsed?.world;
    await world?.clock.run((world.clock.now ?? 0) + 1_200_000);
    expect(await runs()).toBe(before);
    expect((await run(place, 'plan redeploy')).out).toContain('operator refused sha256:');
  });

  it('R8: an approval that nobody gives expires, and a late yes still counts', async () => {
    const before = await runs();
    await run(place, 'deploy app --tag v4');
    const world = place.rehearsed?.world;
    await world?.clock.run((world.clock.now ?? 0) + 2.5 * 3_600_000);
    expect(await runs()).toBe(before);
    expect((await run(place, 'history --since 3h')).out).toMatch(/Nobody approved sha256:[0-9a-f]{12} for app in time\./);
    const late = await run(place, 'approve app');
    expect(late).toMatchObject({ code: 0 });
    expect(late.out).toContain('released');
    expect(await runs()).not.toBe(before);
  });
});
