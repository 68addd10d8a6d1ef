// Crashes of a release that went back or was replaced explain nothing, and nobody is told to roll back what was rolled back (L2, R10).
import { describe, expect, it } from 'vitest';
import { subjectOf } from '../../shared/domain/alarm.ts';
import type { AlarmEvidence, Change, KeptTask } from '../../shared/domain/alarm-evidence.ts';
import { mayGoBack, movementsOf } from '../../shared/domain/alarm-release.ts';
import { likelyCause } from '../../shared/domain/cause.ts';
import { alarm, platform } from './alarm-world.ts';

const change = (time: string, action: string, reason: string): Change => ({
  at: `2026-11-23T${time}:00.000Z`,
  story: 'redeploy',
  service: 'api',
  action,
  reason,
  sentence: 'api moves.',
});
const crash = (time: string, taskDefinition: string): KeptTask => ({
  service: 'api',
  task: `arn:aws:ecs:us-east-1:123456789012:task/wizelit-dev/${time.replace(':', '')}`,
  taskDefinition: `arn:aws:ecs:us-east-1:123456789012:task-definition/${taskDefinition}`,
  stoppedAt: `2026-11-23T${time}:00.000Z`,
  code: 'EssentialContainerExited',
  reason: 'Essential container in task exited',
  containers: [{ name: 'app', exitCode: 1, reason: null, digest: null }],
  logs: [],
});
const evidence = (changes: readonly Change[], stopped: readonly KeptTask[], running: string | null): AlarmEvidence => ({
  lines: { found: [] },
  stopped: { found: stopped },
  counts:
    running === null
      ? { missing: 'not permitted' }
      : { found: [{ service: 'api', desired: 1, running: 1, pending: 0, taskDefinition: `arn:x:task-definition/${running}` }] },
  targets: { found: [] },
  changes: { found: changes },
});

const rolled = [change('09:20', 'roll', 'new-image')];
const wentBack = [...rolled, change('09:22', 'failed', 'tasks-stop'), change('09:24', 'back', 'rollout-proven')];
const byHand = [...rolled, change('09:25', 'released', 'rollout-proven'), change('09:40', 'roll', 'went-back'), change('09:43', 'released', 'rollout-proven')];
const first = [change('09:20', 'roll', 'first-image'), change('09:25', 'released', 'rollout-proven')];
const lost = [...rolled, change('09:22', 'failed', 'no-good-image')];

describe('a crash and what runs now', () => {
  const cases: readonly (readonly [string, AlarmEvidence, string | undefined, boolean])[] = [
    ['of the image that was just rolled out', evidence(rolled, [crash('09:55', 'api:8')], 'api:8'), 'crash-after-rollout', true],
    ['of the image that went back', evidence(wentBack, [crash('09:21', 'api:8'), crash('09:22', 'api:8')], 'api:9'), undefined, false],
    ['of the image that went back, with the counts missing', evidence(wentBack, [crash('09:21', 'api:8'), crash('09:22', 'api:8')], null), undefined, false],
    ['of the image that a person sent back', evidence(byHand, [crash('09:30', 'api:8'), crash('09:35', 'api:8')], 'api:9'), undefined, false],
    ['of the image that a rollout replaced', evidence(rolled, [crash('09:10', 'api:7'), crash('09:15', 'api:7')], 'api:8'), 'began-with-rollout', true],
    ['of the good image after the way back', evidence(wentBack, [crash('09:50', 'api:9'), crash('09:55', 'api:9')], 'api:9'), 'crashing', false],
    ['of the first image', evidence(first, [crash('09:50', 'api:1'), crash('09:55', 'api:1')], 'api:1'), 'crashing', false],
    ['of an image that nothing could take the place of', evidence(lost, [crash('09:21', 'api:1'), crash('09:22', 'api:1')], 'api:1'), 'crashing', false],
    ['none, long after a rollout whose beginning is out of sight', evidence([change('09:20', 'released', 'rollout-proven')], [], 'api:8'), 'began-with-rollout', true],
  ];
  it.each(cases)('L2 R10: %s', (_, found, cause, undoable) => {
    const facts = alarm('api-cpu-high', { periodSeconds: 300, evaluationPeriods: 3, metric: null });
    expect([likelyCause(facts, subjectOf(facts, platform), found, '2026-11-23T10:00:00.000Z')?.key, mayGoBack(found, 'api')]).toEqual([cause, undoable]);
  });

  it('L2: an alarm measured while the bad release ran says that it has gone back', () => {
    const facts = alarm('api-cpu-high', { periodSeconds: 300, evaluationPeriods: 3, metric: null });
    const found = evidence(wentBack, [crash('09:21', 'api:8')], 'api:9');
    const subject = subjectOf(facts, platform);
    expect(likelyCause(facts, subject, found, '2026-11-23T09:30:00.000Z')?.sentence).toBe(
      'It was measured while a release of api ran that had just gone back.',
    );
    expect(likelyCause(facts, subject, found, '2026-11-23T09:22:00.000Z')?.sentence).toBe(
      'It was measured while a release of api ran that has gone back since.',
    );
  });

  it('R3: a look that did nothing, or a story other than redeploy, moves nothing', () => {
    expect(movementsOf([change('09:20', 'skip', 'same-digest'), { ...change('09:30', 'roll', 'new-image'), story: 'sleep' }])).toEqual([
      { service: 'api', rollout: null, undoable: false, wentBack: null },
    ]);
  });
});
