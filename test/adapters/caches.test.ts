// The Caches adapter against simulated ElastiCache: what it takes to make a cache again, and that it comes back under its name.
import { beforeEach, describe, expect, it } from 'vitest';
import { createWorld } from '../../local/create-world.ts';
import { connect } from '../../local/in-process.ts';
import type { World } from '../../local/world.ts';
import { caches } from '../../shared/aws/caches.ts';
import type { Caches } from '../../shared/ports.ts';

const minute = 60_000;
let world: World;
let port: Caches;
const operator = { kind: 'operator' } as const;
const later = (minutes: number): Promise<void> => world.clock.run(world.clock.now + minutes * minute);
const call = (operation: string, input: object): Promise<any> => world.call({ service: 'elasticache', operation, input, caller: operator });

beforeEach(() => {
  world = createWorld({ start: Date.parse('2026-11-23T09:00:00Z'), seed: 1 });
  port = caches({ connect: (client) => void connect(client, world, operator) });
});

const addressOf = async (id: string): Promise<string> =>
  (await call('DescribeCacheClusters', { CacheClusterId: id, ShowCacheNodeInfo: true })).CacheClusters[0].CacheNodes[0].Endpoint.Address;

describe('caches', () => {
  it('S3: a node is saved, deleted, and made again from its recipe under the same name and address', async () => {
    await call('CreateCacheCluster', {
      CacheClusterId: 'shop-redis',
      Engine: 'redis',
      EngineVersion: '7.1',
      CacheNodeType: 'cache.t4g.micro',
      NumCacheNodes: 1,
      CacheSubnetGroupName: 'shop-caches',
      SecurityGroupIds: ['sg-1'],
      Tags: [{ Key: 'team', Value: 'shop' }],
    });
    await later(20);
    const before = await addressOf('shop-redis');
    const recipe = await port.recipe('shop-redis');
    expect(recipe).toMatchObject({
      kind: 'cluster',
      input: {
        CacheClusterId: 'shop-redis',
        Engine: 'redis',
        EngineVersion: '7.1',
        CacheNodeType: 'cache.t4g.micro',
        CacheSubnetGroupName: 'shop-caches',
        SecurityGroupIds: ['sg-1'],
        Port: 6379,
      },
    });
    await port.hibernate('shop-redis', 'shop-redis-night-1');
    await port.hibernate('shop-redis', 'shop-redis-night-1');
    expect([await port.statuses(['shop-redis']), await port.saved('shop-redis-night-1')]).toEqual([['deleting'], false]);
    await later(20);
    expect([await port.statuses(['shop-redis']), await port.saved('shop-redis-night-1')]).toEqual([['missing'], true]);
    await port.restore(recipe, 'shop-redis-night-1');
    await later(20);
    expect(await port.statuses(['shop-redis'])).toEqual(['available']);
    expect(await addressOf('shop-redis')).toBe(before);
    await port.forget('shop-redis-night-1');
    await port.forget('shop-redis-night-1');
    await later(5);
    expect(await port.saved('shop-redis-night-1')).toBe(false);
  });

  it("S3: a replication group keeps its encryption and its members' settings", async () => {
    await call('CreateReplicationGroup', {
      ReplicationGroupId: 'shop-valkey',
      ReplicationGroupDescription: 'Cache valkey',
      Engine: 'valkey',
      EngineVersion: '8.0',
      CacheNodeType: 'cache.t4g.micro',
      NumCacheClusters: 1,
      TransitEncryptionEnabled: true,
      CacheSubnetGroupName: 'shop-caches',
      SecurityGroupIds: ['sg-1'],
    });
    await later(20);
    expect(await port.recipe('shop-valkey')).toMatchObject({
      kind: 'group',
      input: {
        ReplicationGroupId: 'shop-valkey',
        ReplicationGroupDescription: 'Cache valkey',
        Engine: 'valkey',
        CacheNodeType: 'cache.t4g.micro',
        NumCacheClusters: 1,
        TransitEncryptionEnabled: true,
      },
    });
    await port.hibernate('shop-valkey', 'shop-valkey-night-1');
    await later(20);
    expect(await port.statuses(['shop-valkey'])).toEqual(['missing']);
  });

  it('S3: a cache that does not exist has no recipe', async () => {
    await expect(port.recipe('gone')).rejects.toMatchObject({ name: 'CacheMissing' });
  });
});
