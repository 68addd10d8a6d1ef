// Which cause the evidence supports, and when it supports none (L2).
import { describe, expect, it } from 'vitest';
import { subjectOf, type AlarmFacts } from '../../shared/domain/alarm.ts';
import type { AlarmEvidence, KeptTask } from '../../shared/domain/alarm-evidence.ts';
import { causeTable, likelyCause, type Cause } from '../../shared/domain/cause.ts';
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

const slowApi = alarm('api-slow');
const memoryOfApi = alarm('api-memory-high', metric('AWS/ECS', 'MemoryUtilization', { ServiceName: 'wizelit-dev-api' }));
const exited = (exitCode: number, reason: string | null = null): Partial<KeptTask> => ({ containers: [{ name: 'app', exitCode, reason, digest: null }] });
const notStarted = (reason: string): Partial<AlarmEvidence> => ({ stopped: { found: [task({ code: 'TaskFailedToStart', reason })] } });
const lines = (...found: readonly string[]): Partial<AlarmEvidence> => ({ lines: { found } });
const tasks = (...found: readonly Partial<KeptTask>[]): Partial<AlarmEvidence> => ({ stopped: { found: found.map(task) } });
const rolled: Partial<AlarmEvidence> = { changes: { found: [rollout] } };
const wentBack = { ...rollout, at: '2026-11-23T09:55:00.000Z', action: 'back', reason: 'rollout-proven' };

interface Row {
  /** What it takes. */
  readonly with: readonly (readonly [AlarmFacts, Partial<AlarmEvidence>])[];
  /** What looks like it and is not enough. */
  readonly without: readonly (readonly [AlarmFacts, Partial<AlarmEvidence>])[];
}

const rows: Readonly<Record<string, Row>> = {
  'out-of-memory': {
    with: [
      [slowApi, tasks(exited(137, 'OutOfMemoryError: Container killed due to memory usage'))],
      [memoryOfApi, tasks(exited(137))],
    ],
    without: [
      [slowApi, tasks(exited(137))],
      [memoryOfApi, tasks(exited(1))],
      [memoryOfApi, {}],
    ],
  },
  'image-missing': {
    with: [[slowApi, notStarted('CannotPullContainerError: pull image manifest has been retried 5 time(s): image not found')]],
    without: [[slowApi, notStarted('Timeout waiting for network interface provisioning to complete')]],
  },
  'secret-missing': {
    with: [[slowApi, notStarted('ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret from asm')]],
    without: [[slowApi, notStarted('ResourceInitializationError: failed to validate logger args')]],
  },
  'wrong-architecture': { with: [[slowApi, tasks({ logs: ['exec /app: exec format error'] })]], without: [[slowApi, tasks({ logs: ['invalid date format'] })]] },
  'storage-low': {
    with: [
      [slowApi, lines('ERROR: could not extend file "base/16384/2619": No space left on device')],
      [slowApi, lines('OSError: [Errno 28] No space left on device')],
    ],
    // The alarm says so itself: that its value is low is no cause of it.
    without: [[alarm('main-database-disk-low', metric('AWS/RDS', 'FreeStorageSpace', database)), {}]],
  },
  'database-connections-exhausted': {
    with: [
      [slowApi, lines('FATAL: remaining connection slots are reserved for superusers')],
      [slowApi, lines('QueuePool limit of size 5 overflow 10 reached, connection timed out')],
      [alarm('main-database-connections-high', metric('AWS/RDS', 'DatabaseConnections', database)), lines('FATAL: sorry, too many clients already')],
    ],
    without: [
      [alarm('main-database-connections-high', metric('AWS/RDS', 'DatabaseConnections', database)), {}],
      [slowApi, lines('pool of 5 connections opened')],
    ],
  },
  'database-unreachable': {
    with: [[slowApi, lines('Error: connect ECONNREFUSED 10.0.3.14:5432')]],
    without: [[slowApi, lines('Error: connect ECONNREFUSED 10.0.3.14:8080')]],
  },
  throttled: { with: [[slowApi, lines('ThrottlingException: Rate exceeded')]], without: [[slowApi, lines('order 429 was shipped')]] },
  'health-check-after-rollout': {
    with: [
      [slowApi, { ...tasks({ code: 'ServiceSchedulerInitiated', reason: 'Task failed ELB health checks in (target-group x)' }), ...rolled }],
      [slowApi, { targets: { found: [{ service: 'api', healthy: 0, total: 1, reasons: ['Target.ResponseCodeMismatch'] }] }, ...rolled }],
    ],
    without: [[slowApi, tasks({ code: 'ServiceSchedulerInitiated', reason: 'Task failed ELB health checks in (target-group x)' })]],
  },
  'crash-after-rollout': { with: [[slowApi, { ...tasks(exited(1)), ...rolled }]], without: [[slowApi, tasks(exited(1))]] },
  'began-with-rollout': {
    with: [[slowApi, rolled]],
    without: [
      [slowApi, { changes: { found: [{ ...rollout, at: '2026-11-23T10:05:00.000Z' }] } }],
      [slowApi, { changes: { found: [{ ...rollout, service: 'gateway' }] } }],
    ],
  },
  'rolled-back-already': {
    with: [[slowApi, { changes: { found: [rollout, wentBack] } }]],
    without: [[slowApi, { changes: { found: [{ ...rollout, at: '2026-11-23T09:10:00.000Z' }, { ...wentBack, at: '2026-11-23T09:12:00.000Z' }] } }]],
  },
  crashing: { with: [[slowApi, tasks(exited(1), exited(1))]], without: [[slowApi, tasks(exited(1))], [slowApi, tasks(exited(0), exited(0))]] },
};

const causeOf = (facts: AlarmFacts, found: Partial<AlarmEvidence>): Cause | null =>
  likelyCause(facts, subjectOf(facts, platform), { ...nothing, ...found }, '2026-11-23T10:00:00.000Z');

describe('likelyCause', () => {
  it('L2: each rule that the documentation lists has evidence here, and evidence that is not enough', () => {
    expect(Object.keys(rows)).toEqual(causeTable.map(({ key }) => key));
    expect(causeTable.every(({ evidence, next }) => evidence !== '' && next !== '')).toBe(true);
  });

  it.each(Object.entries(rows))('L2: names %s by its evidence, and nothing without it', (key, row) => {
    expect(row.with.map(([facts, found]) => causeOf(facts, found)?.key)).toEqual(row.with.map(() => key));
    expect(row.without.map(([facts, found]) => causeOf(facts, found))).toEqual(row.without.map(() => null));
  });

  it.each([
    ['nothing', {}],
    ['what could not be found out', { lines: { missing: 'not permitted' }, stopped: { missing: 'took longer than 2 s' } }],
  ] as const)('L2: says nothing of %s', (_, found) => {
    expect(causeOf(slowApi, found)).toBeNull();
  });

  it('L2: names the service of the rollout it blames, and nobody’s where a rollout is not to blame', () => {
    expect([causeOf(slowApi, rolled)?.blames, causeOf(slowApi, lines('ThrottlingException'))?.blames]).toEqual(['api', null]);
  });
});
