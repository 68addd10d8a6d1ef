// The notice of an alarm, whole and literal (L2, L3, N2).
import { describe, expect, it } from 'vitest';
import { linesOfAll, type AlarmEvidence } from '../../shared/domain/alarm-evidence.ts';
import { decide, loudestFirst, write } from '../../shared/domain/alarm-report.ts';
import { emptyBoard } from '../../shared/domain/incident.ts';
import { alarm, platform, quietTimes } from './alarm-world.ts';

const rollout = { at: '2026-11-23T09:50:00.000Z', story: 'redeploy', service: 'api', action: 'released', sentence: 'api moves.' };

describe('the notice of an alarm', () => {
  const at = '2026-11-23T10:00:03.000Z';
  const asked = {
    alarm: 'wizelit-dev-api-slow',
    event: { state: 'ALARM', since: '2026-11-23T10:00:00.000Z', mutedUntil: null },
    look: null,
    execution: 'e',
    at,
  } as const;
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
        { label: 'Since', value: 'Mon 23 Nov 10:00 UTC' },
        { label: 'Value', value: '2.4 s, limit 1 s, over 15 min' },
        { label: 'Tasks of api', value: '1 of 2 running, 1 starting' },
        { label: 'Health of api', value: '1 of 2 healthy (Request timed out)' },
        { label: 'Not found out', value: 'stopped tasks (took longer than 2 s)' },
      ],
      excerpts: [
        { title: 'Last error lines of api', lines: ['ERROR pool exhausted (×2)'] },
        { title: 'What changed in the last hour', lines: ['Mon 23 Nov 09:50 UTC  api moves.'] },
      ],
      links: [
        {
          text: 'Alarm and graph',
          url: 'https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#alarmsV2:alarm/wizelit-dev-api-slow',
        },
        {
          text: 'Logs of api',
          url: 'https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:log-groups/log-group/$252Fecs$252Fwizelit-dev$252Fapi/log-events$3Fstart$3D1795427100000$26end$3D1795428300000',
        },
        {
          text: 'Service api',
          url: 'https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/wizelit-dev/services/wizelit-dev-api/health?region=us-east-1',
        },
        { text: 'Runbook', url: 'https://wiki.example/api' },
      ],
      nextSteps: [
        'Look for a service that does not return connections; limit its pool, or use a larger database class.',
        'Compare with CPU, database connections and the last rollout.',
        'Roll back: dayshift rollback api --platform wizelit --stage dev',
      ],
      thread: 'inc-20261123T100000-api-slow',
      picture: { title: 'response time of api', widget: expect.stringContaining('"annotations":{"horizontal":[{"label":"limit","value":1}]') },
      buttons: [
        { action: 'acknowledge', text: 'Acknowledge', subject: 'inc-20261123T100000-api-slow', style: 'primary' },
        { action: 'mute', text: 'Mute for 1 hour', subject: 'wizelit-dev-api-slow', style: 'default' },
        { action: 'rollback', text: 'Roll back api', subject: 'api', style: 'danger' },
      ],
      at,
    });
  });

  it.each([
    [
      'by the likely cause that says so',
      [],
      ['Roll back (dayshift rollback api --platform wizelit --stage dev) if users notice it, then compare with the release before.', 'Compare with CPU, database connections and the last rollout.'],
    ],
    [
      'after everything else where the cause is another',
      ['ThrottlingException: Rate exceeded'],
      [
        'See which calls are refused in the log lines; slow them down or ask for a higher quota.',
        'Compare with CPU, database connections and the last rollout.',
        'Roll back: dayshift rollback api --platform wizelit --stage dev',
      ],
    ],
  ])('L2: going back is advised once, with its command: %s', (_, lines, steps) => {
    const evidence = { ...found, lines: { found: lines }, targets: { found: [] } };
    expect(write(verdict, [alarm('api-slow')], evidence, platform, at).nextSteps).toEqual(steps);
  });

  it('L2: what scaling did stands among what changed, and is missed by name where it could not be found out', () => {
    const scaled = { at: '2026-11-23T09:40:00.000Z', story: 'scaling', service: 'api', action: 'scale', sentence: 'api was scaled to 4 tasks.' };
    const notice = (scaling: NonNullable<AlarmEvidence['scaling']>) => write(verdict, [alarm('api-slow')], { ...found, scaling }, platform, at);
    expect(notice({ found: [scaled] }).excerpts.at(-1)?.lines).toEqual(['Mon 23 Nov 09:40 UTC  api was scaled to 4 tasks.', 'Mon 23 Nov 09:50 UTC  api moves.']);
    expect(notice({ missing: 'not permitted' }).facts.at(-1)?.value).toBe('stopped tasks (took longer than 2 s); scaling (not permitted)');
  });

  it('L2: error lines around a database are told as those of the services that wrote them', () => {
    const name = 'main-database-cpu-high';
    const full = alarm(name, { metric: { namespace: 'AWS/RDS', name: 'CPUUtilization', dimensions: { DBInstanceIdentifier: 'wizelit-dev-main' } } });
    const told = decide({ ...asked, alarm: full.name }, full, emptyBoard, quietTimes, platform);
    const counts = { found: ['api', 'api-worker'].map((service) => ({ service, desired: 1, running: 1, pending: 0 })) };
    const titles = (evidence: AlarmEvidence): readonly string[] => write(told, [full], evidence, platform, at).excerpts.map(({ title }) => title);
    expect(titles({ ...found, counts })[0]).toBe('Last error lines of api and api-worker');
    expect(titles({ ...found, counts: { missing: 'not permitted' } })[0]).toBe('Last error lines of the services around database main');
  });

  it('L3: the recovery says how long it lasted and follows the opening', () => {
    const board = verdict.board ?? emptyBoard;
    const later = '2026-11-23T10:12:00.000Z';
    const over = decide(
      { ...asked, event: { state: 'OK', since: later, mutedUntil: null }, execution: 'f', at: later },
      alarm('api-slow', { state: 'OK' }),
      board,
      quietTimes,
      platform,
    );
    const notice = write(over, [alarm('api-slow', { state: 'OK' })], null, platform, later);
    expect(notice).toMatchObject({
      tone: 'good',
      title: 'Recovered after 12 min: response time of api',
      place: 'close',
      follows: 'inc-20261123T100000-api-slow@2026-11-23T10:00:03.000Z',
      nextSteps: [],
      excerpts: [],
    });
    expect(notice.buttons).toBeUndefined();
  });

  it.each([
    ['one log group is missing', { missing: 'there is none yet' }, { found: ['ERROR b'] }, ['ERROR b'], 'log lines of api (there is none yet)'],
    ['both are there', { found: ['ERROR a'] }, { found: ['ERROR b'] }, ['ERROR a', 'ERROR b'], undefined],
    ['none answers', { missing: 'took longer than 2 s' }, { missing: 'took longer than 2 s' }, undefined, 'log lines (took longer than 2 s)'],
  ] as const)('L2: of several services each has its own lines: %s', (_, api, web, lines, absence) => {
    const parts = linesOfAll<string>([
      { service: 'api', lines: api },
      { service: 'web', lines: web },
    ]);
    const { facts, excerpts } = write(verdict, [alarm('api-slow')], { ...found, stopped: { found: [] }, ...parts }, platform, at);
    expect(excerpts.find(({ title }) => title === 'Last error lines of api')?.lines).toEqual(lines);
    expect(facts.find(({ label }) => label === 'Not found out')?.value).toBe(absence);
  });

  it('L3: of a storm whose first alarms recovered, those that stand are asked about first', () => {
    const { incident } = verdict.tell ?? {};
    if (incident === undefined) throw new Error('nothing was told');
    const [slow] = Object.values(incident.alarms);
    if (slow === undefined) throw new Error('nothing stands');
    const alarms = { one: { ...slow, state: 'OK' }, two: slow, three: { ...slow, state: 'INSUFFICIENT_DATA' }, four: slow } as const;
    expect(loudestFirst({ ...incident, alarms })).toEqual(['two', 'four', 'one', 'three']);
  });

  it('N2: news of a broken road avoids that road', () => {
    const broken = alarm('slack-parked', { metric: null, description: 'Parked.' });
    const told = decide({ ...asked, alarm: 'wizelit-dev-slack-parked' }, broken, emptyBoard, quietTimes, platform);
    expect(write(told, [broken], null, platform, at).avoids).toBe('slack');
  });

  it('N2: news of a broken road and of something else avoids no road, and waits for no opening that avoided one', () => {
    const { incident } = verdict.tell ?? {};
    const [slow] = Object.values(incident?.alarms ?? {});
    if (verdict.tell === null || incident === undefined || slow === undefined) throw new Error('nothing was told');
    const updated = (alarms: typeof incident.alarms) =>
      write({ ...verdict, tell: { ...verdict.tell, what: 'updated', incident: { ...incident, alarms } } } as typeof verdict, [], null, platform, at);
    const [waiting, parked, other] = ['wizelit-dev-slack-waiting', 'wizelit-dev-slack-parked', 'wizelit-dev-wake-story-failed'] as const;
    const alone = updated({ [waiting]: slow, [parked]: slow });
    expect([alone.avoids, alone.follows]).toEqual(['slack', incident.opening]);
    const joined = updated({ [waiting]: slow, [other]: slow });
    expect([joined.avoids, joined.follows]).toEqual([undefined, undefined]);
    const behind = updated({ [other]: slow, [waiting]: slow });
    expect([behind.avoids, behind.follows]).toEqual([undefined, incident.opening]);
  });
});
