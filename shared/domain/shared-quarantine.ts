// A failed image kept out of the services beside the one it failed in, and of every platform of the account that asks for it (R10, decision 010).
import { digestOf, shortDigest, type ImageSet } from './image-references.ts';
import { sentence } from './reason.ts';
import type { Quarantined } from './redeploy.ts';
import type { Progress, ProgressByService, Step } from './rollout-progress.ts';
import { badDigests } from './service-memory.ts';

/** Parameters of all platforms of one account and region; the name of each ends in the digest's hex. */
export const QUARANTINE_PATH = '/dayshift/quarantine';

export interface Ban {
  readonly digest: string;
  /** Platform and stage in which it failed, and the service. */
  readonly platform: string;
  readonly service: string;
  readonly reason: string;
  readonly since: string;
}

/** What speaks against the image itself; a refusal of AWS, a full disk or a failed neighbour does not. */
const AGAINST_THE_IMAGE: ReadonlySet<string> = new Set([
  'tasks-stop',
  'deployment-failed',
  'ecs-rolled-back',
  'alarm-while-baking',
  'rollout-late',
  'smoke-failed',
  'migration-failed',
  'proof-failed',
  'proof-late',
]);

/** True when a rollout failed by the image itself. */
export const isImageToBlame = (reasonKey: string): boolean => AGAINST_THE_IMAGE.has(reasonKey);

/** Bans of a failed rollout; none where something else was to blame. */
export const bansOf = (
  bad: readonly Quarantined[],
  failed: { readonly platform: string; readonly service: string; readonly reasonKey: string; readonly at: string },
): readonly Ban[] =>
  isImageToBlame(failed.reasonKey)
    ? bad.map(({ digest, reason }) => ({ digest, platform: failed.platform, service: failed.service, reason, since: failed.at }))
    : [];

/** Name of a ban's parameter. */
export const banName = (digest: string): string => `${QUARANTINE_PATH}/${digest.replace(/^sha256:/, '')}`;

/** A parameter's text as a ban; null when a person wrote something else there. */
export const readBan = (digest: string, text: string): Ban | null => {
  const [, platform, service, since, reason] = /^(\S+) (\S+) (\S+) ([^]*)$/.exec(text) ?? [];
  if (platform === undefined || service === undefined || since === undefined || reason === undefined) return null;
  return { digest, platform, service, since, reason };
};

/** `wizelit-dev api 2026-11-23T10:05:00.000Z 2 tasks stopped: …`; a standard parameter holds 4,096 characters. */
export const writeBan = ({ platform, service, since, reason }: Ban): string => `${platform} ${service} ${since} ${reason}`.slice(0, 1_000);

/** Quarantine that others' failures add to a service's own: only for images it has not released itself. */
export const bannedHere = (
  found: Readonly<Record<string, { readonly digest: string; readonly banned?: Ban | null } | null>>,
  released: ImageSet,
): readonly Quarantined[] =>
  Object.entries(found).flatMap(([container, image]) => {
    const ban = image?.banned ?? null;
    if (image === null || ban === null || digestOf(released[container] ?? '') === image.digest) return [];
    return [{ container, digest: image.digest, reason: `${shortDigest(image.digest)} failed in ${ban.platform} (${ban.service}): ${ban.reason}` }];
  });

/** A service of the platform, as its record has it. */
interface Beside {
  readonly name: string;
  readonly quarantine: readonly Quarantined[];
}

/**
 * Quarantine that services of the same platform add to a service's own. An image that it runs or has released itself is judged by what it
 * does here, one that a person let go here is left alone, and what it knows already is not said twice.
 */
export const failedBeside = (
  own: {
    readonly name: string;
    readonly found: Readonly<Record<string, { readonly digest: string } | null>>;
    readonly released: ImageSet;
    /** Images of tasks at work; empty where none is meant to run. */
    readonly atWork: ImageSet;
    readonly quarantine: readonly Quarantined[];
    readonly vouched?: readonly string[];
  },
  others: readonly Beside[],
): readonly Quarantined[] =>
  Object.entries(own.found).flatMap(([container, image]) => {
    const digest = image?.digest;
    if (digest === undefined) return [];
    const known = [own.released, own.atWork].some((images) => digestOf(images[container] ?? '') === digest);
    if (known || own.vouched?.includes(digest) === true || own.quarantine.some((entry) => entry.digest === digest)) return [];
    const failed = others.flatMap(({ name, quarantine }) =>
      name === own.name ? [] : quarantine.filter((entry) => entry.itself === true && entry.digest === digest).map(({ reason }) => ({ name, reason })),
    )[0];
    return failed === undefined ? [] : [{ container, digest, reason: `it failed in ${failed.name}: ${failed.reason}`, beside: failed.name }];
  });

/** Steps in which nothing of the new image has had traffic. */
const NOT_BEGUN: ReadonlySet<Step> = new Set(['queued', 'snapshotting', 'migrating']);

/**
 * The same within one rollout: a service that has not begun leaves an image out that has just failed in another one, as if it had decided later.
 * A migration that runs is left to end first (R8). Members of one atomic group fall together by themselves (R13).
 */
export const leaveOutBad = (all: ProgressByService, at: string): ProgressByService => {
  const failed = Object.entries(all).flatMap(([service, { step, reason, facts, images, good, group }]) => {
    if (step !== 'failing' || !isImageToBlame(reason)) return [];
    return badDigests(images, good, reason).map(({ digest }) => ({ digest, group, failedIn: { service, why: sentence(reason, facts) } }));
  });
  return Object.fromEntries(Object.entries(all).map(([service, own]) => [service, NOT_BEGUN.has(own.step) ? leftOut(own, failed, at) : own]));
};

interface Failed {
  readonly digest: string;
  readonly group: string | null;
  readonly failedIn: NonNullable<Progress['failedIn']>;
}

const leftOut = (own: Progress, failed: readonly Failed[], at: string): Progress => {
  const wanted = badDigests(own.images, own.good, '').map(({ digest }) => digest);
  const beside = failed.find(({ digest, group }) => wanted.includes(digest) && (group === null || group !== own.group));
  const failedIn = own.failedIn ?? beside?.failedIn;
  if (failedIn === undefined) return own;
  if (own.step === 'migrating') return { ...own, failedIn };
  const facts = { beside: failedIn.service, why: failedIn.why };
  return { ...own, failedIn, step: 'failing', since: at, deadline: null, reason: 'failed-beside', facts };
};
