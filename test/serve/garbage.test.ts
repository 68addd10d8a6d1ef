// What never brings a running world down: a port in use, garbage on the port, clients that leave.
import { spawn } from 'node:child_process';
import { request } from 'node:http';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeRandomness } from '../../local/randomness.ts';
import type { Served } from '../../local/serve/serve.ts';
import { CLIENTS } from '../../local/protocol/clients.ts';
import { serviceModel } from '../../local/protocol/model.ts';
import { get, post, running } from './running.ts';

const root = join(import.meta.dirname, '..', '..');

let world: Served;
beforeAll(async () => {
  world = await running('starter');
});
afterAll(() => world.close());

const port = (): number => Number(new URL(world.url).port);

/** The world lives: it answers, and its time moves. */
const expectAlive = async (): Promise<void> => {
  const { body } = await get(world, 'state');
  const { body: later } = await post(world, 'step', { seconds: 60 });
  expect(later.now).toBe(body.time.now + 60_000);
};

describe('a port in use', () => {
  it('is said in one message with the remedy, and ends with exit code 2', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port: used } = taken.address() as AddressInfo;
    const told = await new Promise<{ code: number | null; err: string }>((resolve) => {
      const started = spawn(process.execPath, [join(root, 'cli', 'main.js'), 'rehearse', '--serve', '--platform', 'starter', '--given', 'empty', '--port', String(used)], { cwd: root });
      let err = '';
      started.stderr.on('data', (chunk: Buffer) => { err += chunk.toString(); });
      started.on('exit', (code) => resolve({ code, err }));
    });
    taken.close();
    expect(told.err).toBe(`Port ${used} is in use. Give another with --port, or --port 0 for any free one; another rehearsal may be running (.rehearsals/*/endpoint.json)\n`);
    expect(told.code).toBe(2);
  });
});

/** Writes bytes to the port and answers what came back before the connection ended. */
const raw = (bytes: Buffer | string): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    const socket = connect(port(), '127.0.0.1', () => void socket.write(bytes));
    socket.on('data', (chunk) => { text += chunk.toString('latin1'); });
    socket.on('error', () => resolve(text));
    socket.on('close', () => resolve(text));
    setTimeout(() => socket.destroy(), 150);
  });

