// The day every platform can rehearse: first push, a push under two tags, a broken image, an alarm, the night, a push at night, the morning.
import type { Manifest, ManifestService } from '../../shared/domain/manifest.ts';
import { firstTag } from './deploy.ts';

const MONDAY = '2026-11-23';
const TUESDAY = '2026-11-24';

interface Pushed {
  readonly repository: string;
  readonly tag: string;
}

/** The images a day pushes: the repositories of the first service that has any. */
const pushedBy = (manifest: Manifest): { readonly service: ManifestService; readonly images: readonly Pushed[] } => {
  const service = manifest.services.find(({ containers }) => containers.some(({ image }) => image !== null));
  if (service === undefined) throw new Error(`${manifest.id} rolls no image: every container's image is fixed in the platform file`);
  const images = service.containers.flatMap(({ image }) => (image === null ? [] : [{ repository: image.repository, tag: firstTag(image.tag) }]));
  return { service, images };
};

/** Every other service gets its first image in the morning as well, so that the whole platform is alive. */
const firstPushes = (manifest: Manifest): readonly Pushed[] => {
  const all = manifest.services.flatMap(({ containers }) => containers).flatMap(({ image }) => (image === null ? [] : [{ repository: image.repository, tag: firstTag(image.tag) }]));
  return all.filter((one, index) => all.findIndex(({ repository }) => repository === one.repository) === index);
};

/** The standard day of a platform, as the data of a day file (docs/day-file.md). */
export const standardDay = (manifest: Manifest): object => {
  const { service, images } = pushedBy(manifest);
  const push = (at: string, digest: string, image: string, extraTags: readonly string[] = [], more: object = {}): readonly object[] =>
    images.map(({ repository, tag }) => ({ at, push: { repository, tags: [tag, ...extraTags], image, digest: `${repository} ${digest}`, ...more } }));
  return {
    title: `A day of ${manifest.title}`,
    seed: 1,
    from: `${MONDAY}T08:00`,
    until: `${TUESDAY}T09:30`,
    happenings: [
      ...firstPushes(manifest).map(({ repository, tag }) => ({ at: `${MONDAY}T08:30`, push: { repository, tags: [tag], image: 'good', digest: `${repository} first` } })),
      ...push(`${MONDAY}T10:00`, 'second', 'good', ['3f2a9c1'], { duplicate: true }),
      ...push(`${MONDAY}T11:30`, 'broken', 'crashes', ['badc0de']),
      { at: `${MONDAY}T12:00`, metric: { alarm: `${manifest.alarmPrefix}${service.name}-cpu-high`, value: 97, minutes: 25 } },
      ...push(`${MONDAY}T22:30`, 'night', 'good', ['c0ffee1']),
    ],
  };
};
