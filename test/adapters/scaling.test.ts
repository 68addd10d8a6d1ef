// The adapters of sleep and wake against simulated ECS, Application Auto Scaling and load balancer: bounds, counts, health and the page.
import { describe, expect, it } from 'vitest';
import { connect } from '../../local/in-process.ts';
import { fleet } from '../../shared/aws/fleet.ts';
import { health } from '../../shared/aws/health.ts';
import { wakePage } from '../../shared/aws/listeners.ts';
import { scaling } from '../../shared/aws/scaling.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import { priorityOf } from '../../shared/domain/routing.ts';
import { CLUSTER, SERVICE, openShop, type Shop } from '../services/shop.ts';

const everything = [{ routes: [{ path: '/*' }], offHours: { kind: 'zero' } }];

const hostOf = (shop: Shop, environment: Record<string, string> = {}, services: readonly object[] = everything) => ({
  manifest: { cluster: CLUSTER, loadBalancer: 'shop', services } as unknown as Manifest,
  environment,
  connect: (client: unknown) => void connect(client, shop.world, { kind: 'operator' }),
});

const target = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount', ResourceId: `service/${CLUSTER}/${SERVICE}` };

/** A service of two healthy tasks, scaled between two and six. */
const running = async (): Promise<Shop> => {
  const shop = await openShop();
  const digest = shop.push({ kind: 'healthy', startSeconds: 5 });
  await shop.create(await shop.register(digest));
  await shop.scaling('RegisterScalableTarget', { ...target, MinCapacity: 2, MaxCapacity: 6 });
  await shop.minutes(5);
  return shop;
};
const none = { scaleIn: false, scaleOut: false, scheduled: false };

describe('scaling', () => {
  it('C: reads bounds and flags, and leaves out services without a scalable target', async () => {
    const shop = await running();
    const bounds = await scaling(hostOf(shop)).describe([SERVICE, 'nobody']);
    expect([...bounds]).toEqual([[SERVICE, { min: 2, max: 6, suspended: none }]]);
  });

  it('C, S3: bounds of zero take the count along, every flag as it is told', async () => {
    const shop = await running();
    const port = scaling(hostOf(shop));
    await port.set(SERVICE, { min: 0, max: 0, suspended: { ...none, scheduled: true } });
    expect((await shop.describe()).desiredCount).toBe(0);
    expect((await port.describe([SERVICE])).get(SERVICE)).toEqual({ min: 0, max: 0, suspended: { ...none, scheduled: true } });
  });

  it('S2: names scheduled actions of the asked services only', async () => {
    const shop = await running();
    const action = { ...target, Schedule: 'cron(0 12 * * ? *)', ScalableTargetAction: { MinCapacity: 4 } };
    await shop.scaling('PutScheduledAction', { ...action, ScheduledActionName: 'lunch' });
    await shop.scaling('PutScheduledAction', { ...action, ScheduledActionName: 'dinner' });
    expect([...(await scaling(hostOf(shop)).scheduled([SERVICE]))]).toEqual([[SERVICE, ['dinner', 'lunch']]]);
    expect((await scaling(hostOf(shop)).scheduled(['nobody'])).size).toBe(0);
  });
});

describe('fleet', () => {
  it('X3: counts more services than one request takes, in the order asked, missing ones as missing', async () => {
    const shop = await running();
    const names = [...Array.from({ length: 14 }, (_, index) => `none-${index}`), SERVICE];
    const counts = await fleet(hostOf(shop)).counts(names);
    expect(counts.map(({ name }) => name)).toEqual(names);
    expect(counts[0]).toMatchObject({ exists: false, desired: 0 });
    expect(counts[14]).toMatchObject({ exists: true, desired: 2, running: 2, deploying: false });
  });

  it('S4: healthy is what the load balancer says, not what runs', async () => {
    const shop = await running();
    const port = fleet(hostOf(shop));
    const healthy = async (): Promise<number> => {
      const [healthyNow] = await health(hostOf(shop)).healthy(await port.counts([SERVICE]), new Date(shop.world.clock.now).toISOString());
      return healthyNow ?? -1;
    };
    expect(await healthy()).toBe(2);
    await port.count(SERVICE, 4);
    await shop.minutes(0.3);
    expect(await healthy()).toBe(2);
    await shop.minutes(4);
    expect(await healthy()).toBe(4);
    await port.count(SERVICE, 0);
    await shop.minutes(2);
    expect(await healthy()).toBe(0);
  });
});

