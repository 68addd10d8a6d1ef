// Plays the faults of a day file into a world: each word is one small function.
import type { Manifest } from '../../shared/domain/manifest.ts';
import type { ErrorRule } from '../faults.ts';
import type { World } from '../world.ts';
import type { Fault, FaultOf, FaultWord } from './day-faults.ts';

interface Stage {
  readonly world: World;
  readonly manifest: Manifest;
}
type Player = { readonly [W in FaultWord]: (fault: FaultOf<W>, stage: Stage) => void };
type Calls = Pick<FaultOf<'timeout'>, 'service' | 'operation' | 'caller' | 'from' | 'times' | 'minutes'>;

const MINUTE = 60_000;

/** Adds the rule for as long as the fault says; without minutes until its hits are used up. */
const inject = ({ world }: Stage, calls: Calls, effect: boolean, error: ErrorRule['error']): void => {
  const { service, operation, caller, from, times, minutes } = calls;
  const takeBack = world.faults.add({
    kind: 'error',
    when: effect ? 'after-effect' : 'before-effect',
    service,
    from,
    times,
    error,
    ...(operation === undefined ? {} : { operation }),
    ...(caller === undefined ? {} : { caller }),
  });
  if (minutes !== undefined) world.clock.after(minutes * MINUTE, takeBack, 'fault ends');
};

const serviceName = ({ manifest }: Stage, name: string): string => manifest.services.find((service) => service.name === name)?.serviceName ?? name;
const identifier = ({ manifest }: Stage, name: string): string => manifest.databases.find((database) => database.name === name)?.identifier ?? name;

const players: Player = {
  'drop-events': (fault, { world }) => world.faults.dropEvents(fault),
  'duplicate-events': (fault, { world }) => world.faults.duplicateEvents(fault),
  'delay-events': ({ source, next }, { world }) => world.faults.force('events.late', source, next),
  'reorder-events': ({ source }, { world }) => world.faults.force('events.late', source, 1),
  'late-schedule': ({ schedule }, { world }) => world.faults.force('scheduler.late', schedule, 1),
  'duplicate-schedule': ({ schedule }, { world }) => world.faults.force('scheduler.duplicate', schedule, 1),
  'duplicate-invoke': (fault, { world }) => world.faults.force('lambda.duplicate', fault.function, fault.next),
  error: ({ code, message, status, effect, ...calls }, stage) => inject(stage, calls, effect, { code, message, status }),
  throttle: (calls, stage) => inject(stage, calls, false, { code: 'ThrottlingException', message: 'Rate exceeded', status: 400 }),
  'throttle-bucket': ({ bucket, minutes }, { world }) => world.faults.spendBucket(bucket, world.clock.now + minutes * MINUTE),
  timeout: ({ effect, ...calls }, stage) => inject(stage, calls, effect, { code: 'TimeoutError', message: 'socket hang up', status: 504 }),
  kill: ({ function: functionName, when, call, invocation, times }, { world }) =>
    void world.faults.add({ kind: 'kill', functionName, when, call, invocation, times }),
  'slow-tasks': ({ service, next }, stage) => stage.world.faults.force('ecs.start.slow', serviceName(stage, service), next),
  'failing-tasks': ({ service, next }, stage) => stage.world.faults.force('ecs.start.fails', serviceName(stage, service), next),
  'no-capacity': ({ provider, minutes }, { world }) => {
    world.services.ecs.setCapacity(provider, false);
    world.clock.after(minutes * MINUTE, () => world.services.ecs.setCapacity(provider, true), 'capacity is back');
  },
  'spot-interruption': ({ service }, stage) => void stage.world.services.ecs.interruptSpot(stage.manifest.cluster, serviceName(stage, service)),
  'slow-database': ({ database, startSeconds, stopSeconds }, stage) =>
    stage.world.services.rds.plan(identifier(stage, database), {
      ...(startSeconds === undefined ? {} : { startSeconds }),
      ...(stopSeconds === undefined ? {} : { stopSeconds }),
    }),
  'failing-database': ({ database, next }, stage) => stage.world.faults.force('rds.start.capacity', identifier(stage, database), next),
  'stale-reads': ({ next }, { world }) => world.faults.force('ecs.stale-read', '', next),
  outage: ({ host, minutes, status, retryAfter }, { world }) => {
    const until = world.clock.now + minutes * MINUTE;
    if (host === 'slack') world.services.outside.slack.outage(until, typeof status === 'number' ? status : 503);
    else world.services.outside.outage({ host, until, answer: status, ...(retryAfter === undefined ? {} : { retryAfter }) });
  },
  mailbox: ({ address, answer }, { world }) => world.services.ses.answers(address, answer === 'takes' ? null : answer),
};

/** Lets the fault befall the world from now on. */
export const playFault = (fault: Fault, stage: Stage): void => (players[fault.what] as (fault: Fault, stage: Stage) => void)(fault, stage);
