// The world outside AWS: Slack's limits and errors, registries without events, mail that may wait.
import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { createWorld } from '../../local/create-world.ts';
import type { World } from '../../local/world.ts';
import { judgeSignature } from '../../shared/web/slack-signature.ts';

let world: World;
const start = Date.parse('2026-11-23T08:00:00Z');
const later = (milliseconds: number) => world.clock.run(world.clock.now + milliseconds);

beforeEach(() => {
  world = createWorld({ start, seed: 1 });
});

const post = (url: string, value: unknown, headers: Record<string, string> = {}) =>
  world.services.outside.http({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof value === 'string' ? value : JSON.stringify(value),
  });

describe('Slack webhooks', () => {
  it('N1: takes a message and answers ok as text', async () => {
    const url = world.services.outside.slack.webhook('ops');
    expect(await post(url, { text: 'web is asleep' })).toMatchObject({ status: 200, body: 'ok' });
    expect(world.services.outside.slack.messages).toMatchObject([{ channel: '#ops', text: 'web is asleep' }]);
  });

  it('N2: a second post within a second is refused with Retry-After and accepted later', async () => {
    const url = world.services.outside.slack.webhook('ops');
    await post(url, { text: 'one' });
    expect(await post(url, { text: 'two' })).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
    await later(1000);
    expect((await post(url, { text: 'two' })).status).toBe(200);
    expect(world.services.outside.slack.messages.map((message) => message.text)).toEqual(['one', 'two']);
  });

  it.each([
    ['51 blocks', { text: 'x', blocks: Array.from({ length: 51 }, () => ({ type: 'divider' })) }, 400, 'invalid_blocks'],
    [
      'a section of 3001 characters',
      { text: 'x', blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'y'.repeat(3001) } }] },
      400,
      'invalid_blocks',
    ],
    [
      '13,201 characters in all',
      { text: 'x', blocks: Array.from({ length: 5 }, () => ({ type: 'section', text: { type: 'mrkdwn', text: 'y'.repeat(2650) } })) },
      400,
      'invalid_blocks',
    ],
    [
      'a button text of 76 characters',
      {
        text: 'x',
        blocks: [{ type: 'actions', elements: [{ type: 'button', action_id: 'a', text: { type: 'plain_text', text: 'y'.repeat(76) } }] }],
      },
      400,
      'invalid_blocks',
    ],
    ['no text', {}, 400, 'no_text'],
    ['no JSON', 'text=hello', 400, 'invalid_payload'],
  ])('N1: refuses %s', async (_, value, status, body) => {
    expect(await post(world.services.outside.slack.webhook('ops'), value)).toMatchObject({ status, body });
  });

  it('N2: an outage fails every post until it ends, and an unknown webhook is no service', async () => {
    const url = world.services.outside.slack.webhook('ops');
    world.services.outside.slack.outage(start + 60_000);
    expect((await post(url, { text: 'x' })).status).toBe(503);
    await later(60_000);
    expect((await post(url, { text: 'x' })).status).toBe(200);
    expect(await post('https://hooks.slack.com/services/T0/B0/nobody', { text: 'x' })).toMatchObject({ status: 404, body: 'no_service' });
  });
});

