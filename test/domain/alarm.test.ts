// What an alarm is about, in which words, how loud, and what its evidence says (L2, L5).
import { describe, expect, it } from 'vitest';
import type { AlarmFacts } from '../../shared/domain/alarm.ts';
import { subjectOf } from '../../shared/domain/alarm.ts';
import { distinctLines, type AlarmEvidence, type KeptTask } from '../../shared/domain/alarm-evidence.ts';
import { alarmWords, authorsWords, severityOf } from '../../shared/domain/alarm-words.ts';
import { likelyCause } from '../../shared/domain/cause.ts';
import { decide, write } from '../../shared/domain/alarm-report.ts';
import { emptyBoard } from '../../shared/domain/incident.ts';
import { alarm, platform, quietTimes } from './alarm-world.ts';

const metric = (namespace: string, name: string, dimensions: Record<string, string>): Partial<AlarmFacts> => ({ metric: { namespace, name, dimensions } });
const service = { ServiceName: 'wizelit-dev-api', ClusterName: 'wizelit-dev' };
const database = { DBInstanceIdentifier: 'wizelit-dev-main' };

describe('subjectOf', () => {
  it.each([
    ['a service by its metric', 'x', metric('AWS/ECS', 'CPUUtilization', service), 'service api'],
    ['a service by its target group', 'x', metric('AWS/ApplicationELB', 'UnHealthyHostCount', { TargetGroup: 'targetgroup/wizelit-dev-api-worker/1' }), 'service api-worker'],
    ['a service by the longest name', 'api-worker-cpu-high', { metric: null }, 'service api-worker'],
    ['a service by its name', 'api-slow', { metric: null }, 'service api'],
    ['a service when AWS named its target group', 'api-slow', metric('AWS/ApplicationELB', 'TargetResponseTime', { TargetGroup: 'targetgroup/Wizel-Api-1ABC/1' }), 'service api'],
    ['a database by its metric', 'x', metric('AWS/RDS', 'FreeStorageSpace', database), 'database main'],
    ['a database by its name', 'main-database-cpu-high', { metric: null }, 'database main'],
    ['a cache node', 'x', metric('AWS/ElastiCache', 'Evictions', { CacheClusterId: 'wizelit-dev-sessions-001' }), 'cache sessions'],
    ['the load balancer', 'loadbalancer-errors', metric('AWS/ApplicationELB', 'HTTPCode_ELB_5XX_Count', { LoadBalancer: 'app/wizelit-dev/1' }), 'load-balancer wizelit-dev'],
    ['the automation itself', 'redeploy-story-failed', { metric: null }, 'automation redeploy-story-failed'],
    ['nothing known', 'custom-thing', { metric: null }, 'platform wizelit-dev'],
  ])('L2: recognises %s', (_, name, over, expected) => {
    const subject = subjectOf(alarm(name, over), platform);
    expect(`${subject.kind} ${subject.name}`).toBe(expected);
  });
});

describe('alarmWords', () => {
  it.each([
    ['api-slow', {}, 'api is slow: p90 2.4 s (limit 1 s)'],
    ['api-cpu-high', { ...metric('AWS/ECS', 'CPUUtilization', service), datapoints: [93.46], threshold: 85 }, 'CPU of api at 93.5 % (limit 85 %)'],
    ['api-errors', { ...metric('AWS/ApplicationELB', 'HTTPCode_Target_5XX_Count', { TargetGroup: 'targetgroup/wizelit-dev-api/1' }), datapoints: [12], threshold: 3, evaluationPeriods: 1 }, 'api answers with errors: 12 in 5 min (limit 3)'],
    ['api-tasks-missing', { ...metric('ECS/ContainerInsights', 'DesiredTaskCount', service), calculated: true, datapoints: [2], threshold: 0 }, 'api runs too few tasks: 2 missing'],
    ['main-database-disk-low', { ...metric('AWS/RDS', 'FreeStorageSpace', database), datapoints: [8.2e9, 8.9e9], threshold: 10_737_418_240, comparison: 'LessThanThreshold' }, 'Database main runs out of storage: 8.2 GB free (limit 10.7 GB)'],
    ['redeploy-story-failed', { metric: null }, 'The redeploy story did not finish'],
    ['slack-parked', { metric: null }, 'Messages for slack are parked because nobody can read them'],
    ['odd-one_out', { metric: null }, 'Odd one out'],
    ['api-slow', { datapoints: [] }, 'Response time of api'],
  ])('L2: %s is told in words and numbers', (name, over, title) => {
    const facts = alarm(name, over);
    expect(alarmWords(facts, subjectOf(facts, platform), 'wizelit-dev-').title).toBe(title);
  });

  it('L2: reads what the author wrote, without the marks for machines', () => {
    expect(authorsWords('Down for users. [page] What to do: Restart it. Runbook: https://wiki.example/x')).toEqual({ meaning: 'Down for users.', todo: 'Restart it.', runbook: 'https://wiki.example/x' });
    expect(authorsWords('')).toEqual({ meaning: '', todo: null, runbook: null });
  });

  it('L5: urgent trouble pages in prod only, and the author has the last word', () => {
    const errors = alarm('api-errors', metric('AWS/ApplicationELB', 'HTTPCode_Target_5XX_Count', {}));
    const about = { kind: 'service', name: 'api', sleeps: true } as const;
    expect([severityOf(errors, about, 'prod'), severityOf(errors, about, 'dev'), severityOf(alarm('api-slow'), about, 'prod')]).toEqual(['page', 'channel', 'channel']);
    expect(severityOf({ ...errors, description: 'x [digest]' }, about, 'prod')).toBe('digest');
  });
});

