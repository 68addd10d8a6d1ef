// Combinations that cannot work are refused at synth, all at once, each with field, value and remedy.
import { describe, expect, it } from 'vitest';
import { type PlatformFile, readPlatform } from '../../shared/contracts/platform.ts';
import type { Impossibility } from '../../shared/domain/impossible.ts';
import type { Stage } from '../../shared/domain/platform.ts';

const image = { repository: 'shop' } as const;
const web = { containers: { web: { image, port: 8080 } }, routes: [{}] };
const worker = { containers: { worker: { image } } };
const base: PlatformFile = { name: 'shop', services: { web }, databases: { main: {} } };
const hours = { words: 'mon-fri 07:00-20:00', timeZone: 'Europe/Berlin' } as const;

const found = (change: Partial<PlatformFile>, stage: Stage = 'dev'): readonly Impossibility[] => {
  const read = readPlatform({ ...base, ...change }, stage, 'shop.ts');
  return read.ok ? [] : read.findings;
};

interface Case {
  readonly title: string;
  readonly change: Partial<PlatformFile>;
  readonly stage?: Stage;
  readonly field: string;
  readonly problem: RegExp;
  readonly remedy: RegExp;
}

const cases: readonly Case[] = [
  {
    title: 'R12: a proof at night that boots without the database it needs',
    change: { hours, databases: { main: {} }, services: { web: { ...web, needs: ['main'], rollout: { proveAsleep: {} } } } },
    field: 'services.web.rollout.proveAsleep',
    problem: /needs main, asleep as well/,
    remedy: /give a command/,
  },
  {
    title: 'R12: a proof at night with a command of no container',
    change: { services: { web: { ...web, rollout: { proveAsleep: { command: ['check'] } } } } },
    field: 'services.web.rollout.proveAsleep',
    problem: /needs the container that runs it/,
    remedy: /write both/,
  },
  {
    title: 'S11: sleep on idleness where nothing is public',
    change: { nights: { idle: '30 minutes' }, services: { worker: { containers: { worker: { image } } } } },
    field: 'nights.idle',
    problem: /no service has a route/,
    remedy: /write `hours`/,
  },
  {
    title: 'S7: hibernating a cache that holds what cannot be lost',
    change: { caches: { jobs: { offHours: 'hibernate', lasting: true } } },
    field: 'caches.jobs.offHours',
    problem: /holds what cannot be lost/,
    remedy: /offHours: 'stay'/,
  },
  {
    title: 'S7: hours with a read replica',
    change: { hours, databases: { main: { offHours: 'stay' }, copy: { readReplicaOf: 'main' } } },
    field: 'databases.copy.offHours',
    problem: /cannot stop a read replica/,
    remedy: /offHours: 'stay'/,
  },
  {
    title: 'S7: hours with the source of a read replica',
    change: { hours, databases: { main: {}, copy: { readReplicaOf: 'main', offHours: 'stay' } } },
    field: 'databases.main.offHours',
    problem: /cannot stop a database with a read replica/,
    remedy: /remove `hours` or the replica/,
  },
  {
    title: 'S7: a pause of what does not pause',
    change: { databases: { main: { offHours: 'pause' } } },
    field: 'databases.main.offHours',
    problem: /only Aurora Serverless/,
    remedy: /aurora-serverless/,
  },
  {
    title: 'S7: a pause above zero units',
    change: { databases: { main: { kind: 'aurora-serverless', version: '17.5', offHours: 'pause' } } },
    field: 'databases.main.offHours',
    problem: /fewest capacity units are 0/,
    remedy: /min: 0/,
  },
  {
    title: 'a sticky cookie without a route',
    change: { services: { worker: { ...worker, sticky: { cookie: 'id' } } } },
    field: 'services.worker.sticky',
    problem: /without a route/,
    remedy: /give it a route/,
  },
  {
    title: 'a permission for an AWS service that no endpoint leads to',
    change: {
      network: { tasks: 'endpoints' },
      services: { web: { ...web, may: { other: [{ actions: ['sqs:SendMessage', 'geo:GetMapTile'], resources: ['*'], why: 'draws the map of a visit' }] } } },
    },
    field: 'services.web.may.other.0.actions',
    problem: /through endpoints only/,
    remedy: /`tasks: private`/,
  },
  {
    title: 'spot only with one task in prod',
    change: { services: { web: { ...web, spot: 'only' } } },
    stage: 'prod',
    field: 'services.web.spot',
    problem: /single task on Spot/,
    remedy: /with-fallback/,
  },
  {
    title: 'two services on one route',
    change: { services: { web, other: web } },
    field: 'services.other.routes.0',
    problem: /web already answers/,
    remedy: /another path or host/,
  },
  {
    title: 'a route without a listening container',
    change: { services: { worker: { ...worker, routes: [{}] } } },
    field: 'services.worker.routes.0',
    problem: /no container of this service listens/,
    remedy: /its `port`/,
  },
  {
    title: 'a route that two containers could answer',
    change: { services: { web: { ...web, containers: { a: { image, port: 80 }, b: { image, port: 81 } } } } },
    field: 'services.web.routes.0',
    problem: /several containers listen: a, b/,
    remedy: /`container`/,
  },
  {
    title: 'a secret consumed but not defined',
    change: { services: { web: { ...web, containers: { web: { image, port: 8080, secrets: { KEY: 'app.KEY' } } } } } },
    field: 'services.web.containers.web.secrets.KEY',
    problem: /no secret of this name/,
    remedy: /under `secrets`/,
  },
  {
    title: 'a key that the secret does not have',
    change: {
      services: { web: { ...web, containers: { web: { image, port: 8080, secrets: { KEY: 'app.KEI' } } } } },
      secrets: { app: { keys: { KEY: { fill: 'from the vendor' } } } },
    },
    field: 'services.web.containers.web.secrets.KEY',
    problem: /no such key/,
    remedy: /keys of app: KEY/,
  },
  {
    title: 'a range too small for its zones',
    change: { network: { cidr: '10.0.0.0/24' } },
    field: 'network.cidr',
    problem: /too small for 2 zones/,
    remedy: /10\.0\.0\.0\/23/,
  },
  {
    title: 'a pair of CPU and memory that Fargate does not offer',
    change: { services: { web: { ...web, cpu: '0.25 vCPU', memory: '3 GiB' } } },
    field: 'services.web',
    problem: /does not offer this pair/,
    remedy: /cpu: '0\.5 vCPU', memory: '3 GiB'/,
  },
  {
    title: 'a name too long for the load balancer',
    change: { name: 'the-little-shop-on-the-corner' },
    stage: 'staging',
    field: 'name',
    problem: /at most 32 characters, this one has 37/,
    remedy: /loadBalancer\.name/,
  },
  {
    title: 'a password in a plain variable',
    change: { services: { web: { ...web, containers: { web: { image, port: 8080, environment: { DSN: 'x:{databases.main.password}' } } } } } },
    field: 'services.web.containers.web.environment.DSN',
    problem: /everybody with console access/,
    remedy: /compose it in a secret/,
  },
  {
    title: 'a reference to nothing',
    change: { services: { web: { ...web, containers: { web: { image, port: 8080, environment: { HOST: '{databases.mian.host}' } } } } } },
    field: 'services.web.containers.web.environment.HOST',
    problem: /nothing of this name/,
    remedy: /known: main/,
  },
  {
    title: 'a reference to an unknown property',
    change: { services: { web: { ...web, containers: { web: { image, port: 8080, environment: { HOST: '{databases.main.hosts}' } } } } } },
    field: 'services.web.containers.web.environment.HOST',
    problem: /`hosts` is not known/,
    remedy: /host, port/,
  },
  {
    title: 'a composed value beside one that an operator fills in',
    change: { secrets: { app: { keys: { URL: { compose: '{databases.main.host}' }, KEY: { fill: 'from the vendor' } } } } },
    field: 'secrets.app',
    problem: /lose values that were filled in/,
    remedy: /secret of their own/,
  },
  {
    title: 'two generated keys in one secret',
    change: { secrets: { app: { keys: { A: { generate: 32 }, B: { generate: 32 } } } } },
    field: 'secrets.app',
    problem: /one key per secret/,
    remedy: /secrets of their own/,
  },
  {
    title: 'HTTPS without any certificate',
    change: { domain: { name: 'shop.example.com' } },
    field: 'domain',
    problem: /needs a certificate/,
    remedy: /domain\.certificate/,
  },
  {
    title: 'a certificate of another region',
    change: { domain: { name: 'shop.example.com', certificate: 'arn:aws:acm:eu-west-1:111122223333:certificate/1' } },
    field: 'domain.certificate',
    problem: /lives in eu-west-1/,
    remedy: /us-east-1/,
  },
  {
    title: 'an outside image without a way out',
    change: { network: { tasks: 'endpoints' }, services: { web: { ...web, containers: { web: { image: { registry: 'ghcr.io/a/b' }, port: 8080 } } } } },
    field: 'services.web.containers.web.image',
    problem: /cannot be pulled/,
    remedy: /tasks: private/,
  },
  {
    title: 'services that wait for each other',
    change: { services: { web: { ...web, needs: ['other'] }, other: { ...worker, needs: ['web'] } } },
    field: 'services.web.needs',
    problem: /wait for each other/,
    remedy: /remove one/,
  },
  {
    title: 'bounds without scaling',
    change: { services: { web: { ...web, count: { min: 1, max: 4 } } } },
    field: 'services.web.count',
    problem: /without anything that scales/,
    remedy: /scaling/,
  },
  {
    title: 'a shift of traffic over several routes',
    change: { services: { web: { ...web, routes: [{ path: '/a' }, { path: '/b' }], rollout: { strategy: 'blue-green' } } } },
    field: 'services.web.rollout.strategy',
    problem: /one listener rule/,
    remedy: /rolling/,
  },
  {
    title: 'missing tasks that nobody counts',
    change: { services: { web: { ...web, alarms: { taskFailures: true } } } },
    field: 'services.web.alarms.taskFailures',
    problem: /Container Insights only/,
    remedy: /insights/,
  },
  {
    title: 'log lines kept for a number of days that CloudWatch does not know',
    change: { services: { web: { ...web, logs: { keep: '10 days' } } } },
    field: 'services.web.logs.keep',
    problem: /certain numbers of days/,
    remedy: /14 days/,
  },
  {
    title: 'more than 35 days of automatic backups',
    change: { databases: { main: { backups: '60 days' } } },
    field: 'databases.main.backups',
    problem: /at most 35 days/,
    remedy: /35 days/,
  },
  {
    title: 'a service named like a database',
    change: { services: { web, main: worker } },
    field: 'databases.main',
    problem: /share one list of names/,
    remedy: /another name/,
  },
];

describe('impossible combinations', () => {
  it.each(cases)('$title is refused with its remedy', ({ change, stage, field, problem, remedy }) => {
    const findings = found(change, stage);
    expect(findings.map((finding) => finding.field)).toContain(field);
    const finding = findings.find((one) => one.field === field);
    expect(finding?.problem).toMatch(problem);
    expect(finding?.remedy).toMatch(remedy);
  });

  it('the base of these cases is in order', () => {
    expect(found({})).toEqual([]);
    expect(found({ hours }, 'prod')).toEqual([]);
  });

  it('all of them are said at once, in the order of the checks', () => {
    const findings = found({
      network: { cidr: '10.0.0.0/24' },
      services: { web: { ...web, memory: '3 GiB', needs: ['nothing'] } },
      domain: { name: 'shop.example.com' },
    });
    expect(findings.map(({ field }) => field)).toEqual(['network.cidr', 'domain', 'services.web', 'services.web.needs.0']);
  });
});
