// One of every message the platform can write, from the functions that write them, with literal facts of an imaginary shop: for tests of their words.
import type { AlarmFacts } from '../shared/domain/alarm.ts';
import type { AlarmEvidence } from '../shared/domain/alarm-evidence.ts';
import { alarmNotice, type PlatformFacts, type Story } from '../shared/domain/alarm-notice.ts';
import type { Telling } from '../shared/domain/alarm-decide.ts';
import { likelyCause } from '../shared/domain/cause.ts';
import { digestNotice } from '../shared/domain/digest.ts';
import type { Incident, OpenAlarm } from '../shared/domain/incident.ts';
import { bouncedNotice } from '../shared/domain/mail-road.ts';
import { asleep, awake, lateForWork, nightChanged, nightInterrupted, sleepPutOff, sleepSoon } from '../shared/domain/night-notices.ts';
import { linkAddress } from '../shared/domain/wake-link.ts';
import type { Notice } from '../shared/domain/notice.ts';
import { orderNotice } from '../shared/domain/order-notice.ts';
import { brokenRoadNotice } from '../shared/domain/road-notice.ts';

const at = (time: string): string => `2026-11-23T${time}.000Z`;
const place = {
  id: 'shop-prod',
  platform: 'shop',
  title: 'The Shop',
  stage: 'prod',
  site: 'https://shop.example.com',
  timeZone: 'Europe/Berlin',
};

const shop: PlatformFacts = {
  id: 'shop-prod',
  platform: 'shop',
  stage: 'prod',
  region: 'eu-central-1',
  cluster: 'shop-prod',
  site: 'https://shop.example.com',
  timeZone: 'Europe/Berlin',
  alarmPrefix: 'shop-prod-',
  loadBalancer: 'shop-prod',
  services: ['api', 'web', 'worker'].map((name) => ({
    name,
    serviceName: `shop-prod-${name}`,
    logGroup: `/ecs/shop-prod/${name}`,
    offHours: { kind: 'zero' },
  })),
  databases: [{ name: 'main', identifier: 'shop-prod-main', offHours: 'stop' }],
  caches: [],
};

const errors: AlarmFacts = {
  name: 'shop-prod-api-errors',
  state: 'ALARM',
  since: at('09:02:00'),
  reason: 'Threshold Crossed',
  datapoints: [41],
  threshold: 3,
  comparison: 'GreaterThanOrEqualToThreshold',
  statistic: 'Sum',
  periodSeconds: 300,
  evaluationPeriods: 1,
  calculated: false,
  rule: null,
  description:
    'api answered with server errors. What to do: Read its error lines; if it began with a rollout, roll back. Runbook: https://wiki.example.com/api',
  metric: {
    namespace: 'AWS/ApplicationELB',
    name: 'HTTPCode_Target_5XX_Count',
    dimensions: { TargetGroup: 'targetgroup/shop-prod-api/1', LoadBalancer: 'app/shop-prod/1' },
  },
};

const evidence: AlarmEvidence = {
  lines: {
    found: [
      "2026-11-23T09:01:12Z ERROR GET /orders/118 KeyError: 'currency'",
      "2026-11-23T09:01:40Z ERROR GET /orders/203 KeyError: 'currency'",
      '2026-11-23T09:02:03Z WARN connect to postgres://app:[redacted]@db:5432/shop took 1200 ms, timed out once',
    ],
  },
  stopped: {
    found: [
      {
        service: 'api',
        task: 'arn:aws:ecs:eu-central-1:123456789012:task/shop-prod/4f1c',
        taskDefinition: 'shop-prod-api:41',
        stoppedAt: at('09:01:30'),
        code: 'EssentialContainerExited',
        reason: 'Essential container in task exited',
        containers: [{ name: 'app', exitCode: 1, reason: null, digest: null }],
        logs: ["KeyError: 'currency'", 'worker process died'],
      },
    ],
  },
  counts: { found: [{ service: 'api', desired: 3, running: 2, pending: 1 }] },
  targets: { found: [{ service: 'api', healthy: 2, total: 3, reasons: ['Health checks failed with these codes: [502]'] }] },
  changes: {
    found: [
      { at: at('08:55:00'), story: 'redeploy', service: 'api', action: 'roll', sentence: 'api moves from sha256:81be… to sha256:9c04….' },
    ],
  },
};

const open = (over: Partial<OpenAlarm> = {}): OpenAlarm => ({
  state: 'ALARM',
  since: at('09:02:00'),
  firedAt: at('09:02:00'),
  subject: 'api',
  title: 'api answers with errors: 41 in 5 min (limit 3)',
  ...over,
});
const incident = (over: Partial<Incident> = {}): Incident => ({
  id: 'inc-20261123T090200-api-errors',
  openedAt: at('09:02:00'),
  joinedAt: at('09:02:01'),
  closedAt: null,
  severity: 'page',
  flapping: false,
  acknowledgedBy: null,
  alarms: { [errors.name]: open() },
  teller: 'e',
  opening: `inc-20261123T090200-api-errors@${at('09:02:02')}`,
  follow: null,
  reminders: 0,
  told: null,
  ...over,
});

const alarm = (what: Telling, time: string, over: Partial<Incident> = {}, because: string | null = null): Notice => {
  const over_ = what === 'closed' || what === 'passed';
  const found = over_ ? null : evidence;
  const cause = found === null ? null : likelyCause(errors, { kind: 'service', name: 'api', sleeps: true }, found, at('09:02:00'));
  const story: Story = { incident: incident(over), what, alarm: errors, evidence: found, cause, because };
  return alarmNotice(story, shop, at(time));
};

