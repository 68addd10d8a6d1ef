// How the platform stood at an instant, worked out from the trail alone: the replay behind every deep link.
import type { TrailEntry } from './api.ts';
import { ledgerWrites, platformStateOf } from './ledger-writes.ts';
import { lastPart, revisionOf } from './words.ts';

export interface Task {
  readonly id: string;
  readonly service: string;
  status: string;
  revision: number;
  digest: string | null;
  address: string | null;
  since: number;
}

export interface ServiceStanding {
  readonly name: string;
  desired: number;
  revision: number;
  bounds: { readonly min: number; readonly max: number; readonly suspended: boolean } | null;
  rollout: string;
}

export interface Run {
  readonly name: string;
  readonly machine: string;
  readonly startedAt: number;
  readonly by: string;
  state: string;
  since: number;
  ended: string | null;
  /** How often each state was entered, in the order of first entry. */
  visits: Record<string, number>;
  /** Transitions taken, as `from>to`. */
  ways: Record<string, true>;
}

/** Everything below is keyed by AWS's own names. */
export interface Standing {
  at: number;
  platform: string;
  services: Record<string, ServiceStanding>;
  tasks: Record<string, Task>;
  targets: Record<string, string>;
  databases: Record<string, string>;
  alarms: Record<string, { state: string; since: number; reason: string }>;
  stacks: Record<string, string>;
  /** Every execution under way, and the last ended one per machine. */
  runs: Record<string, Run>;
  last: Record<string, Run>;
}

export const newStanding = (): Standing => ({ at: 0, platform: 'awake', services: {}, tasks: {}, targets: {}, databases: {}, alarms: {}, stacks: {}, runs: {}, last: {} });

const serviceIn = (standing: Standing, name: string): ServiceStanding =>
  (standing.services[name] ??= { name, desired: 0, revision: 0, bounds: null, rollout: 'COMPLETED' });

const onTask = (standing: Standing, { who, what, at, detail }: TrailEntry): void => {
  const id = lastPart(who);
  const service = String(detail?.['group'] ?? '').replace(/^service:/, '');
  if (what === 'STOPPED') {
    delete standing.tasks[id];
    return;
  }
  if (detail?.['group'] === undefined) return;
  const known = standing.tasks[id];
  const digests = (detail['digests'] ?? []) as readonly (string | null)[];
  standing.tasks[id] = {
    id, service, status: what === 'stopping' ? 'STOPPING' : what, revision: revisionOf(String(detail['taskDefinition'])),
    digest: digests.find((digest) => digest !== null) ?? known?.digest ?? null, address: known?.address ?? null, since: at,
  };
};

/** AWS's own event tells a task's address, which target health is known by. */
const onEvent = (standing: Standing, { what, detail }: TrailEntry): void => {
  if (what !== 'ECS Task State Change') return;
  const event = detail?.['detail'] as { readonly taskArn?: string; readonly attachments?: readonly { readonly details?: readonly { readonly name: string; readonly value: string }[] }[] } | undefined;
  const task = standing.tasks[lastPart(event?.taskArn ?? '')];
  const address = event?.attachments?.flatMap(({ details }) => details ?? []).find(({ name }) => name === 'privateIPv4Address')?.value;
  if (task !== undefined && address !== undefined) task.address = address;
};

const onDeployment = (standing: Standing, { detail }: TrailEntry): void => {
  if (typeof detail?.['service'] !== 'string') return;
  const service = serviceIn(standing, detail['service']);
  service.rollout = String(detail['state'] ?? service.rollout);
  service.desired = Number(detail['desired'] ?? service.desired);
  if (detail['state'] !== 'FAILED') service.revision = revisionOf(String(detail['taskDefinition']));
};

const onScaling = (standing: Standing, { who, what, detail }: TrailEntry): void => {
  const service = serviceIn(standing, lastPart(who));
  const bounds = /^bounds (\d+)–(\d+)/.exec(what);
  const desired = /^desired \d+ → (\d+)/.exec(what);
  if (bounds !== null) service.bounds = { min: Number(bounds[1]), max: Number(bounds[2]), suspended: isSuspended(detail?.['suspended']) };
  if (desired !== null) service.desired = Number(desired[1]);
};

