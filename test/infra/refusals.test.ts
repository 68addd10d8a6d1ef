// Every other refusal of a platform file, one line each: the field, the problem, the remedy and the change that is refused.
import { describe, expect, it } from 'vitest';
import { type PlatformFile, readPlatform } from '../../shared/contracts/platform.ts';
import type { Finding } from '../../shared/contracts/platform/findings.ts';
import type { Stage } from '../../shared/domain/platform.ts';

const image = { repository: 'shop' } as const;
const container = { image, port: 8080 } as const;
const web = { containers: { web: container }, routes: [{}] };
const worker = { containers: { worker: { image } } };
const base: PlatformFile = { name: 'shop', services: { web }, databases: { main: {} } };
const hours = { words: 'mon-fri 07:00-20:00', timeZone: 'Europe/Berlin' } as const;

const found = (change: Partial<PlatformFile>, stage: Stage = 'dev'): readonly Finding[] => {
  const read = readPlatform({ ...base, ...change }, stage, 'shop.ts');
  return read.ok ? [] : read.findings;
};

const site = (change: object): Partial<PlatformFile> => ({ services: { web: { ...web, ...change } } });
const work = (change: object): Partial<PlatformFile> => ({ services: { worker: { ...worker, ...change } } });
const boxed = (change: object): Partial<PlatformFile> => site({ containers: { web: { ...container, ...change } } });
const said = (HOST: string): Partial<PlatformFile> => boxed({ environment: { HOST } });
const stored = (change: object): Partial<PlatformFile> => ({ databases: { main: change } });
const kept = (app: object): Partial<PlatformFile> => ({ secrets: { app } as PlatformFile['secrets'] });
const signIn = { callbacks: ['https://shop.example.com/callback'] };
const people = Array.from({ length: 51 }, (_, index) => `p${index}@shop.example`);
const watching = Array.from({ length: 49 }, (_, index) => `app${index}`).map((tag) => [tag, { containers: { worker: { image: { ...image, tag } } } }]);
const zoned = { name: 'shop.example.com', zone: { id: 'Z1', name: 'example.org' } };

type Row = readonly [field: string, problem: RegExp, remedy: RegExp, change: Partial<PlatformFile>];

