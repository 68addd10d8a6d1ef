// The words of a platform that notices about nights need.
import type { Manifest } from '../domain/manifest.ts';
import type { Place } from '../domain/night-notices.ts';

export const placeOf = ({ id, platform, title, stage, site, hours }: Manifest): Place => ({
  id,
  platform,
  title,
  stage,
  site,
  timeZone: hours?.timeZone ?? 'UTC',
});
