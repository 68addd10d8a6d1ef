// What an alarm is about, in which words, how loud, and what its evidence says (L2, L5).
import { describe, expect, it } from 'vitest';
import type { AlarmFacts } from '../../shared/domain/alarm.ts';
import { subjectOf } from '../../shared/domain/alarm.ts';
import { distinctLines } from '../../shared/domain/alarm-evidence.ts';
import { alarmWords, authorsWords, severityOf } from '../../shared/domain/alarm-words.ts';
import { alarm, platform } from './alarm-world.ts';

const metric = (namespace: string, name: string, dimensions: Record<string, string>): Partial<AlarmFacts> => ({
  metric: { namespace, name, dimensions },
});
const service = { ServiceName: 'wizelit-dev-api', ClusterName: 'wizelit-dev' };
const database = { DBInstanceIdentifier: 'wizelit-dev-main' };

describe('subjectOf', () => {
  it.each([
    ['a service by its metric', 'x', metric('AWS/ECS', 'CPUUtilization', service), 'service api'],
    [
      'a service by its target group',
      'x',
      metric('AWS/ApplicationELB', 'UnHealthyHostCount', { TargetGroup: 'targetgroup/wizelit-dev-api-worker/1' }),
      'service api-worker',
    ],
    ['a service by the longest name', 'api-worker-cpu-high', { metric: null }, 'service api-worker'],
    ['a service by its name', 'api-slow', { metric: null }, 'service api'],
    [
      'a service when AWS named its target group',
      'api-slow',
      metric('AWS/ApplicationELB', 'TargetResponseTime', { TargetGroup: 'targetgroup/Wizel-Api-1ABC/1' }),
      'service api',
    ],
    ['a database by its metric', 'x', metric('AWS/RDS', 'FreeStorageSpace', database), 'database main'],
    ['a database by its name', 'main-database-cpu-high', { metric: null }, 'database main'],
    ['a cache node', 'x', metric('AWS/ElastiCache', 'Evictions', { CacheClusterId: 'wizelit-dev-sessions-001' }), 'cache sessions'],
    [
      'the load balancer',
      'loadbalancer-errors',
      metric('AWS/ApplicationELB', 'HTTPCode_ELB_5XX_Count', { LoadBalancer: 'app/wizelit-dev/1' }),
      'load-balancer wizelit-dev',
    ],
    ['the automation itself', 'redeploy-story-failed', { metric: null }, 'automation redeploy-story-failed'],
    ['nothing known', 'custom-thing', { metric: null }, 'platform wizelit-dev'],
  ])('L2: recognises %s', (_, name, over, expected) => {
    const subject = subjectOf(alarm(name, over), platform);
    expect(`${subject.kind} ${subject.name}`).toBe(expected);
  });
});

describe('the load balancer at night', () => {
  const errors = alarm('loadbalancer-errors', metric('AWS/ApplicationELB', 'HTTPCode_ELB_5XX_Count', { LoadBalancer: 'app/wizelit-dev/1' }));
  const withGateway = (routes: readonly unknown[]) => ({
    ...platform,
    services: platform.services.map((service) => (service.name === 'gateway' ? { ...service, routes } : service)),
  });

  it.each([
    ['rests when all that is public sleeps', [], true],
    ['is heard when a part of the site stays up', [{ path: '/status' }], false],
  ])('L4, S6: %s', (_, routes, sleeps) => {
    expect(subjectOf(errors, withGateway(routes)).sleeps).toBe(sleeps);
  });
});

describe('alarmWords', () => {
  it.each([
    ['api-slow', {}, 'api is slow: p90 2.4 s (limit 1 s)'],
    [
      'api-cpu-high',
      { ...metric('AWS/ECS', 'CPUUtilization', service), datapoints: [93.46], threshold: 85 },
      'CPU of api at 93.5 % (limit 85 %)',
    ],
    [
      'api-errors',
      {
        ...metric('AWS/ApplicationELB', 'HTTPCode_Target_5XX_Count', { TargetGroup: 'targetgroup/wizelit-dev-api/1' }),
        datapoints: [12],
        threshold: 3,
        evaluationPeriods: 1,
      },
      'api answers with errors: 12 in 5 min (limit 3)',
    ],
    [
      'api-tasks-missing',
      { ...metric('ECS/ContainerInsights', 'DesiredTaskCount', service), calculated: true, datapoints: [2], threshold: 0 },
      'api runs too few tasks: 2 missing',
    ],
    [
      'main-database-disk-low',
      {
        ...metric('AWS/RDS', 'FreeStorageSpace', database),
        datapoints: [8.2e9, 8.9e9],
        threshold: 10_737_418_240,
        comparison: 'LessThanThreshold',
      },
      'Database main runs out of storage: 7.6 GiB free (limit 10 GiB)',
    ],
    ['redeploy-story-failed', { metric: null }, 'The redeploy story did not finish'],
    ['slack-parked', { metric: null }, 'Messages for Slack are parked because nobody can read them'],
    ['email-waiting', { metric: null }, 'Messages for mail wait: the road or its door is down'],
    ['odd-one_out', { metric: null }, 'Odd one out'],
    ['api-slow', { datapoints: [] }, 'Response time of api'],
  ])('L2: %s is told in words and numbers', (name, over, title) => {
    const facts = alarm(name, over);
    expect(alarmWords(facts, subjectOf(facts, platform), 'wizelit-dev-').title).toBe(title);
  });

  it('L2: reads what the author wrote, without the marks for machines', () => {
    expect(authorsWords('Down for users. [page] What to do: Restart it. Runbook: https://wiki.example/x')).toEqual({
      meaning: 'Down for users.',
      todo: 'Restart it.',
      runbook: 'https://wiki.example/x',
    });
    expect(authorsWords('')).toEqual({ meaning: '', todo: null, runbook: null });
  });

  it('L5: urgent trouble pages in prod only, and the author has the last word', () => {
    const errors = alarm('api-errors', metric('AWS/ApplicationELB', 'HTTPCode_Target_5XX_Count', {}));
    const about = { kind: 'service', name: 'api', sleeps: true } as const;
    expect([severityOf(errors, about, 'prod'), severityOf(errors, about, 'dev'), severityOf(alarm('api-slow'), about, 'prod')]).toEqual([
      'page',
      'channel',
      'channel',
    ]);
    expect(severityOf({ ...errors, description: 'x [digest]' }, about, 'prod')).toBe('digest');
  });
});

describe('distinctLines', () => {
  it('L2: the same error with other numbers, ids and times is one line with its count', () => {
    expect(
      distinctLines(
        [
          '2026-11-23T10:00:01Z ERROR request 17 failed after 300 ms',
          'boot',
          '2026-11-23T10:00:05Z ERROR request 18 failed after 20 ms',
          'trace 4bf92f3577b34da6a3ce929d0e0e4736 lost',
          'trace 00f067aa0ba902b74bf92f3577b34da6 lost',
        ],
        5,
      ),
    ).toEqual([
      'boot',
      '2026-11-23T10:00:05Z ERROR request 18 failed after 20 ms (×2)',
      'trace 00f067aa0ba902b74bf92f3577b34da6 lost (×2)',
    ]);
  });
});
