// The words of messages that people stumbled over: instants in the zone's own words, durations, titles, and what a rollout tells (N1).
import { describe, expect, it } from 'vitest';
import { causeMessage } from '../../shared/domain/failure-words.ts';
import { durationWords, exactWords, instantWords } from '../../shared/domain/instants.ts';
import { nightInterrupted, sleepSoon } from '../../shared/domain/night-notices.ts';
import { abandonNotice, rolloutNotice, type ToldRollout } from '../../shared/domain/redeploy-notice.ts';
import type { Progress } from '../../shared/domain/rollout-progress.ts';
import { slackMessage } from '../../shared/domain/render-slack.ts';
import { whyReport } from '../../shared/domain/why.ts';
import { slow } from './notices.ts';

const GOOD = '123456789012.dkr.ecr.ap-southeast-2.amazonaws.com/wizelit@sha256:4429cbb0614f0000000000000000000000000000000000000000000000000000';
const BAD = '123456789012.dkr.ecr.ap-southeast-2.amazonaws.com/wizelit@sha256:2f05d4b689d20000000000000000000000000000000000000000000000000000';

const progress = (over: Partial<Progress>): Progress => ({
  step: 'back',
  since: '2026-11-22T23:07:58.000Z',
  deadline: null,
  images: { app: BAD },
  accept: {},
  good: { app: GOOD },
  tags: ['latest', 'v7'],
  taskDefinition: null,
  bad: [],
  first: false,
  group: null,
  order: 0,
  reason: 'went-back-healthy',
  facts: {},
  startedAt: '2026-11-22T23:05:10.000Z',
  migrate: false,
  migration: null,
  ...over,
} as Progress);

const rollout = (over: Partial<ToldRollout> = {}, own: Partial<Progress> = {}): ToldRollout => ({
  id: '848271c5-02bc-4597-9de5-7ee0c5cbfc17.1',
  trigger: { kind: 'push', detail: 'c723ebd5-83be-473a-b729-1ee175e9f0ee' },
  progress: { app: progress(own) },
  tags: ['latest', 'v7'],
  commit: null,
  phases: [{ name: 'decided', at: '2026-11-22T23:05:00.000Z' }],
  evidence: [
    { task: 't1', taskDefinition: 'd:2', stoppedAt: '2026-11-22T23:05:44.082Z', code: 'EssentialContainerExited', reason: '', containers: [{ name: 'app', exitCode: 1, reason: null, digest: null }] },
    { task: 't2', taskDefinition: 'd:2', stoppedAt: '2026-11-22T23:06:30.787Z', code: 'EssentialContainerExited', reason: '', containers: [{ name: 'app', exitCode: 1, reason: null, digest: null }] },
  ],
  logs: [],
  ...over,
});
const about = { platform: 'wizelit', stage: 'dev', title: 'Wizelit', hours: { timeZone: 'Australia/Sydney' } };
const facts = (told: ToldRollout, debt: 'failed' | 'finished' = 'finished') =>
  Object.fromEntries(rolloutNotice(debt, told, about, '2026-11-22T23:10:54.000Z').facts.map(({ label, value }) => [label, value]));

describe('instants and durations', () => {
  it.each([
    ['Australia/Sydney', 'Mon 23 Nov 12:20 AEDT'],
    ['Europe/Berlin', 'Mon 23 Nov 02:20 CET'],
    ['America/New_York', 'Sun 22 Nov 20:20 EST'],
    ['Asia/Kolkata', 'Mon 23 Nov 06:50 IST'],
    ['Pacific/Auckland', 'Mon 23 Nov 14:20 NZDT'],
    ['Asia/Tokyo', 'Mon 23 Nov 10:20 Tokyo time'],
    ['America/Sao_Paulo', 'Sun 22 Nov 22:20 Sao Paulo time'],
    ['UTC', 'Mon 23 Nov 01:20 UTC'],
  ])('N1: %s is told as people there say it', (zone, words) => {
    expect(instantWords('2026-11-23T01:20:00.000Z', zone)).toBe(words);
  });

  it.each([
    [0, '0 s', '0 s'],
    [59, '59 s', '59 s'],
    [60, '1 min', '1 min'],
    [88, '1 min 28 s', '1 min 28 s'],
    [354, '6 min', '5 min 54 s'],
    [7_500, '2 h 5 min', '2 h 5 min'],
  ])('N1: %s seconds are told in minutes', (seconds, about, exact) => {
    expect([durationWords(seconds), exactWords(seconds)]).toEqual([about, exact]);
  });
});

