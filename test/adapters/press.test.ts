// Buttons and commands end to end: forged, late, replayed and unauthorised requests, and what genuine ones set in motion (L6).
import { afterEach, describe, expect, it } from 'vitest';
import { createHmac } from 'node:crypto';
import { watchedPlatform, type Watched, type WatchedOptions } from './watched-platform.ts';

/** Slack's id of a person in the rehearsal's workspace. */
const MARA = 'U8A5C7E2F';
const open: Watched[] = [];
const watched = async (options: WatchedOptions = {}): Promise<Watched> => {
  const platform = await watchedPlatform({
    platform: 'managed-chatkit',
    slack: 'app',
    notices: { allow: { '*': [MARA], acknowledge: ['UJUSTSEES'] } },
    ...options,
  });
  open.push(platform);
  return platform;
};
afterEach(async () => {
  for (const { world } of open.splice(0)) await world.close();
});

interface Request {
  readonly body: string;
  readonly timestamp: number;
  readonly secret: string;
}

const send = async (
  { world, requestUrl }: Watched,
  { body, timestamp, secret }: Request,
): Promise<{ readonly status: number; readonly body: string; readonly seconds: number }> => {
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': String(timestamp),
    'x-slack-signature': signature,
  };
  const before = world.clock.now;
  const answer = await world.clock.finish(world.services.lambda.visit({ method: 'POST', url: requestUrl, headers, body }));
  return { status: answer.status, body: answer.body, seconds: (world.clock.now - before) / 1000 };
};
const genuine = (platform: Watched, body: string): Request => ({
  body,
  timestamp: Math.floor(platform.world.clock.now / 1000),
  secret: platform.app?.signingSecret ?? '',
});
const command = (text: string, user = MARA): string =>
  new URLSearchParams({ command: '/dayshift', text, user_id: user, user_name: user === MARA ? 'mara' : 'eve' }).toString();
const button = (action: string, value: string, thread: string, user = MARA): string =>
  new URLSearchParams({
    payload: JSON.stringify({
      type: 'block_actions',
      user: { id: user, username: user === MARA ? 'mara' : 'eve' },
      response_url: 'https://hooks.slack.com/actions/T/1',
      actions: [{ action_id: action, block_id: `dayshift:${thread}`, value, type: 'button' }],
    }),
  }).toString();
const started = ({ world }: Watched, story: string): readonly unknown[] =>
  world.trail.entries.filter(
    ({ kind, what, who }) => kind === 'state' && what === 'execution started' && who.startsWith(`managed-chatkit-dev-${story}/order-`),
  );

describe('a request that is not genuine', () => {
  it('L6: is refused when forged or late, and changes nothing', async () => {
    const platform = await watched();
    const wake = genuine(platform, command('wake'));
    expect(await send(platform, { ...wake, secret: 'guess' })).toMatchObject({ status: 401, body: 'forged' });
    expect(await send(platform, { ...wake, timestamp: wake.timestamp - 301 })).toMatchObject({ status: 401, body: 'late' });
    expect(await send(platform, genuine(platform, 'payload=nonsense'))).toMatchObject({ status: 400 });
    expect([started(platform, 'wake'), platform.slack(), platform.records('press').size]).toEqual([[], [], 0]);
  });

  it('L6: does its work once, however often it is replayed', async () => {
    const platform = await watched();
    const wake = genuine(platform, command('wake'));
    expect((await send(platform, wake)).body).toContain('mara wakes the platform.');
    expect((await send(platform, wake)).body).toContain('That was done already.');
    await platform.minutes(1);
    expect(started(platform, 'wake')).toHaveLength(1);
    expect(platform.slack()).toEqual(['mara wakes the platform.']);
  });

  it('L6: who is not allowed is told so in private, and the channel hears nothing', async () => {
    const platform = await watched();
    expect((await send(platform, genuine(platform, command('rollback web', 'UEVE')))).body).toContain('You may not rollback here');
    expect((await send(platform, genuine(platform, command('rollback web', 'UJUSTSEES')))).body).toContain('You may not rollback here');
    await platform.minutes(1);
    expect([started(platform, 'redeploy'), platform.slack()]).toEqual([[], []]);
  });
});

describe('a user group of Slack', () => {
  const notices = { allow: { rollback: ['S0614TZR7'] } };

  it('L6: lets its members do what it is named for, and nobody else', async () => {
    const platform = await watched({ notices });
    platform.world.services.outside.slack.group('S0614TZR7', [MARA]);
    expect((await send(platform, genuine(platform, command('rollback web', 'UEVE')))).body).toContain('You may not rollback here');
    expect((await send(platform, genuine(platform, command('wake')))).body).toContain('You may not wake here');
    const answer = await send(platform, genuine(platform, command('rollback web')));
    expect([answer.status, answer.body.includes('You may not'), answer.seconds < 3]).toEqual([200, false, true]);
    expect(started(platform, 'redeploy')).toHaveLength(1);
  });

  it.each(['refused', 'silent'] as const)('L6: that Slack does not answer for (%s) lets nobody do anything, and is answered within three seconds', async (answer) => {
    const platform = await watched({ notices });
    platform.world.services.outside.outage({ host: 'slack.com', answer });
    const said = await send(platform, genuine(platform, command('rollback web')));
    expect(said.body).toContain('You may not rollback here');
    expect(said.seconds).toBeLessThan(3);
    expect(started(platform, 'redeploy')).toEqual([]);
  });
});

