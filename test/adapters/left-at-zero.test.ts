// What a deploy of the night left at zero is raised again, against simulated ECS, Application Auto Scaling and the ledger's table (R6, S13).
import { afterEach, describe, expect, it } from 'vitest';
import { connect } from '../../local/in-process.ts';
import { fleet } from '../../shared/aws/fleet.ts';
import { raiseLeftAtZero } from '../../shared/aws/left-at-zero.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { scaling } from '../../shared/aws/scaling.ts';
import type { NightRecord } from '../../shared/contracts/ledger.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import { CLUSTER, SERVICE, openShop, type Shop } from '../services/shop.ts';

const AT = '2026-11-23T20:30:00.000Z';
const awake = { state: 'awake', since: '2026-11-23T19:45:00.000Z' } as const;
const suspended = { scaleIn: false, scaleOut: false, scheduled: true };
const opened: Shop[] = [];
afterEach(async () => {
  for (const { world } of opened.splice(0)) await world.close();
});

interface Given {
  /** Count and bounds that the evening wrote down. */
  readonly evening?: { readonly desired: number; readonly min: number; readonly max: number };
  readonly released?: boolean;
}

/** A service that a late deploy has bound to no task, with the night before in the ledger. */
const leftAtZero = async ({ evening = { desired: 3, min: 2, max: 6 }, released = true }: Given = {}) => {
  const shop = await openShop();
  opened.push(shop);
  await shop.create(await shop.register(shop.push({ kind: 'healthy', startSeconds: 5 })), { desiredCount: 0 });
  const target = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount', ResourceId: `service/${CLUSTER}/${SERVICE}` };
  await shop.scaling('RegisterScalableTarget', { ...target, MinCapacity: 0, MaxCapacity: 0 });
  await shop.world.call({
    service: 'dynamodb',
    operation: 'CreateTable',
    input: {
      TableName: 'ledger',
      AttributeDefinitions: ['kind', 'key'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'kind', KeyType: 'HASH' },
        { AttributeName: 'key', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    },
    caller: { kind: 'operator' },
  });
  const manifest = {
    cluster: CLUSTER,
    services: [
      {
        name: 'web',
        serviceName: SERVICE,
        offHours: { kind: 'zero' },
        count: { desired: 2, min: 2, max: 6, scaling: true },
        containers: [{ name: 'web', image: { registry: 'ecr', repository: 'web', tag: { kind: 'fixed', value: 'latest' } }, parameter: '/web' }],
      },
    ],
  } as unknown as Manifest;
  const host = { manifest, environment: { LEDGER_TABLE: 'ledger' }, connect: (client: unknown) => void connect(client, shop.world, { kind: 'operator' }) };
  const ports = { ledger: ledger(host), fleet: fleet(host), scaling: scaling(host) };
  const { desired, min, max } = evening;
  const service = { name: 'web', desired, bounds: { min, max, suspended }, taskDefinition: 'web:1', scheduledActions: [], configured: { desired: 2, min: 2, max: 6 } };
  const night: NightRecord = { hash: '', takenAt: AT, services: [service], databases: [], asleepAt: AT, awakeAt: AT, certificate: null, saved: null };
  await ports.ledger.remember('night', '2026-11-23T09:00Z', night, { expect: 'new', at: AT });
  const image = { web: `web@${'sha256:'.padEnd(71, 'a')}` };
  const memory = { released: image, releasedAt: AT, taskDefinition: null, previous: null, quarantine: [], staged: null };
  if (released) await ports.ledger.remember('service', 'web', memory, { expect: 'new', at: AT });
  return { shop, manifest, ports };
};

describe('a service left at zero', () => {
  it('R6, S5: is raised to the record of the evening, every flag included, and the history says why', async () => {
    const { shop, manifest, ports } = await leftAtZero();
    expect(await raiseLeftAtZero(manifest, ports, awake, AT)).toEqual(['web']);
    expect((await shop.describe()).desiredCount).toBe(3);
    expect((await ports.scaling.describe([SERVICE])).get(SERVICE)).toEqual({ min: 2, max: 6, suspended });
    const [line] = await ports.ledger.list('history');
    expect(line?.value).toMatchObject({ action: 'raised', reason: 'left-at-zero', service: 'web', facts: { desired: 3 } });
  });

  it('R6: is raised once: the next look finds nothing to do', async () => {
    const { manifest, ports } = await leftAtZero();
    await raiseLeftAtZero(manifest, ports, awake, AT);
    expect(await raiseLeftAtZero(manifest, ports, awake, '2026-11-23T20:45:00.000Z')).toEqual([]);
    expect(await ports.ledger.list('history')).toHaveLength(1);
  });

  it('R7, S13: stays where it never had an image, and where somebody had switched it off before the night', async () => {
    for (const given of [{ released: false }, { evening: { desired: 0, min: 0, max: 0 } }]) {
      const { shop, manifest, ports } = await leftAtZero(given);
      expect(await raiseLeftAtZero(manifest, ports, awake, AT)).toEqual([]);
      expect((await shop.describe()).desiredCount).toBe(0);
      expect(await ports.ledger.list('history')).toEqual([]);
    }
  });

  it('S13: is nobody’s business while the platform sleeps, or when somebody sets it to zero later in the day', async () => {
    const { manifest, ports } = await leftAtZero();
    expect(await raiseLeftAtZero(manifest, ports, { ...awake, state: 'asleep' }, AT)).toEqual([]);
    expect(await raiseLeftAtZero(manifest, ports, awake, '2026-11-23T22:46:00.000Z')).toEqual([]);
  });
});