describe('distinctLines', () => {
  it('L2: the same error with other numbers, ids and times is one line with its count', () => {
    expect(
      distinctLines(
        ['2026-11-23T10:00:01Z ERROR request 17 failed after 300 ms', 'boot', '2026-11-23T10:00:05Z ERROR request 18 failed after 20 ms', 'trace 4bf92f3577b34da6a3ce929d0e0e4736 lost', 'trace 00f067aa0ba902b74bf92f3577b34da6 lost'],
        5,
      ),
    ).toEqual(['boot', '2026-11-23T10:00:05Z ERROR request 18 failed after 20 ms (×2)', 'trace 00f067aa0ba902b74bf92f3577b34da6 lost (×2)']);
  });
});

const task = (over: Partial<KeptTask>): KeptTask => ({
  service: 'api', task: 'arn:aws:ecs:us-east-1:123456789012:task/wizelit-dev/1', taskDefinition: 'api:7', stoppedAt: '2026-11-23T09:58:00.000Z', code: 'EssentialContainerExited', reason: 'Essential container in task exited', containers: [], logs: [], ...over,
});
const nothing: AlarmEvidence = { lines: { found: [] }, stopped: { found: [] }, counts: { found: [] }, targets: { found: [] }, changes: { found: [] } };
const rollout = { at: '2026-11-23T09:50:00.000Z', story: 'redeploy', service: 'api', action: 'released', sentence: 'api moves.' };

