// Looks at every watched image of a registry without events, and starts the redeploy story for those that changed (R1).
import type { Manifest, WatchedImage } from '../domain/manifest.ts';
import { afterAnswer, isDue, NEVER_SEEN, type PollAnswer } from '../domain/redeploy-poll.ts';
import type { Ledger, Machines } from '../ports.ts';

/** Digest of an image's tag now, null when there is none, and seconds to rest; knowing the last one makes the question cheap. */
export type Peek = (image: WatchedImage, known: string | null) => Promise<{ readonly digest: string | null; readonly rest: number }>;

export interface PollPorts {
  readonly ledger: Pick<Ledger, 'list' | 'remember'>;
  readonly machines: Pick<Machines, 'start'>;
  readonly peek: Peek;
}

const keyOf = ({ repository, tag }: WatchedImage): string => `${repository}:${tag.kind}:${tag.value}`;

const watchedImages = ({ services }: Manifest): readonly WatchedImage[] => {
  const images = services.flatMap(({ containers }) => containers.flatMap(({ image }) => (image?.registry === 'oci' ? [image] : [])));
  return [...new Map(images.map((image) => [keyOf(image), image])).values()];
};

/** Answers the repositories that changed. */
export const pollRegistries = async ({ ledger, machines, peek }: PollPorts, manifest: Manifest, at: string): Promise<readonly string[]> => {
  const records = new Map((await ledger.list('seen')).map(({ key, value }) => [key, value]));
  const changed: string[] = [];
  for (const image of watchedImages(manifest)) {
    const key = keyOf(image);
    const seen = records.get(key) ?? NEVER_SEEN;
    if (!isDue(seen, at)) continue;
    const outcome = afterAnswer(seen, await answerOf(peek, image, seen.digest), at);
    if (outcome.changed) {
      changed.push(image.repository);
      // Started before it is remembered: a crash in between starts the story once more, which then has nothing to do.
      await machines.start('redeploy', {
        trigger: { kind: 'poll', detail: `${key} points to ${outcome.seen.digest ?? 'nothing'}`, repository: image.repository },
      });
    }
    const rests = outcome.seen.askFrom > at;
    if (outcome.changed || rests || outcome.seen.failures !== seen.failures) await ledger.remember('seen', key, outcome.seen, { expect: 'any', at });
  }
  return changed;
};

/** One registry's silence must not keep the others from being asked. */
const answerOf = async (peek: Peek, image: WatchedImage, known: string | null): Promise<PollAnswer> => {
  const [answer] = await Promise.allSettled([peek(image, known)]);
  if (answer.status === 'rejected') return { kind: 'silent', retryAfter: (answer.reason as { retryAfter?: number }).retryAfter ?? 0 };
  return { kind: 'digest', ...answer.value };
};
