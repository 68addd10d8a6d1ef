// `dayshift deploy`: builds, pushes and follows the rollout to its end; the exit code is its result (W10).
import { digestOf, shortDigest } from '../../shared/domain/image-references.ts';
import { imagesToBuild } from '../../shared/domain/images-to-build.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { platformNow } from '../../shared/aws/night-state.ts';
import { atPlace, type Work } from '../at-place.ts';
import { buildAndPush, commitOf, type Pushed } from '../build-images.ts';
import { WrongUse } from '../command.ts';
import { notPossible } from '../failure.ts';
import { followRollout } from '../follow-rollout.ts';
import { servicesNamed } from '../services.ts';

/** A push is decided on within seconds; a registry without events is polled every few minutes (R1). */
const PATIENCE = { ecr: 16 * 60, oci: 16 * 60 } as const;

const push = async ({ place, values, terminal }: Work, images: ReturnType<typeof imagesToBuild>): Promise<readonly Pushed[]> => {
  if (place.push !== undefined) {
    const { rehearsePush } = await import('../rehearse-push.ts');
    const tag = typeof values['tag'] === 'string' ? values['tag'] : 'c0de0001';
    terminal.err('A rehearsal builds nothing: the registry gets an image as it would look.\n');
    return rehearsePush(place.push, images, tag, String(values['behaves'] ?? 'good'));
  }
  const context = String(values['context'] ?? process.cwd());
  const tag = typeof values['tag'] === 'string' ? values['tag'] : await commitOf(context);
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
  if (held.length > 0)
    terminal.err(
      `On hold (${held.map((override) => `${override.key.slice(5).replace('*', 'every service')} by ${override.value.by}`).join(', ')}): the image waits for dayshift resume.\n`,
    );
};

export const deploy = atPlace(
  {
    name: 'deploy',
    summary: 'Builds the images, pushes them and follows the rollout to its end',
    usage: 'deploy [SERVICE…] [--no-cache] [--context FOLDER] [--tag TAG]',
    options: {
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
    await warnings(work);
    const pushed = await push(work, images);
    for (const { image, digest } of pushed) terminal.out(`pushed ${image.repository} ${shortDigest(digest)}\n`);
    if (values['no-wait'] === true) return 0;
    const since = place.now();
    const digests = pushed.map(({ digest }) => digest);
    const patience = pushed.some(({ image }) => image.registry === 'oci') ? PATIENCE.oci : PATIENCE.ecr;
    return followRollout(place, terminal, {
      isIt: ({ value }) =>
        value.decidedAt >= since &&
        Object.values(value.images).some((set) => Object.values(set).some((image) => digests.includes(digestOf(image) ?? ''))),
      isDecision: ({ facts }) => digests.some((digest) => String(facts['images'] ?? '').includes(shortDigest(digest))),
      patience,
    });
  },
);
