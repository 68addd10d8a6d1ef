// The network part of a platform file: address range, zones, where tasks run, load balancer, domain.
import * as v from 'valibot';
import { rangeOf } from '../../domain/cidr.ts';
import { endpointWords } from '../../domain/endpoints.ts';
import { duration, open, said, whole } from './words.ts';

export const NetworkSchema = v.strictObject({
  cidr: v.optional(
    said(
      v.pipe(
        v.string(),
        v.check((text) => rangeOf(text) !== null, 'an IPv4 range between /16 and /28 whose host bits are zero'),
      ),
      'Private address range of the platform; a sixteenth of it is one subnet.',
      '10.0.0.0/16',
    ),
    '10.0.0.0/16',
  ),
  zones: v.optional(said(whole(2, 4), 'Availability zones to spread over.', 2), 2),
  tasks: v.optional(
    said(
      v.picklist(['public', 'private', 'endpoints']),
      'Where tasks run: `public` with an address and no NAT gateway (cheapest), `private` behind one, or `endpoints`: private, AWS services only.',
      'private',
    ),
    'public',
  ),
  natGateways: v.optional(
    said(whole(1, 4), 'NAT gateways when tasks are `private`: one is cheap, one per zone survives the loss of a zone.', 1),
    1,
  ),
  endpoints: v.optional(
    said(
      v.array(v.picklist(endpointWords)),
      'VPC endpoints. With `tasks: endpoints` those that ECS itself needs, and those for what the services may do, are added.',
      ['ecr', 'logs', 'secrets', 's3'],
    ),
    [],
  ),
  flowLogs: open(said(v.boolean(), 'Record accepted and refused connections; left out, only prod does.', true)),
});

export const LoadBalancerSchema = v.pipe(
  v.strictObject({
    name: open(said(v.string(), 'Name of the load balancer, at most 32 characters; left out, `<platform>-<stage>`.', 'shop-alb')),
    idle: v.optional(
      said(duration(), 'How long a silent connection stays open; web sockets want more than a minute.', '2 minutes'),
      '1 minute',
    ),
    firewall: v.optional(
      said(v.boolean(), 'AWS WAF with the managed common, bad-input and reputation rules, and a rate limit per address.', true),
      false,
    ),
    accessLogs: open(said(v.boolean(), 'Keep the access log in a bucket; left out, only prod does.', true)),
  }),
  v.transform(({ idle, ...rest }) => ({ ...rest, idleSeconds: idle })),
);

export const ClusterSchema = v.strictObject({
  name: open(said(v.string(), 'Name of the ECS cluster; left out, `<platform>-<stage>`.', 'shop-cluster')),
  insights: v.optional(
    said(v.picklist(['off', 'on', 'enhanced']), 'Container Insights: metrics per service, or per task and container.', 'enhanced'),
    'off',
  ),
});

export const DomainSchema = v.strictObject({
  name: said(
    v.pipe(v.string(), v.regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'a host name such as app.example.com')),
    'Host name of the site; turns HTTPS on.',
    'app.example.com',
  ),
  certificate: open(
    said(
      v.pipe(v.string(), v.startsWith('arn:', 'the ARN of a certificate')),
      'Existing ACM certificate in the same region.',
      'arn:aws:acm:eu-west-1:111122223333:certificate/1',
    ),
  ),
  zone: open(
    said(
      v.strictObject({
        id: said(v.string(), 'Id of the hosted zone.', 'Z0123456789ABC'),
        name: said(v.string(), 'Its name.', 'example.com'),
      }),
      'Route 53 zone: an alias record is made in it, and without `certificate` a new certificate is validated in it.',
      { id: 'Z0123456789ABC', name: 'example.com' },
    ),
  ),
});
