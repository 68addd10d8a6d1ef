// A small platform, its alarms and a morning in its life, for the tests of the alarm story.
import type { AlarmFacts } from '../../shared/domain/alarm.ts';
import type { Look, Verdict } from '../../shared/domain/alarm-decide.ts';
import type { Circumstances } from '../../shared/domain/alarm-explained.ts';
import { decide, type PlatformOfAlarm } from '../../shared/domain/alarm-report.ts';
import { emptyBoard, type Board } from '../../shared/domain/incident.ts';

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
  description:
    'One request in ten to api has been slow for 15 minutes. What to do: Compare with CPU, database connections and the last rollout. Runbook: https://wiki.example/api',
  reason: 'Threshold Crossed',
  datapoints: [2.4, 2.1, 1.8],
  threshold: 1,
  comparison: 'GreaterThanThreshold',
  statistic: 'p90',
  periodSeconds: 300,
  evaluationPeriods: 3,
  calculated: false,
  metric: {
    namespace: 'AWS/ApplicationELB',
    name: 'TargetResponseTime',
    dimensions: { LoadBalancer: 'app/wizelit-dev/1', TargetGroup: 'targetgroup/wizelit-dev-api/1' },
  },
  rule: null,
  ...over,
});

export const quietTimes: Circumstances = {
  platform: { state: 'awake', since: '2026-11-23T06:00:00.000Z' },
  wakesAt: null,
  rollouts: [],
  mutes: [],
  mutedUntil: null,
};

/** One morning: remembers the board between steps, as the ledger does. */
export const morning = (known: Circumstances = quietTimes) => {
  let board: Board = emptyBoard;
  let circumstances = known;
  const run = (
    name: string,
    facts: AlarmFacts | null,
    event: { state: AlarmFacts['state']; since: string; mutedUntil: string | null } | null,
    look: Look | null,
    execution: string,
    at: string,
  ): Verdict => {
    const verdict = decide(
      { alarm: `wizelit-dev-${name}`, event, look, execution, at },
      facts,
      board,
      { ...circumstances, mutedUntil: event?.mutedUntil ?? null },
      platform,
    );
    board = verdict.board ?? board;
    return verdict;
  };
  return {
    known: (next: Circumstances) => {
      circumstances = next;
    },
    board: () => board,
    event: (
      name: string,
      state: AlarmFacts['state'],
      at: string,
      options: { execution?: string; now?: Partial<AlarmFacts>; since?: string; mutedUntil?: string } = {},
    ) => {
      const since = options.since ?? at;
      return run(
        name,
        alarm(name, { state, since, ...options.now }),
        { state, since, mutedUntil: options.mutedUntil ?? null },
        null,
        options.execution ?? `${name}-${at}`,
        at,
      );
    },
    look: (verdict: Verdict, now: Partial<AlarmFacts>, execution: string, at: string) => {
      const look = verdict.wait?.look;
      if (look === undefined) throw new Error('nothing to look at');
      return run(
        look.alarm.slice('wizelit-dev-'.length),
        alarm(look.alarm.slice('wizelit-dev-'.length), { state: 'ALARM', since: look.since, ...now }),
        null,
        look,
        execution,
        at,
      );
    },
  };
};

/** An instant of that Monday. */
export const at = (time: string): string => `2026-11-23T${time}.000Z`;
