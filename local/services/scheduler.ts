// EventBridge Scheduler: schedules in time zones that fire within the minute, at least once, as their own role.
import { AwsError, type Operation, type Permission, type ResourceType, type SimulatedService } from '../simulated.ts';
import type { World } from '../world.ts';
import { mayTakeRole } from './service-call.ts';
import { makeTicks, type TickWords } from './schedule-ticks.ts';
import { checkScheduleTarget, makeFire, type ScheduleTarget } from './scheduler-targets.ts';

export interface Scheduler extends SimulatedService {
  /** Names and states of the schedules of a group, in the order they were made. */
  readonly list: (group?: string) => readonly Schedule[];
}

/** What CreateSchedule takes; UpdateSchedule takes the same and forgets what is left out (aws-facts F). */
export interface ScheduleInput {
  readonly Name: string;
  readonly GroupName?: string;
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone?: string;
  readonly StartDate?: Date | string;
  readonly EndDate?: Date | string;
  readonly Description?: string;
  readonly State?: 'ENABLED' | 'DISABLED';
  readonly FlexibleTimeWindow: { readonly Mode: 'OFF' | 'FLEXIBLE'; readonly MaximumWindowInMinutes?: number };
  readonly ActionAfterCompletion?: 'NONE' | 'DELETE';
  readonly Target: ScheduleTarget;
}

export interface Schedule {
  readonly arn: string;
  readonly group: string;
  readonly input: ScheduleInput;
  readonly created: number;
  readonly modified: number;
  readonly stop: () => void;
}

export const makeScheduler = (world: World): Scheduler => {
  const groups = new Map<string, Map<string, Schedule>>([['default', new Map()]]);
  const arm = makeArm(world, (input) => void groupOf(input.GroupName).delete(input.Name));

  const groupOf = (name = 'default'): Map<string, Schedule> => {
    const group = groups.get(name);
    if (group === undefined) throw new AwsError('ResourceNotFoundException', `Schedule group ${name} does not exist.`, 404);
    return group;
  };
  const find = (input: { Name: string; GroupName?: string }): Schedule => {
    const schedule = groupOf(input.GroupName).get(input.Name);
    if (schedule === undefined) throw new AwsError('ResourceNotFoundException', `Schedule ${input.Name} does not exist.`, 404);
    return schedule;
  };
  const put = (input: ScheduleInput, before?: Schedule): Schedule => {
    check(input);
    const group = input.GroupName ?? 'default';
    const arn = scheduleArn(world, input);
    if (!mayTakeRole(world, 'scheduler.amazonaws.com', input.Target.RoleArn, groupArn(world, group)).allowed) {
      throw new AwsError('ValidationException', 'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.');
    }
    before?.stop();
    const schedule = { arn, group, input, created: before?.created ?? world.clock.now, modified: world.clock.now, stop: arm(arn, input) };
    groupOf(group).set(input.Name, schedule);
    return schedule;
  };
  const create = (input: ScheduleInput): Schedule => {
    if (groupOf(input.GroupName).has(input.Name)) throw new AwsError('ConflictException', `Schedule ${input.Name} already exists.`, 409);
    return put(input);
  };
  const remove = (input: { Name: string; GroupName?: string }): void => {
    find(input).stop();
    groupOf(input.GroupName).delete(input.Name);
  };
  const store: Store = { groups, groupOf, find, create, update: (input) => put(input, find(input)), remove };
  return {
    signingName: 'scheduler',
    operations: operations(store),
    resources: resources(world, store),
    support,
    list: (group) => [...groupOf(group).values()],
  };
};

const support = {
  does: [
    'cron, rate and at in any time zone; skipped and repeated local hours as AWS (F); fires 0–59 s after the minute',
    'Targets Lambda, Step Functions, SQS, SNS, EventBridge and universal ones, as the schedule role (F)',
    'Retry policy, dead-letter queue, context attributes (A13, F); faults scheduler.late (up to 6 h) and scheduler.duplicate',
  ],
  doesNot: ['Templated targets ECS RunTask, Kinesis, Firehose, CodeBuild, CodePipeline, Inspector, SageMaker'],
};