const rows: readonly Row[] = [
  // Form
  ['services.web.containers.web.image', /exactly one of repository, existing/, /for example/, boxed({ image: { repository: 'a', fixed: 'b' } })],
  ['services.web.containers.web.image', /only one of tag, semver/, /for example/, boxed({ image: { repository: 'a', tag: 'x', semver: '^1' } })],
  ['services.web.containers.web.image', /tags that begin with dayshift- are/, /for example/, boxed({ image: { repository: 'a', tag: 'dayshift-released-web.web' } })],
  ['secrets.app', /either keys or one value/, /for example secrets: \{"app":\{"keys"/, kept({ keys: { A: { fill: 'a' } }, value: { fill: 'a' } })],
  ['secrets.app.value', /exactly one of generate, fill/, /for example/, kept({ value: { fill: 'a', generate: 32 } })],
  // Names
  ['loadBalancer.name', /does not begin with internal-/, /another `loadBalancer\.name`/, { loadBalancer: { name: 'internal-shop' } }],
  ['databases.main', /at most 63 characters/, /shorter `identifier`/, stored({ identifier: 'm'.repeat(62) })],
  ['caches.sessions', /at most 40 characters/, /shorter `identifier`/, { caches: { sessions: { identifier: 's'.repeat(41) } } }],
  ['services.other.serviceName', /service in ECS has this name/, /own `serviceName`/, { services: { web: { ...web, serviceName: 'x' }, other: { ...worker, serviceName: 'x' } } }],
  ['services.other.logs.group', /another log group/, /own `logs.group`/, { services: { web: { ...web, logs: { group: '/x' } }, other: { ...worker, logs: { group: '/x' } } } }],
  ['databases.copy.identifier', /another database/, /own `identifier`/, { databases: { main: { identifier: 'x' }, copy: { identifier: 'x' } } }],
  ['caches.jobs.identifier', /another cache/, /own `identifier`/, { caches: { sessions: { identifier: 'x' }, jobs: { identifier: 'x' } } }],
  ['tables.b.tableName', /another table/, /own `tableName`/, { tables: { a: { tableName: 'x', partition: 'id' }, b: { tableName: 'x', partition: 'id' } } }],
  ['secrets.app.name', /another secret/, /own `name`/, { ...kept({ name: 'x', value: { fill: 'a' } }), ...stored({ credentials: 'x' }) }],
  ['services.api-v-1', /by a hyphen only/, /another name/, { services: { 'api-v1': web, 'api-v-1': worker } }],
  // What would be left out without a word
  ['domain', /nothing of this platform is public/, /remove `domain`/, { ...work({}), domain: { name: 'shop.example.com', zone: { id: 'Z1', name: 'example.com' } } }],
  ['loadBalancer.firewall', /nothing of this platform is public/, /remove `firewall`/, { ...work({}), loadBalancer: { firewall: true } }],
  ['repositories.shopp', /no container takes its image/, /of this platform: shop/, { repositories: { shopp: { keep: 5 } } }],
  ['repositories.shop.replicateTo', /in this region already/, /leave us-east-1 out/, { repositories: { shop: { replicateTo: ['us-east-1'] } } }],
  ['repositories.shop', /at most 50 rules/, /more than one repository/, { services: Object.fromEntries(watching) as PlatformFile['services'] }],
  // Limits of the load balancer
  ['loadBalancer.idle', /at most 4000 seconds/, /or less/, { loadBalancer: { idle: '2 hours' } }],
  ['services.web.drain', /at most 1 hour/, /or less/, site({ drain: '2 hours' })],
  ['services.web.sticky.for', /at most 7 days/, /or less/, site({ sticky: { for: '8 days' } })],
  ['services.web.sticky.cookie', /load balancer’s own/, /leave `cookie` out/, site({ sticky: { cookie: 'AWSALBAPP-0' } })],
  ['services.web.routes.0.health.interval', /at most 5 minutes/, /or less/, site({ routes: [{ health: { interval: '6 minutes' } }] })],
  // Network
  ['network.natGateways', /only 2 zones/, /at most 2/, { network: { tasks: 'private', natGateways: 3 } }],
  ['domain.zone.name', /not inside this zone/, /host name ends with/, { domain: zoned }],
  // Sizes, counts, containers
  ['services.web.count', /fewest are more than the most/, /swap/, site({ count: { min: 3, max: 2 }, scaling: { cpu: 70 } })],
  ['services.web.count.start', /not between 1 and 2/, /within the bounds/, site({ count: { min: 1, max: 2, start: 5 }, scaling: { cpu: 70 } })],
  ['services.web.scaling', /no room/, /min: 1, max: 4/, site({ scaling: { cpu: 70 } })],
  ['services.web.scaling', /nothing to scale on/, /cpu, memory or requests/, site({ count: { min: 1, max: 2 }, scaling: {} })],
  ['services.web.offHours', /fewest are more/, /swap/, site({ offHours: { min: 1, max: 0 } })],
  ['services.web.offHours', /larger outside hours/, /at most 1/, site({ offHours: { min: 1, max: 4 } })],
  ['services.worker.containers', /without containers/, /at least one/, work({ containers: {} })],
  ['services.worker.containers', /no container is essential/, /leave one/, work({ containers: { worker: { image, essential: false } } })],
  ['services.worker.containers.b.port', /listens on this port/, /another port/, work({ containers: { a: container, b: container } })],
  ['services.web.containers.web.stop', /at most 2 minutes/, /'2 minutes'/, boxed({ stop: '3 minutes' })],
  ['services.web.containers.web.health.timeout', /at most 60 seconds/, /'60 seconds'/, boxed({ health: { command: 'ok', timeout: '2 minutes' } })],
  // Routes
  ['services.web.routes.0', /no container of this service listens/, /`container` with one of web/, site({ routes: [{ container: 'api' }] })],
  ['services.web.routes.1', /same listener priority as \/v16/, /a little differently/, site({ routes: [{ path: '/v16' }, { path: '/v20' }] })],
  ['services.web.routes.0.health.timeout', /before the next one begins/, /less than 30 seconds/, site({ routes: [{ health: { timeout: '30 seconds' } }] })],
  ['services.worker.scaling.requests', /has no requests/, /cpu or memory/, work({ count: { min: 1, max: 2 }, scaling: { requests: 10 } })],
  ['services.worker.rollout.smoke', /cannot be asked/, /remove `smoke`/, work({ rollout: { smoke: { path: '/' } } })],
  ['services.worker.rollout.strategy', /cannot be shifted/, /'rolling'/, work({ rollout: { strategy: 'canary' } })],
  // Rollouts
  ['services.web.rollout.gates.migration.container', /no container of this name/, /known: web/, site({ rollout: { gates: { migration: { container: 'api', command: ['up'] } } } })],
  ['services.worker.rollout.gates.scan', /only ECR scans/, /keep the images in ECR/, work({ containers: { worker: { image: { registry: 'ghcr.io/a/b' } } }, rollout: { gates: { scan: { refuse: 'HIGH' } } } })],
  ['services.worker.rollout.gates.scan', /only ECR scans images, and that of side comes from another registry/, /keep the images in ECR/, work({ containers: { worker: { image }, side: { image: { registry: 'ghcr.io/a/b' } } }, rollout: { gates: { scan: { refuse: 'HIGH' } } } })],
  ['services.worker.rollout.watchAlarms', /no alarm of this service/, /a route and an alarm/, work({ rollout: { watchAlarms: true } })],
  ['services.web.rollout.strategy', /gradual shift/, /'blue-green'/, site({ sticky: {}, rollout: { strategy: 'canary' } })],
  ['services.web.rollout.proveAsleep', /needs the container that runs it/, /both, or neither/, site({ rollout: { proveAsleep: { command: ['up'] } } })],
  // Stores
  ['databases.copy.readReplicaOf', /no such database/, /known: main, copy/, { databases: { main: {}, copy: { readReplicaOf: 'nothing' } } }],
  ['databases.copy.readReplicaOf', /Aurora has readers/, /multiAz: true/, { databases: { main: {}, copy: { kind: 'aurora-serverless', readReplicaOf: 'main' } } }],
  ['databases.main.capacity', /fewest are more than the most/, /min: 0, max: 4/, stored({ capacity: { min: 8, max: 4 } })],
  ['databases.main.storageMax', /at least a tenth/, /at least 22 GiB/, stored({ storage: '20 GiB', storageMax: '21 GiB' })],
  ['databases.main.storage', /at least 20 GiB/, /'20 GiB'/, stored({ storage: '10 GiB' })],
  ['databases.main.user', /reserved/, /another name/, stored({ user: 'rdsadmin' })],
  ['services.web.may.tables.0', /no table of this name/, /define it under `tables`/, site({ may: { tables: ['sessions'] } })],
  ['services.web.may.buckets.0', /no bucket of this name/, /define it under `buckets`/, site({ may: { buckets: ['data'] } })],
  ['services.web.containers.web.mounts./data', /no file system of this name/, /under `fileSystems`/, boxed({ mounts: { '/data': { fileSystem: 'files' } } })],
  // Secrets
  ['services.web.containers.web.secrets.KEY', /has no keys/, /write 'app'/, { ...kept({ value: { fill: 'a' } }), ...boxed({ secrets: { KEY: 'app.KEY' } }) }],
  ['secrets.app.keys', /without keys/, /at least one key/, kept({ keys: {} })],
  ['secrets.app.value', /would read fill-me-in/, /one of `keys`/, kept({ value: { fill: 'a', optional: true } })],
  ['databases.main.password', /no secret of this name/, /under `secrets`/, stored({ password: 'app.PASSWORD' })],
  ['databases.main.password', /nobody ever types it/, /PASSWORD: \{ generate: 32 \}/, { ...kept({ keys: { PASSWORD: { fill: 'a' } } }), ...stored({ password: 'app.PASSWORD' }) }],
  ['databases.main.rotation', /empty the other keys/, /its own `credentials`/, { ...kept({ keys: { PASSWORD: { generate: 32 } } }), ...stored({ password: 'app.PASSWORD', rotation: 1 }) }],
  ['services.web.containers.web.secrets.KEY', /plain variable of this name/, /remove KEY/, { ...kept({ value: { fill: 'a' } }), ...boxed({ environment: { KEY: '1' }, secrets: { KEY: 'app' } }) }],
  // References
  ['services.web.containers.web.environment.HOST', /no sign-in/, /define `signIn`/, said('{signIn.poolId}')],
  ['services.web.containers.web.environment.HOST', /no identity pool/, /identityPool: true/, { ...said('{signIn.identityPoolId}'), signIn }],
  ['services.web.containers.web.environment.HOST', /no domain/, /define `domain`/, said('{domain}')],
  ['services.worker.containers.worker.environment.HOST', /nothing of this platform is public/, /give a service a route/, work({ containers: { worker: { image, environment: { HOST: '{site}' } } } })],
  ['services.web.containers.web.environment.HOST', /cannot be reached from inside/, /services\.web its `internalPort`/, said('{services.web.host}')],
  ['secrets.app.value', /only after the secrets are written/, /in `environment`/, kept({ value: { compose: '{loadBalancer.dns}' } })],
  ['outputs.my-host', /letters and digits/, /remove the other characters/, { outputs: { 'my-host': '{loadBalancer.dns}' } }],
  ['signIn.callbacks.0', /wants HTTPS/, /define `domain`/, { signIn: { callbacks: ['{site}/callback'] } }],
  // Notices
  ['notices.emails', /at most 50 recipients/, /group address/, { notices: { emails: people, mail: { from: 'alerts@shop.example' } } }],
  ['notices.mail', /without anybody to write to/, /leave `notices\.mail` out/, { notices: { emails: [], mail: { from: 'alerts@shop.example' } } }],
];

describe('a platform file is refused', () => {
  it.each(rows)('at %s for %s, with the remedy %s', (field, problem, remedy, change) => {
    const fitting = found(change).filter((one) => one.field === field && problem.test(one.problem));
    expect(fitting, JSON.stringify(found(change))).toHaveLength(1);
    expect(fitting[0]?.remedy).toMatch(remedy);
    expect(fitting[0]?.value).not.toBe('');
  });

  it('for everything at once: nine impossible things are nine findings with nine remedies', () => {
    const findings = found(
      {
        name: 'the-little-shop-on-the-corner',
        hours,
        network: { cidr: '10.0.0.0/24' },
        databases: { main: {}, copy: { readReplicaOf: 'main' } },
        services: {
          web: { ...web, spot: 'only', cpu: '0.25 vCPU', memory: '3 GiB', containers: { web: { ...container, secrets: { KEY: 'app.KEY' } } } },
          other: web,
          silent: { ...worker, routes: [{ path: '/silent' }] },
          worker: { ...worker, sticky: { cookie: 'id' } },
        },
      },
      'prod',
    );
    expect(findings.map(({ field, remedy }) => [field, remedy])).toEqual([
      ['name', 'shorten `name`, or give `loadBalancer.name`'],
      ['network.cidr', expect.stringContaining('10.0.0.0/23')],
      ['services.web', "the nearest pair is cpu: '0.5 vCPU', memory: '3 GiB'"],
      ['services.web.spot', expect.stringContaining('with-fallback')],
      ['services.silent.routes.0', 'give a container its `port`'],
      ['services.worker.sticky', 'give it a route, or remove `sticky`'],
      ['services.other.routes.0', 'give one of them another path or host'],
      ['databases.main.offHours', expect.stringContaining("offHours: 'stay'")],
      ['databases.copy.offHours', expect.stringContaining("offHours: 'stay'")],
      ['services.web.containers.web.secrets.KEY', 'define it under `secrets`'],
    ]);
  });
});
