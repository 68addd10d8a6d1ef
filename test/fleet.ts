// A fleet that Dayshift did not create: many ECS services of one repository, made by calls, operated by an operations stack alone (X3, X4).
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib/core';
import cdkJson from '../cdk.json' with { type: 'json' };
import { doorNames } from '../infra/bundle.ts';
import { manifestOf } from '../infra/manifest.ts';
import { OperationsStack } from '../infra/operations-stack.ts';
import { createWorld } from '../local/create-world.ts';
import { behaviourOf } from '../local/rehearsal/behaviours.ts';
import { deployStacks, digestNamed, settleIn } from '../local/rehearsal/deploy.ts';
import type { RehearsalOptions } from '../local/rehearsal/rehearsal.ts';
import { sourceHosts } from '../local/rehearsal/source-doors.ts';
import { loadAssembly } from '../local/services/cloudformation/assembly.ts';
import type { World } from '../local/world.ts';
import type { Manifest, ManifestService } from '../shared/domain/manifest.ts';
import { cached } from './assembly.ts';
import { platformOf } from './infra/platform-templates.ts';
import { emptyBundles } from './empty-bundles.ts';

const REPOSITORY = 'shop';

export interface FleetShape {
  readonly services: number;
  /** Laid over every service. */
  readonly change?: Partial<ManifestService>;
}

/** The platform as its automation sees it: workers without load balancer, images in one repository, nothing that sleeps. */
export const fleetManifest = async ({ services, change = {} }: FleetShape): Promise<Manifest> => {
  const base = manifestOf(await platformOf('wizelit'), 'dev');
  const [first] = base.services;
  if (first === undefined) throw new Error('the platform file has no service');
  const named = (index: number): ManifestService => ({
    ...first,
    name: `s${index}`,
    serviceName: `shop-s${index}`,
    family: `shop-s${index}`,
    logGroup: '/shop',
    containers: [{ name: 'app', image: { registry: 'ecr', repository: REPOSITORY, tag: { kind: 'fixed', value: 'latest' } }, parameter: null }],
    count: { desired: 1, min: 1, max: 1, scaling: false },
    needs: [],
    routes: [],
    rollout: { ...first.rollout, bakeSeconds: 0, smoke: null, alarms: [] },
    ...change,
  });
  return { ...base, hours: null, loadBalancer: null, site: null, databases: [], caches: [], services: Array.from({ length: services }, (_, index) => named(index)) };
};

/** The operations stack of a manifest, synthesized into a directory of its own where none is named. */
export const synthesizeOperations = (manifest: Manifest, directory = mkdtempSync(join(tmpdir(), 'fleet-'))): string => {
  const app = new App({ context: cdkJson.context, outdir: directory });
  new OperationsStack(app, `${manifest.id}-operations`, { manifest, bundles: emptyBundles(doorNames()), env: { region: manifest.region } });
  app.synth();
  return directory;
};

const operator = { kind: 'operator' } as const;

/** Somebody's own services, at the pace that ECS allows. */
export const createServices = async (world: World, manifest: Manifest): Promise<void> => {
  const call = (service: string, operation: string, input: object): Promise<any> =>
    world.clock.finish(world.call({ service, operation, input, caller: operator }));
  const Statement = [{ Effect: 'Allow', Action: ['ecr:*', 'logs:*'], Resource: '*' }];
  const executionRoleArn = world.services.iam.createRole({
    name: `${manifest.id}-execution`,
    policies: { pull: { Version: '2012-10-17', Statement } },
  });
  await call('ecr', 'CreateRepository', { repositoryName: REPOSITORY });
  await call('ecs', 'CreateCluster', { clusterName: manifest.cluster });
  await call('logs', 'CreateLogGroup', { logGroupName: '/shop' });
  const digest = world.services.ecr.push({ repository: REPOSITORY, tags: ['first'], behaviour: behaviourOf('good'), digest: digestNamed(`${REPOSITORY} first`) });
  const image = `${world.account}.dkr.ecr.${world.region}.amazonaws.com/${REPOSITORY}@${digest}`;
  const awsvpcConfiguration = { subnets: ['subnet-1', 'subnet-2'] };
  for (const { serviceName, family } of manifest.services) {
    await world.clock.run(world.clock.now + 1_000);
    const containerDefinitions = [{ name: 'app', image, essential: true }];
    const definition = { family, cpu: '256', memory: '512', networkMode: 'awsvpc', executionRoleArn, containerDefinitions };
    const { taskDefinition } = await call('ecs', 'RegisterTaskDefinition', definition);
    await call('ecs', 'CreateService', {
      cluster: manifest.cluster,
      serviceName,
      taskDefinition: taskDefinition.taskDefinitionArn,
      desiredCount: 1,
      networkConfiguration: { awsvpcConfiguration },
    });
  }
};

/** What a case plays on: the operations stack of a fleet, and the services that were there before it. */
export const fleetPlatform = async (services: number): Promise<Pick<RehearsalOptions, 'assembly' | 'manifest' | 'before'>> => {
  const manifest = await fleetManifest({ services });
  const assembly = await cached(`fleet-${services}`, async (directory) => void synthesizeOperations(manifest, directory));
  return { assembly, manifest, before: (world) => createServices(world, manifest) };
};

export interface Fleet {
  readonly world: World;
  readonly manifest: Manifest;
  /** A new image under `latest`; answers its digest. */
  push(): string;
  minutes(count: number): Promise<void>;
  /** How many services run tasks of that digest only. */
  running(digest: string): number;
  /** Requests of the automation since an instant, oldest first; `failed` ones with their error code. */
  calls(since: number): readonly { readonly at: number; readonly what: string; readonly code: string | null; readonly who: string }[];
}

/** The fleet runs, its operations stack is deployed, and its first image is known as released. */
export const openFleet = async (shape: FleetShape): Promise<Fleet> => {
  const manifest = await fleetManifest(shape);
  const directory = synthesizeOperations(manifest);
  const assembly = loadAssembly(directory);
  const hosts = await sourceHosts();
  const world = createWorld({ start: Date.parse('2026-11-23T09:00:00Z'), seed: 7, region: manifest.region, assets: assembly.assets, hosts });
  await createServices(world, manifest);
  await world.clock.finish(deployStacks(world, assembly));
  await world.clock.finish(settleIn(world, manifest));
  await world.clock.run(world.clock.now + 120_000);
  return {
    world,
    manifest,
    push: () => world.services.ecr.push({ repository: REPOSITORY, tags: ['latest'], behaviour: behaviourOf('good') }),
    minutes: (count) => world.clock.run(world.clock.now + count * 60_000),
    running: (digest) =>
      manifest.services.filter(({ serviceName }) => {
        const tasks = world.services.ecs.tasks(manifest.cluster, serviceName).filter(({ lastStatus }) => lastStatus === 'RUNNING');
        return tasks.length > 0 && tasks.every(({ containers }) => containers.every(({ imageDigest }) => imageDigest === digest));
      }).length,
    calls: (since) =>
      world.trail
        .of('call')
        .filter(({ at, who }) => at >= since && who.startsWith(manifest.id))
        .map(({ at, who, what, detail }) => ({ at, who, what, code: typeof detail?.['code'] === 'string' ? detail['code'] : null })),
  };
};
