// Routes that lead nowhere, or to two places at once.
import { MOST_RULES, isMixed, pageRules } from '../night-page.ts';
import type { Platform, Service } from '../platform.ts';
import { pathPatterns, priorityOf } from '../routing.ts';
import { answerTo } from '../wiring.ts';
import { type Impossibility, when } from './impossibility.ts';

const leads = (field: string, service: Service): readonly Impossibility[] =>
  service.routes.flatMap((route, index) => {
    const listening = Object.entries(service.containers)
      .filter(([, container]) => container.port !== null)
      .map(([name]) => name);
    return when(
      answerTo(service, route.container) === null,
      `${field}.routes.${index}`,
      route.path,
      listening.length === 0 || route.container !== null
        ? 'no container of this service listens for it'
        : `several containers listen: ${listening.join(', ')}`,
      listening.length === 0 ? 'give a container its `port`' : `write \`container\` with one of ${listening.join(', ')}`,
    );
  });

const claims = (platform: Platform): readonly Impossibility[] => {
  const all = Object.entries(platform.services).flatMap(([name, service]) =>
    service.routes.map((route, index) => ({
      field: `services.${name}.routes.${index}`,
      name,
      route,
      claim: `${route.host ?? ''} ${pathPatterns(route.path).join(' ')}`,
    })),
  );
  return all.flatMap((one, index) => {
    const earlier = all.slice(0, index);
    const same = earlier.find((other) => other.claim === one.claim);
    const tied = same === undefined ? earlier.find((other) => priorityOf(other.route) === priorityOf(one.route)) : undefined;
    return [
      ...when(
        same !== undefined,
        one.field,
        one.route.path,
        `${same?.name ?? ''} already answers this path`,
        'give one of them another path or host',
      ),
      ...when(
        tied !== undefined,
        one.field,
        one.route.path,
        `gets the same listener priority as ${tied?.route.path ?? ''}`,
        'spell one of the two paths a little differently, for example with a trailing /*',
      ),
    ];
  });
};

const withoutRoute = (field: string, service: Service): readonly Impossibility[] => {
  if (service.routes.length > 0) return [];
  return [
    ...when(
      service.sticky !== null,
      `${field}.sticky`,
      service.sticky,
      'visitors cannot stick to a service without a route',
      'give it a route, or remove `sticky`',
    ),
    ...when(
      service.scaling?.requests !== null && service.scaling !== null,
      `${field}.scaling.requests`,
      service.scaling?.requests,
      'a service without a route has no requests',
      'scale on cpu or memory',
    ),
    ...when(
      service.rollout.smoke !== null,
      `${field}.rollout.smoke`,
      service.rollout.smoke,
      'a service without a route cannot be asked',
      'give it a route, or remove `smoke`',
    ),
    ...when(
      service.rollout.strategy !== 'rolling',
      `${field}.rollout.strategy`,
      service.rollout.strategy,
      'traffic of a service without a route cannot be shifted',
      "write strategy: 'rolling'",
    ),
  ];
};

const checks = (field: string, service: Service): readonly Impossibility[] =>
  service.routes.flatMap((route, index) =>
    when(
      route.health.timeoutSeconds >= route.health.intervalSeconds,
      `${field}.routes.${index}.health.timeout`,
      route.health.timeoutSeconds,
      'a check must end before the next one begins',
      `write less than ${route.health.intervalSeconds} seconds`,
    ),
  );

/** Where a part of the site sleeps, each of its routes has a second rule at night. */
const tooMany = (services: readonly Service[]): readonly Impossibility[] => {
  const rules = services.flatMap(({ routes }) => routes).length + pageRules(services).length;
  return when(
    isMixed(services) && rules > MOST_RULES,
    'services',
    rules,
    `with a part of the site asleep the load balancer needs ${rules} listener rules, and takes ${MOST_RULES}`,
    'let all public services sleep, or none of them, or give them fewer routes',
  );
};

/** Where routes lead, and who else claims them. */
export const routeFindings = (platform: Platform): readonly Impossibility[] => [
  ...Object.entries(platform.services).flatMap(([name, service]) => {
    const field = `services.${name}`;
    return [...leads(field, service), ...withoutRoute(field, service), ...checks(field, service)];
  }),
  ...claims(platform),
  ...tooMany(Object.values(platform.services)),
];
