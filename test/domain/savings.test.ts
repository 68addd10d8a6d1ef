// What a night saves, in dollars that can be checked by hand.
import { describe, expect, it } from 'vitest';
import { savedBy, type NightBill } from '../../shared/domain/savings.ts';

const bill: NightBill = {
  region: 'us-east-1',
  hours: 11,
  services: [{ tasks: 2, cpu: 512, memory: 1024, spot: false, architecture: 'x86_64' }],
  databases: [{ kind: 'instance', instanceClass: 'db.t4g.micro', multiAz: false, storageGiB: 20, stopped: true }],
  caches: [{ nodeType: 'cache.t4g.micro', engine: 'redis', stopped: false }],
  loadBalancer: true,
};

describe('savedBy', () => {
  it('S14: two half-vCPU tasks away for eleven hours are 54 cents, and what kept billing is said', () => {
    expect(savedBy(bill)).toEqual({ compute: 0.5431, database: 0.1733, keptBilling: 0.4582 });
  });

  it('S14: nothing is saved in a night that lasted no time', () => {
    expect(savedBy({ ...bill, hours: 0 })).toEqual({ compute: 0, database: 0, keptBilling: 0 });
  });

  it('S14: a price that is not known in the region is named, not guessed', () => {
    const saved = savedBy({ ...bill, region: 'ap-southeast-2' });
    expect(saved.compute).toBe(0.6512);
    expect(saved.database).toBe(0);
    expect(saved.keptBilling).toBe(0.2772);
    expect(saved.unpriced).toEqual(['rds.db.t4g.micro', 'rds.storage', 'cache.redis.cache.t4g.micro']);
  });

  it('S14: of tasks on Spot with fallback the first is on demand and a fifth of the others, also when one stays all night', () => {
    const service = { cpu: 512, memory: 1024, spot: true, architecture: 'x86_64' as const };
    const saved = (more: object) => savedBy({ ...bill, services: [{ ...service, tasks: 6, ...more }] }).compute;
    expect(saved({})).toBe(0.5227);
    expect(saved({ fallback: true })).toBe(0.8915);
    expect(saved({ tasks: 5, staying: 1, fallback: true })).toBe(0.62);
  });

  it('S14: of a processor and a region whose Spot price nobody has read the items are named', () => {
    const services = [{ tasks: 2, cpu: 512, memory: 1024, spot: true, architecture: 'arm64' as const }];
    expect(savedBy({ ...bill, services })).toMatchObject({ compute: 0, unpriced: ['fargate.arm64.spot.vcpu', 'fargate.arm64.spot.memory'] });
  });

  it('S14: a cache that hibernates saves its hours, is said apart, and bills nothing meanwhile', () => {
    const saved = savedBy({ ...bill, caches: [{ nodeType: 'cache.t4g.micro', engine: 'redis', stopped: true }] });
    expect(saved).toEqual({ compute: 0.5431, database: 0.3493, caches: 0.176, keptBilling: 0.2822 });
  });

  it("S14: Aurora that pauses by itself is not counted as the night's doing", () => {
    expect(
      savedBy({
        ...bill,
        databases: [{ kind: 'aurora-serverless', instanceClass: 'db.serverless', multiAz: false, storageGiB: 10, stopped: false }],
      }).database,
    ).toBe(0);
  });
});
