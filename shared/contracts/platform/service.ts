// One service: containers in one task, where it is reached, how many tasks, how it scales, sleeps and rolls out.
import * as v from 'valibot';
import { ContainerSchema } from './container.ts';
import { RolloutSchema } from './rollout.ts';
import { cpu, days, duration, memory, named, open, percent, said, whole } from './words.ts';

const HealthSchema = v.pipe(
  v.strictObject({
    path: v.optional(
      said(v.pipe(v.string(), v.startsWith('/', 'a path begins with /')), 'Path that answers when the service is well.', '/health'),
      '/',
    ),
    expect: v.optional(said(v.string(), 'Status codes that count as well.', '200'), '200'),
    interval: v.optional(said(duration(), 'Between two checks.', '30 seconds'), '30 seconds'),
    timeout: v.optional(said(duration(), 'Until a check counts as failed.', '5 seconds'), '5 seconds'),
    healthy: v.optional(said(whole(2, 10), 'Passed checks that make a task healthy.', 2), 2),
    unhealthy: v.optional(said(whole(2, 10), 'Failed checks that make a task unhealthy.', 3), 3),
  }),
  v.transform(({ interval, timeout, ...rest }) => ({ ...rest, intervalSeconds: interval, timeoutSeconds: timeout })),
);

export const RouteSchema = v.strictObject({
  path: v.optional(
    said(
      v.pipe(v.string(), v.startsWith('/', 'a path begins with /')),
      'Path and everything below it: `/api` and `/api/*` are both meant by `/api`; `/*` is the rest.',
      '/api/*',
    ),
    '/*',
  ),
  host: open(said(v.string(), 'Only for this host name.', 'api.example.com')),
  container: open(said(v.string(), 'Which container answers; needed when several listen.', 'web')),
  health: v.optional(said(HealthSchema, 'How the load balancer checks a task.', { path: '/health' }), {}),
});

const CountSchema = v.pipe(
  v.union([
    whole(0, 5_000),
    v.strictObject({
      min: said(whole(0, 5_000), 'Fewest tasks.', 2),
      max: said(whole(0, 5_000), 'Most tasks.', 10),
      start: v.optional(said(whole(0, 5_000), 'Tasks to begin with; left out, the fewest.', 2)),
    }),
  ]),
  v.transform((count) =>
    typeof count === 'number'
      ? { start: count, min: count, max: count }
      : { start: count.start ?? count.min, min: count.min, max: count.max },
  ),
);

const ScalingSchema = v.pipe(
  v.strictObject({
    cpu: open(said(percent(), 'Keep the average CPU near this percentage.', 70)),
    memory: open(said(percent(), 'Keep the average memory near this percentage.', 75)),
    requests: open(said(whole(1, 1_000_000), 'Keep requests per task and minute near this number.', 1_000)),
    in: v.optional(said(duration(), 'Wait between two steps down.', '5 minutes'), '5 minutes'),
    out: v.optional(said(duration(), 'Wait between two steps up.', '1 minute'), '1 minute'),
  }),
  v.transform(({ in: inSeconds, out: outSeconds, ...targets }) => ({ ...targets, inSeconds, outSeconds })),
);

const StickySchema = v.pipe(
  v.strictObject({
    cookie: open(said(v.string(), 'Cookie of the application to follow; left out, the load balancer sets its own.', 'session')),
    for: v.optional(said(duration(), 'How long a visitor stays with one task.', '1 hour'), '1 day'),
  }),
  v.transform(({ cookie, for: seconds }) => ({ cookie, seconds })),
);

const OffHoursSchema = v.pipe(
  v.union([
    v.picklist(['zero', 'stay']),
    v.strictObject({
      min: said(whole(0, 5_000), 'Fewest tasks outside hours.', 1),
      max: said(whole(0, 5_000), 'Most tasks outside hours.', 1),
    }),
  ]),
  v.transform((words) => (typeof words === 'string' ? { kind: words } : { kind: 'reduce' as const, ...words })),
);

const PermissionsSchema = v.strictObject({
  tables: v.optional(said(v.array(v.string()), 'Tables of this file the tasks may read and write.', ['sessions']), []),
  buckets: v.optional(said(v.array(v.string()), 'Buckets of this file the tasks may read and write.', ['data']), []),
  invokeBedrock: v.optional(said(v.boolean(), 'May invoke Bedrock models.', true), false),
  sendTraces: v.optional(said(v.boolean(), 'May send X-Ray traces.', true), false),
  other: v.optional(
    said(
      v.array(
        v.strictObject({
          actions: said(v.pipe(v.array(v.string()), v.minLength(1)), 'IAM actions.', ['ses:SendEmail']),
          resources: said(v.pipe(v.array(v.string()), v.minLength(1)), 'ARNs.', ['arn:aws:ses:*:*:identity/example.com']),
          why: said(
            v.pipe(v.string(), v.minLength(10, 'a reason that a reviewer accepts')),
            'Reason, kept beside the permission.',
            'sends the receipts',
          ),
        }),
      ),
      'Anything else, with a reason.',
      [{ actions: ['ses:SendEmail'], resources: ['arn:aws:ses:*:*:identity/example.com'], why: 'sends the receipts' }],
    ),
    [],
  ),
});

