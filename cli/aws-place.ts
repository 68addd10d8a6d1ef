// A platform on AWS as a place to work in: the SDK's own credential chain, the platform's region, real time.
import { setTimeout as wait } from 'node:timers/promises';
import { callerIdentity } from '../shared/aws/caller-identity.ts';
import { environmentOf, personOf, type Place } from './place.ts';
import type { SynthesizedPlatform } from './platform.ts';

/** Asks AWS who we are; throws its own error when the credentials are missing or expired. */
export const awsPlace = async (platform: SynthesizedPlatform): Promise<Place> => {
  const { manifest } = platform;
  // The SDK reads its region from the environment; the platform's is the only one where its resources are.
  process.env['AWS_REGION'] = manifest.region;
  const { account, arn } = await callerIdentity({});
  return {
    kind: 'aws',
    words: `AWS account ${account}, ${manifest.region}`,
    platform,
    manifest,
    account,
    by: personOf(arn),
    caller: arn,
    host: { environment: environmentOf(manifest, account), manifest, now: Date.now, log: { info: () => undefined } },
    rehearsed: null,
    now: () => new Date().toISOString(),
    pause: async (seconds, signal) => {
      await wait(seconds * 1000, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
        if (signal?.aborted !== true) throw error;
      });
    },
    outside: (work) => work,
    drive: (work) => work(),
    close: async () => undefined,
  };
};

const SIGNS = [
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
];

/** Whether this shell has been given AWS credentials or told where to find them. */
export const hasCredentials = (environment: Readonly<Record<string, string | undefined>>): boolean =>
  SIGNS.some((name) => (environment[name] ?? '') !== '');