describe('Slack apps', () => {
  it('L3: posts, edits in place and threads, with the ts as the message id', async () => {
    const app = world.services.outside.slack.app('ops');
    const bearer = { authorization: `Bearer ${app.token}` };
    const answer = JSON.parse((await post('https://slack.com/api/chat.postMessage', { channel: app.channel, text: 'ALARM' }, bearer)).body);
    expect(answer).toMatchObject({ ok: true, channel: app.channel });
    const edit = await post('https://slack.com/api/chat.update', { channel: app.channel, ts: answer.ts, text: 'OK' }, bearer);
    expect(JSON.parse(edit.body)).toMatchObject({ ok: true, ts: answer.ts });
    await later(1000);
    await post(
      'https://slack.com/api/chat.postMessage',
      { channel: app.channel, text: 'it lasted 4 minutes', thread_ts: answer.ts },
      bearer,
    );
    expect(world.services.outside.slack.messages).toMatchObject([{ text: 'OK', edits: 1 }, { threadTs: answer.ts }]);
    expect(
      JSON.parse((await post('https://slack.com/api/chat.update', { channel: app.channel, ts: '1.2', text: 'x' }, bearer)).body),
    ).toEqual({ ok: false, error: 'message_not_found' });
    expect(
      JSON.parse(
        (await post('https://slack.com/api/chat.postMessage', { channel: app.channel, text: 'x' }, { authorization: 'Bearer wrong' })).body,
      ),
    ).toEqual({ ok: false, error: 'invalid_auth' });
  });

  it('L2: uploads a picture in three steps', async () => {
    const app = world.services.outside.slack.app('ops');
    const bearer = { authorization: `Bearer ${app.token}` };
    const asked = JSON.parse(
      (
        await post('https://slack.com/api/files.getUploadURLExternal', 'filename=cpu.png&length=4', {
          ...bearer,
          'content-type': 'application/x-www-form-urlencoded',
        })
      ).body,
    );
    await world.services.outside.http({ method: 'POST', url: asked.upload_url, headers: {}, body: Uint8Array.of(137, 80, 78, 71) });
    const done = await post(
      'https://slack.com/api/files.completeUploadExternal',
      { files: [{ id: asked.file_id, title: 'CPU' }], channel_id: app.channel },
      bearer,
    );
    expect(JSON.parse(done.body).ok).toBe(true);
    expect([...world.services.outside.slack.files[0]!.bytes]).toEqual([137, 80, 78, 71]);
  });

  it('L6: a pressed button arrives signed, with a response URL for five posts within thirty minutes', async () => {
    const app = world.services.outside.slack.app('ops');
    const blocks = [
      {
        type: 'actions',
        block_id: 'b',
        elements: [{ type: 'button', action_id: 'ack', value: 'inc-1', text: { type: 'plain_text', text: 'Acknowledge' } }],
      },
    ];
    const { ts } = JSON.parse(
      (
        await post(
          'https://slack.com/api/chat.postMessage',
          { channel: app.channel, text: 'ALARM', blocks },
          { authorization: `Bearer ${app.token}` },
        )
      ).body,
    );
    const request = world.services.outside.slack.press(app, ts, 'ack', 'ada', 'https://ops.example.com/slack');
    const signature = createHmac('sha256', app.signingSecret)
      .update(`v0:1795420800:${request.body as string}`)
      .digest('hex');
    expect(request.headers['x-slack-signature']).toBe(`v0=${signature}`);
    const payload = JSON.parse(new URLSearchParams(request.body as string).get('payload')!);
    expect(payload).toMatchObject({ type: 'block_actions', user: { name: 'ada' }, actions: [{ action_id: 'ack', value: 'inc-1' }] });
    const answers: number[] = [];
    for (let i = 0; i < 6; i += 1) answers.push((await post(payload.response_url, { text: 'acknowledged' })).status);
    expect(answers).toEqual([200, 200, 200, 200, 200, 404]);
  });
});

describe('trouble on the way', () => {
  it('N2: an answer may be lost although the message was taken, and a peer may stay silent', async () => {
    const url = world.services.outside.slack.webhook('ops');
    world.services.outside.outage({ host: 'hooks.slack.com', answer: 'lost', times: 1 });
    await expect(post(url, { text: 'one' })).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(world.services.outside.slack.messages).toHaveLength(1);
    await later(1000);
    expect((await post(url, { text: 'one' })).status).toBe(200);
    world.services.outside.outage({ host: 'hooks.slack.com', answer: 'silent', times: 1 });
    const waiting = expect(post(url, { text: 'two' })).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    await later(120_000);
    await waiting;
  });

  it('L6: a typed command arrives signed with its text', () => {
    const app = world.services.outside.slack.app('ops');
    const request = world.services.outside.slack.type(app, '/dayshift', 'wake', 'ada', 'https://ops.example.com/slack');
    expect(Object.fromEntries(new URLSearchParams(request.body as string))).toMatchObject({
      command: '/dayshift',
      text: 'wake',
      user_name: 'ada',
    });
    expect(request.headers['x-slack-signature']).toMatch(/^v0=[0-9a-f]{64}$/);
  });
});