const storm: Partial<Incident> = {
  acknowledgedBy: 'mara',
  alarms: {
    [errors.name]: open(),
    'shop-prod-web-slow': open({ subject: 'web', title: 'web is slow: p90 4.1 s (limit 1 s)' }),
    'shop-prod-main-database-connections-high': open({ subject: 'main', title: 'Database main has 148 connections (limit 120)' }),
    'shop-prod-worker-cpu-high': open({ subject: 'worker', state: 'OK', title: 'CPU of worker at 91 % (limit 85 %)' }),
  },
};

const alarmSamples: Readonly<Record<string, Notice>> = {
  'An alarm with its evidence': alarm('opened', '09:02:02'),
  'A storm, edited in place': alarm('updated', '09:03:30', storm),
  'Still standing after a rollout': alarm(
    'outlived',
    '09:20:00',
    {},
    'It was kept quiet until now, because its service was being rolled out.',
  ),
  'Nobody looks after it': alarm('escalated', '09:17:00'),
  'Comes and goes': alarm('flapping', '09:30:00', { flapping: true }),
  Recovered: alarm('closed', '09:14:00', {
    closedAt: at('09:14:00'),
    alarms: { [errors.name]: open({ state: 'OK', since: at('09:14:00') }) },
  }),
};

const night = '2026-11-23T19:00Z';
const wakeLink = linkAddress('https://abcdefghij.lambda-url.eu-central-1.on.aws/', { until: '2026-11-24T06:00:00.000Z', seal: '5ea1'.repeat(16) });
const nightSamples: Readonly<Record<string, Notice>> = {
  'A quarter of an hour before sleep': sleepSoon(place, at('19:00:00'), at('18:45:00'), wakeLink),
  'Sleep put off': sleepPutOff(place, 'in-use', { what: '212 requests in the last 15 min', until: 'Mon 23 Nov 22:00 CET' }, at('19:00:00')),
  Asleep: asleep(
    place,
    {
      night,
      reason: 'off-hours',
      facts: { until: 'Tue 24 Nov 07:00 CET' },
      services: 3,
      databases: 1,
      wakesAt: '2026-11-24T06:00:00.000Z',
      troubles: [],
      wakeLink,
      wakingCost: { seconds: 9_060, usd: 0.42, by: 'mara' },
    },
    at('19:06:00'),
  ),
  'Changed by hand in the night': nightChanged(place, night, [], ['api was set to 1 task'], at('22:10:00')),
  Awake: awake(
    place,
    {
      night,
      seconds: 412,
      differences: [],
      explained: ['api runs sha256:9c04… pushed in the night'],
      failed: [],
      saved: { compute: 1.42, database: 0.31, keptBilling: 0.66 },
      by: 'the schedule',
    },
    '2026-11-24T06:07:00.000Z',
  ),
  'Late for work': lateForWork(place, night, ['api'], '2026-11-24T06:00:00.000Z', '2026-11-24T06:12:00.000Z'),
  'A story that did not finish': nightInterrupted(
    place,
    'wake',
    'wake-1',
    'InsufficientDBInstanceCapacity: no capacity for db.t4g.medium',
    '2026-11-24T06:15:00.000Z',
  ),
};

const digest = digestNotice(
  {
    nights: [
      {
        from: at('19:06:00'),
        to: '2026-11-24T06:07:00.000Z',
        differences: [],
        saved: { compute: 1.42, database: 0.31, keptBilling: 0.66 },
      },
    ],
    rollouts: [
      { at: at('08:55:00'), services: ['api'], result: 'rolled-back', tags: ['v41'], sentence: 'api crashed with exit code 1.' },
      { at: at('12:00:00'), services: ['web'], result: 'released', tags: ['v12'], sentence: '' },
    ],
    incidents: [{ openedAt: at('09:02:00'), closedAt: at('09:14:00'), alarms: ['shop-prod-api-errors'] }],
    quiet: { 'explained-by-sleep': 4, 'explained-by-rollout': 1 },
    overrides: [{ kind: 'hold', about: 'worker', by: 'mara', until: '2026-11-25T08:00:00.000Z' }],
    waiting: [],
    quarantined: [{ service: 'api', digest: 'sha256:9c04b1f2a3d4e5f60718', reason: 'crashed with exit code 1' }],
  },
  { kind: 'daily', from: '2026-11-23T06:30:00.000Z', to: '2026-11-24T06:30:00.000Z' },
  place,
  '2026-11-24T06:30:00.000Z',
);

const otherSamples: Readonly<Record<string, Notice>> = {
  'A person gave an order': orderNotice(
    { verb: 'rollback', subject: 'api', minutes: null, by: { id: 'U1', name: 'mara' }, id: 'p1' },
    'mara rolls api back to the release before.',
    null,
    place,
    at('09:06:00'),
  ),
  'A road is broken': brokenRoadNotice(
    { road: 'slack', why: 'no_service', refused: true, settings: 'shop/slack', downSince: at('09:02:03'), platform: 'shop', stage: 'prod' },
    at('09:02:04'),
  ),
  'A mail came back': bouncedNotice(
    {
      kind: 'bounce',
      permanent: true,
      recipients: [{ address: 'mara@example.com', why: 'smtp; 550 5.1.1 user unknown' }],
      subject: 'PROBLEM shop prod: api answers with errors',
      at: at('09:02:06'),
    },
    { platform: 'shop', stage: 'prod', otherRoads: true },
  ),
  'The morning summary': digest,
};

/** Every sample by name, grouped as the pages are. */
export const messageSamples: Readonly<Record<string, Readonly<Record<string, Notice>>>> = {
  alarms: alarmSamples,
  nights: nightSamples,
  others: otherSamples,
};
