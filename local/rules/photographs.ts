// How AWS itself stood before the first change of each night and when its waking was said to be over: what the judge compares, whatever the doors wrote down (S5).
import type { Manifest } from '../../shared/domain/manifest.ts';
import type { TrailEntry } from '../trail.ts';
import type { World } from '../world.ts';

export interface ServiceStanding {
  readonly desired: number;
  /** `2–10` with what is suspended; null where nothing scales. */
  readonly bounds: string | null;
  /** The least that scaling leaves; null where nothing scales. */
  readonly least: number | null;
  /** Scheduled actions with schedule and bounds. */
  readonly actions: readonly string[];
  /** References of the containers' images, by container. */
  readonly images: Readonly<Record<string, string>>;
}

export interface Photograph {
  /** Virtual ms. */
  readonly at: number;
  /** By names of the platform file. */
  readonly services: Readonly<Record<string, ServiceStanding>>;
  /** Statuses by names of the platform file. */
  readonly databases: Readonly<Record<string, string>>;
  /** Listener rules in the order of their priorities. */
  readonly rules: readonly string[];
}

export interface NightSeen {
  readonly evening: Photograph;
  /** Null while the night lasts. */
  readonly morning: Photograph | null;
}

/** What changes capacity, routing or a database; reading does not. */
const CHANGES: readonly string[] = [
  'ecs:UpdateService',
  'application-autoscaling:RegisterScalableTarget',
  'rds:StopDBInstance',
  'rds:StopDBCluster',
  'elasticloadbalancing:CreateRule',
  'elasticloadbalancing:ModifyRule',
  'elasticloadbalancing:SetRulePriorities',
];

const standingOf = ({ services: { ecs, scaling } }: World, cluster: string, serviceName: string): ServiceStanding | null => {
  const live = ecs.service(cluster, serviceName);
  if (live === undefined) return null;
  const target = scaling.target(cluster, serviceName);
  const suspended = Object.entries(target?.suspended ?? {}).flatMap(([flag, on]) => (on === true ? [flag] : []));
  return {
    desired: live.desiredCount,
    bounds: target === undefined ? null : [`${target.minimum}–${target.maximum}`, ...suspended].join(' '),
    least: target?.minimum ?? null,
    actions: [...(target?.scheduled.values() ?? [])].map(({ name, schedule, scalableTargetAction }) => `${name} ${schedule} ${JSON.stringify(scalableTargetAction)}`).sort(),
    images: ecs.images(cluster, serviceName),
  };
};

/** The platform as it stands now, read from the simulated services and from nobody's records. */
export const photograph = (world: World, { cluster, services, databases, loadBalancer }: Manifest): Photograph => ({
  at: world.clock.now,
  services: Object.fromEntries(
    services.flatMap(({ name, serviceName }) => {
      const standing = standingOf(world, cluster, serviceName);
      return standing === null ? [] : [[name, standing]];
    }),
  ),
  databases: Object.fromEntries(databases.map(({ name, identifier }) => [name, world.services.rds.status(identifier) ?? 'missing'])),
  rules: loadBalancer === null ? [] : world.services.elb.rules(loadBalancer),
});

/** Watches from now on; the answer grows with the nights. The line of a call stands in the trail before its effect. */
export const watchNights = (world: World, manifest: Manifest): readonly NightSeen[] => {
  const nights: NightSeen[] = [];
  const begins = ({ kind, who, what }: TrailEntry): boolean => kind === 'call' && who.startsWith(`${manifest.id}-sleep-`) && CHANGES.includes(what);
  const isOver = ({ kind, who, what, detail }: TrailEntry): boolean => kind === 'invoke' && who === `${manifest.id}-wake-finish` && what === 'answered' && JSON.stringify(detail?.['result']).includes('awake');
  world.trail.follow((entry) => {
    const last = nights.at(-1);
    const open = last !== undefined && last.morning === null;
    if (!open && begins(entry)) nights.push({ evening: photograph(world, manifest), morning: null });
    else if (open && isOver(entry)) nights[nights.length - 1] = { evening: last.evening, morning: photograph(world, manifest) };
  });
  return nights;
};
