// Rollout settings that cannot be kept: gates that cannot be asked, alarms that do not exist, strategies that need more.
import type { Platform, Service } from '../platform.ts';
import { answerTo } from '../wiring.ts';
import { type Impossibility, when } from './impossibility.ts';

const gates = (field: string, service: Service): readonly Impossibility[] => {
  const { migration, scan } = service.rollout.gates;
  const containers = Object.keys(service.containers);
  const unscanned = Object.entries(service.containers).flatMap(([name, { image }]) => (image.kind === 'registry' ? [name] : []));
  const scanned = Object.values(service.containers).some(({ image }) => image.kind === 'repository' || image.kind === 'existing');
  return [
    ...when(
      migration !== null && !containers.includes(migration.container),
      `${field}.gates.migration.container`,
      migration?.container,
      'there is no container of this name',
      `known: ${containers.join(', ')}`,
    ),
    ...when(
      scan !== null && (!scanned || unscanned.length > 0),
      `${field}.gates.scan`,
      scan,
      unscanned.length > 0
        ? `only ECR scans images, and that of ${unscanned.join(', ')} comes from another registry: it would wait for ever`
        : 'only ECR scans images, and none of this service comes from there',
      'remove the gate, or keep the images in ECR',
    ),
  ];
};

const watched = (field: string, { routes, rollout, alarms }: Service): readonly Impossibility[] =>
  when(
    rollout.watchAlarms &&
      (routes.length === 0 || (!alarms.unhealthyHosts && alarms.serverErrors === null && alarms.latencySeconds === null)),
    `${field}.watchAlarms`,
    true,
    'there is no alarm of this service to watch: health, errors and latency are seen at the load balancer',
    'give it a route and an alarm, or remove `watchAlarms`',
  );

const shifting = (field: string, service: Service): readonly Impossibility[] => {
  if (service.rollout.strategy === 'rolling') return [];
  const containers = new Set(service.routes.flatMap((route) => answerTo(service, route.container)?.container ?? []));
  return [
    ...when(
      containers.size > 1 || service.routes.length > 1,
      `${field}.strategy`,
      service.rollout.strategy,
      'traffic is shifted on one listener rule, this service has several routes',
      "write strategy: 'rolling', or leave one route",
    ),
    ...when(
      service.sticky !== null && service.rollout.strategy !== 'blue-green',
      `${field}.strategy`,
      service.rollout.strategy,
      'sticky visitors would not follow a gradual shift',
      "write strategy: 'blue-green'",
    ),
  ];
};

/** What a service needs that is not there while the platform sleeps. */
const asleepToo = (platform: Platform, { needs }: Service): readonly string[] =>
  needs.filter(
    (name) =>
      platform.databases[name]?.offHours === 'stop' ||
      platform.caches[name]?.offHours === 'hibernate' ||
      platform.services[name]?.offHours.kind === 'zero',
  );

const proving = (platform: Platform, field: string, service: Service): readonly Impossibility[] => {
  const { proveAsleep } = service.rollout;
  if (proveAsleep === null) return [];
  const { container, command } = proveAsleep;
  const containers = Object.keys(service.containers);
  const absent = asleepToo(platform, service);
  return [
    ...when(
      (container === null) !== (command === null),
      `${field}.proveAsleep`,
      { container, command },
      'a command needs the container that runs it, and a container the command',
      'write both, or neither',
    ),
    ...when(
      container !== null && !containers.includes(container),
      `${field}.proveAsleep.container`,
      container,
      'there is no container of this name',
      `known: ${containers.join(', ')}`,
    ),
    ...when(
      command === null && absent.length > 0,
      `${field}.proveAsleep`,
      {},
      `the service needs ${absent.join(', ')}, asleep as well: good images would fail their proof`,
      'give a command that proves the image without them, such as one that only loads the program',
    ),
  ];
};

const counted = (platform: Platform, field: string, service: Service): readonly Impossibility[] =>
  when(
    service.alarms.taskFailures && platform.cluster.insights === 'off',
    `${field}.alarms.taskFailures`,
    true,
    'running and desired tasks are counted by Container Insights only',
    "write cluster.insights: 'on'",
  );

/** Rollouts of every service. */
export const rolloutFindings = (platform: Platform): readonly Impossibility[] =>
  Object.entries(platform.services).flatMap(([name, service]) => {
    const field = `services.${name}`;
    const rollout = `${field}.rollout`;
    return [...gates(rollout, service), ...watched(rollout, service), ...shifting(rollout, service), ...proving(platform, rollout, service), ...counted(platform, field, service)];
  });
