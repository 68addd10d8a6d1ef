// The CDK command line, unmodified, against a running world: first deploy, differences, a changed variable, and the end.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Served } from '../../local/serve/serve.ts';
import { get, post, running, synthesizedOnce, toolEnvironment } from './running.ts';
import { ran, type Ran } from './tools.ts';

const root = join(import.meta.dirname, '..', '..');
const SERVICES = 'starter-dev-services';

let world: Served;
let patient: Server;
let directory: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'dayshift-cdk-'));
  world = await running('starter', { given: 'empty', paused: false, speed: 300 });
  patient = await patience();
});
afterAll(async () => {
  patient.close();
  await world.close();
  rmSync(directory, { recursive: true, force: true });
});

const isChanging = (): boolean => world.world.services.cloudformation.stacks().some(({ status }) => status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS');

/** Passes requests on to the world, the questions how a stack or a change set stands only when it stands still: the command line would ask again 5 s later. */
const patience = async (): Promise<Server> => {
  const server = createServer(async (request, response) => {
    const { method = 'POST', url = '/', headers } = request;
    const body = await text(request);
    if (body.includes('Action=DescribeChangeSet&')) await world.driver.jump(world.world.clock.now + 30_000);
    while (body.includes('Action=DescribeStacks&') && isChanging()) await world.driver.jump(world.world.clock.now + 30_000);
    const answer = await fetch(new URL(url, world.url), { method, headers: headers as Record<string, string>, body });
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
};

const cdk = async (...words: readonly string[]): Promise<string> => {
  const { code, out, err }: Ran = await ran(process.execPath, [join(root, 'node_modules', 'aws-cdk', 'bin', 'cdk'), ...words, '--no-notices', '--ci'], { ...toolEnvironment(world), AWS_ENDPOINT_URL_CLOUDFORMATION: `http://127.0.0.1:${(patient.address() as AddressInfo).port}` }, directory);
  expect(`${out}${err}`).not.toContain('❌');
  expect(code).toBe(0);
  return `${out}${err}`;
};

/** A copy of the assembly in which every container of the services stack has one more variable, as a new synthesis would leave it. */
const withVariable = (assembly: string): string => {
  const changed = join(directory, 'changed');
  cpSync(assembly, changed, { recursive: true });
  const file = join(changed, `${SERVICES}.template.json`);
  const before = readFileSync(file, 'utf8');
  const template = JSON.parse(before) as { Resources: Record<string, { Type: string; Properties: any }> };
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type === 'AWS::ECS::TaskDefinition') for (const container of Properties.ContainerDefinitions) container.Environment = [...(container.Environment ?? []), { Name: 'GREETING', Value: 'hello' }];
    if (Type === 'AWS::ECS::Service') Properties.ForceNewDeployment.ForceNewDeploymentNonce = 'another';
  }
  writeFileSync(file, JSON.stringify(template));
  const assets = join(changed, `${SERVICES}.assets.json`);
  const { files } = JSON.parse(readFileSync(assets, 'utf8')) as { files: Record<string, { source: { path: string } }> };
  const [old = ''] = Object.entries(files).find(([, { source }]) => source.path.endsWith('.template.json')) ?? [];
  const hash = createHash('sha256').update(readFileSync(file)).digest('hex');
  for (const name of [assets, join(changed, 'manifest.json')]) writeFileSync(name, readFileSync(name, 'utf8').replaceAll(old, hash));
  return changed;
};

const service = async (): Promise<any> => (await get(world, 'state')).body.services[0];

describe('cdk', () => {
  let changed: string;

  it('deploy: an empty account becomes the platform, with assets published and outputs written', async () => {
    const { assembly } = await synthesizedOnce('starter');
    const said = await cdk('deploy', '--all', '--app', assembly, '--require-approval', 'never', '--outputs-file', 'outputs.json', '--concurrency', '4', '--progress', 'events');
    expect(said.match(/✅/g)).toHaveLength(4);
    const outputs = JSON.parse(readFileSync(join(directory, 'outputs.json'), 'utf8')) as Record<string, Record<string, string>>;
    expect(outputs[SERVICES]).toMatchObject({ ClusterName: 'starter-dev', ServiceName: 'starter-dev-web' });
    const { body } = await get(world, 'state');
    expect(body.stacks.map(({ status }: { status: string }) => status)).toEqual(Array(5).fill('CREATE_COMPLETE'));
    expect(await service()).toMatchObject({ desired: 0, running: 0 });
  });

  it('R7: the first push after it brings the service to life, by the functions that were published', async () => {
    await post(world, 'push', { repository: 'starter-web', tags: ['latest'] });
    await post(world, 'jump', { seconds: 1800 });
    expect(await service()).toMatchObject({ desired: 1, running: 1, healthy: 1 });
    expect((await get(world, 'state')).body.problems).toEqual([]);
  });

  it('R6: diff and second deploy of a changed variable: shown beforehand, rolled out, image and count as they were, nothing else touched', async () => {
    changed = withVariable((await synthesizedOnce('starter')).assembly);
    const before = await service();
    const differences = await cdk('diff', '--app', changed, '--method', 'template');
    expect(differences).toContain('Number of stacks with differences: 1');
    expect(differences).toMatch(/AWS::ECS::TaskDefinition .*replace[\s\S]*GREETING/);
    expect((await service()).taskDefinition).toBe(before.taskDefinition);
    const said = await cdk('deploy', '--all', '--app', changed, '--require-approval', 'never', '--concurrency', '4');
    expect(said.match(/\(no changes\)/g)).toHaveLength(3);
    const { body } = await get(world, 'state');
    expect(body.stacks).toContainEqual({ name: SERVICES, status: 'UPDATE_COMPLETE' });
    const after = body.services[0];
    expect(after.revision).toBeGreaterThan(before.revision);
    expect(after).toMatchObject({ desired: 1, scaling: before.scaling });
    expect(after.tasks.at(-1).containers[0].digest).toBe(before.tasks[0].containers[0].digest);
  });

  it('destroy: every stack of the platform is gone, the bootstrap stays', async () => {
    await cdk('destroy', '--all', '--force', '--app', changed, '--concurrency', '4');
    expect((await get(world, 'state')).body.stacks).toEqual([{ name: 'CDKToolkit', status: 'CREATE_COMPLETE' }]);
  });
});
