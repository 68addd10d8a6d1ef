// What a rollout hears while it is under way: newer images, and a person who wants a service back (R4, R10).
import { describe, expect, it } from 'vitest';
import { askedAgain, hear, sentBack, stillToHear } from '../../shared/domain/rollout-round.ts';
import { at, own } from './own-progress.ts';

describe('hear', () => {
  const push = { kind: 'push', detail: 'api:latest' } as const;
  const back = { service: 'api', at: '2026-11-02T09:21:00.000Z', detail: 'rollback by ana', back: 'ana' };

  it('R4, R10: a person who wants a service back is heard before a newer image of another one, which is heard next', () => {
    const before = { api: own('rolling'), web: own('baking') };
    const asks = [back, { service: 'web', at: back.at, kind: 'push', detail: 'web:latest' } as const];
    const heard = hear(before, push, asks, at);
    expect(heard).toMatchObject({ trigger: { kind: 'operator', by: 'ana', intent: 'previous' }, services: ['api'], waiting: ['web'] });
    const next = stillToHear({ ...before, api: own('rolling', { images: { api: 'before' } }) }, at, heard.waiting);
    expect(hear(next, push, asks, '2026-11-02T09:22:00.000Z')).toMatchObject({ trigger: { kind: 'push', detail: 'web:latest' }, services: ['web'] });
    expect(askedAgain(stillToHear(next, at), asks, '2026-11-02T09:23:00.000Z')).toEqual([]);
  });

  it('R4: the rollout that follows an ask is recorded as the ask’s own, by its person, and as the round’s before it where nothing tells', () => {
    const deploy = { service: 'api', at: '2026-11-02T09:21:00.000Z', kind: 'operator', detail: 'deploy by ben', who: 'ben' } as const;
    const later = { service: 'web', at: '2026-11-02T09:22:00.000Z', kind: 'push', detail: 'web:v2' } as const;
    const before = { api: own('rolling'), web: own('rolling') };
    expect(hear(before, push, [deploy], at).trigger).toEqual({ kind: 'operator', detail: 'deploy by ben', by: 'ben' });
    expect(hear(before, push, [deploy, later], at).trigger).toEqual({ kind: 'push', detail: 'web:v2' });
    expect(hear(before, push, [{ service: 'api', at: deploy.at, detail: 'api:v2' }], at).trigger).toBe(push);
  });

  it('R10: a proven image is sent back until it is released, by a person and after the decision only', () => {
    const asked = (step: 'baking' | 'proven' | 'released', since = at) => sentBack({ api: own(step) }, [back], since);
    expect(asked('proven')).toEqual(['api']);
    expect([asked('baking'), asked('released'), asked('proven', '2026-11-02T09:22:00.000Z')]).toEqual([[], [], []]);
    expect(sentBack({ api: own('proven') }, [{ service: 'api', at: back.at, detail: 'api:v2' }], at)).toEqual([]);
  });

  it('R8, R10: what was asked while a migration ran is heard when it is over, even if others were decided on meanwhile, and once', () => {
    const before = { api: own('migrating', { migration: 'task/1' }), web: own('rolling') };
    const web = { service: 'web', at: '2026-11-02T09:22:00.000Z', kind: 'push', detail: 'web:v2' } as const;
    expect(hear(before, push, [back, web], at)).toMatchObject({ trigger: { detail: 'web:v2' }, services: ['web'] });
    const decidedAt = '2026-11-02T09:23:00.000Z';
    const carried = stillToHear(before, at);
    expect(carried['api']?.heardUntil).toBe(at);
    expect(stillToHear(carried, decidedAt)['api']?.heardUntil).toBe(at);
    const over = { ...carried, api: own('queued', { migration: 'task/1', heardUntil: at }) };
    expect(askedAgain(over, [back, web], decidedAt)).toEqual(['api']);
    expect(hear(over, push, [back, web], decidedAt)).toMatchObject({ trigger: { by: 'ana', intent: 'previous' }, services: ['api'] });
    expect(askedAgain(stillToHear(over, decidedAt), [back, web], decidedAt)).toEqual([]);
  });

  it('R10: what is on its way back already, or was asked before the decision, is not sent back again', () => {
    expect(hear({ api: own('going-back') }, push, [back], at).trigger).toBe(push);
    expect(hear({ api: own('rolling') }, push, [back], '2026-11-02T09:22:00.000Z')).toMatchObject({ trigger: push, services: [] });
  });
});