describe('a rollout that went back', () => {
  it('N1 R10: says what runs now and what was refused, never the refused one as the image', () => {
    expect(facts(rollout())).toEqual({
      Services: 'app',
      'Runs now': 'sha256:4429cbb0614f',
      Refused: 'sha256:2f05d4b689d2 (latest, v7)',
      'Started by': 'a push of latest, v7 to wizelit',
      Duration: '5 min 54 s',
    });
  });

  it('N1 R10: while it goes back it says where to', () => {
    expect(facts(rollout({}, { step: 'going-back' }), 'failed')).toMatchObject({ 'Goes back to': 'sha256:4429cbb0614f', Refused: 'sha256:2f05d4b689d2 (latest, v7)' });
  });

  it('N1: tells stopped tasks on the platform’s own clock, the newest first', () => {
    const notice = rolloutNotice('failed', rollout({}, { step: 'going-back' }), about, '2026-11-22T23:06:40.000Z');
    expect(notice.excerpts[0]?.lines).toEqual([
      'Mon 23 Nov 10:06 AEDT  EssentialContainerExited: app exited with 1',
      'Mon 23 Nov 10:05 AEDT  EssentialContainerExited: app exited with 1',
    ]);
  });
});

describe('a rollout that failed by no fault of the image', () => {
  it('R10: is not told as quarantined, and asks for no repaired image', () => {
    const blameless = rollout({}, { step: 'going-back', reason: 'rollout-no-capacity', facts: { ready: 1, desired: 3 }, blameless: true });
    const notice = rolloutNotice('failed', blameless, about, '2026-11-22T23:06:40.000Z');
    expect(notice.summary).toBe(
      'AWS has had no capacity: only 1 of 3 tasks were healthy in time. The image is not to blame: it is tried again by itself.',
    );
    expect(notice.nextSteps).toEqual([]);
  });
});

describe('what began a rollout', () => {
  it.each([
    ['push', 'c723ebd5-83be-473a-b729-1ee175e9f0ee', 'a push of latest, v7 to wizelit'],
    ['poll', 'ghcr.io/x points to sha256:1', 'a push of latest, v7 to wizelit, found by looking'],
    ['webhook', 'd-1', 'a push of latest, v7 to wizelit, told by the registry\'s webhook'],
    ['wake', 'staged in the night of 2026-11-23T09:00Z', 'the morning (staged in the night of 2026-11-23T09:00Z)'],
    ['operator', 'rollback', 'a person (rollback)'],
    ['reconcile', 'registry and services differ', 'the reconciler (registry and services differ)'],
  ])('N1: %s is told without identifiers', (kind, detail, words) => {
    expect(facts(rollout({ trigger: { kind, detail } }))['Started by']).toBe(words);
  });
});

describe('who began a rollout', () => {
  it.each([
    ['operator', 'rollback by mara', 'mara (rollback)'],
    ['webhook', 'd-1', "a push of latest, v7 to wizelit by mara, told by the registry's webhook"],
  ])('N1: of %s is told by name', (kind, detail, words) => {
    expect(facts(rollout({ trigger: { kind, detail }, who: 'mara' }))['Started by']).toBe(words);
  });
});

