// Where a command works: a platform on AWS or in a rehearsal; both give the same host, so the same adapters serve both.
import type { Manifest } from '../shared/domain/manifest.ts';
import type { World } from '../local/world.ts';
import type { WebHost } from '../shared/web/request.ts';
import type { Assembly } from '../local/rehearsal/deploy.ts';
import type { SynthesizedPlatform } from './platform.ts';

/** What the adapters in shared/aws take. */
export interface PlaceHost extends WebHost {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly manifest: Manifest;
  readonly now: () => number;
  readonly connect?: (client: unknown, name: string) => void;
  readonly log: { info(message: string, facts?: object): void };
}

/** The rehearsal behind a local place, for what has no AWS operation: pushing an image, deploying templates. */
export interface Rehearsed {
  readonly world: World;
  readonly assembly: Assembly;
}

/** An image as a day file's push describes it (docs/day-file.md). */
export interface RehearsedPush {
  readonly repository: string;
  readonly tags: readonly string[];
  readonly image: string;
}

export interface Place {
  readonly kind: 'aws' | 'local';
  /** Where it is in words: `AWS account 111122223333, ap-southeast-2` or `a rehearsal`. */
  readonly words: string;
  readonly platform: SynthesizedPlatform;
  readonly manifest: Manifest;
  readonly account: string;
  /** Who works here, as history and notices name them. */
  readonly by: string;
  /** ARN of whoever works here, as AWS names the caller. */
  readonly caller: string;
  readonly host: PlaceHost;
  readonly rehearsed: Rehearsed | null;
  /** Pushes an image to the simulated registries and answers its digest; only where nothing is built. */
  readonly push?: (image: RehearsedPush) => Promise<string>;
  /** The instant now, ISO 8601. */
  now(): string;
  /** Waits; in a rehearsal virtual time passes. Ends early when the signal is aborted. */
  pause(seconds: number, signal?: AbortSignal): Promise<void>;
  /** Work outside AWS (docker, a question to a person): in a rehearsal virtual time stands still meanwhile. */
  outside<T>(work: Promise<T>): Promise<T>;
  /** Drives the command to its end and leaves nothing open. */
  drive<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Names the operations stack gives to what the doors share; the command line addresses the same. */
export const environmentOf = (manifest: Manifest, account: string): PlaceHost['environment'] => ({
  LEDGER_TABLE: `${manifest.id}-ledger`,
  MACHINE_PREFIX: `arn:aws:states:${manifest.region}:${account}:stateMachine:${manifest.id}-`,
  NOTICE_TOPIC: `arn:aws:sns:${manifest.region}:${account}:${manifest.id}-operations-AlarmTopic`,
});

/** `mara` of a user's ARN, the session's name of an assumed role: what people know somebody by. */
export const personOf = (arn: string): string => arn.split('/').at(-1) ?? arn;