/** Sets a schedule going; the answer ends it. `finished` is told of a single time that is to be deleted after it ran. */
const makeArm = (world: World, finished: (input: ScheduleInput) => void): ((arn: string, input: ScheduleInput) => () => void) => {
  const fire = makeFire(world);
  const random = world.random.stream('scheduler');
  return (arn, input) => {
    if (input.State === 'DISABLED') return () => undefined;
    const window = input.FlexibleTimeWindow.Mode === 'FLEXIBLE' ? (input.FlexibleTimeWindow.MaximumWindowInMinutes ?? 0) * 60_000 : 0;
    const launch = (scheduledTime: number): void => {
      const firing = { scheduleArn: arn, scheduleName: input.Name, target: input.Target, scheduledTime };
      const late = world.faults.happens('scheduler.late', input.Name) ? random.between(60, 6 * 3_600) * 1000 : 0;
      const delay = random.between(0, 59_999) + (window === 0 ? 0 : random.between(0, window)) + late;
      const label = `schedule ${input.Name}`;
      world.clock.after(delay, () => fire(firing), label);
      if (world.faults.happens('scheduler.duplicate', input.Name))
        world.clock.after(delay + random.between(1_000, 300_000), () => fire(firing), label);
      const isOver = input.ScheduleExpression.startsWith('at(') && input.ActionAfterCompletion === 'DELETE';
      if (isOver) world.clock.after(delay, () => finished(input), label);
    };
    return makeTicks(world, wordsOf(world, input), launch);
  };
};

const wordsOf = (world: World, input: ScheduleInput): TickWords => ({
  expression: input.ScheduleExpression,
  zone: input.ScheduleExpressionTimezone ?? 'UTC',
  start: input.StartDate === undefined ? world.clock.now : new Date(input.StartDate).getTime(),
  ...(input.EndDate === undefined ? {} : { end: new Date(input.EndDate).getTime() }),
});

interface Store {
  readonly groups: Map<string, Map<string, Schedule>>;
  readonly groupOf: (name?: string) => Map<string, Schedule>;
  readonly find: (input: { Name: string; GroupName?: string }) => Schedule;
  readonly create: (input: ScheduleInput) => Schedule;
  readonly update: (input: ScheduleInput) => Schedule;
  readonly remove: (input: { Name: string; GroupName?: string }) => void;
}

const scheduleArn = (world: World, { Name, GroupName = 'default' }: { Name?: string; GroupName?: string }): string =>
  `arn:${world.partition}:scheduler:${world.region}:${world.account}:schedule/${GroupName}/${Name ?? '*'}`;

/** The group, not the schedule, is the source a role's trust policy may ask for (Scheduler guide, confused deputy). */
const groupArn = (world: World, name: string): string =>
  `arn:${world.partition}:scheduler:${world.region}:${world.account}:schedule-group/${name}`;

const check = (input: ScheduleInput): void => {
  const refuse = (message: string): never => {
    throw new AwsError('ValidationException', message);
  };
  if (!/^[0-9a-zA-Z_.-]{1,64}$/.test(input.Name)) refuse(`Invalid schedule name ${input.Name}.`);
  const { Mode, MaximumWindowInMinutes: minutes } = input.FlexibleTimeWindow;
  if (Mode === 'FLEXIBLE' && !(minutes !== undefined && minutes >= 1 && minutes <= 1440))
    refuse('MaximumWindowInMinutes must be 1 to 1440.');
  try {
    checkScheduleTarget(input.Target);
    const isUniversal = input.Target.Arn.startsWith('arn:aws:scheduler:::');
    const needsJson = !isUniversal && /^arn:aws:(lambda|states|events):/.test(input.Target.Arn);
    if (needsJson && input.Target.Input !== undefined) JSON.parse(input.Target.Input.replaceAll(/<aws\.scheduler\.[a-z-]+>/g, '0'));
  } catch (problem) {
    refuse((problem as Error).message);
  }
};

