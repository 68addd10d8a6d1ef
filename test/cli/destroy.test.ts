// A platform is removed while it sleeps: its page is in front of its routes, and nothing may stay behind (O13, S10).
import { afterEach, describe, expect, it } from 'vitest';
import type { Place } from '../../cli/place.ts';
import type { World } from '../../local/world.ts';
import { placeOf, run } from './stage.ts';

const places: Place[] = [];
afterEach(async () => {
  for (const place of places.splice(0)) await place.close();
});
const night = async (): Promise<{ readonly place: Place; readonly world: World }> => {
  const place = await placeOf('wizelit', 'dev', { at: '2026-11-23T22:20' });
  places.push(place);
  return { place, world: place.rehearsed?.world as World };
};
const left = ({ services }: World): readonly string[] =>
  services.cloudformation.stacks().flatMap(({ name, status }) => (status === 'DELETE_COMPLETE' ? [] : [`${name} ${status}`]));

describe('a sleeping platform', () => {
  it('O13, S10: is removed with its page, and says so', async () => {
    const { place, world } = await night();
    const { code, shown } = await run(place, 'destroy --yes');
    expect(shown).toContain('It sleeps: the waking page is taken off its load balancer, so that everything can go.');
    expect({ code, left: left(world) }).toEqual({ code: 0, left: [] });
  });

  it('O13: CloudFormation alone cannot remove what the page’s rule leads to; dayshift destroy finishes what that began', async () => {
    const { place, world } = await night();
    const { status, reason } = await world.clock.finish(world.services.cloudformation.remove('wizelit-dev-operations'));
    expect(status).toBe('DELETE_FAILED');
    expect(reason).toMatch(/in use by a listener or a rule/);
    const { code } = await run(place, 'destroy --yes');
    expect({ code, left: left(world) }).toEqual({ code: 0, left: [] });
  });
});

describe('a platform in prod', () => {
  it('O13: is not removed by halves: what is protected is named with its command, and goes once it is not', async () => {
    const place = await placeOf('wizelit', 'prod');
    places.push(place);
    const world = place.rehearsed?.world as World;
    const refused = await run(place, 'destroy --yes');
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('Nothing was removed: database wizelit-prod-db, load balancer wizelit-prod are protected from deletion.');
    expect(refused.err).toContain('aws rds modify-db-instance --db-instance-identifier wizelit-prod-db --no-deletion-protection');
    expect(left(world).filter((stack) => stack.includes('DELETE'))).toEqual([]);
    const call = (service: string, operation: string, input: object): Promise<any> =>
      world.clock.finish(world.call({ service, operation, input, caller: { kind: 'operator' } } as Parameters<World['call']>[0]));
    await call('rds', 'ModifyDBInstance', { DBInstanceIdentifier: 'wizelit-prod-db', DeletionProtection: false, ApplyImmediately: true });
    const { LoadBalancers } = await call('elasticloadbalancing', 'DescribeLoadBalancers', { Names: ['wizelit-prod'] });
    const Attributes = [{ Key: 'deletion_protection.enabled', Value: 'false' }];
    await call('elasticloadbalancing', 'ModifyLoadBalancerAttributes', { LoadBalancerArn: LoadBalancers[0].LoadBalancerArn, Attributes });
    const { code } = await run(place, 'destroy --yes --unprotected');
    expect({ code, left: left(world) }).toEqual({ code: 0, left: [] });
  });
});
