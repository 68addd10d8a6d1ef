// A fault by chance, no harder than what AWS does to people: a few errors, an outage of hours, a process that dies.
import type { Manifest } from '../../shared/domain/manifest.ts';
import type { RandomStream } from '../randomness.ts';
import { losable, mailboxAnswers, type Fault } from '../rehearsal/day-faults.ts';
import { bucketNames } from '../throttle-buckets.ts';
import type { Subjects } from './subjects.ts';

/** Signing names of the services the automation calls. */
const CALLED = ['ecs', 'ecr', 'dynamodb', 'ssm', 'rds', 'application-autoscaling', 'elasticloadbalancing', 'states', 'sns', 'sqs', 'logs', 'monitoring', 'secretsmanager', 'lambda'] as const;
/** Sources whose events the automation waits for. */
const HEARD = ['aws.ecr', 'aws.ecs', 'aws.cloudwatch', 'aws.rds', 'aws.states'] as const;

type Words = Readonly<Record<string, unknown>> & { readonly what: Fault['what'] };
type Maker = (random: RandomStream, subjects: Subjects, caller: string) => Words;

const times = (random: RandomStream): number => random.between(1, 3);

const errors: Maker = (random, _, caller) => ({
  what: 'error', service: random.pick(CALLED), caller, from: random.between(1, 20), times: times(random), effect: random.chance(0.5),
  ...random.pick([
    { code: 'InternalServerError', status: 500 },
    { code: 'ServiceUnavailable', status: 503 },
    { code: 'InternalFailure', status: 500 },
  ]),
});

const everywhere: readonly Maker[] = [
  (random) => ({ what: 'drop-events', source: random.pick(losable), next: random.between(1, 2) }),
  (random) => ({ what: 'duplicate-events', source: random.pick(HEARD), next: random.between(1, 5) }),
  (random) => ({ what: 'delay-events', source: random.pick(HEARD), next: random.between(1, 3) }),
  (random) => ({ what: 'reorder-events', source: random.pick(HEARD) }),
  (random) => ({ what: 'stale-reads', next: times(random) }),
  (random) => ({ what: 'outage', host: 'slack', minutes: random.between(2, 120), status: random.pick([500, 503, 429]) }),
  errors,
  errors,
  (random, _, caller) => ({ what: 'throttle', service: random.pick(CALLED), caller, from: random.between(1, 20), times: random.between(1, 5) }),
  (random) => ({ what: 'throttle-bucket', bucket: random.pick(bucketNames), minutes: random.between(1, 3) }),
  (random, _, caller) => ({ what: 'timeout', service: random.pick(CALLED), caller, from: random.between(1, 20), times: times(random), effect: random.chance(0.5) }),
];

const onFunctions: readonly Maker[] = [
  (random, { functions }) => ({ what: 'kill', function: random.pick(functions), when: random.pick(['before-call', 'after-call']), call: random.between(1, 14), times: random.between(1, 2) }),
  (random, { functions }) => ({ what: 'kill', function: random.pick(functions), when: random.pick(['before-call', 'after-call']), call: random.between(1, 6) }),
  (random, { functions }) => ({ what: 'duplicate-invoke', function: random.pick(functions), next: times(random) }),
];

const onServices: readonly Maker[] = [
  (random, { services }) => ({ what: 'slow-tasks', service: random.pick(services), next: times(random) }),
  (random, { services }) => ({ what: 'failing-tasks', service: random.pick(services), next: random.between(1, 2) }),
  (random) => ({ what: 'no-capacity', provider: random.pick(['FARGATE', 'FARGATE_SPOT']), minutes: random.between(2, 20) }),
  (random, { services }) => ({ what: 'spot-interruption', service: random.pick(services) }),
];

const onDatabases: readonly Maker[] = [
  (random, { databases }) => ({ what: 'slow-database', database: random.pick(databases), startSeconds: random.between(600, 1_500), stopSeconds: random.between(600, 1_800) }),
  (random, { databases }) => ({ what: 'failing-database', database: random.pick(databases), next: random.between(1, 2) }),
];

const onSchedules: readonly Maker[] = [
  (random, { schedules }) => ({ what: 'late-schedule', schedule: random.pick(schedules) }),
  (random, { schedules }) => ({ what: 'duplicate-schedule', schedule: random.pick(schedules) }),
];

const onMail: readonly Maker[] = [(random, { mailboxes }) => ({ what: 'mailbox', address: random.pick(mailboxes), answer: random.pick(mailboxAnswers) })];

/** One fault that can befall this platform; injected errors meet only the automation's own calls. */
export const randomFault = (random: RandomStream, subjects: Subjects, manifest: Manifest): Words => {
  const makers = [
    ...everywhere,
    ...(subjects.functions.length > 0 ? onFunctions : []),
    ...(subjects.services.length > 0 ? onServices : []),
    ...(subjects.databases.length > 0 ? onDatabases : []),
    ...(subjects.schedules.length > 0 ? onSchedules : []),
    ...(subjects.mailboxes.length > 0 ? onMail : []),
  ];
  return random.pick(makers)(random, subjects, `${manifest.id}-`);
};