describe('likelyCause', () => {
  const slowApi = alarm('api-slow');
  const cases: readonly (readonly [string, AlarmFacts, Partial<AlarmEvidence>, string | undefined])[] = [
    ['out of memory', slowApi, { stopped: { found: [task({ containers: [{ name: 'app', exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage', digest: null }] })] } }, 'out-of-memory'],
    ['a missing image', slowApi, { stopped: { found: [task({ code: 'TaskFailedToStart', reason: 'CannotPullContainerError: pull image manifest has been retried 5 time(s): image not found' })] } }, 'image-missing'],
    ['a missing secret', slowApi, { stopped: { found: [task({ code: 'TaskFailedToStart', reason: 'ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret from asm' })] } }, 'secret-missing'],
    ['another processor', slowApi, { stopped: { found: [task({ logs: ['exec /app: exec format error'] })] } }, 'wrong-architecture'],
    ['a failing health check after a rollout', slowApi, { stopped: { found: [task({ code: 'ServiceSchedulerInitiated', reason: 'Task failed ELB health checks in (target-group x)' })] }, changes: { found: [rollout] } }, 'health-check-after-rollout'],
    ['crashes after a rollout', slowApi, { stopped: { found: [task({ containers: [{ name: 'app', exitCode: 1, reason: null, digest: null }] })] }, changes: { found: [rollout] } }, 'crash-after-rollout'],
    ['exhausted connections by the log', slowApi, { lines: { found: ['FATAL: remaining connection slots are reserved for superusers'] } }, 'database-connections-exhausted'],
    ['exhausted connections by the metric', alarm('main-database-connections-high', metric('AWS/RDS', 'DatabaseConnections', database)), {}, 'database-connections-exhausted'],
    ['low storage', alarm('main-database-disk-low', metric('AWS/RDS', 'FreeStorageSpace', database)), {}, 'storage-low'],
    ['an unreachable database', slowApi, { lines: { found: ['Error: connect ECONNREFUSED 10.0.3.14:5432'] } }, 'database-unreachable'],
    ['throttling', slowApi, { lines: { found: ['ThrottlingException: Rate exceeded'] } }, 'throttled'],
    ['a rollout just before', slowApi, { changes: { found: [rollout] } }, 'began-with-rollout'],
    ['a rollout after the alarm', slowApi, { changes: { found: [{ ...rollout, at: '2026-11-23T10:05:00.000Z' }] } }, undefined],
    ['a rollout of another service', slowApi, { changes: { found: [{ ...rollout, service: 'gateway' }] } }, undefined],
    ['one crash alone', slowApi, { stopped: { found: [task({ containers: [{ name: 'app', exitCode: 1, reason: null, digest: null }] })] } }, undefined],
    ['nothing', slowApi, {}, undefined],
    ['nothing found out', slowApi, { lines: { missing: 'not permitted' }, stopped: { missing: 'took longer than 2 s' } }, undefined],
  ];
  it.each(cases)('L2: %s', (_, facts, found, expected) => {
    expect(likelyCause(facts, subjectOf(facts, platform), { ...nothing, ...found }, '2026-11-23T10:00:00.000Z')?.key).toBe(expected);
  });
});

describe('the notice of an alarm', () => {
  const at = '2026-11-23T10:00:03.000Z';
  const asked = { alarm: 'wizelit-dev-api-slow', event: { state: 'ALARM', since: '2026-11-23T10:00:00.000Z', mutedUntil: null }, look: null, execution: 'e', at } as const;
  const verdict = decide(asked, alarm('api-slow'), emptyBoard, quietTimes, platform);
  const found: AlarmEvidence = {
    lines: { found: ['ERROR pool exhausted', 'ERROR pool exhausted'] },
    stopped: { missing: 'took longer than 2 s' },
    counts: { found: [{ service: 'api', desired: 2, running: 1, pending: 1 }] },
    targets: { found: [{ service: 'api', healthy: 1, total: 2, reasons: ['Request timed out'] }] },
    changes: { found: [rollout] },
  };

  it('L2: says what is wrong, since when, how bad, why, and what to do', () => {
    const notice = write(verdict, [alarm('api-slow')], found, platform, at);
    expect(notice).toEqual({
      version: 1,
      id: 'inc-20261123T100000-api-slow',
      platform: 'wizelit',
      stage: 'dev',
      story: 'alarm',
      severity: 'channel',
      tone: 'bad',
      title: 'api is slow: p90 2.4 s (limit 1 s)',
      summary: 'One request in ten to api has been slow for 15 minutes. Likely cause: The database has no connections left to give.',
      facts: [
        { label: 'About', value: 'api' },
        { label: 'Since', value: 'Mon 23 Nov 10:00 UTC, for 3 s' },
        { label: 'Value', value: '2.4 s, limit 1 s, over 15 min' },
        { label: 'Tasks of api', value: '1 of 2 running, 1 starting' },
        { label: 'Health of api', value: '1 of 2 healthy (Request timed out)' },
        { label: 'Not found out', value: 'stopped tasks (took longer than 2 s)' },
      ],
      excerpts: [
        { title: 'Last error lines of api', lines: ['ERROR pool exhausted (×2)'] },
        { title: 'What changed in the last hour', lines: ['Mon 23 Nov 09:50 UTC  api: api moves.'] },
      ],
      links: [
        { text: 'Alarm', url: 'https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#alarmsV2:alarm/wizelit-dev-api-slow' },
        { text: 'Logs of api', url: 'https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:log-groups/log-group/$252Fecs$252Fwizelit-dev$252Fapi/log-events$3Fstart$3D1795427100000$26end$3D1795428300000' },
        { text: 'Service api', url: 'https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/wizelit-dev/services/wizelit-dev-api/health?region=us-east-1' },
        { text: 'Runbook', url: 'https://wiki.example/api' },
      ],
      nextSteps: [
        'Look for a service that does not return connections; limit its pool, or use a larger database class.',
        'Compare with CPU, database connections and the last rollout.',
        'Roll back: dayshift rollback wizelit api --stage dev',
      ],
      thread: 'inc-20261123T100000-api-slow',
      buttons: [
        { action: 'acknowledge', text: 'Acknowledge', subject: 'inc-20261123T100000-api-slow', style: 'primary' },
        { action: 'mute', text: 'Mute for 1 hour', subject: 'wizelit-dev-api-slow', style: 'default' },
        { action: 'rollback', text: 'Roll back api', subject: 'api', style: 'danger' },
      ],
      at,
    });
  });

  it('L3: the recovery says how long it lasted and follows the opening', () => {
    const board = verdict.board ?? emptyBoard;
    const later = '2026-11-23T10:12:00.000Z';
    const over = decide({ ...asked, event: { state: 'OK', since: later, mutedUntil: null }, execution: 'f', at: later }, alarm('api-slow', { state: 'OK' }), board, quietTimes, platform);
    const notice = write(over, [alarm('api-slow', { state: 'OK' })], null, platform, later);
    expect(notice).toMatchObject({ tone: 'good', title: 'Recovered after 12 min: response time of api', place: 'close', follows: 'inc-20261123T100000-api-slow@2026-11-23T10:00:03.000Z', nextSteps: [], excerpts: [] });
    expect(notice.buttons).toBeUndefined();
  });

  it('N2: news of a broken road avoids that road', () => {
    const broken = alarm('slack-parked', { metric: null, description: 'Parked.' });
    const told = decide({ ...asked, alarm: 'wizelit-dev-slack-parked' }, broken, emptyBoard, quietTimes, platform);
    expect(write(told, [broken], null, platform, at).avoids).toBe('slack');
  });
});
