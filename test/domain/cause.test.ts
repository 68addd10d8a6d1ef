// Which cause the evidence supports, and when it supports none (L2).
import { describe, expect, it } from 'vitest';
import { subjectOf, type AlarmFacts } from '../../shared/domain/alarm.ts';
import type { AlarmEvidence, KeptTask } from '../../shared/domain/alarm-evidence.ts';
import { likelyCause } from '../../shared/domain/cause.ts';
import { alarm, platform } from './alarm-world.ts';

const metric = (namespace: string, name: string, dimensions: Record<string, string>): Partial<AlarmFacts> => ({
  metric: { namespace, name, dimensions },
});
const database = { DBInstanceIdentifier: 'wizelit-dev-main' };
const task = (over: Partial<KeptTask>): KeptTask => ({
  service: 'api',
  task: 'arn:aws:ecs:us-east-1:123456789012:task/wizelit-dev/1',
  taskDefinition: 'api:7',
  stoppedAt: '2026-11-23T09:58:00.000Z',
  code: 'EssentialContainerExited',
  reason: 'Essential container in task exited',
  containers: [],
  logs: [],
  ...over,
});
const nothing: AlarmEvidence = {
  lines: { found: [] },
  stopped: { found: [] },
  counts: { found: [] },
  targets: { found: [] },
  changes: { found: [] },
};
const rollout = { at: '2026-11-23T09:50:00.000Z', story: 'redeploy', service: 'api', action: 'released', sentence: 'api moves.' };

describe('likelyCause', () => {
  const slowApi = alarm('api-slow');
  const cases: readonly (readonly [string, AlarmFacts, Partial<AlarmEvidence>, string | undefined])[] = [
    [
      'out of memory',
      slowApi,
      {
        stopped: {
          found: [
            task({
              containers: [{ name: 'app', exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage', digest: null }],
            }),
          ],
        },
      },
      'out-of-memory',
    ],
    [
      'a missing image',
      slowApi,
      {
        stopped: {
          found: [
            task({
              code: 'TaskFailedToStart',
              reason: 'CannotPullContainerError: pull image manifest has been retried 5 time(s): image not found',
            }),
          ],
        },
      },
      'image-missing',
    ],
    [
      'a missing secret',
      slowApi,
      {
        stopped: {
          found: [
            task({
              code: 'TaskFailedToStart',
              reason: 'ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret from asm',
            }),
          ],
        },
      },
      'secret-missing',
    ],
    ['another processor', slowApi, { stopped: { found: [task({ logs: ['exec /app: exec format error'] })] } }, 'wrong-architecture'],
    [
      'a failing health check after a rollout',
      slowApi,
      {
        stopped: { found: [task({ code: 'ServiceSchedulerInitiated', reason: 'Task failed ELB health checks in (target-group x)' })] },
        changes: { found: [rollout] },
      },
      'health-check-after-rollout',
    ],
    [
      'crashes after a rollout',
      slowApi,
      {
        stopped: { found: [task({ containers: [{ name: 'app', exitCode: 1, reason: null, digest: null }] })] },
        changes: { found: [rollout] },
      },
      'crash-after-rollout',
    ],
    [
      'exhausted connections by the log',
      slowApi,
      { lines: { found: ['FATAL: remaining connection slots are reserved for superusers'] } },
      'database-connections-exhausted',
    ],
    [
      'exhausted connections by the metric',
      alarm('main-database-connections-high', metric('AWS/RDS', 'DatabaseConnections', database)),
      {},
      'database-connections-exhausted',
    ],
    ['low storage', alarm('main-database-disk-low', metric('AWS/RDS', 'FreeStorageSpace', database)), {}, 'storage-low'],
    ['an unreachable database', slowApi, { lines: { found: ['Error: connect ECONNREFUSED 10.0.3.14:5432'] } }, 'database-unreachable'],
    ['throttling', slowApi, { lines: { found: ['ThrottlingException: Rate exceeded'] } }, 'throttled'],
    ['a rollout just before', slowApi, { changes: { found: [rollout] } }, 'began-with-rollout'],
    ['a rollout after the alarm', slowApi, { changes: { found: [{ ...rollout, at: '2026-11-23T10:05:00.000Z' }] } }, undefined],
    ['a rollout of another service', slowApi, { changes: { found: [{ ...rollout, service: 'gateway' }] } }, undefined],
    [
      'one crash alone',
      slowApi,
      { stopped: { found: [task({ containers: [{ name: 'app', exitCode: 1, reason: null, digest: null }] })] } },
      undefined,
    ],
    ['nothing', slowApi, {}, undefined],
    ['nothing found out', slowApi, { lines: { missing: 'not permitted' }, stopped: { missing: 'took longer than 2 s' } }, undefined],
  ];
  it.each(cases)('L2: %s', (_, facts, found, expected) => {
    expect(likelyCause(facts, subjectOf(facts, platform), { ...nothing, ...found }, '2026-11-23T10:00:00.000Z')?.key).toBe(expected);
  });
});
