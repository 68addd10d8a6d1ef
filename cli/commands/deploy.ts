// `dayshift deploy`: builds, pushes and follows the rollout to its end; the exit code is its result (W10).
import { digestOf, shortDigest } from '../../shared/domain/image-references.ts';
import { imagesToBuild } from '../../shared/domain/images-to-build.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { machines } from '../../shared/aws/machines.ts';
import { platformNow } from '../../shared/aws/night-state.ts';
import { atPlace, type Work } from '../at-place.ts';
import { buildAndPush, commitOf, type Pushed } from '../build-images.ts';
import { WrongUse } from '../command.ts';
import { notPossible } from '../failure.ts';
import { followRollout } from '../follow-rollout.ts';
import { plannedDeploy } from '../plan-deploy.ts';
import { servicesNamed } from '../services.ts';
import { dryRunOptions, isDryRun, showPlan } from '../show-plan.ts';

/** A push is decided on within seconds; one whose event is lost is found by the reconciler within 15 minutes (R1). */
const PATIENCE_SECONDS = 16 * 60;

/** What the image is called beside its watched tag; a rehearsal has no checkout to ask. */
const furtherTag = async ({ place, values }: Work): Promise<string> => {
  if (typeof values['tag'] === 'string') return values['tag'];
  return place.push === undefined ? commitOf(String(values['context'] ?? process.cwd())) : 'c0de0001';
};

const push = async (work: Work, images: ReturnType<typeof imagesToBuild>): Promise<readonly Pushed[]> => {
  const { place, values, terminal } = work;
  const tag = await furtherTag(work);
  if (place.push !== undefined) {
    const { rehearsePush } = await import('../rehearse-push.ts');
    terminal.err('A rehearsal builds nothing: the registry gets an image as it would look.\n');
    return rehearsePush(place.push, images, tag, String(values['behaves'] ?? 'good'));
  }
  const context = String(values['context'] ?? process.cwd());
  return buildAndPush(place, images, { context, cache: values['no-cache'] !== true, tag }, terminal);
};

/** What the person should know before a push meets the platform as it is. */
const warnings = async ({ place, terminal }: Work): Promise<void> => {
  const book = ledger(place.host);
  const [{ value }, rollouts, overrides] = await Promise.all([
    platformNow(book),
    book.list('rollout', { limit: 10, newestFirst: true }),
    book.list('override', { from: 'hold#', to: 'hold#\uffff' }),
  ]);
  const going = rollouts.filter((rollout) => rollout.value.result === 'in-progress').flatMap((rollout) => rollout.value.services);
  if (value.state === 'asleep')
    terminal.err('The platform sleeps: the image is staged and the morning starts it. dayshift wake starts it now.\n');
  if (going.length > 0) terminal.err(`A rollout of ${going.join(', ')} is under way: the newer image takes over.\n`);
  const held = overrides.filter((override) => override.value.until === null || override.value.until > place.now());
  const words = held.map((override) => `${override.key.slice('hold#'.length).replace('*', 'every service')} by ${override.value.by}`);
  if (words.length > 0) terminal.err(`On hold (${words.join(', ')}): the image waits for dayshift resume.\n`);
};

/** A registry outside AWS sends no event: the story is started at once instead of waiting for the next poll (R1, K4). */
const announce = async ({ place }: Work, pushed: readonly Pushed[]): Promise<void> => {
  const silent = pushed.filter(({ image }) => image.registry === 'oci');
  if (silent.length === 0) return;
  const services = [...new Set(silent.flatMap(({ image }) => image.services))];
  const trigger = { kind: 'operator', detail: `deploy by ${place.by}`, by: place.by };
  const digest = silent.map((one) => one.digest.slice('sha256:'.length, 'sha256:'.length + 12)).join('-');
  const second = place
    .now()
    .replaceAll(/[^0-9]/g, '')
    .slice(0, 14);
  await machines(place.host).start('redeploy', { trigger, services }, `deploy-${second}-${digest}`.slice(0, 80));
};

/** `since` is from before the push: the story may have decided before the push has returned. */
const follow = ({ place, terminal }: Work, pushed: readonly Pushed[], since: string): Promise<number> => {
  const digests = pushed.map(({ digest }) => digest);
  return followRollout(place, terminal, {
    isIt: ({ value }) =>
      value.decidedAt >= since &&
      Object.values(value.images).some((set) => Object.values(set).some((image) => digests.includes(digestOf(image) ?? ''))),
    isDecision: ({ facts }) => digests.some((digest) => String(facts['images'] ?? '').includes(shortDigest(digest))),
    patience: PATIENCE_SECONDS,
    since,
  });
};

export const deploy = atPlace(
  {
    name: 'deploy',
    summary: 'Builds the images, pushes them and follows the rollout to its end',
    usage: 'deploy [SERVICE…] [--dry-run] [--no-cache] [--context FOLDER] [--tag TAG]',
    options: {
      ...dryRunOptions,
      'no-cache': { type: 'boolean', help: 'build every layer anew and pull the base image' },
      context: { type: 'string', value: 'FOLDER', help: "the team's checkout (default: this folder)" },
      tag: { type: 'string', value: 'TAG', help: 'further tag (default: the commit)' },
      'no-wait': { type: 'boolean', help: 'do not follow the rollout' },
      behaves: { type: 'string', value: 'HOW', help: 'rehearsal only: good, crashes, never-healthy, …' },
    },
    example: 'npx dayshift deploy app --behaves crashes',
  },
  async (work) => {
    const { place, positionals, terminal, values } = work;
    const services = servicesNamed(place.manifest, positionals).map(({ name }) => name);
    const images = imagesToBuild(place.platform.file, place.manifest, services);
    if (images.length === 0)
      throw notPossible(`The images of ${services.join(', ')} are fixed in the platform file: change them there and run dayshift up.`);
    if (images.some(({ tag }) => tag === null) && typeof values['tag'] !== 'string') {
      throw new WrongUse(
        `${images
          .filter(({ tag }) => tag === null)
          .map(({ name }) => name)
          .join(', ')}: the platform watches versions, so say which this is with --tag`,
      );
    }
    if (isDryRun(values)) return showPlan(terminal, values, await plannedDeploy(place, images, await furtherTag(work)));
    await warnings(work);
    const since = place.now();
    const pushed = await push(work, images);
    for (const { image, digest } of pushed) terminal.out(`pushed ${image.repository} ${shortDigest(digest)}\n`);
    await announce(work, pushed);
    return values['no-wait'] === true ? 0 : follow(work, pushed, since);
  },
);
