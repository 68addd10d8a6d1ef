// Fleets and single services: shares, permissions and how little one push costs (R1, X3); sixty services are a case of redeploy.
import { afterAll, describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fleetManifest, openFleet, synthesizeOperations, type Fleet } from '../fleet.ts';
import type { Template } from '../assembly.ts';

const opened: Fleet[] = [];
afterAll(async () => {
  for (const { world } of opened) await world.close();
});

describe('one push to more than one execution takes on', () => {
  it('X3, X4: goes on in further executions, one after the other, and no request of the rollout is throttled', async () => {
    const beside = Array.from({ length: 9 }, (_, index) => ({ name: `beside${index}`, image: null, parameter: null }));
    const watched = { registry: 'ecr', repository: 'shop', tag: { kind: 'fixed', value: 'latest' }, own: true } as const;
    const fleet = await openFleet({ services: 30, change: { containers: [{ name: 'app', image: watched, parameter: null }, ...beside] } });
    opened.push(fleet);
    const before = fleet.world.clock.now;
    const digest = fleet.push();
    await fleet.minutes(6);
    const executions = fleet.world.trail.of('state').filter(({ at, what, who }) => at >= before && what === 'execution started' && who.includes('-redeploy/'));
    expect(executions.map(({ who }) => /-share-\d$/.exec(who)?.[0] ?? 'first')).toEqual(['first', '-share-2']);
    expect(fleet.running(digest)).toBe(30);
    expect(fleet.calls(before).filter(({ code }) => code !== null && /throttl/i.test(code))).toEqual([]);
    // The next release moves two tags for each service: ECR takes ten a second, and none of them is put twice.
    const again = fleet.world.clock.now;
    fleet.push();
    await fleet.minutes(6);
    expect(fleet.calls(again).filter(({ what }) => what === 'ecr:PutImage')).toHaveLength(60);
  });
});

describe('the permissions of a fleet', () => {
  it('X2, X3: fit into the 10,240 characters that IAM gives the inline policies of a role, for 1,000 services', async () => {
    const manifest = await fleetManifest({ services: 1_000 });
    const services = manifest.services.map((service, index) => ({
      ...service,
      logGroup: `/shop/s${index}`,
      containers: service.containers.map((container) => ({
        ...container,
        image: { registry: 'ecr', repository: `team/service-${index}`, tag: { kind: 'fixed', value: 'latest' } } as const,
        parameter: `/dayshift/${manifest.id}/${service.name}/app/image`,
      })),
      rollout: { ...service.rollout, gates: { ...service.rollout.gates, migration: { container: 'app', command: ['migrate'], timeoutSeconds: 60, snapshot: false } } },
    }));
    const directory = synthesizeOperations({ ...manifest, services });
    const template = JSON.parse(readFileSync(join(directory, `${manifest.id}-operations.template.json`), 'utf8')) as Template;
    const sizes = Object.values(template.Resources)
      .filter(({ Type }) => Type === 'AWS::IAM::Role')
      .map(({ Properties }) => [JSON.stringify(Properties['RoleName']), JSON.stringify(Properties['Policies'] ?? []).length] as const);
    expect(sizes.filter(([, size]) => size > 10_240).map(([name]) => name).join(", ")).toBe("");
  });
});

describe('one push to one service', () => {
  it('R1: at most 3 door invocations from the event to the accepted UpdateService, at most 40 transitions for a rollout watched for 5 minutes', async () => {
    const [plain] = (await fleetManifest({ services: 1 })).services;
    const fleet = await openFleet({ services: 1, change: { rollout: { ...plain!.rollout, bakeSeconds: 300 } } });
    opened.push(fleet);
    const before = fleet.world.clock.now;
    fleet.push();
    await fleet.minutes(12);
    const [accepted] = fleet.calls(before).filter(({ what, code }) => what === 'ecs:UpdateService' && code === null);
    const invoked = fleet.world.trail.of('invoke').filter(({ at, what, who }) => what === 'started' && at >= before && at <= accepted!.at && who.includes('-redeploy-'));
    expect(invoked.map(({ who }) => who.replace(/^.*-redeploy-/, ''))).toEqual(['decide', 'advance']);
    const machine = fleet.world.trail.of('state').filter(({ at, who }) => at >= before && who.includes('-redeploy/'));
    const ended = machine.find(({ what }) => what === 'execution succeeded');
    expect((ended!.at - accepted!.at) / 1_000).toBeGreaterThanOrEqual(300);
    expect(machine.filter(({ what }) => !what.startsWith('execution ')).length).toBeLessThanOrEqual(40);
  });
});
