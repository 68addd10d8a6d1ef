// A build that tells of its push by webhook: forged, unsigned and repeated deliveries, a door that dies, and what a genuine one brings out at once (R1).
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHmac } from 'node:crypto';
import { createWorld } from '../../local/create-world.ts';
import { behaviourOf } from '../../local/rehearsal/behaviours.ts';
import { bringToLife, deployStacks, digestNamed, settleIn } from '../../local/rehearsal/deploy.ts';
import { sourceHosts } from '../../local/rehearsal/source-doors.ts';
import { loadAssembly } from '../../local/services/cloudformation/assembly.ts';
import type { World } from '../../local/world.ts';
import { pushWebhookSecret } from '../../shared/contracts/redeploy.ts';
import type { RolloutRecord } from '../../shared/contracts/ledger.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import { assemblyOf, manifestFrom } from '../assembly.ts';

const IMAGE = 'ghcr.io/managed-chatkit/managed-chatkit-backend';
const START = Date.parse('2026-11-23T00:00:00Z');

let world: World;
let manifest: Manifest;
let secret: string;
let url: string;

beforeAll(async () => {
  manifest = await manifestFrom('managed-chatkit', 'prod');
  const assembly = loadAssembly(await assemblyOf('managed-chatkit', 'prod'));
  world = createWorld({ start: START, seed: 4, region: manifest.region, assets: assembly.assets, hosts: await sourceHosts() });
  await world.clock.finish(deployStacks(world, assembly));
  await world.clock.finish(settleIn(world, manifest));
  await bringToLife(world, manifest, START + 3_600_000);
  const caller = { kind: 'operator' } as const;
  const kept = await world.clock.finish(world.call({ service: 'secretsmanager', operation: 'GetSecretValue', input: { SecretId: pushWebhookSecret(manifest.id) }, caller }));
  secret = (kept as { readonly SecretString: string }).SecretString;
  url = world.services.cloudformation.stack(`${manifest.id}-operations`)?.outputs['PushWebhookUrl'] ?? '';
}, 60_000);
afterAll(() => world.close());

/** GitHub's event of a published container version. */
const published = (login: string, image = IMAGE): string =>
  JSON.stringify({ action: 'published', registry_package: { package_version: { package_url: `${image}:latest` } }, sender: { login } });

const deliver = async (body: string, delivery: string, key = secret): Promise<number> => {
  const signature = `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;
  const headers = { 'content-type': 'application/json', 'x-github-delivery': delivery, 'x-hub-signature-256': signature };
  return (await world.clock.finish(world.services.lambda.visit({ method: 'POST', url, headers, body }))).status;
};

const push = (name: string): void => void world.services.outside.push({ image: IMAGE, tags: ['latest'], behaviour: behaviourOf('good'), digest: digestNamed(name) });
const minutes = (count: number): Promise<void> => world.clock.run(world.clock.now + count * 60_000);
const started = (): readonly string[] =>
  world.trail.of('state').filter(({ what, who }) => what === 'execution started' && who.includes('/webhook-')).map(({ who }) => who.slice(who.indexOf('/') + 1));
const rollouts = (): readonly RolloutRecord[] =>
  world.services.dynamodb.items(`${manifest.id}-ledger`).filter((item) => item['kind']?.S === 'rollout').map((item) => JSON.parse(item['value']?.S ?? '') as RolloutRecord);

describe('a push told by webhook', () => {
  it('R1: without the signature, or with another key, nothing begins; about another image neither', async () => {
    expect(await deliver(published('eve'), 'd-0', 'another key')).toBe(401);
    expect(await deliver(published('eve'), 'd-1', '')).toBe(401);
    expect(await deliver(published('mara', 'ghcr.io/somebody/else'), 'd-2')).toBe(202);
    expect(started()).toEqual([]);
  });

  it('R1, R3, X1: rolls out at once, is recorded with who pushed, and a delivery that comes again begins nothing more', async () => {
    push('second');
    expect(await deliver(published('mara'), 'd-3')).toBe(202);
    expect(await deliver(published('mara'), 'd-3')).toBe(202);
    const told = world.clock.now;
    await minutes(12);
    expect(started()).toEqual(['webhook-d-3']);
    const [rolled, ...others] = rollouts().filter(({ images }) => JSON.stringify(images).includes(digestNamed('second')));
    expect(others).toEqual([]);
    expect(rolled).toMatchObject({ trigger: { kind: 'webhook', detail: 'd-3' }, who: 'mara', result: 'released' });
    expect(Date.parse(rolled?.decidedAt ?? '') - told).toBeLessThan(5_000);
  });

  it('X1: a door that dies after it began the story is told again by GitHub, and the push rolls out once', async () => {
    push('third');
    world.faults.add({ kind: 'kill', functionName: `${manifest.id}-redeploy-webhook`, when: 'after-call', call: 2, times: 1 });
    expect(await deliver(published('mara'), 'd-4')).toBeGreaterThanOrEqual(500);
    expect(await deliver(published('mara'), 'd-4')).toBe(202);
    await minutes(20);
    expect(started()).toEqual(['webhook-d-3', 'webhook-d-4']);
    expect(rollouts().filter(({ images }) => JSON.stringify(images).includes(digestNamed('third'))).map(({ result }) => result)).toEqual(['released']);
  });
});
