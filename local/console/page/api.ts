// What the running world tells and takes (docs/serve.md): shapes of its answers, and one function per request.
import type { Manifest } from '../../../shared/domain/manifest.ts';

export interface TrailEntry {
  readonly seq: number;
  /** Virtual milliseconds since 1970. */
  readonly at: number;
  readonly kind: string;
  readonly who: string;
  readonly what: string;
  readonly detail?: Readonly<Record<string, any>> | null;
}

export interface Time {
  readonly now: number;
  readonly iso: string;
  readonly wall: string;
  readonly mode: 'playing' | 'paused' | 'jumping';
  readonly speed: number;
  readonly seq: number;
}

export interface TaskState {
  readonly id: string;
  readonly status: string;
  readonly healthy: boolean;
  readonly revision: number;
  readonly startedAt: number | null;
  readonly containers: readonly { readonly name: string; readonly image: string; readonly digest: string | null; readonly status: string }[];
}

export interface ServiceState {
  readonly name: string;
  readonly serviceName: string;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  readonly healthy: number;
  readonly revision: number;
  readonly scaling: { readonly min: number; readonly max: number; readonly suspended: boolean } | null;
  readonly deployments: readonly { readonly id: string; readonly taskDefinition: string; readonly rolloutState: string; readonly failedTasks: number }[];
  readonly tasks: readonly TaskState[];
  readonly targets: readonly { readonly id: string; readonly port: number; readonly state: string; readonly reason: string | null }[];
}

export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly startedAt: number;
}

export interface WorldState {
  readonly time: Time;
  readonly platform: { readonly id: string; readonly title: string; readonly stage: string; readonly region: string; readonly timeZone: string; readonly site: string | null } | null;
  readonly manifest: Manifest | null;
  readonly services: readonly ServiceState[];
  readonly databases: readonly { readonly name: string; readonly identifier: string; readonly status: string }[];
  readonly caches: readonly { readonly name: string; readonly identifier: string; readonly status: string }[];
  readonly alarms: readonly { readonly name: string; readonly state: string; readonly since: number; readonly reason: string }[];
  readonly machines: readonly {
    readonly name: string;
    readonly story: string;
    readonly running: readonly (Execution & { readonly state: string; readonly since: number })[];
    readonly last: (Execution & { readonly status: string; readonly stoppedAt: number | null }) | null;
  }[];
  readonly stacks: readonly { readonly name: string; readonly status: string }[];
  readonly problems: readonly { readonly at: number; readonly message: string }[];
}

/** What a refused request says: the world's own sentence. */
export class Refused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Refused';
  }
}

const answerOf = async <T>(response: Response): Promise<T> => {
  const body = (await response.json()) as T & { readonly error?: string };
  if (!response.ok) throw new Refused(body.error ?? `the world answered ${response.status}`);
  return body;
};

export const getState = async (): Promise<WorldState> => answerOf(await fetch('/_dayshift/state'));

/** Entries after that sequence number, at most 10,000 at once. */
export const getTrail = async (since: number): Promise<{ readonly entries: readonly TrailEntry[]; readonly last: number; readonly more: boolean }> =>
  answerOf(await fetch(`/_dayshift/trail?since=${since}&limit=10000`));

/** Asks the world to do something; throws Refused with its sentence when it does not. */
export const ask = async (what: string, body: object = {}): Promise<unknown> =>
  answerOf(await fetch(`/_dayshift/${what}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }));