const describe = ({ arn, group, input, created, modified }: Schedule): Record<string, unknown> => ({
  ...input,
  Arn: arn,
  GroupName: group,
  State: input.State ?? 'ENABLED',
  ScheduleExpressionTimezone: input.ScheduleExpressionTimezone ?? 'UTC',
  ActionAfterCompletion: input.ActionAfterCompletion ?? 'NONE',
  CreationDate: new Date(created),
  LastModificationDate: new Date(modified),
});

const summary = (schedule: Schedule): Record<string, unknown> => {
  const { Arn, Name, GroupName, State, CreationDate, LastModificationDate, Target } = describe(schedule) as any;
  return { Arn, Name, GroupName, State, CreationDate, LastModificationDate, Target: { Arn: Target.Arn } };
};

const passRole = (input: ScheduleInput): Permission => ({
  action: 'iam:PassRole',
  resource: input.Target.RoleArn,
  context: { 'iam:PassedToService': 'scheduler.amazonaws.com' },
});

const operations = (store: Store): Readonly<Record<string, Operation>> => {
  const onSchedule =
    (action: string) =>
    (input: any, world: World): Permission[] => [{ action: `scheduler:${action}`, resource: scheduleArn(world, input) }];
  return {
    CreateSchedule: {
      needs: (input, world) => [...onSchedule('CreateSchedule')(input, world), passRole(input)],
      run: (input) => ({ ScheduleArn: store.create(input).arn }),
    },
    UpdateSchedule: {
      needs: (input, world) => [...onSchedule('UpdateSchedule')(input, world), passRole(input)],
      run: (input) => ({ ScheduleArn: store.update(input).arn }),
    },
    GetSchedule: { needs: onSchedule('GetSchedule'), run: (input) => describe(store.find(input)) },
    DeleteSchedule: {
      needs: onSchedule('DeleteSchedule'),
      run: (input) => {
        store.remove(input);
        return {};
      },
    },
    ListSchedules: {
      needs: (_, world) => [{ action: 'scheduler:ListSchedules', resource: scheduleArn(world, { GroupName: '*' }) }],
      run: ({ GroupName, NamePrefix = '' }) => {
        const all = GroupName === undefined ? [...store.groups.values()] : [store.groupOf(GroupName)];
        const schedules = all.flatMap((group) => [...group.values()]).filter(({ input }) => input.Name.startsWith(NamePrefix as string));
        return { Schedules: schedules.map(summary) };
      },
    },
  };
};

const resources = (world: World, store: Store): Readonly<Record<string, ResourceType>> => ({
  'AWS::Scheduler::Schedule': {
    replaceOn: ['Name', 'GroupName'],
    create: (properties, context) => {
      const { arn, input } = store.create({ ...properties, Name: properties.Name ?? context.generatedName(64) });
      return { ref: input.Name, attributes: { Arn: arn } };
    },
    update: (made, properties) => {
      store.update({ ...properties, Name: made.ref });
      return made;
    },
    remove: (made, properties) => {
      if (store.groupOf(properties.GroupName).has(made.ref)) store.remove({ Name: made.ref, GroupName: properties.GroupName });
    },
  },
  'AWS::Scheduler::ScheduleGroup': {
    replaceOn: ['Name'],
    create: (properties, context) => {
      const name: string = properties.Name ?? context.generatedName(64);
      store.groups.set(name, new Map());
      return { ref: name, attributes: { Arn: groupArn(world, name), State: 'ACTIVE' } };
    },
    update: (made) => made,
    remove: (made) => {
      for (const schedule of store.groups.get(made.ref)?.values() ?? []) schedule.stop();
      store.groups.delete(made.ref);
    },
  },
});