describe('titles', () => {
  it('N1: what is staged for the morning has a title that its text does not repeat', () => {
    const staged = rollout({}, { step: 'staged', reason: 'staged-asleep', facts: { images: 'sha256:2f05d4b689d2' } });
    const { title, summary } = rolloutNotice('finished', staged, about, '2026-11-22T23:10:54.000Z');
    expect([title, summary]).toEqual(['app has a new image for the morning', 'app sleeps: sha256:2f05d4b689d2 is staged and the morning starts it.']);
    const besides = { ...staged, progress: { ...staged.progress, web: progress({ step: 'superseded', reason: 'lease-lost', facts: { service: 'web' } }) } };
    expect(rolloutNotice('finished', besides, about, '2026-11-22T23:10:54.000Z').title).toBe('app has a new image for the morning');
  });

  it('N1: a header too long for Slack ends after a whole word', () => {
    const title = `app: rollout of sha256:2f05d4b689d2 failed because ${'its health check answered late '.repeat(5)}`;
    const [header] = slackMessage({ ...slow, title }, { buttons: false, timeZone: 'UTC' }).blocks;
    const text = header?.type === 'header' ? header.text.text : '';
    expect(text.length).toBeLessThanOrEqual(150);
    expect(text).toMatch(/^:red_circle: app: rollout of 2f05d4b6 failed because .* (?:its|health|check|answered|late)…$/);
  });
});

describe('a story that broke', () => {
  it('N1: is told in the words of its error, never as JSON', () => {
    const Cause = '{"errorType":"AccessDeniedException","errorMessage":"ecs:DescribeServices: no \\"read\\"","trace":["at file:///var/task/index.mjs:1"]}';
    const notice = abandonNotice('r1', ['app'], { Error: 'AccessDeniedException', Cause }, about, '2026-11-22T23:10:54.000Z');
    expect(notice.excerpts).toEqual([{ title: 'AccessDeniedException', lines: ['ecs:DescribeServices: no "read"'] }]);
    expect(abandonNotice('r1', [], { Error: 'States.Timeout', Cause: '' }, about, '2026-11-22T23:10:54.000Z').excerpts).toEqual([]);
    expect(causeMessage('The door did not answer.')).toBe('The door did not answer.');
  });
});

describe('what a notice tells people to ask', () => {
  it('N1 N4: commands name platform and stage, and are ones the command line takes', () => {
    const place = { id: 'wizelit-prod', platform: 'wizelit', stage: 'prod', title: 'Wizelit', timeZone: 'Australia/Sydney', site: null };
    expect(sleepSoon(place, '2026-11-23T09:00:00.000Z', '2026-11-23T08:45:00.000Z').nextSteps).toEqual([
      'Keep it awake: dayshift keep-awake until 22:00 --platform wizelit --stage prod',
    ]);
    expect(nightInterrupted(place, 'wake', 'w', 'AccessDeniedException: no', '2026-11-23T20:15:00.000Z').nextSteps).toEqual(['Start it at once: dayshift wake --platform wizelit --stage prod']);
    expect(rolloutNotice('failed', rollout({}, { step: 'going-back' }), about, '2026-11-22T23:10:54.000Z').nextSteps.at(-1)).toContain(
      'dayshift release app --platform wizelit --stage dev',
    );
  });

  const entry = { at: '2026-11-22T23:05:03.400Z', id: 'r.1/app', story: 'redeploy', service: 'app', action: 'hold', reason: 'on-hold', facts: { by: 'mara', images: 'sha256:2f05d4b689d2', service: 'app', note: null } };

  it('N4: an image that waits is found under its service and the instant since when', () => {
    const found = whyReport('held-app-2026-11-22T23:05:03.193Z', [entry], []);
    expect(found.entries.map(({ sentence }) => sentence)).toEqual(['sha256:2f05d4b689d2 waits for app: mara stopped the line.']);
    expect(whyReport('held-web-2026-11-22T23:05:03.193Z', [entry], []).entries).toEqual([]);
    expect(whyReport('held-app-2026-11-22T21:05:03.193Z', [entry], []).entries).toEqual([]);
  });
});
