// Gathers how services stand before a decision: registry, ECS, ledger and holds, each asked once for all of them.
import { ecsNames, type Manifest, type ManifestService, type WatchedImage } from '../domain/manifest.ts';
import {
  decideRedeploy,
  withoutOldGuilt,
  type FoundImage,
  type PlatformState,
  type RedeployDecision,
  type Seen,
  type Situation,
} from '../domain/redeploy.ts';
import { REVISION } from '../domain/oci-manifest.ts';
import { gateAnswers } from '../domain/gate-answers.ts';
import { holdOf, type HoldFacts, type Override } from '../domain/redeploy-holds.ts';
import { holdTogether } from '../domain/rollout-round.ts';
import type { Trigger } from '../domain/selection.ts';
import { bannedHere, failedBeside } from '../domain/shared-quarantine.ts';
import { BLANK, type ServiceMemory } from '../domain/service-memory.ts';
import type { ImageFacts, Images, Ledger, Services } from '../ports.ts';

export interface SituationPorts {
  readonly services: Pick<Services, 'describe'>;
  readonly images: Pick<Images, 'resolve'>;
  readonly ledger: Pick<Ledger, 'recall' | 'list'>;
}

export interface Standing<S = Situation> {
  readonly settings: ManifestService;
  readonly situation: S;
  /** Revision of the primary deployment. */
  readonly revision: string;
}

export interface Standings {
  readonly platform: PlatformState;
  /** Where persons stopped the line, to be compared once the leases are held (R11). */
  readonly stopped: string;
  readonly services: readonly Standing[];
}

/** Whether the platform sleeps; it is awake when it never slept. */
export const platformNow = async (ledger: Pick<Ledger, 'recall'>): Promise<PlatformState> =>
  (await ledger.recall('platform', 'platform'))?.value.state ?? 'awake';

/** Keys of the holds in force at an instant, as one text. */
export const stoppedNow = async (ledger: Pick<Ledger, 'list'>, at: string): Promise<string> =>
  holdsIn((await ledger.list('override')).map(({ key, value }): Override => ({ key, ...value })), at);

const holdsIn = (overrides: readonly Override[], at: string): string =>
  overrides
    .filter(({ kind, until }) => kind === 'hold' && (until === null || until > at))
    .map(({ key }) => key)
    .sort()
    .join(' ');

/** A service with its registry and its record, before anybody was asked what the platform does and what people said. */
export interface SeenService extends Standing<Seen> {
  readonly images: Asked['images'];
  readonly record: ServiceMemory;
}

/** How these services stand: records first and registry last, so that an image released meanwhile never seems to be newer than the tag. */
export const lookAt = async (
  wanted: readonly ManifestService[],
  ports: SituationPorts,
  underWay: ReadonlyMap<string, Situation['running']> = new Map(),
): Promise<readonly SeenService[]> => {
  const records = new Map((await ports.ledger.list('service')).map(({ key, value }) => [key, value]));
  const known = new Map(
    [...records.values()].flatMap(({ taskDefinition, released }) => (taskDefinition === null ? [] : [[taskDefinition, released] as const])),
  );
  const facts = await ports.services.describe(ecsNames(wanted), known);
  const resolve = remembering(ports.images.resolve);
  const others = [...records].map(([name, { quarantine }]) => ({ name, quarantine }));
  const seen: SeenService[] = [];
  for (const [index, settings] of wanted.entries()) {
    const now = facts[index];
    const record = records.get(settings.name) ?? BLANK;
    const { images, silent } = await imagesOf(settings, resolve);
    const atWork = (now?.desired ?? 0) > 0 ? (now?.images ?? {}) : {};
    const moving = underWay.get(settings.name);
    const situation: Seen = {
      service: settings.name,
      ...(moving === undefined ? {} : { underWay: moving }),
      exists: now?.exists ?? false,
      desired: now?.desired ?? 0,
      configured: settings.count.desired,
      running: now?.images ?? {},
      found: Object.fromEntries(Object.entries(images).map(([container, image]) => [container, image === null ? null : found(image)])),
      silent,
      released: record.released,
      previous: record.previous,
      migrated: record.migrated ?? null,
      quarantine: [...record.quarantine, ...bannedHere(images, record.released)],
      beside: failedBeside({ ...record, name: settings.name, found: images, atWork }, others),
    };
    seen.push({ settings, situation, revision: now?.taskDefinition ?? '', images, record });
  }
  const situations = seen.map(({ situation }) => situation);
  return seen.map((service) => ({ ...service, situation: withoutOldGuilt(service.situation, situations) }));
};