describe('registries without events', () => {
  const head = (url: string, headers: Record<string, string> = {}) => world.services.outside.http({ method: 'HEAD', url, headers });
  const manifests = 'https://ghcr.io/v2/acme/web/manifests/';

  const token = async (authorization?: string) => {
    const challenge = (await head(`${manifests}latest`)).headers['www-authenticate'];
    expect(challenge).toBe('Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:acme/web:pull"');
    const url = 'https://ghcr.io/token?service=ghcr.io&scope=repository:acme/web:pull';
    return world.services.outside.http({ method: 'GET', url, headers: authorization === undefined ? {} : { authorization } });
  };

  it('R1: a digest poll sees the pushed image after the token flow, and 304 while nothing changes', async () => {
    const digest = `sha256:${'ab'.repeat(32)}`;
    world.services.outside.push({ image: 'ghcr.io/acme/web', tags: ['latest'], digest, behaviour: { kind: 'healthy' } });
    const bearer = { authorization: `Bearer ${JSON.parse((await token()).body).token}` };
    const seen = await head(`${manifests}latest`, bearer);
    expect(seen).toMatchObject({ status: 200, headers: { 'docker-content-digest': digest, etag: `"${digest}"` } });
    expect((await head(`${manifests}latest`, { ...bearer, 'if-none-match': `"${digest}"` })).status).toBe(304);
    expect((await head(`${manifests}v9`, bearer)).status).toBe(404);
    await later(301_000);
    expect((await head(`${manifests}latest`, bearer)).status).toBe(401);
  });

  it('R3: a multi-platform push is an index with a manifest and an attestation per platform', async () => {
    const digest = world.services.outside.push({
      image: 'ghcr.io/acme/web',
      tags: ['v1'],
      behaviour: { kind: 'healthy' },
      platforms: ['linux/amd64', 'linux/arm64'],
    });
    const bearer = { authorization: `Bearer ${JSON.parse((await token()).body).token}` };
    const answer = await world.services.outside.http({ method: 'GET', url: `${manifests}v1`, headers: bearer });
    const { manifests: listed } = JSON.parse(answer.body);
    expect(answer.headers['docker-content-digest']).toBe(digest);
    expect(listed.map((one: any) => `${one.platform.os}/${one.platform.architecture}`)).toEqual([
      'linux/amd64',
      'unknown/unknown',
      'linux/arm64',
      'unknown/unknown',
    ]);
    expect((await head(`${manifests}${listed[0].digest}`, bearer)).status).toBe(200);
  });

  it('R4: moving a tag back to an older digest is visible at once', () => {
    const [first, second] = ['11', '22'].map((pair) => `sha256:${pair.repeat(32)}`);
    for (const digest of [first!, second!, first!])
      world.services.outside.push({ image: 'ghcr.io/acme/web', tags: ['latest'], digest, behaviour: { kind: 'healthy' } });
    expect(world.services.outside.find('ghcr.io/acme/web', 'latest')?.digest).toBe(first);
  });

  it('R1: private images need their password, an outage and a rate limit answer as they do', async () => {
    world.services.outside.push({ image: 'ghcr.io/acme/web', tags: ['latest'], behaviour: { kind: 'healthy' } });
    world.services.outside.registry.makePrivate('ghcr.io/acme/web', 'bot:secret');
    expect((await token()).status).toBe(403);
    expect((await token(`Basic ${Buffer.from('bot:secret').toString('base64')}`)).status).toBe(200);
    const end = world.services.outside.outage({ host: 'ghcr.io', answer: 429, retryAfter: 30 });
    expect(await head(`${manifests}latest`)).toMatchObject({ status: 429, headers: { 'retry-after': '30' } });
    end();
    world.services.outside.outage({ host: 'ghcr.io', answer: 'refused' });
    await expect(head(`${manifests}latest`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expect(head('https://nowhere.example/')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });
});

describe('Slack signatures', () => {
  it('L6: the example of https://docs.slack.dev/authentication/verifying-requests-from-slack is genuine for five minutes', () => {
    const fields = {
      token: 'xyzz0WbapA4vBCDEFasx0q6G', team_id: 'T1DC2JH3J', team_domain: 'testteamnow', channel_id: 'G8PSS9T3V', channel_name: 'foobar',
      user_id: 'U2CERLKJA', user_name: 'roadrunner', command: '/webhook-collect', text: '',
      response_url: 'https://hooks.slack.com/commands/T1DC2JH3J/397700885554/96rGlfmibIGlgcZRskXaIFfN',
      trigger_id: '398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
    };
    const body = new URLSearchParams(fields).toString();
    const signature = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';
    const judged = (seconds: number) => judgeSignature({ timestamp: '1531420618', signature, body }, '8f742231b10e8888abcd99yyyzzz85a5', seconds * 1000);
    expect([judged(1531420618), judged(1531420918), judged(1531420919)]).toEqual(['genuine', 'genuine', 'late']);
  });
});