const off = <const Schema extends v.GenericSchema<any, any>>(schema: Schema) => v.nullable(schema);

const ServiceAlarmsSchema = v.pipe(
  v.strictObject({
    cpu: v.optional(said(off(percent()), 'Average CPU above this percentage for 15 minutes; null for no alarm.', 85), 85),
    memory: v.optional(said(off(percent()), 'Average memory above this percentage for 15 minutes.', 85), 85),
    latency: v.optional(said(off(duration()), 'Nine of ten requests slower than this for 15 minutes.', '2 seconds'), '2 seconds'),
    serverErrors: v.optional(said(off(whole(1, 1_000_000)), 'At least so many answers 5XX in 5 minutes.', 3), 3),
    unhealthyHosts: v.optional(said(v.boolean(), 'A task fails its health check for 10 minutes.', true), true),
    taskFailures: v.optional(said(v.boolean(), 'Fewer tasks run than should for 10 minutes (needs Container Insights).', true), false),
  }),
  v.transform(({ latency, ...rest }) => ({ ...rest, latencySeconds: latency })),
);

export const ServiceSchema = v.pipe(
  v.strictObject({
    serviceName: open(said(v.string(), 'ECS service name and task family; left out, `<platform>-<stage>-<service>`.', 'shop-api')),
    cpu: v.optional(said(cpu(), 'CPU of one task.', '0.5 vCPU'), '0.25 vCPU'),
    memory: v.optional(said(memory(), 'Memory of one task.', '1 GiB'), '512 MiB'),
    architecture: v.optional(said(v.picklist(['x86_64', 'arm64']), 'Processor the images are built for.', 'arm64'), 'x86_64'),
    containers: said(named(ContainerSchema), 'The containers of one task; they share its address.', {
      web: { image: { repository: 'shop' }, port: 8_000 },
    }),
    routes: v.optional(said(v.array(RouteSchema), 'Public paths; none for a worker.', [{ path: '/*', health: { path: '/health' } }]), []),
    count: v.optional(said(CountSchema, 'How many tasks: a number, or bounds for scaling.', { min: 2, max: 10 }), 1),
    scaling: open(said(ScalingSchema, 'What moves the count between its bounds.', { cpu: 70 })),
    spot: v.optional(
      said(
        v.picklist(['never', 'with-fallback', 'only']),
        'Fargate Spot: `with-fallback` keeps the first task on demand, `only` has none.',
        'with-fallback',
      ),
      'never',
    ),
    sticky: open(said(StickySchema, 'Visitors return to the task they met first.', { cookie: 'session', for: '1 hour' })),
    grace: v.optional(said(duration(), 'Failed checks are forgiven this long after a start.', '3 minutes'), '1 minute'),
    drain: v.optional(said(duration(), 'A leaving task finishes its requests this long.', '30 seconds'), '30 seconds'),
    needs: v.optional(said(v.array(v.string()), 'Databases, caches and services that must be well before this one starts.', ['main']), []),
    offHours: v.optional(said(OffHoursSchema, 'Outside hours: `zero`, `stay`, or a smaller size.', { min: 1, max: 1 }), 'zero'),
    internalPort: open(
      said(whole(1, 65_535), 'Port on which the other services of the platform reach this one, at `{services.NAME.host}`.', 7_233),
    ),
    may: v.optional(said(PermissionsSchema, 'What the tasks may do in AWS.', { tables: ['sessions'] }), {}),
    shell: v.optional(
      said(
        v.picklist(['never', 'outside-prod', 'always']),
        'Shells in running tasks (`dayshift shell`): nowhere, in dev and staging, or everywhere. Sessions are kept in the log group.',
        'outside-prod',
      ),
      'never',
    ),
    logs: v.optional(
      said(
        v.strictObject({
          group: open(said(v.string(), 'Log group; left out, `/ecs/<platform>-<stage>/<service>`.', '/ecs/shop')),
          keep: open(said(days(), 'How long log lines are kept; left out, the stage decides.', '30 days')),
        }),
        'Where log lines go.',
        { group: '/ecs/shop', keep: '30 days' },
      ),
      {},
    ),
    rollout: v.optional(said(RolloutSchema, 'How a new image takes over.', { strategy: 'rolling', bake: '5 minutes' }), {}),
    alarms: v.optional(said(ServiceAlarmsSchema, 'Thresholds of this service.', { latency: '1 second' }), {}),
  }),
  v.transform(({ grace, drain, logs, ...rest }) => ({
    ...rest,
    graceSeconds: grace,
    drainSeconds: drain,
    logs: { group: logs.group, keepDays: logs.keep },
  })),
);
