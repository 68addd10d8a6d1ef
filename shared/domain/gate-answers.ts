// What the gates in front of an image answered when they let it through: for the record of its rollout (R8).
import { instantWords, durationWords } from './instants.ts';
import { approvalKey, type HoldFacts } from './redeploy-holds.ts';

/** One answer per gate of the service, in the order they are asked; none where no image is new or no gate stands. */
export const gateAnswers = ({ service, gates, images, released, overrides, staged, timeZone }: HoldFacts): readonly string[] => {
  const fresh = Object.entries(images).flatMap(([container, image]) =>
    image === null || released[container] === image.reference ? [] : [image],
  );
  if (fresh.length === 0) return [];
  const words = (at: string): string => instantWords(at, timeZone);
  const pushed = fresh
    .flatMap(({ pushedAt }) => pushedAt ?? staged?.since ?? [])
    .toSorted()
    .at(-1);
  const approvals = fresh.flatMap(({ digest }) => overrides.find(({ key }) => key === approvalKey(service, digest)) ?? []);
  return [
    ...(gates.minimumAgeSeconds === null || pushed === undefined
      ? []
      : [`older than ${durationWords(gates.minimumAgeSeconds)}, pushed ${words(pushed)}`]),
    ...(gates.scan === null ? [] : [`scan found ${findings(fresh)}`]),
    ...(gates.approval === null ? [] : [...new Set(approvals.map(({ by, at }) => `approved by ${by}, ${words(at)}`))]),
  ];
};

const findings = (images: readonly { readonly scan?: 'pending' | Readonly<Record<string, number>> | null }[]): string => {
  const counted = images.flatMap(({ scan }) => (typeof scan === 'object' && scan !== null ? Object.entries(scan) : []));
  const words = counted.filter(([, count]) => count > 0).map(([severity, count]) => `${count} ${severity}`);
  return words.length === 0 ? 'nothing' : words.join(', ');
};
