// The simulated load balancer against aws-facts E and section S.
import { describe, expect, it } from 'vitest';
import { nextTurn, passes } from '../../local/services/elb/health-checks.ts';
import type { Target } from '../../local/services/elb/model.ts';
import { weighted, wildcard } from '../../local/services/elb/routing.ts';
import { CLUSTER, SERVICE, openShop } from './shop.ts';
import type { Shop } from './shop.ts';

const get = (shop: Shop, path: string, more: object = {}) => shop.world.services.elb.request({ host: shop.dnsName, path, ...more });

/** Registers an address that answers 200 from the first moment. */
const target = (shop: Shop, id: string, request = 200): void =>
  shop.world.services.elb.register(shop.targetGroupArn, {
    id,
    port: 8080,
    zone: 'us-east-1a',
    phases: [{ from: 0, health: request, request }],
  });

const fixed = (status: string) => [
  { Type: 'fixed-response', FixedResponseConfig: { StatusCode: status, ContentType: 'text/plain', MessageBody: `rule ${status}` } },
];
const rule = (shop: Shop, priority: number, conditions: readonly object[], actions: readonly object[]) =>
  shop.elb('CreateRule', { ListenerArn: shop.listenerArn, Priority: priority, Conditions: conditions, Actions: actions });

describe('health', () => {
  it('a matcher takes single codes, lists and ranges', () => {
    expect([passes('200', 200), passes('200,302', 302), passes('200-399', 301), passes('200', 500), passes('200', undefined)]).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  const check = {
    enabled: true,
    protocol: 'HTTP',
    port: 'traffic-port',
    path: '/',
    intervalSeconds: 10,
    timeoutSeconds: 5,
    healthyThreshold: 5,
    unhealthyThreshold: 3,
    matcher: '200',
  };
  const probe = (more: Partial<Target>): Target => ({
    id: '10.0.0.1',
    port: 80,
    zone: 'a',
    phases: [],
    registeredAt: 0,
    firstCheck: 1_000,
    state: 'initial',
    ...more,
  });

  it('a new target is in service after one passed check', () => {
    expect(nextTurn(probe({ phases: [{ from: 15_000, health: 200 }] }), check, 0)).toEqual({ at: 21_000, state: 'healthy' });
  });

  it('a new target that is slower than the unhealthy threshold is unhealthy first and then needs the healthy threshold', () => {
    const slow = probe({ phases: [{ from: 35_000, health: 200 }] });
    expect(nextTurn(slow, check, 0)).toEqual({ at: 21_000, state: 'unhealthy' });
    expect(nextTurn({ ...slow, state: 'unhealthy' }, check, 21_001)).toEqual({ at: 81_000, state: 'healthy' });
  });

  it('a healthy target that answers as before has no further turn', () => {
    expect(
      nextTurn(
        probe({
          state: 'healthy',
          phases: [
            { from: 0, health: 200 },
            { from: 60_000, health: 200, request: 502 },
          ],
        }),
        check,
        0,
      ),
    ).toBeUndefined();
  });

  it('a target is described with state, reason and description', async () => {
    const shop = await openShop(21);
    target(shop, '10.0.0.1', 500);
    const state = async () =>
      (await shop.elb('DescribeTargetHealth', { TargetGroupArn: shop.targetGroupArn })).TargetHealthDescriptions[0].TargetHealth;
    expect(await state()).toMatchObject({ State: 'initial', Reason: 'Elb.RegistrationInProgress' });
    await shop.minutes(1);
    expect(await state()).toEqual({
      State: 'unhealthy',
      Reason: 'Target.ResponseCodeMismatch',
      Description: 'Health checks failed with these codes: [500]',
    });
    await shop.elb('DeregisterTargets', { TargetGroupArn: shop.targetGroupArn, Targets: [{ Id: '10.0.0.1', Port: 8080 }] });
    expect(await state()).toMatchObject({ State: 'draining', Reason: 'Target.DeregistrationInProgress' });
    await shop.minutes(0.5);
    expect((await shop.elb('DescribeTargetHealth', { TargetGroupArn: shop.targetGroupArn })).TargetHealthDescriptions).toEqual([]);
  });

  it('targets of a group without load balancer are unused until a rule forwards to it', async () => {
    const shop = await openShop(22);
    const group = (await shop.elb('CreateTargetGroup', { Name: 'spare', TargetType: 'ip', Port: 80 })).TargetGroups[0].TargetGroupArn;
    shop.world.services.elb.register(group, { id: '10.0.0.9', port: 80, zone: 'a', phases: [{ from: 0, health: 200, request: 200 }] });
    expect(shop.world.services.elb.health(group)[0]).toMatchObject({ state: 'unused', reason: 'Target.NotInUse' });
    await rule(shop, 5, [{ Field: 'path-pattern', Values: ['/spare'] }], [{ Type: 'forward', TargetGroupArn: group }]);
    await shop.minutes(1);
    expect(shop.world.services.elb.health(group)[0]?.state).toBe('healthy');
  });
});

describe('requests', () => {
  it('S10: without a registered target the visitor sees 503 from the load balancer', async () => {
    expect(await get(await openShop(23), '/')).toMatchObject({ status: 503, servedBy: 'load balancer' });
  });

  it('when every target is unhealthy the balancer fails open and sends requests to them', async () => {
    const shop = await openShop(24);
    target(shop, '10.0.0.1', 500);
    await shop.minutes(1);
    expect(await get(shop, '/')).toMatchObject({ status: 500, servedBy: '10.0.0.1' });
  });

  it('healthy targets share the requests and a draining one gets none', async () => {
    const shop = await openShop(25);
    for (const id of ['10.0.0.1', '10.0.0.2', '10.0.0.3']) target(shop, id);
    await shop.minutes(1);
    shop.world.services.elb.deregister(shop.targetGroupArn, '10.0.0.3', 8080);
    const served = new Set<string>();
    for (let visit = 0; visit < 40; visit += 1) served.add((await get(shop, '/')).servedBy);
    expect([...served].sort()).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  it('W11: a session cookie keeps a visitor on one task', async () => {
    const shop = await openShop(26);
    for (const id of ['10.0.0.1', '10.0.0.2', '10.0.0.3']) target(shop, id);
    await shop.elb('ModifyTargetGroupAttributes', {
      TargetGroupArn: shop.targetGroupArn,
      Attributes: [
        { Key: 'stickiness.enabled', Value: 'true' },
        { Key: 'stickiness.type', Value: 'lb_cookie' },
      ],
    });
    await shop.minutes(1);
    const first = await get(shop, '/');
    const cookie = first.headers['set-cookie']!.split(';')[0]!;
    const again = await Promise.all(Array.from({ length: 20 }, () => get(shop, '/', { headers: { cookie } })));
    expect(new Set(again.map((answer) => answer.servedBy))).toEqual(new Set([first.servedBy]));
  });

  it('rules are met by priority, with host, path, header, method and query conditions', async () => {
    const shop = await openShop(27);
    await rule(shop, 30, [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/api/*'] } }], fixed('201'));
    await rule(
      shop,
      20,
      [
        { Field: 'path-pattern', Values: ['/api/v1/*'] },
        { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['POST'] } },
      ],
      fixed('202'),
    );
    await rule(shop, 10, [{ Field: 'host-header', HostHeaderConfig: { Values: ['*.example.com'] } }], fixed('203'));
    await rule(shop, 40, [{ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'User-Agent', Values: ['*bot*'] } }], fixed('404'));
    await rule(shop, 50, [{ Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'debug', Value: '1' }] } }], fixed('500'));
    const codes = await Promise.all([
      get(shop, '/api/v1/x'),
      get(shop, '/api/v1/x', { method: 'POST' }),
      get(shop, '/api/v1/x', { host: 'shop.Example.com', loadBalancer: 'shop' }),
      get(shop, '/', { headers: { 'user-agent': 'GoogleBot/2.1' } }),
      get(shop, '/', { query: 'a=2&debug=1' }),
      get(shop, '/'),
    ]);
    expect(codes.map((answer) => answer.status)).toEqual([201, 202, 203, 404, 500, 503]);
  });

  it('S10: ModifyRule replaces the conditions, so that one rule can be switched between nobody and everybody', async () => {
    const shop = await openShop(28);
    const made = await rule(shop, 1, [{ Field: 'host-header', HostHeaderConfig: { Values: ['asleep.invalid'] } }], fixed('503'));
    expect((await get(shop, '/')).body).not.toBe('rule 503');
    await shop.elb('ModifyRule', {
      RuleArn: made.Rules[0].RuleArn,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['*'] } }],
    });
    expect((await get(shop, '/deep/path')).body).toBe('rule 503');
    const { Rules } = await shop.elb('DescribeRules', { ListenerArn: shop.listenerArn });
    expect(Rules.map((one: any) => one.Priority)).toEqual(['1', 'default']);
    await expect(rule(shop, 1, [], fixed('200'))).rejects.toMatchObject({ code: 'PriorityInUse' });
  });

  it('A7: a redirect keeps host, path and query', async () => {
    const shop = await openShop(29);
    const redirect = [{ Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } }];
    await shop.elb('ModifyListener', { ListenerArn: shop.listenerArn, DefaultActions: redirect });
    expect(await get(shop, '/a/b', { query: 'x=1' })).toMatchObject({
      status: 301,
      headers: { location: `https://${shop.dnsName}:443/a/b?x=1` },
    });
  });

  it('weight 0 gets nothing and there is no fail-over between groups', () => {
    const groups = [
      { name: 'blue', weight: 0 },
      { name: 'green', weight: 3 },
      { name: 'red', weight: 1 },
    ];
    expect([0, 0.5, 0.74, 0.76, 0.99].map((draw) => weighted(groups, draw)?.name)).toEqual(['green', 'green', 'green', 'red', 'red']);
    expect(weighted([{ weight: 0 }], 0.4)).toBeUndefined();
  });

  it("a pattern's star spans slashes, its question mark is one character, its dot a dot", () => {
    expect([
      wildcard('/api/*').test('/api/a/b'),
      wildcard('/v?').test('/v1'),
      wildcard('/v?').test('/v12'),
      wildcard('a.b').test('aXb'),
    ]).toEqual([true, true, false, false]);
  });
});

describe('the service behind it', () => {
  it('K8: a degraded image passes its health check and still answers 5XX to visitors', async () => {
    const shop = await openShop(30);
    shop.push({ kind: 'degrades', afterSeconds: 120, responseCode: 502, healthCheckFails: false });
    await shop.create(await shop.register('latest'));
    await shop.minutes(1.8);
    expect((await get(shop, '/')).status).toBe(200);
    await shop.minutes(10);
    expect((await get(shop, '/')).status).toBe(502);
    expect(shop.world.services.ecs.service(CLUSTER, SERVICE)).toMatchObject({ runningCount: 2, healthyCount: 2 });
  });
});

describe('metrics', () => {
  const dimensions = (shop: Shop) => ({
    LoadBalancer: shop.listenerArn.split(':listener/')[1]!.split('/').slice(0, 3).join('/'),
    TargetGroup: shop.targetGroupArn.split(':').at(-1)!,
  });
  const value = (shop: Shop, name: string) =>
    shop.world.services.cloudwatch.value({ namespace: 'AWS/ApplicationELB', name, dimensions: dimensions(shop) });

  it('host counts exist only while targets are registered; a draining one raises neither', async () => {
    const shop = await openShop(34);
    expect(value(shop, 'HealthyHostCount')).toBeUndefined();
    target(shop, '10.0.0.1');
    target(shop, '10.0.0.2', 500);
    await shop.minutes(3);
    expect([value(shop, 'HealthyHostCount'), value(shop, 'UnHealthyHostCount')]).toEqual([1, 1]);
    for (const id of ['10.0.0.1', '10.0.0.2']) shop.world.services.elb.deregister(shop.targetGroupArn, id, 8080);
    await shop.minutes(3);
    expect(value(shop, 'HealthyHostCount')).toBeUndefined();
  });

  it('S11: requests that find no target are not in RequestCount', async () => {
    const shop = await openShop(35);
    await get(shop, '/');
    await shop.minutes(1);
    expect(value(shop, 'RequestCount')).toBeUndefined();
    target(shop, '10.0.0.1');
    await shop.minutes(1);
    await get(shop, '/');
    await get(shop, '/');
    await shop.minutes(1);
    expect(value(shop, 'HTTPCode_Target_2XX_Count')).toBe(1);
  });

  it('S11: requests per target are always reported: by the healthy targets, by the registered ones when none is, zero without any', async () => {
    const shop = await openShop(37);
    shop.world.services.elb.traffic('web', 60);
    await shop.minutes(2);
    expect(value(shop, 'RequestCountPerTarget')).toBe(0);
    target(shop, '10.0.0.1');
    target(shop, '10.0.0.2', 500);
    await shop.minutes(3);
    expect(value(shop, 'RequestCountPerTarget')).toBe(60);
    shop.world.services.elb.deregister(shop.targetGroupArn, '10.0.0.1', 8080);
    target(shop, '10.0.0.3', 500);
    await shop.minutes(3);
    expect(value(shop, 'RequestCountPerTarget')).toBe(30);
  });

  it('A10: background traffic turns into 5XX when the image degrades', async () => {
    const shop = await openShop(36);
    shop.push({ kind: 'degrades', afterSeconds: 300, responseCode: 502, healthCheckFails: false });
    await shop.create(await shop.register('latest'));
    await shop.minutes(3);
    shop.world.services.elb.traffic('web', 120);
    await shop.minutes(2);
    expect([value(shop, 'RequestCount'), value(shop, 'HTTPCode_Target_5XX_Count')]).toEqual([120, undefined]);
    await shop.minutes(5);
    expect([value(shop, 'RequestCount'), value(shop, 'HTTPCode_Target_5XX_Count')]).toEqual([120, 120]);
  });
});
