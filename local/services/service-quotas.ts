// Simulated Service Quotas: the limits of a new account that a platform can meet, changed by a test where it wants less.
import type { SimulatedService } from '../simulated.ts';
import type { World } from '../world.ts';

interface Limit {
  readonly service: string;
  readonly name: string;
  readonly value: number;
}

export interface ServiceQuotas extends SimulatedService {
  /** Sets one limit by its name in Service Quotas. */
  set(name: string, value: number): void;
}

const defaults: readonly Limit[] = [
  { service: 'fargate', name: 'Fargate On-Demand vCPU resource count', value: 6 },
  { service: 'fargate', name: 'Fargate Spot vCPU resource count', value: 6 },
  { service: 'ec2', name: 'EC2-VPC Elastic IPs', value: 5 },
  { service: 'elasticloadbalancing', name: 'Rules per Application Load Balancer', value: 100 },
];

export const makeServiceQuotas = (_world: World): ServiceQuotas => {
  const limits = new Map(defaults.map((limit) => [limit.name, limit]));
  return {
    signingName: 'servicequotas',
    support: {
      does: ['ListServiceQuotas with the limits of a new account'],
      doesNot: ['requests for more, usage, every other quota; nothing in a rehearsal is refused because of them'],
    },
    operations: {
      ListServiceQuotas: {
        needs: () => [{ action: 'servicequotas:ListServiceQuotas', resource: '*' }],
        run: ({ ServiceCode }: { ServiceCode: string }) => ({
          Quotas: [...limits.values()]
            .filter(({ service }) => service === ServiceCode)
            .map(({ name, value }) => ({ ServiceCode, QuotaName: name, Value: value })),
        }),
      },
    },
    resources: {},
    set: (name, value) => {
      const known = limits.get(name);
      if (known === undefined) throw new Error(`no quota is called ${name}`);
      limits.set(name, { ...known, value });
    },
  };
};