const isSuspended = (suspended: unknown): boolean =>
  typeof suspended === 'object' && suspended !== null ? Object.values(suspended).some((value) => value === true) : suspended === true;

const onCall = (standing: Standing, entry: TrailEntry): void => {
  const input = entry.detail?.['input'] as { readonly service?: string; readonly desiredCount?: number } | undefined;
  if (entry.what === 'ecs:UpdateService' && input?.service !== undefined && input.desiredCount !== undefined) {
    serviceIn(standing, lastPart(input.service)).desired = input.desiredCount;
  }
  for (const write of ledgerWrites(entry)) standing.platform = platformStateOf(write) ?? standing.platform;
};

const onState = (standing: Standing, { who, what, at, detail }: TrailEntry): void => {
  const machine = who.slice(0, who.indexOf('/'));
  const name = who.slice(machine.length + 1);
  if (what === 'execution started') {
    standing.runs[who] = { name, machine, startedAt: at, by: String(detail?.['by'] ?? ''), state: '', since: at, ended: null, visits: {}, ways: {} };
    return;
  }
  const run = standing.runs[who];
  if (run === undefined) return;
  if (what.startsWith('execution ')) {
    run.ended = what.slice('execution '.length);
    run.since = at;
    standing.last[machine] = run;
    delete standing.runs[who];
    return;
  }
  run.ways[`${run.state}>${what}`] = true;
  run.state = what;
  run.since = at;
  run.visits[what] = (run.visits[what] ?? 0) + 1;
};

const onAlarm = (standing: Standing, { who, what, at, detail }: TrailEntry): void => {
  const state = /-> (\w+)$/.exec(what)?.[1];
  if (state !== undefined) standing.alarms[who] = { state, since: at, reason: String(detail?.['reason'] ?? '') };
};

const onStack = (standing: Standing, { who, what }: TrailEntry): void => {
  if (/^\w+$/.test(what)) standing.stacks[who] = what;
};

/** Takes one more entry into account. */
export const advance = (standing: Standing, entry: TrailEntry): void => {
  standing.at = entry.at;
  switch (entry.kind) {
    case 'task':
      return onTask(standing, entry);
    case 'event':
      return onEvent(standing, entry);
    case 'deployment':
      return onDeployment(standing, entry);
    case 'scaling':
      return onScaling(standing, entry);
    case 'target':
      standing.targets[String(entry.detail?.['target'])] = entry.what;
      return;
    case 'database':
      if (!entry.what.startsWith('snapshot ')) standing.databases[entry.who] = entry.what;
      return;
    case 'alarm':
      return onAlarm(standing, entry);
    case 'state':
      return onState(standing, entry);
    case 'stack':
      return onStack(standing, entry);
    case 'call':
      return onCall(standing, entry);
    default:
      return;
  }
};

/** Entries between two kept copies; a look back replays at most that many. */
const STRIDE = 500;

export interface Replay {
  /** How things stand after the newest entry. */
  readonly now: Standing;
  take(entry: TrailEntry): void;
  /** How they stood after entry number `count` (1 is the first). */
  after(count: number): Standing;
}

/** A replay over a list that only grows; the list is the caller's and every entry is handed to `take` once. */
export const makeReplay = (entries: readonly TrailEntry[]): Replay => {
  const now = newStanding();
  const kept: Standing[] = [newStanding()];
  let taken = 0;
  return {
    now,
    take: (entry) => {
      advance(now, entry);
      taken += 1;
      if (taken % STRIDE === 0) kept.push(structuredClone(now));
    },
    after: (count) => {
      const start = Math.min(Math.floor(count / STRIDE), kept.length - 1);
      const standing = structuredClone(kept[start] ?? newStanding());
      for (let index = start * STRIDE; index < Math.min(count, entries.length); index += 1) {
        const entry = entries[index];
        if (entry !== undefined) advance(standing, entry);
      }
      return standing;
    },
  };
};
