// Combinations that cannot work, found before anything is built: all of them at once, each with its remedy.
import { limitFindings } from './impossible/limits.ts';
import { networkFindings } from './impossible/network.ts';
import { noticeFindings } from './impossible/notices.ts';
import { nameFindings } from './impossible/names.ts';
import { nightFindings } from './impossible/nights.ts';
import { referenceFindings } from './impossible/references.ts';
import { rolloutFindings } from './impossible/rollouts.ts';
import { routeFindings } from './impossible/routes.ts';
import { secretFindings } from './impossible/secrets.ts';
import { sizeFindings } from './impossible/sizes.ts';
import { storeFindings } from './impossible/stores.ts';
import type { Impossibility } from './impossible/impossibility.ts';
import type { Platform, Stage } from './platform.ts';

export type { Impossibility } from './impossible/impossibility.ts';

const checks: readonly ((platform: Platform, stage: Stage) => readonly Impossibility[])[] = [
  nameFindings,
  networkFindings,
  sizeFindings,
  routeFindings,
  limitFindings,
  storeFindings,
  secretFindings,
  referenceFindings,
  rolloutFindings,
  noticeFindings,
  nightFindings,
];

/** Everything about this platform in this stage that cannot work. */
export const impossible = (platform: Platform, stage: Stage): readonly Impossibility[] => checks.flatMap((check) => check(platform, stage));
