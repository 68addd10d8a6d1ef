// The certificate: exact differences, and what is none.
import { describe, expect, it } from 'vitest';
import { certify, type MorningService } from '../../shared/domain/certificate.ts';

const none = { scaleIn: false, scaleOut: false, scheduled: false };
const bounds = { min: 2, max: 6, suspended: none };
const noScaleIn = { ...bounds, suspended: { ...none, scaleIn: true } };
const arn = (revision: number): string => `arn:aws:ecs:eu-west-1:1:task-definition/acme-api:${revision}`;
const same: MorningService = {
  name: 'api',
  recorded: { name: 'api', desired: 2, bounds, taskDefinition: arn(7), scheduledActions: ['lunch'] },
  wanted: { desired: 2, bounds },
  explained: [],
  now: { exists: true, desired: 2, bounds, taskDefinition: arn(7), scheduledActions: ['lunch'] },
  rolled: false,
  proven: false,
};
const at = '2026-11-23T20:00:00Z';
const now = (change: Partial<MorningService['now']>): MorningService => ({ ...same, now: { ...same.now, ...change } });

describe('certify', () => {
  it('S5: exactly as it was is 0 differences', () => {
    expect(certify([same], [{ identifier: 'db', recorded: 'available', now: 'available' }], at)).toEqual({
      at,
      differences: [],
      explained: [],
    });
  });

  it.each([
    ['a count below the record', now({ desired: 1 }), ['api: 1 task instead of 2'], []],
    ['scaling in since, its count having been proven', { ...now({ desired: 2 }), wanted: { desired: 3, bounds }, proven: true }, [], ['api: scaled in from 3 to 2 since it woke']],
    ['a count that was never reached', { ...now({ desired: 2 }), wanted: { desired: 3, bounds } }, ['api: 2 tasks instead of 3'], []],
    ['a proven count below the bounds', { ...now({ desired: 1 }), wanted: { desired: 3, bounds }, proven: true }, ['api: 1 task instead of 3'], []],
    [
      'scaling in that is suspended',
      { ...now({ desired: 2, bounds: noScaleIn }), wanted: { desired: 3, bounds: noScaleIn }, proven: true },
      ['api: 2 tasks instead of 3'],
      [],
    ],
    ['scaling out since', now({ desired: 4 }), [], ['api: scaled out from 2 to 4 since it woke']],
    ['a count beyond the bounds', now({ desired: 9 }), ['api: 9 tasks instead of 2'], []],
    [
      'a flag',
      now({ bounds: { ...bounds, suspended: { ...none, scaleOut: true } } }),
      ['api: bounds 2–6 (suspended: scale-out) instead of 2–6'],
      [],
    ],
    ['bounds that are gone', now({ bounds: null }), ['api: bounds none instead of 2–6'], []],
    ['a lost scheduled action', now({ scheduledActions: [] }), ['api: scheduled action lunch is gone'], []],
    ['a newer revision', now({ taskDefinition: arn(8) }), [], ['api: revision 8 by a deploy in the night, 7 before']],
    ['a staged image', { ...now({ taskDefinition: arn(8) }), rolled: true }, [], ['api: revision 8 by a rollout of the night, 7 before']],
    ['an older revision', now({ taskDefinition: arn(6) }), ['api: runs acme-api:6 instead of acme-api:7'], []],
    ['a service that somebody deleted', now({ exists: false }), ['api: ran in the evening and does not exist now'], []],
  ] as const)('S5: %s', (_, service, differences, explained) => {
    expect(certify([service], [], at)).toEqual({ at, differences, explained });
  });

  it('S5: a database that is not back is a difference, one at its backup is not', () => {
    expect(certify([], [{ identifier: 'db', recorded: 'available', now: 'starting' }], at).differences).toEqual([
      'db: starting instead of available',
    ]);
    for (const now of ['configuring-enhanced-monitoring', 'configuring-log-exports', 'backing-up']) {
      expect(certify([], [{ identifier: 'db', recorded: 'available', now }], at)).toMatchObject({
        differences: [],
        explained: [`db: ${now}`],
      });
    }
    expect(certify([], [{ identifier: 'db', recorded: 'available', now: 'backing-up' }], at)).toMatchObject({
      differences: [],
      explained: ['db: backing-up'],
    });
    expect(certify([], [{ identifier: 'db', recorded: 'stopped', now: 'stopped' }], at).differences).toEqual([]);
  });
});
