// What hibernating caches are to the night's record and to whoever waits for the platform, against simulated ElastiCache and the ledger's table.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorld } from '../../local/create-world.ts';
import { connect } from '../../local/in-process.ts';
import type { World } from '../../local/world.ts';
import { caches } from '../../shared/aws/caches.ts';
import { frontDesk } from '../../shared/aws/front-desk.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { recordOnce } from '../../shared/aws/night-record.ts';
import type { NightRecord } from '../../shared/contracts/ledger.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';

const AT = '2026-11-23T09:00:00.000Z';
const NIGHT = '2026-11-23T09:00Z';
const operator = { kind: 'operator' } as const;
const hibernates = (name: string): Manifest['caches'][number] => ({
  name,
  identifier: `shop-${name}`,
  engine: 'redis',
  nodeType: 'cache.t4g.micro',
  offHours: 'hibernate',
});
const platform = { state: 'falling-asleep', since: AT, by: 'schedule', night: NIGHT } as const;
let world: World;
const call = (service: string, operation: string, input: object): Promise<any> => world.call({ service, operation, input, caller: operator });

beforeEach(async () => {
  world = createWorld({ start: Date.parse(AT), seed: 1 });
  const names = ['kind', 'key'];
  await call('dynamodb', 'CreateTable', {
    TableName: 'ledger',
    AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: names.map((AttributeName, index) => ({ AttributeName, KeyType: ['HASH', 'RANGE'][index] })),
    BillingMode: 'PAY_PER_REQUEST',
  });
});
afterEach(() => world.close());

const hostOf = (names: readonly string[]) => {
  const manifest = { title: 'Shop', hours: null, services: [], databases: [], caches: names.map(hibernates) } as unknown as Manifest;
  return { manifest, environment: { LEDGER_TABLE: 'ledger' }, connect: (client: unknown) => void connect(client, world, operator) };
};

const record = async (names: readonly string[]): Promise<NightRecord> => {
  const host = hostOf(names);
  const none = { counts: async () => [], describe: async () => new Map(), scheduled: async () => new Map() };
  const ports = { fleet: none, scaling: none, stores: { describe: async () => [] }, caches: caches(host), ledger: ledger(host) };
  const taken = await recordOnce(NIGHT, platform, host.manifest, ports, 'test', null, AT);
  if (typeof taken === 'string') throw new Error(taken);
  return taken;
};

describe('hibernating caches', () => {
  it('S3, S7: one that could not be made again is not written down but named, and the others hibernate', async () => {
    const group = { ReplicationGroupDescription: 'Cache', CacheNodeType: 'cache.t4g.micro', Engine: 'redis' };
    await call('elasticache', 'CreateReplicationGroup', { ReplicationGroupId: 'shop-shards', ...group, NumNodeGroups: 2 });
    await call('elasticache', 'CreateReplicationGroup', { ReplicationGroupId: 'shop-plain', ...group, NumCacheClusters: 1 });
    await world.clock.run(world.clock.now + 20 * 60_000);
    const { caches: nodes, staying } = await record(['shards', 'plain']);
    expect(nodes?.map(({ identifier }) => identifier)).toEqual(['shop-plain']);
    expect(staying).toEqual([{ resource: 'shop-shards', error: 'shop-shards has shards, which no recipe here describes: it cannot be made again' }]);
  });

  it('S2: one that the morning could not make again keeps the snapshot and the recipe it is to be made from', async () => {
    const entry = { identifier: 'shop-jobs', status: 'available', snapshot: 'shop-jobs-night-1', recipe: { kind: 'cluster', input: {} } } as const;
    const wake = { startedAt: AT, kind: 'schedule', by: '', raised: {}, proven: {}, readyAt: AT, failed: [{ resource: 'jobs', error: 'no capacity' }] };
    const last = { hash: '', takenAt: AT, services: [], databases: [], caches: [entry], asleepAt: AT, awakeAt: AT, certificate: null, saved: null, wake };
    await ledger(hostOf([])).remember('night', '2026-11-22T09:00Z', last, { expect: 'new', at: AT });
    expect((await record(['jobs'])).caches).toEqual([entry]);
  });

  it('S10: whoever waits for a platform whose only slow part is a cache is told a quarter of an hour until it was measured', async () => {
    const slow = await frontDesk(hostOf(['jobs'])).view(true, AT);
    expect([slow.expectedSeconds, slow.caches]).toEqual([900, ['jobs']]);
    expect(await frontDesk(hostOf([])).view(true, AT)).toMatchObject({ expectedSeconds: 240, caches: [] });
  });
});
