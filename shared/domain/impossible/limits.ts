// Numbers and names that a load balancer does not take, found here rather than half way through a deploy.
import type { Platform, Service } from '../platform.ts';
import { type Impossibility, when } from './impossibility.ts';

const HOUR = 3_600;
const WEEK = 7 * 24 * HOUR;

const most = (field: string, seconds: number, limit: number, words: string): readonly Impossibility[] =>
  when(seconds > limit, field, seconds, `a load balancer takes at most ${words}`, `write '${words}' or less`);

const ofService = (field: string, service: Service): readonly Impossibility[] => [
  ...most(`${field}.drain`, service.drainSeconds, HOUR, '1 hour'),
  ...most(`${field}.sticky.for`, service.sticky?.seconds ?? 0, WEEK, '7 days'),
  ...when(
    service.sticky?.cookie?.startsWith('AWSALB') === true,
    `${field}.sticky.cookie`,
    service.sticky?.cookie,
    'names that begin with AWSALB are the load balancer’s own',
    'give the name of the application’s cookie, or leave `cookie` out',
  ),
  ...service.routes.flatMap(({ health }, index) => [
    ...most(`${field}.routes.${index}.health.interval`, health.intervalSeconds, 300, '5 minutes'),
    ...most(`${field}.routes.${index}.health.timeout`, health.timeoutSeconds, 120, '2 minutes'),
  ]),
];

/** Durations and cookies beyond the limits of an Application Load Balancer. */
export const limitFindings = ({ loadBalancer, services }: Platform): readonly Impossibility[] => [
  ...most('loadBalancer.idle', loadBalancer.idleSeconds, 4_000, '4000 seconds'),
  ...Object.entries(services).flatMap(([name, service]) => ofService(`services.${name}`, service)),
];
