// A small platform and its alarms, for the tests of the alarm story.
import type { AlarmFacts } from '../../shared/domain/alarm.ts';
import type { Circumstances } from '../../shared/domain/alarm-explained.ts';
import type { PlatformOfAlarm } from '../../shared/domain/alarm-report.ts';

export const platform: PlatformOfAlarm = {
  id: 'wizelit-dev',
  platform: 'wizelit',
  stage: 'dev',
  region: 'us-east-1',
  cluster: 'wizelit-dev',
  site: null,
  loadBalancer: 'wizelit-dev',
  alarmPrefix: 'wizelit-dev-',
  hours: null,
  notices: {},
  services: [
    { name: 'api', serviceName: 'wizelit-dev-api', logGroup: '/ecs/wizelit-dev/api', offHours: { kind: 'zero' } },
    { name: 'api-worker', serviceName: 'wizelit-dev-api-worker', logGroup: '/ecs/wizelit-dev/api-worker', offHours: { kind: 'zero' } },
    { name: 'gateway', serviceName: 'wizelit-dev-gateway', logGroup: '/ecs/wizelit-dev/gateway', offHours: { kind: 'stay' } },
  ],
  databases: [{ name: 'main', identifier: 'wizelit-dev-main', offHours: 'stop' }],
  caches: [{ name: 'sessions', identifier: 'wizelit-dev-sessions', offHours: 'stay' }],
};

export const alarm = (name: string, over: Partial<AlarmFacts> = {}): AlarmFacts => ({
  name: `wizelit-dev-${name}`,
  state: 'ALARM',
  since: '2026-11-23T10:00:00.000Z',
  description: 'One request in ten to api has been slow for 15 minutes. What to do: Compare with CPU, database connections and the last rollout. Runbook: https://wiki.example/api',
  reason: 'Threshold Crossed',
  datapoints: [2.4, 2.1, 1.8],
  threshold: 1,
  comparison: 'GreaterThanThreshold',
  statistic: 'p90',
  periodSeconds: 300,
  evaluationPeriods: 3,
  calculated: false,
  metric: { namespace: 'AWS/ApplicationELB', name: 'TargetResponseTime', dimensions: { LoadBalancer: 'app/wizelit-dev/1', TargetGroup: 'targetgroup/wizelit-dev-api/1' } },
  rule: null,
  ...over,
});

export const quietTimes: Circumstances = { platform: { state: 'awake', since: '2026-11-23T06:00:00.000Z' }, wakesAt: null, rollouts: [], mutes: [], mutedUntil: null };