describe('garbage', () => {
  it('bytes that are no HTTP are answered 400, and the connection ends', async () => {
    expect(await raw('complete nonsense\r\n\r\n')).toContain('400 Bad Request');
    const random = makeRandomness('garbage').stream('bytes');
    await Promise.all(Array.from({ length: 50 }, () => raw(Buffer.from(random.hex(512), 'hex'))));
    await expectAlive();
  });

  it('a thousand requests of every service with random bodies are refused or answered, and the world lives on', async () => {
    const random = makeRandomness('garbage').stream('requests');
    const services = Object.keys(CLIENTS);
    const bodies = ['', '{', '[]', 'null', '"text"', '{"cluster":{"no":1},"services":7}', '<Delete><Object>', '{"StackName":["a"]}', 'Action=&Version=', '\u0000\u0001', '{"__proto__":{"a":1}}'];
    const failed: { readonly status: number; readonly asked: string }[] = [];
    const one = async (): Promise<number> => {
      const service = random.pick(services);
      const model = serviceModel(service);
      const operation = random.pick([...(model?.operations.keys() ?? ['x'])]);
      const isForm = model?.protocol === 'query' || model?.protocol === 'ec2';
      const keys = [...(model?.operations.get(operation)?.input?.structIterator() ?? [])].map(([name]) => name);
      const body = isForm
        ? `Action=${operation}&Version=${model?.version}&${keys.map((key) => `${key}${random.chance(0.3) ? '.member.1' : ''}=${random.hex(4)}`).join('&')}`
        : random.chance(0.5) ? random.pick(bodies) : JSON.stringify(Object.fromEntries(keys.map((key) => [key, random.pick([1, 'x', [], {}, null, [{}], true])])));
      const { status } = await fetch(`${world.url}/${random.chance(0.2) ? random.hex(6) : ''}${random.chance(0.1) ? '%E0%A4%A' : ''}`, {
        method: random.pick(['POST', 'PUT', 'DELETE']),
        body,
        headers: {
          authorization: `AWS4-HMAC-SHA256 Credential=${random.chance(0.9) ? world.credentials.accessKeyId : 'AKIAWRONG'}/20261123/eu-central-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
          ...(isForm ? { 'content-type': 'application/x-www-form-urlencoded' } : model?.protocol === 'json' ? { 'x-amz-target': `${model.target}.${operation}` } : {}),
        },
        signal: AbortSignal.timeout(20_000),
      });
      if (status >= 500) failed.push({ status, asked: `${service}:${operation} ${body.slice(0, 200)}` });
      return status;
    };
    // Requests that wait for something (a queue's next message, a synchronous execution) need time that moves.
    await post(world, 'play', { speed: 10_000 });
    const statuses: number[] = [];
    for (let round = 0; round < 20; round += 1) statuses.push(...(await Promise.all(Array.from({ length: 50 }, one))));
    await post(world, 'pause');
    expect(statuses).toHaveLength(1000);
    // 501 is S3's own word for what is not simulated; nothing a client sends makes a simulator fail.
    expect(failed.filter(({ status }) => status !== 501)).toEqual([]);
    expect((await get(world, 'state')).body.problems).toEqual([]);
    expect(statuses.filter((status) => status >= 400 && status < 500).length).toBeGreaterThan(500);
    await expectAlive();
  });

  it('two hundred control requests with random fields are done or refused with a reason, and the world lives on', async () => {
    const random = makeRandomness('garbage').stream('control');
    const requests = ['step', 'jump', 'speed', 'push', 'happen', 'fault', 'trail', 'state', '..%2f', '%E0%A4%A'];
    const fields = ['at', 'to', 'seconds', 'speed', 'repository', 'tags', 'image', 'push', 'visit', 'press', 'alarm', 'order', 'fault', 'next', 'source', 'service', 'what', '__proto__'];
    const values = [1, -1, 1e308, '', 'x', '20:00', 'starter-web', [], ['latest'], {}, { path: 7 }, { name: 'x', state: 'ALARM' }, { button: 'approve' }, null, true];
    const one = async (): Promise<{ readonly status: number; readonly error: unknown }> => {
      const body = JSON.stringify(Object.fromEntries(Array.from({ length: random.between(0, 3) }, () => [random.pick(fields), random.pick(values)])));
      const response = await fetch(`${world.url}/_dayshift/${random.pick(requests)}`, { method: 'POST', body });
      const { error } = (await response.json()) as { readonly error?: unknown };
      return { status: response.status, error };
    };
    const answers: { readonly status: number; readonly error: unknown }[] = [];
    for (let round = 0; round < 20; round += 1) answers.push(...(await Promise.all(Array.from({ length: 10 }, one))));
    expect(answers.filter(({ status, error }) => ![200, 400, 404, 409].includes(status) || (status !== 200 && typeof error !== 'string'))).toEqual([]);
    await expectAlive();
  });

  it('control requests with bodies that are no JSON object are 400', async () => {
    for (const body of ['{', '[]', '7', 'null', '{"to":']) {
      const response = await fetch(`${world.url}/_dayshift/jump`, { method: 'POST', body });
      expect(response.status).toBe(400);
    }
    await expectAlive();
  });
});

describe('clients that leave', () => {
  it('in the middle of a body, before the answer, or while following: nothing happens', async () => {
    const leave = (path: string, headers: Record<string, string>, body: string, after: number): Promise<void> =>
      new Promise((resolve) => {
        const asked = request(`${world.url}${path}`, { method: 'POST', headers: { ...headers, 'content-length': '1000' } });
        asked.on('error', () => resolve());
        asked.on('close', () => resolve());
        asked.write(body);
        setTimeout(() => asked.destroy(), after);
      });
    await Promise.all(Array.from({ length: 20 }, (_, index) => leave('/_dayshift/happen', {}, '{"note":', index)));
    const followers = Array.from({ length: 20 }, () => {
      const asked = request(`${world.url}/_dayshift/follow?since=0`, (response) => response.pause());
      asked.on('error', () => undefined);
      asked.end();
      return asked;
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    for (const follower of followers) follower.destroy();
    await expectAlive();
    expect((await get(world, 'state')).body.problems.filter(({ message }: { message: string }) => message.includes('note'))).toEqual([]);
  });
});
