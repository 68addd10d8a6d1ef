// The Stores adapter against simulated RDS: how databases stand, stop and start, and what is no error.
import { beforeEach, describe, expect, it } from 'vitest';
import { createWorld } from '../../local/create-world.ts';
import { connect } from '../../local/in-process.ts';
import type { World } from '../../local/world.ts';
import { stores } from '../../shared/aws/stores.ts';
import type { Stores } from '../../shared/ports.ts';

const minute = 60_000;
const db = { identifier: 'shop-db', kind: 'instance' } as const;
let world: World;
let port: Stores;
const status = async (): Promise<string | undefined> => (await port.describe([db]))[0]?.status;

beforeEach(() => {
  world = createWorld({ start: Date.parse('2026-11-23T09:00:00Z'), seed: 1 });
  const properties = {
    Engine: 'postgres',
    EngineVersion: '17.5',
    DBInstanceClass: 'db.t3.micro',
    AllocatedStorage: '20',
    BackupRetentionPeriod: 0,
  };
  world.services.rds.createInstance('shop-db', properties);
  port = stores({ connect: (client) => void connect(client, world, { kind: 'operator' }) });
});

describe('stores', () => {
  it('S3, S4: stops and starts, each in its own time', async () => {
    expect(await status()).toBe('available');
    await port.stop(db);
    expect(await status()).toBe('stopping');
    await world.clock.run(world.clock.now + 20 * minute);
    expect(await status()).toBe('stopped');
    await port.start(db);
    expect(await status()).toBe('starting');
    await world.clock.run(world.clock.now + 30 * minute);
    expect(await status()).toBe('available');
  });

  it('S7: tells when AWS would start it by itself', async () => {
    await port.stop(db);
    await world.clock.run(world.clock.now + 20 * minute);
    expect((await port.describe([db]))[0]?.automaticRestart).toMatch(/^2026-11-30T09:/);
  });

  it("S3: a stop that AWS refuses keeps AWS's own name and gains the database", async () => {
    await port.stop(db);
    await expect(port.stop(db)).rejects.toMatchObject({
      name: 'InvalidDBInstanceStateFault',
      message: expect.stringContaining('rds:StopDBInstance on shop-db'),
    });
  });

  it('S5: a database that was deleted is missing, not an error', async () => {
    expect(
      await port.describe([
        { identifier: 'gone', kind: 'instance' },
        { identifier: 'gone', kind: 'aurora-serverless' },
      ]),
    ).toEqual([
      { identifier: 'gone', kind: 'instance', status: 'missing', automaticRestart: null },
      { identifier: 'gone', kind: 'aurora-serverless', status: 'missing', automaticRestart: null },
    ]);
  });
});
