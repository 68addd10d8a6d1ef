// A platform is removed while it sleeps: its page is in front of its routes, and outside prod nothing may stay behind (O13, S10).
import { afterEach, describe, expect, it } from 'vitest';
import type { Place } from '../../cli/place.ts';
import type { World } from '../../local/world.ts';
import { placeOf, run, type StageOptions } from './stage.ts';

const places: Place[] = [];
afterEach(async () => {
  for (const place of places.splice(0)) await place.close();
});
const night = async (): Promise<{ readonly place: Place; readonly world: World }> => {
  const place = await placeOf('wizelit', 'dev', { at: '2026-11-23T22:20' });
  places.push(place);
  return { place, world: place.rehearsed?.world as World };
};
const call = (world: World, service: string, operation: string, input: object): Promise<any> =>
  world.clock.finish(world.call({ service, operation, input, caller: { kind: 'operator' } } as Parameters<World['call']>[0]));
const left = ({ services }: World): readonly string[] =>
  services.cloudformation.stacks().flatMap(({ name, status }) => (status === 'DELETE_COMPLETE' ? [] : [`${name} ${status}`]));

const migration = { container: 'app', command: ['npm', 'run', 'migrate'], timeout: '10 minutes', snapshot: true };
/** The day copies the database before its migrations; the evening saves the cache. */
const change: StageOptions['change'] = { services: { app: { rollout: { gates: { migration } } } }, caches: { cache: { offHours: 'hibernate' } } };
const snapshots = async (world: World): Promise<readonly string[]> => {
  const { DBSnapshots } = await call(world, 'rds', 'DescribeDBSnapshots', {});
  const { Snapshots } = await call(world, 'elasticache', 'DescribeSnapshots', {});
  return [...DBSnapshots.map((one: any) => one.DBSnapshotIdentifier), ...Snapshots.map((one: any) => one.SnapshotName)];
};

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

describe('copies that belong to no stack', () => {
  it('O13: outside prod go after the stacks, each told by name; one that is refused stops no other and goes when the command is repeated', async () => {
    const place = await placeOf('wizelit', 'dev', { change, at: '2026-11-23T18:00' });
    places.push(place);
    const world = place.rehearsed?.world as World;
    const byHand = ['wizelit-dev-db-before-holidays', 'wizelit-dev-cache-night-of-mara'];
    await call(world, 'rds', 'CreateDBSnapshot', { DBInstanceIdentifier: 'wizelit-dev-db', DBSnapshotIdentifier: byHand[0] });
    await call(world, 'elasticache', 'CreateSnapshot', { CacheClusterId: 'wizelit-dev-cache', SnapshotName: byHand[1] });
    await world.clock.run(Date.parse('2026-11-23T11:20:00Z'));
    const made = (await snapshots(world)).filter((name) => !byHand.includes(name));
    expect(made).toEqual(expect.arrayContaining([expect.stringMatching(/^wizelit-dev-db-before-app-/), 'wizelit-dev-cache-night-202611230900']));
    const { out } = await run(place, 'destroy --list');
    expect(out).toContain('RDS DBSnapshot: wizelit-dev-db-before-* (made before migrations)');
    expect(out).toMatch(/^Kept +nothing$/m);
    const error = { code: 'AccessDenied', message: 'an explicit deny of mara', status: 403 };
    world.faults.add({ kind: 'error', when: 'before-effect', operation: 'DeleteDBSnapshot', error });
    const first = await run(place, 'destroy --yes');
    const [refused = '', ...others] = made;
    expect([first.code, await snapshots(world)]).toEqual([1, [refused, ...byHand]]);
    for (const name of others) expect(first.out).toContain(`Snapshot ${name} deleted.`);
    expect(first.err).toContain(`Snapshot ${refused} is still there, and billed: rds:DeleteDBSnapshot on ${refused}: an explicit deny of mara`);
    expect(first.err).toContain('then repeat the command: it deletes those that are left.');
    const { code } = await run(place, 'destroy --yes');
    expect({ code, left: left(world), snapshots: await snapshots(world) }).toEqual({ code: 0, left: [], snapshots: byHand });
  });
});

describe('a platform in prod', () => {
  it('O13: is not removed by halves: what is protected is named with its command, and goes once it is not; its copies are kept', async () => {
    const place = await placeOf('wizelit', 'prod', { change });
    places.push(place);
    const world = place.rehearsed?.world as World;
    const made = ['wizelit-prod-db-before-app-0123456789ab', 'wizelit-prod-cache-night-202611230900'];
    const refused = await run(place, 'destroy --yes');
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('Nothing was removed: database wizelit-prod-db, load balancer wizelit-prod are protected from deletion.');
    expect(refused.err).toContain('aws rds modify-db-instance --db-instance-identifier wizelit-prod-db --no-deletion-protection');
    expect(left(world).filter((stack) => stack.includes('DELETE'))).toEqual([]);
    await call(world, 'rds', 'ModifyDBInstance', { DBInstanceIdentifier: 'wizelit-prod-db', DeletionProtection: false, ApplyImmediately: true });
    const { LoadBalancers } = await call(world, 'elasticloadbalancing', 'DescribeLoadBalancers', { Names: ['wizelit-prod'] });
    await call(world, 'rds', 'CreateDBSnapshot', { DBInstanceIdentifier: 'wizelit-prod-db', DBSnapshotIdentifier: made[0] });
    await call(world, 'elasticache', 'CreateSnapshot', { CacheClusterId: 'wizelit-prod-cache', SnapshotName: made[1] });
    await world.clock.run(world.clock.now + 10 * 60_000);
    const Attributes = [{ Key: 'deletion_protection.enabled', Value: 'false' }];
    await call(world, 'elasticloadbalancing', 'ModifyLoadBalancerAttributes', { LoadBalancerArn: LoadBalancers[0].LoadBalancerArn, Attributes });
    const { code, out } = await run(place, 'destroy --yes --unprotected');
    expect({ code, left: left(world) }).toEqual({ code: 0, left: [] });
    expect(out).toMatch(/^Kept[^]*wizelit-prod-db-before-\*[^]*wizelit-prod-cache-night-\*[^]*^Also/m);
    expect(await snapshots(world)).toEqual(expect.arrayContaining(made));
  });
});
