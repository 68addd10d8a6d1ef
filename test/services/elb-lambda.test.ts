// A function as a target of the simulated load balancer: its event, its answer, its permission (aws-facts E).
import { describe, expect, it } from 'vitest';
import type { Factories } from '../../local/factories.ts';
import type { InvokeRequest, Lambda } from '../../local/services/lambda/lambda.ts';
import { openShop } from './shop.ts';
import type { Shop } from './shop.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:111122223333:function:visit';

interface Doorway {
  readonly shop: Shop;
  readonly targetGroupArn: string;
  readonly asked: InvokeRequest[];
}

/** A shop whose default action is a function that answers what the test gives it. */
const doorway = async (
  answer: unknown,
  policy: readonly object[] = [
    { Effect: 'Allow', Principal: { Service: 'elasticloadbalancing.amazonaws.com' }, Action: 'lambda:InvokeFunction', Resource: FUNCTION },
  ],
): Promise<Doorway> => {
  const asked: InvokeRequest[] = [];
  const lambda = (): Lambda =>
    ({
      signingName: 'lambda',
      operations: {},
      support: { does: [], doesNot: [] },
      function: (arn: string) => (arn === FUNCTION ? { policy: { Version: '2012-10-17', Statement: policy } } : undefined),
      invoke: async (request: InvokeRequest) => {
        asked.push(request);
        return answer instanceof Error
          ? { ok: false, errorType: 'Error', errorMessage: answer.message, trace: [] }
          : { ok: true, payload: answer };
      },
    }) as unknown as Lambda;
  const factories: Factories = { lambda };
  const shop = await openShop(91, {}, factories);
  const targetGroupArn = (await shop.elb('CreateTargetGroup', { Name: 'waker', TargetType: 'lambda' })).TargetGroups[0].TargetGroupArn;
  await shop.elb('RegisterTargets', { TargetGroupArn: targetGroupArn, Targets: [{ Id: FUNCTION }] });
  await shop.elb('ModifyListener', {
    ListenerArn: shop.listenerArn,
    DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
  });
  return { shop, targetGroupArn, asked };
};

const page = {
  isBase64Encoded: false,
  statusCode: 503,
  headers: { 'Retry-After': '60', 'Content-Type': 'text/html' },
  body: '<h1>waking</h1>',
};

describe('a function as a target', () => {
  it('S10: gets method, path, undecoded query and small header names, and its answer reaches the visitor', async () => {
    const { shop, targetGroupArn, asked } = await doorway(page);
    const visit = { host: shop.dnsName, path: '/menu', method: 'GET', query: 'q=a%20b', headers: { 'User-Agent': 'Firefox' } };
    expect(await shop.world.services.elb.request(visit)).toEqual({
      status: 503,
      headers: { 'retry-after': '60', 'content-type': 'text/html' },
      body: '<h1>waking</h1>',
      servedBy: FUNCTION,
    });
    expect(asked[0]).toMatchObject({
      functionArn: FUNCTION,
      source: { principal: 'elasticloadbalancing.amazonaws.com', sourceArn: targetGroupArn },
    });
    expect(asked[0]?.payload).toMatchObject({
      requestContext: { elb: { targetGroupArn } },
      httpMethod: 'GET',
      path: '/menu',
      queryStringParameters: { q: 'a%20b' },
      headers: { 'user-agent': 'Firefox', 'x-forwarded-proto': 'http', 'x-forwarded-port': '80' },
      body: '',
      isBase64Encoded: false,
    });
  });

  it('with multi-value headers the event carries lists, and plain headers in the answer are malformed', async () => {
    const { shop, targetGroupArn, asked } = await doorway(page);
    const Attributes = [{ Key: 'lambda.multi_value_headers.enabled', Value: 'true' }];
    await shop.elb('ModifyTargetGroupAttributes', { TargetGroupArn: targetGroupArn, Attributes });
    expect((await shop.world.services.elb.request({ host: shop.dnsName, path: '/', headers: { Accept: 'text/html' } })).status).toBe(502);
    expect(asked[0]?.payload).toMatchObject({ multiValueHeaders: { accept: ['text/html'] } });
    expect(asked[0]?.payload).not.toHaveProperty('headers');
  });

  it('a function error and an answer without status are 502', async () => {
    for (const answer of [new Error('boom'), { body: 'hello' }, null]) {
      const { shop } = await doorway(answer);
      expect(await shop.world.services.elb.request({ host: shop.dnsName, path: '/' })).toMatchObject({
        status: 502,
        servedBy: 'load balancer',
      });
    }
  });

  it('a function whose policy does not name the load balancer can not be registered, nor one that does not exist', async () => {
    await expect(doorway(page, [])).rejects.toMatchObject({ code: 'AccessDenied' });
    const { shop, targetGroupArn } = await doorway(page);
    await shop.elb('DeregisterTargets', { TargetGroupArn: targetGroupArn, Targets: [{ Id: FUNCTION }] });
    const missing = { TargetGroupArn: targetGroupArn, Targets: [{ Id: `${FUNCTION}-2` }] };
    await expect(shop.elb('RegisterTargets', missing)).rejects.toMatchObject({ code: 'InvalidTarget' });
    expect((await shop.world.services.elb.request({ host: shop.dnsName, path: '/' })).status).toBe(503);
  });
});