describe('wakePage', () => {
  const page = async (services?: readonly object[]): Promise<{
    readonly shop: Shop;
    readonly rules: () => Promise<readonly any[]>;
    readonly port: ReturnType<typeof wakePage>;
  }> => {
    const shop = await openShop();
    await shop.elb('CreateTargetGroup', { Name: 'shop-wake', TargetType: 'lambda' });
    const rules = async () =>
      (await shop.elb('DescribeRules', { ListenerArn: shop.listenerArn })).Rules.filter((rule: any) => rule.IsDefault !== true);
    return { shop, rules, port: wakePage(hostOf(shop, { WAKE_TARGET: 'shop-wake' }, services)) };
  };

  it('S10: stands in front of every route once, however often it is shown, and goes without a trace', async () => {
    const { rules, port } = await page();
    expect([await port.show(), await port.show()]).toEqual([1, 0]);
    expect((await rules()).map(({ Priority, Conditions }) => [Priority, Conditions[0].Field])).toEqual([['1', 'path-pattern']]);
    expect([await port.hide(), await port.hide()]).toEqual([1, 0]);
    expect(await rules()).toEqual([]);
  });

  it('S10: leaves a listener alone that only leads to HTTPS, and takes the next free priority', async () => {
    const { shop, rules, port } = await page();
    const LoadBalancerArn = (await shop.elb('DescribeLoadBalancers', {})).LoadBalancers[0].LoadBalancerArn;
    const redirect = [{ Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } }];
    await shop.elb('CreateListener', { LoadBalancerArn, Port: 8080, Protocol: 'HTTP', DefaultActions: redirect });
    const fixed = [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } }];
    await shop.elb('CreateRule', {
      ListenerArn: shop.listenerArn,
      Priority: 1,
      Conditions: [{ Field: 'path-pattern', Values: ['/own'] }],
      Actions: fixed,
    });
    expect(await port.show()).toBe(1);
    expect((await rules()).map(({ Priority }) => Priority)).toEqual(['1', '2']);
  });

  it('S6, S10: where a part of the site stays up, only the routes that go down meet it, each just before its own rule', async () => {
    const { shop, rules, port } = await page([
      { routes: [{ path: '/*' }, { path: '/api/reports', host: 'api.example.com' }], offHours: { kind: 'zero' } },
      { routes: [{ path: '/api' }], offHours: { kind: 'stay' } },
    ]);
    const own = priorityOf({ path: '/api/reports', host: 'api.example.com' });
    const answers = [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } }];
    for (const [Priority, path] of [[own, '/api/reports'], [own - 1, '/somebody/elses'], [priorityOf({ path: '/api', host: null }), '/api']] as const) {
      await shop.elb('CreateRule', { ListenerArn: shop.listenerArn, Priority, Conditions: [{ Field: 'path-pattern', Values: [path] }], Actions: answers });
    }
    const before = await rules();
    expect([await port.show(), await port.show()]).toEqual([1, 0]);
    const made = (await rules()).filter(({ RuleArn }) => before.every((other) => other.RuleArn !== RuleArn));
    expect(made.map(({ Priority, Conditions }) => [Number(Priority), Conditions.map((one: any) => one.PathPatternConfig?.Values ?? one.HostHeaderConfig.Values)])).toEqual([
      [own - 3, [['/api/reports', '/api/reports/*'], ['api.example.com']]],
      [49_997, [['/*']]],
    ]);
    expect([await port.hide(), await rules()]).toEqual([2, before]);
  });

  it('S10: is taken off a listener that was given a redirect meanwhile', async () => {
    const { shop, rules, port } = await page();
    await port.show();
    const redirect = [{ Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } }];
    await shop.elb('ModifyListener', { ListenerArn: shop.listenerArn, DefaultActions: redirect });
    expect([await port.hide(), await rules()]).toEqual([1, []]);
  });

  it('S10: there is nothing to show where nothing is public', async () => {
    const shop = await openShop();
    const port = wakePage({
      ...hostOf(shop, { WAKE_TARGET: 'shop-wake' }),
      manifest: { cluster: CLUSTER, loadBalancer: null } as Manifest,
    });
    expect([await port.show(), await port.hide()]).toEqual([0, 0]);
  });
});
