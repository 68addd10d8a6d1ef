// What a platform asks of the account's limits at its largest: Fargate vCPUs, Elastic IPs, listener rules.
import type { Manifest } from './manifest.ts';

export interface AccountNeed {
  /** Service code and quota name as Service Quotas has them. */
  readonly service: string;
  readonly name: string;
  readonly needed: number;
}

/** While services roll, old and new tasks run side by side (aws-facts B3). */
const WHILE_ROLLING = 2;

/** Needs of the platform with its stacks' resources; zero needs are left out. */
export const accountNeeds = (
  { services }: Pick<Manifest, 'services'>,
  stacks: Readonly<Record<string, Readonly<Record<string, { readonly Type: string }>>>>,
): readonly AccountNeed[] => {
  const types = Object.values(stacks).flatMap((resources) => Object.values(resources).map(({ Type }) => Type));
  const count = (type: string): number => types.filter((candidate) => candidate === type).length;
  const vcpus = (spot: boolean): number =>
    services
      .filter((service) => service.size.spot === spot)
      .reduce((sum, { count: { max }, size }) => sum + (max * WHILE_ROLLING * size.cpu) / 1024, 0);
  return [
    { service: 'fargate', name: 'Fargate On-Demand vCPU resource count', needed: vcpus(false) },
    { service: 'fargate', name: 'Fargate Spot vCPU resource count', needed: vcpus(true) },
    { service: 'ec2', name: 'EC2-VPC Elastic IPs', needed: count('AWS::EC2::EIP') },
    {
      service: 'elasticloadbalancing',
      name: 'Rules per Application Load Balancer',
      needed: count('AWS::ElasticLoadBalancingV2::ListenerRule'),
    },
  ].filter(({ needed }) => needed > 0);
};
