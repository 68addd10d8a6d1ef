// The platform as it stands now, for the console and the command line: read without an API call, so that looking leaves no line in the trail.
import type { Manifest, ManifestService } from '../../shared/domain/manifest.ts';
import { wallWords } from '../../shared/domain/wall-clock.ts';
import type { ExecutionRecord } from '../services/states/executions.ts';
import type { TaskSnapshot } from '../services/ecs/snapshots.ts';
import type { World } from '../world.ts';
import type { Driver } from './driver.ts';

export interface TimeView {
  readonly now: number;
  readonly iso: string;
  /** The platform's own wall clock, `2026-11-23T09:00`. */
  readonly wall: string;
  readonly mode: Driver['mode'];
  readonly speed: number;
  /** Last sequence number of the trail. */
  readonly seq: number;
}

/** A world that is being served, with the platform it is about. */
export interface Running {
  readonly world: World;
  readonly driver: Driver;
  readonly manifest: Manifest;
}

export const zoneOf = ({ hours }: Manifest): string => hours?.timeZone ?? 'UTC';

export const timeView = ({ world, driver, manifest }: Running): TimeView => ({
  now: world.clock.now,
  iso: new Date(world.clock.now).toISOString(),
  wall: wallWords(world.clock.now, zoneOf(manifest)).replace(' ', 'T'),
  mode: driver.mode,
  speed: driver.speed,
  seq: world.trail.entries.length,
});

/** A describing operation, run as the operator beside the road of API calls. */
const read = (world: World, signingName: string, operation: string, input: object): any =>
  world.service(signingName)?.operations[operation]?.run(input, { world, caller: { kind: 'operator' }, requestId: 'view' });

const revisionOf = (arn: string): number => Number(arn.slice(arn.lastIndexOf(':') + 1));

const taskView = ({ arn, lastStatus, healthy, taskDefinition, startedAt, capacityProvider, containers }: TaskSnapshot): object => ({
  id: arn.slice(arn.lastIndexOf('/') + 1),
  status: lastStatus,
  healthy,
  revision: revisionOf(taskDefinition),
  startedAt: startedAt ?? null,
  capacityProvider,
  containers: containers.map((container) => ({
    name: container.name,
    image: container.image,
    digest: container.imageDigest ?? null,
    status: container.lastStatus,
    exitCode: container.exitCode ?? null,
  })),
});

const targetsOf = (world: World, cluster: string, serviceName: string): readonly object[] => {
  const { services } = read(world, 'ecs', 'DescribeServices', { cluster, services: [serviceName] }) as { services: readonly any[] };
  const groups = services.flatMap(({ loadBalancers }) => loadBalancers as readonly { readonly targetGroupArn: string }[]);
  return groups.flatMap(({ targetGroupArn }) =>
    world.services.elb.health(targetGroupArn).map(({ id, port, state, reason }) => ({ id, port, state, reason: reason ?? null })),
  );
};

const serviceView = (world: World, { cluster }: Manifest, { name, serviceName }: ManifestService): object => {
  const live = world.services.ecs.service(cluster, serviceName);
  if (live === undefined) return { name, serviceName, desired: 0, running: 0, pending: 0, healthy: 0, taskDefinition: null, revision: null, scaling: null, deployments: [], tasks: [], targets: [] };
  const target = world.services.scaling.target(cluster, serviceName);
  return {
    name,
    serviceName,
    desired: live.desiredCount,
    running: live.runningCount,
    pending: live.pendingCount,
    healthy: live.healthyCount,
    taskDefinition: live.taskDefinition,
    revision: revisionOf(live.taskDefinition),
    scaling: target === undefined ? null : { min: target.minimum, max: target.maximum, suspended: Object.values(target.suspended).includes(true) },
    deployments: live.deployments,
    tasks: world.services.ecs.tasks(cluster, serviceName).map(taskView),
    targets: targetsOf(world, cluster, serviceName),
  };
};

interface AlarmPage {
  readonly MetricAlarms?: readonly any[];
  readonly CompositeAlarms?: readonly any[];
  readonly NextToken?: string;
}

const alarmsOf = (world: World): readonly any[] => {
  const alarms: unknown[] = [];
  let token: string | undefined;
  do {
    const asked = { AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], MaxRecords: 100, NextToken: token };
    const page = read(world, 'monitoring', 'DescribeAlarms', asked) as AlarmPage;
    alarms.push(...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? []));
    token = page.NextToken;
  } while (token !== undefined);
  return alarms;
};

const alarmViews = (world: World): readonly object[] =>
  alarmsOf(world).map((alarm) => ({
    name: alarm.AlarmName,
    state: alarm.StateValue,
    since: (alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp)?.getTime() ?? null,
    reason: alarm.StateReason ?? null,
  }));

const runningView = ({ arn, name, startDate, execution }: ExecutionRecord): object => {
  const entered = execution.history.events.findLast(({ type }) => type.endsWith('StateEntered'));
  return { arn, name, state: execution.standing().state, since: entered?.timestamp ?? startDate, startedAt: startDate };
};

const machineView = (world: World, { id }: Manifest, arn: string, name: string): object => {
  const executions = world.services.states.executions(arn);
  const last = executions.findLast(({ status }) => status !== 'RUNNING');
  return {
    arn,
    name,
    story: name.startsWith(`${id}-`) ? name.slice(id.length + 1) : name,
    running: executions.filter(({ status }) => status === 'RUNNING').map(runningView),
    last: last === undefined ? null : { arn: last.arn, name: last.name, status: last.status, startedAt: last.startDate, stoppedAt: last.stopDate ?? null },
  };
};

/** Everything `GET /_dayshift/state` answers (docs/serve.md). */
export const stateView = (running: Running): object => {
  const { world, driver, manifest } = running;
  const { rds, elasticache, states, cloudformation, outside } = world.services;
  const { id, title, stage, region, site } = manifest;
  return {
    time: timeView(running),
    platform: { id, title, stage, account: world.account, region, timeZone: zoneOf(manifest), site },
    manifest,
    services: manifest.services.map((service) => serviceView(world, manifest, service)),
    databases: manifest.databases.map(({ name, identifier }) => ({ name, identifier, status: rds.status(identifier) ?? null })),
    caches: manifest.caches.map(({ name, identifier }) => ({ name, identifier, status: elasticache.status(identifier) ?? null })),
    alarms: alarmViews(world),
    machines: states.machines().map((machine) => machineView(world, manifest, machine.arn, machine.name)),
    stacks: cloudformation.stacks().map(({ name, status }) => ({ name, status })),
    messages: { slack: outside.slack.messages.length, mail: outside.mail.all.length },
    problems: driver.problems,
  };
};