describe('a genuine request', () => {
  it('L6: is answered within three seconds, from a cold start', async () => {
    const platform = await watched();
    expect((await send(platform, genuine(platform, command('rollback web')))).seconds).toBeLessThan(3);
    expect(started(platform, 'redeploy')).toHaveLength(1);
  });

  it('L6: acknowledging changes the message, names the person and takes the button away', async () => {
    const platform = await watched();
    const { world } = platform;
    world.services.cloudwatch.setAlarm('managed-chatkit-dev-loadbalancer-errors', 'ALARM', 'Threshold Crossed');
    await platform.minutes(1);
    const [message] = world.services.outside.slack.messages;
    const incident = [...platform.records('incident').keys()][0] ?? '';
    expect(JSON.stringify(message?.blocks)).toContain(`dayshift:${incident}`);
    await send(platform, genuine(platform, button('acknowledge', incident, incident)));
    await platform.minutes(1);
    expect(JSON.stringify(message?.blocks)).toContain('*Looked after by*\\nmara');
    expect(JSON.stringify(message?.blocks)).not.toContain('"acknowledge"');
    expect(world.services.outside.slack.messages[1]).toMatchObject({ threadTs: message?.ts, text: 'mara looks after this: Errors of the load balancer' });
  });

  it('L6: muting by button is written on the message, which keeps the line and lacks the button through every later edit', async () => {
    const platform = await watched();
    const { world } = platform;
    const name = 'managed-chatkit-dev-loadbalancer-errors';
    world.services.cloudwatch.setAlarm(name, 'ALARM', 'Threshold Crossed');
    await platform.minutes(1);
    const [message] = world.services.outside.slack.messages;
    const incident = [...platform.records('incident').keys()][0] ?? '';
    const blocks = (): string => JSON.stringify(message?.blocks);
    await send(platform, genuine(platform, button('mute', name, incident)));
    await platform.minutes(1);
    const line = /:white_check_mark: Muted until [^"]+ by mara, [^"]+/.exec(blocks())?.[0] ?? 'no line';
    expect([blocks().includes('"mute"'), blocks().includes('"acknowledge"')]).toEqual([false, true]);
    await send(platform, genuine(platform, button('acknowledge', incident, incident)));
    await platform.minutes(1);
    expect([blocks().includes(line), blocks().includes('*Looked after by*\\nmara'), blocks().includes('"mute"')]).toEqual([true, true, false]);
    world.services.cloudwatch.setAlarm(name, 'OK', 'Threshold not crossed');
    await platform.minutes(1);
    expect([blocks().includes('Recovered after'), blocks().includes(line), blocks().includes('"actions"')]).toEqual([true, true, false]);
  });

  it('L4 L6: a muted alarm is quiet for its hour, and is sent when it still stands then', async () => {
    const platform = await watched();
    const { world } = platform;
    await send(platform, genuine(platform, command('mute managed-chatkit-dev-loadbalancer-errors 60')));
    world.services.cloudwatch.setAlarm('managed-chatkit-dev-loadbalancer-errors', 'ALARM', 'Threshold Crossed');
    await platform.minutes(58);
    expect(platform.slack()).toEqual(['mara muted managed-chatkit-dev-loadbalancer-errors for 1 h.']);
    await platform.minutes(6);
    expect(platform.slack()[1]).toMatch(/^Errors of the load balancer, still standing · .* It was kept quiet until now, because mara had muted it\./);
  });

  it('S8: the button of the warning keeps the platform awake two hours, and the channel hears who pressed it', async () => {
    const platform = await watched();
    await send(platform, genuine(platform, button('keep-awake', 'platform', 'sleep-soon-2026-11-23T09:00:00.000Z')));
    await platform.minutes(1);
    expect(platform.slack()).toEqual(['mara keeps the platform awake for 2 h.']);
    const status = JSON.parse((await send(platform, genuine(platform, command('status')))).body) as { text: string };
    expect(status.text).toContain('• keep-awake mara by mara until');
  });

  it('L6: status and why answer from the ledger', async () => {
    const platform = await watched();
    await send(platform, genuine(platform, command('keep-awake 3h')));
    const status = JSON.parse((await send(platform, genuine(platform, command('status')))).body) as { text: string };
    expect(status.text).toContain(':large_green_circle: no open alarms');
    expect(status.text).toContain('• keep-awake mara by mara until');
    const why = JSON.parse((await send(platform, genuine(platform, command('why')))).body) as { text: string };
    expect(why.text).toContain('mara asked for keep-awake of platform.');
  });
});
