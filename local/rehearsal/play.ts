// Plays happenings into a world: each kind of happening is one small function, scheduled at its instant.
import type { Manifest, WatchedImage } from '../../shared/domain/manifest.ts';
import { banName, writeBan } from '../../shared/domain/shared-quarantine.ts';
import type { World } from '../world.ts';
import { imageBehaviour } from './behaviours.ts';
import { DayFileError, type Day, type Happening, type HappeningKind } from './day.ts';
import { unknownNames } from './happening-names.ts';
import { changedBy, deployStacks, digestNamed, type Assembly } from './deploy.ts';
import { asOperator } from './operator.ts';
import { giveOrder } from './orders.ts';
import { orderInSlack } from './order-in-slack.ts';
import { playFault } from './play-faults.ts';
import { pressInSlack } from './press-in-slack.ts';
import { raiseStorm } from './storm.ts';
import { followLink } from './wake-link.ts';

export interface Stage {
  readonly world: World;
  readonly manifest: Manifest;
  readonly assembly: Assembly;
}
type Value<K extends HappeningKind> = Extract<Happening, { kind: K }>['value'];
type Player = { readonly [K in HappeningKind]: (value: Value<K>, stage: Stage) => unknown };

const watched = (manifest: Manifest, repository: string): WatchedImage | undefined =>
  manifest.services.flatMap((service) => service.containers).map((container) => container.image).find((image) => image?.repository === repository) ?? undefined;

const push = (value: Value<'push'>, { world, manifest }: Stage): void => {
  const labels = value.commit === undefined ? {} : { labels: { 'org.opencontainers.image.revision': value.commit } };
  const behaviour = { ...imageBehaviour(value.image, value.migration ?? 'passes', manifest, value.repository), ...labels };
  const digest = value.digest === undefined ? undefined : digestNamed(value.digest);
  if (watched(manifest, value.repository)?.registry === 'oci') {
    world.services.outside.push({ image: value.repository, tags: value.tags, behaviour, ...(digest === undefined ? {} : { digest }) });
    return;
  }
  if (value.lost) world.faults.dropEvents({ source: 'aws.ecr', next: value.tags.length });
  if (value.duplicate) world.faults.duplicateEvents({ source: 'aws.ecr', next: value.tags.length });
  const { findings, platforms } = value;
  const pushed = world.services.ecr.push({
    repository: value.repository,
    tags: value.tags,
    behaviour,
    ...(digest === undefined ? {} : { digest }),
    ...(findings === undefined ? {} : { findings }),
    ...(platforms === undefined ? {} : { platforms, attestations: true }),
  });
  if (value.image === 'missing') world.clock.after(DELETED_AFTER, () => forget(world, value.repository, pushed), 'image deleted');
};

/** A `missing` image is there when the story decides and gone when the first task wants to pull it, ms. */
const DELETED_AFTER = 8_000;

const forget = (world: World, repositoryName: string, imageDigest: string): Promise<unknown> =>
  world.call({ service: 'ecr', operation: 'BatchDeleteImage', input: { repositoryName, imageIds: [{ imageDigest }] }, caller: { kind: 'operator' } });

const metric = (value: Value<'metric'>, { world }: Stage): void => {
  const until = world.clock.now + value.minutes * 60_000;
  world.services.cloudwatch.overrideAlarmMetric(value.alarm, value.value, until);
};

const composite = async ({ name, rule, meaning, suppressor }: Value<'composite'>, { world }: Stage): Promise<void> => {
  const held = suppressor === undefined ? {} : { ActionsSuppressor: suppressor, ActionsSuppressorWaitPeriod: 60, ActionsSuppressorExtensionPeriod: 60 };
  const input = { AlarmName: name, AlarmRule: rule, AlarmDescription: meaning, ...held };
  await asOperator(world, 'monitoring', 'PutCompositeAlarm', input);
};

/** From the next minute on: CloudWatch takes no other start. */
const mute = async ({ alarm, minutes }: Value<'mute'>, { world }: Stage): Promise<void> => {
  const from = new Date(Math.ceil((world.clock.now + 1) / 60_000) * 60_000).toISOString().slice(0, 16);
  const Rule = { Schedule: { Expression: `at(${from})`, Duration: `PT${minutes}M` } };
  await world.call({ service: 'monitoring', operation: 'PutAlarmMuteRule', input: { Name: `day-${alarm}`, Rule, MuteTargets: { AlarmNames: [alarm] } }, caller: { kind: 'operator' } });
};

const log = ({ service, line, repeat }: Value<'log'>, { world, manifest }: Stage): void => {
  const found = manifest.services.find(({ name }) => name === service);
  world.services.logs.write(found?.logGroup ?? service, `${service}/${found?.containers[0]?.name ?? service}/day`, line.repeat(repeat));
};

const visit = async (value: Value<'visit'>, { world, manifest }: Stage): Promise<void> => {
  for (let times = 0; times < value.times; times += 1) {
    const answer = await world.services.elb.request({
      loadBalancer: manifest.loadBalancer ?? '',
      host: value.host ?? (manifest.site === null ? 'localhost' : new URL(manifest.site).host),
      path: value.path,
      method: value.method,
      tls: manifest.site !== null,
      headers: value.headers,
    });
    world.trail.add({ kind: 'happening', who: 'visitor', what: `${value.method} ${value.path} -> ${answer.status}`, detail: { servedBy: answer.servedBy } });
  }
};