interface Said {
  readonly platform: PlatformState;
  readonly overrides: readonly Override[];
}

/** What the platform does, and what people said of it. */
export const listen = async (ledger: SituationPorts['ledger']): Promise<Said> => {
  const [platform, overrides] = await Promise.all([platformNow(ledger), ledger.list('override')]);
  return { platform, overrides: overrides.map(({ key, value }): Override => ({ key, ...value })) };
};

/** Both together: the situations that are decided on. */
export const standingsOf = (
  seen: readonly SeenService[],
  { platform, overrides }: Said,
  { freezes, hours }: Pick<Manifest, 'freezes' | 'hours'>,
  at: string,
): Standings => {
  const timeZone = (hours ?? freezes)?.timeZone ?? 'UTC';
  const services = seen.map(({ settings, situation, revision, images, record: { staged, released } }): Standing => {
    const facing: HoldFacts = { service: settings.name, gates: settings.rollout.gates, freezes, timeZone, overrides, images, staged, released };
    return { settings, situation: { ...situation, hold: holdOf(facing, at), gates: gateAnswers(facing) }, revision };
  });
  return { platform, stopped: holdsIn(overrides, at), services };
};

/** How the platform and these services stand now. */
export const gatherStandings = async (
  wanted: readonly ManifestService[],
  manifest: Pick<Manifest, 'freezes' | 'hours'>,
  ports: SituationPorts,
  at: string,
  underWay?: ReadonlyMap<string, Situation['running']>,
): Promise<Standings> => {
  const [seen, said] = await Promise.all([lookAt(wanted, ports, underWay), listen(ports.ledger)]);
  return standingsOf(seen, said, manifest, at);
};

/** Several services watch the same tag; the registry is asked once per decision. */
const remembering = (resolve: Images['resolve']): Images['resolve'] => {
  const known = new Map<string, Promise<ImageFacts | null>>();
  return (image: WatchedImage) => {
    const key = JSON.stringify([image.registry, image.repository, image.tag.kind, image.tag.value]);
    const answer = known.get(key) ?? resolve(image);
    known.set(key, answer);
    return answer;
  };
};

interface Asked {
  readonly images: Readonly<Record<string, ImageFacts | null>>;
  readonly silent: string | null;
}

/** A registry outside AWS may be down: its services wait, those of other registries do not (R1). */
const imagesOf = async (settings: ManifestService, resolve: Images['resolve']): Promise<Asked> => {
  const images: Record<string, ImageFacts | null> = {};
  let silent: string | null = null;
  for (const { name, image } of settings.containers) {
    if (image === null) continue;
    const [answer] = await Promise.allSettled([resolve(image)]);
    if (answer.status === 'fulfilled') images[name] = answer.value;
    else if (image.registry === 'oci') silent = (answer.reason as Error).message;
    else throw answer.reason;
  }
  return { images, silent };
};

const found = ({ digest, reference, platforms, tags, labels }: ImageFacts): FoundImage => ({
  digest,
  reference,
  platforms,
  tags,
  commit: labels[REVISION] ?? null,
});

/** The decisions on all services; a group is held together (R13). */
export const decideTogether = ({ platform, services }: Standings, trigger: Trigger): readonly RedeployDecision[] => {
  const groups = new Map(services.map(({ settings }) => [settings.name, settings.rollout.group]));
  return holdTogether(
    services.map(({ situation }) => decideRedeploy(trigger, platform, situation)),
    (service) => groups.get(service) ?? null,
  );
};
