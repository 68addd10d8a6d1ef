// Sizes and counts that Fargate or scaling cannot do.
import { isOffered, nearestSize } from '../fargate-sizes.ts';
import type { Platform, Service, Stage } from '../platform.ts';
import { cpuWords, memoryWords } from '../units.ts';
import { type Impossibility, when } from './impossibility.ts';

const size = (field: string, { cpu, memory }: Service): readonly Impossibility[] => {
  const near = nearestSize(cpu, memory);
  return when(
    !isOffered(cpu, memory),
    field,
    `${cpuWords(cpu)}, ${memoryWords(memory)}`,
    'Fargate does not offer this pair of CPU and memory',
    `the nearest pair is cpu: '${cpuWords(near.cpu)}', memory: '${memoryWords(near.memory)}'`,
  );
};

const bounds = (field: string, { count, scaling, offHours }: Service): readonly Impossibility[] => [
  ...when(count.min > count.max, `${field}.count`, count, 'the fewest are more than the most', 'swap `min` and `max`'),
  ...when(
    count.start < count.min || count.start > count.max,
    `${field}.count.start`,
    count.start,
    `not between ${count.min} and ${count.max}`,
    'start within the bounds',
  ),
  ...when(
    scaling === null && count.min !== count.max,
    `${field}.count`,
    count,
    'bounds without anything that scales between them',
    'give `scaling`, for example { cpu: 70 }, or one number as `count`',
  ),
  ...when(
    scaling !== null && count.min === count.max,
    `${field}.scaling`,
    scaling,
    'scaling has no room: the count is one number',
    'write `count: { min: 1, max: 4 }`, or remove `scaling`',
  ),
  ...when(
    scaling !== null && scaling.cpu === null && scaling.memory === null && scaling.requests === null,
    `${field}.scaling`,
    scaling,
    'nothing to scale on',
    'give cpu, memory or requests',
  ),
  ...when(
    offHours.kind === 'reduce' && offHours.min > offHours.max,
    `${field}.offHours`,
    offHours,
    'the fewest are more than the most',
    'swap `min` and `max`',
  ),
  ...when(
    offHours.kind === 'reduce' && offHours.max > count.max,
    `${field}.offHours`,
    offHours,
    'larger outside hours than inside',
    `write at most ${count.max}`,
  ),
];

const spot = (field: string, service: Service, stage: Stage): readonly Impossibility[] =>
  when(
    stage === 'prod' && service.spot === 'only' && service.count.min <= 1,
    `${field}.spot`,
    service.spot,
    'in prod a single task on Spot only is down whenever AWS takes its capacity back',
    "write spot: 'with-fallback', or `count: { min: 2, … }`",
  );

const containers = (field: string, service: Service): readonly Impossibility[] => {
  const all = Object.entries(service.containers);
  return [
    ...when(all.length === 0, `${field}.containers`, {}, 'a service without containers', 'give at least one container'),
    ...when(
      all.length > 0 && all.every(([, container]) => !container.essential),
      `${field}.containers`,
      all.map(([name]) => name),
      'no container is essential: the task would have no end',
      'leave one `essential`',
    ),
    ...all.flatMap(([name, container], index) => [
      ...when(
        container.port !== null && all.slice(0, index).some(([, other]) => other.port === container.port),
        `${field}.containers.${name}.port`,
        container.port,
        'another container of the same task listens on this port; they share one address',
        'give it another port',
      ),
      ...when(
        container.stopSeconds > 120,
        `${field}.containers.${name}.stop`,
        container.stopSeconds,
        'Fargate waits at most 2 minutes',
        "write '2 minutes' or less",
      ),
      ...when(
        container.health !== null && container.health.timeoutSeconds > 60,
        `${field}.containers.${name}.health.timeout`,
        container.health?.timeoutSeconds,
        'a check times out after at most 60 seconds',
        "write '60 seconds' or less",
      ),
    ]),
  ];
};

/** Days for which CloudWatch Logs keeps lines; it takes no other number. */
const retentions: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1_096, 1_827, 2_192, 2_557, 2_922, 3_288, 3_653,
];

const logs = (field: string, { logs: { keepDays } }: Service): readonly Impossibility[] =>
  when(
    keepDays !== null && !retentions.includes(keepDays),
    `${field}.logs.keep`,
    keepDays,
    'CloudWatch keeps log lines for certain numbers of days only',
    `write '${retentions.find((days) => days >= (keepDays ?? 0)) ?? 3_653} days'`,
  );

/** Sizes, counts and containers of every service. */
export const sizeFindings = (platform: Platform, stage: Stage): readonly Impossibility[] =>
  Object.entries(platform.services).flatMap(([name, service]) => {
    const field = `services.${name}`;
    return [
      ...size(field, service),
      ...bounds(field, service),
      ...spot(field, service, stage),
      ...containers(field, service),
      ...logs(field, service),
    ];
  });