const count = async (value: Value<'count'>, { world, manifest }: Stage): Promise<void> => {
  const service = manifest.services.find(({ name }) => name === value.service);
  const input = { cluster: manifest.cluster, service: service?.serviceName ?? value.service, desiredCount: value.desired };
  await asOperator(world, 'ecs', 'UpdateService', input);
};

const bounds = async ({ service: name, min, max, suspended = {}, action }: Value<'bounds'>, { world, manifest }: Stage): Promise<void> => {
  const service = manifest.services.find((known) => known.name === name)?.serviceName ?? name;
  const flags = { DynamicScalingInSuspended: suspended.scaleIn, DynamicScalingOutSuspended: suspended.scaleOut, ScheduledScalingSuspended: suspended.scheduled };
  const set = Object.fromEntries(Object.entries(flags).filter(([, flag]) => flag !== undefined));
  const target = { ServiceNamespace: 'ecs', ResourceId: `service/${manifest.cluster}/${service}`, ScalableDimension: 'ecs:service:DesiredCount' };
  const input = {
    ...target,
    ...(min === undefined ? {} : { MinCapacity: min }),
    ...(max === undefined ? {} : { MaxCapacity: max }),
    ...(Object.keys(set).length === 0 ? {} : { SuspendedState: set }),
  };
  await asOperator(world, 'application-autoscaling', 'RegisterScalableTarget', input);
  if (action === undefined) return;
  const ScalableTargetAction = { MinCapacity: action.min, MaxCapacity: action.max };
  const scheduled = { ScheduledActionName: action.name, Schedule: action.schedule, Timezone: manifest.hours?.timeZone ?? 'UTC', ScalableTargetAction };
  await asOperator(world, 'application-autoscaling', 'PutScheduledAction', { ...target, ...scheduled });
};

const start = async (value: Value<'start'>, { world, manifest }: Stage): Promise<void> => {
  const machine = `arn:aws:states:${world.region}:${world.account}:stateMachine:${manifest.id}-${value.story}`;
  const who = value.by === 'schedule' ? { kind: 'schedule', detail: 'delivered late' } : { kind: 'operator', detail: `${value.by} asked`, by: value.by };
  const input = { trigger: { ...who, ...(value.intent === undefined ? {} : { intent: value.intent }) }, ...(value.services === undefined ? {} : { services: value.services }) };
  await asOperator(world, 'states', 'StartExecution', { stateMachineArn: machine, input: JSON.stringify(input) });
};

/** What that platform's automation leaves behind. */
const elsewhere = ({ digest, platform, reason }: Value<'elsewhere'>, { world }: Stage): void => {
  const ban = { digest: digestNamed(digest), platform, service: 'app', reason, since: new Date(world.clock.now).toISOString() };
  world.services.ssm.put(banName(ban.digest), writeBan(ban), platform);
};

const players: Player = {
  push,
  metric,
  composite,
  mute,
  log,
  press: (value, stage) => pressInSlack(value, stage),
  visit,
  count,
  bounds,
  start,
  event: (value, { world }) => world.services.events.deliver(value),
  alarm: (value, { world }) => world.services.cloudwatch.setAlarm(value.name, value.state, value.reason),
  storm: (value, stage) => raiseStorm(value, stage),
  deploy: (value, stage) => deployStacks(stage.world, value.change === undefined ? stage.assembly : changedBy(stage.assembly, value.change), value.stacks),
  order: (value, stage) => (value.how === 'terminal' ? giveOrder(value, stage) : orderInSlack({ ...value, how: value.how }, stage)),
  link: (value, stage) => followLink(value, stage),
  elsewhere,
  fault: (value, stage) => playFault(value, stage),
  note: () => undefined,
};

/** Plays one happening now: a line in the trail, then what it does; the promise settles when that is done. */
export const perform = (happening: Happening, stage: Stage): unknown => {
  stage.world.trail.add({ kind: 'happening', who: 'day', what: happening.kind, detail: { value: happening.value } });
  return (players[happening.kind] as (value: unknown, stage: Stage) => unknown)(happening.value, stage);
};

/** Errors of the program itself; all others are the world's, which refuses by name. */
const PROGRAM: readonly string[] = ['Error', 'TypeError', 'RangeError', 'ReferenceError', 'SyntaxError'];

/** What the world refuses, with the place in the day file where it was asked for. */
const refusal = ({ file }: Day, { kind, place }: Happening, error: unknown): unknown => {
  if (!(error instanceof Error) || PROGRAM.includes(error.name)) return error;
  return new DayFileError(file, [`${place}: ${error.message.replace(/\.$/, '')}. See ${kind} in docs/day-file.md`]);
};

/** Schedules every happening of the day; each leaves a line in the trail when it is played. Throws DayFileError when one names what nobody has. */
export const schedule = (day: Day, stage: Stage): void => {
  const findings = day.happenings.flatMap((happening, index) =>
    unknownNames(happening, stage, day.happenings.slice(0, index)).map((wrong) => `${happening.place}: ${wrong} See ${happening.kind} in docs/day-file.md`),
  );
  if (findings.length > 0) throw new DayFileError(day.file, findings);
  for (const happening of day.happenings) {
    const play = async (): Promise<void> => {
      try {
        await perform(happening, stage);
      } catch (error) {
        throw refusal(day, happening, error);
      }
    };
    stage.world.clock.at(happening.at, play, `happening ${happening.kind}`);
  }
};
