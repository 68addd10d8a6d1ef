// Networks that cannot hold the platform: too few addresses, no way out, no certificate.
import { rangeOf, smallestRange } from '../cidr.ts';
import { unreachableActions } from '../endpoints.ts';
import type { Platform } from '../platform.ts';
import { isPublic } from '../wiring.ts';
import { type Impossibility, when } from './impossibility.ts';

const addresses = ({ network }: Platform): readonly Impossibility[] => {
  const range = rangeOf(network.cidr);
  return when(
    range !== null && range.length > smallestRange,
    'network.cidr',
    network.cidr,
    `too small for ${network.zones} zones: a subnet is a sixteenth of the range, and a load balancer needs /27 subnets`,
    `write a /${smallestRange} or larger, for example ${network.cidr.replace(/\/\d+$/, `/${smallestRange}`)}`,
  );
};

const wayOut = ({ network, services }: Platform): readonly Impossibility[] => {
  if (network.tasks !== 'endpoints') return [];
  return Object.entries(services).flatMap(([name, service]) =>
    Object.entries(service.containers).flatMap(([container, { image }]) => {
      const outside =
        image.kind === 'registry' ? image.repository : image.kind === 'fixed' && !/\.dkr\.ecr\./.test(image.image) ? image.image : null;
      return when(
        outside !== null,
        `services.${name}.containers.${container}.image`,
        outside,
        'with `network.tasks: endpoints` tasks reach AWS only: this image cannot be pulled',
        'copy the image to an ECR repository, or write `tasks: private`',
      );
    }),
  );
};

/** Permissions for AWS services that no endpoint is known for: their calls would end nowhere. */
const calls = ({ network, services }: Platform): readonly Impossibility[] => {
  if (network.tasks !== 'endpoints') return [];
  return Object.entries(services).flatMap(([name, { may }]) =>
    may.other.flatMap(({ actions }, index) => {
      const unreachable = unreachableActions(actions);
      return when(
        unreachable.length > 0,
        `services.${name}.may.other.${index}.actions`,
        unreachable,
        'with `network.tasks: endpoints` tasks reach AWS through endpoints only, and none is known for this service',
        'write `tasks: private`, or leave the actions out',
      );
    }),
  );
};

const gateways = ({ network }: Platform): readonly Impossibility[] =>
  when(
    network.tasks === 'private' && network.natGateways > network.zones,
    'network.natGateways',
    network.natGateways,
    `there are only ${network.zones} zones to put them in`,
    `write at most ${network.zones}`,
  );

const certificate = ({ domain, region }: Platform): readonly Impossibility[] => {
  if (domain === null) return [];
  const { certificate: given, zone } = domain;
  const home = given?.split(':')[3] ?? region;
  return [
    ...when(
      given === null && zone === null,
      'domain',
      domain,
      'HTTPS needs a certificate: neither an existing one nor a zone to validate a new one is given',
      'give `domain.certificate` or `domain.zone`',
    ),
    ...when(
      home !== region,
      'domain.certificate',
      given,
      `the certificate lives in ${home}, the load balancer in ${region}`,
      `request the certificate in ${region}`,
    ),
    ...when(
      zone !== null && domain.name !== zone.name && !domain.name.endsWith(`.${zone.name}`),
      'domain.zone.name',
      zone?.name,
      `${domain.name} is not inside this zone`,
      'give the zone that the host name ends with',
    ),
  ];
};

/** What belongs to a site where there is none would be left out without a word. */
const siteless = (platform: Platform): readonly Impossibility[] => {
  const problem = 'nothing of this platform is public';
  if (isPublic(platform)) return [];
  return [
    ...when(platform.domain !== null, 'domain', platform.domain?.name, problem, 'give a service a route, or remove `domain`'),
    ...when(platform.loadBalancer.firewall, 'loadBalancer.firewall', true, problem, 'give a service a route, or remove `firewall`'),
  ];
};

/** Addresses, way out, certificate. */
export const networkFindings = (platform: Platform): readonly Impossibility[] => [
  ...addresses(platform),
  ...wayOut(platform),
  ...calls(platform),
  ...gateways(platform),
  ...certificate(platform),
  ...siteless(platform),
];
