// Receives the callers of a sleeping platform: reads how far it is at most every two seconds, and starts one waking however many ask (S10).
import type { Manifest } from '../domain/manifest.ts';
import { expectedSeconds } from '../domain/wake.ts';
import type { WakeView } from '../domain/wake-progress.ts';
import type { Ledger, Machines } from '../ports.ts';
import { hibernating, sleepsSlowly, stoppable } from './fall-asleep.ts';
import { ledger, type LedgerHost } from './ledger.ts';
import { machines } from './machines.ts';
import { measuredWakes } from './night-memory.ts';
import { platformNow } from './night-state.ts';

export interface FrontDeskHost extends LedgerHost {
  readonly manifest: Manifest;
}

/** Who wakes: by the site or by the link of a notice, in words, and what was asked for. */
export interface Waker {
  readonly kind: 'visit' | 'link';
  readonly by: string;
  readonly detail: string;
}

export interface FrontDesk {
  /** Starts the waking if the platform sleeps and nobody has yet; answers whether it is being woken now. */
  wake(who: Waker, at: string): Promise<boolean>;
  /** How far the platform is. */
  view(woken: boolean, at: string): Promise<WakeView>;
}

interface Known {
  readonly at: number;
  readonly state: WakeView['state'];
  readonly night: string | null;
  readonly startedAt: string | null;
  readonly proven: readonly string[];
  readonly expected: number;
}

const FRESH_MS = 2_000;
/** One execution per night and five minutes may be started by visits; a second of the same name is the same (aws-facts F). */
const BUCKET_MS = 300_000;

/** Makes the desk of one function instance; what it remembers ends with the instance. */
export const frontDesk = (host: FrontDeskHost): FrontDesk => {
  const ports = { ledger: ledger(host), machines: machines(host) };
  let known: Known | null = null;
  let started: string | null = null;
  const look = async (at: string): Promise<Known> => {
    const instant = Date.parse(at);
    if (known !== null && instant - known.at < FRESH_MS && instant >= known.at) return known;
    known = await lookNow(ports.ledger, host.manifest, known, at);
    return known;
  };
  return {
    wake: async (who, at) => {
      const { state, night } = await look(at);
      if (state === 'awake') return false;
      if (state === 'waking') return true;
      const name = `visit-${(night ?? '').replace(/[^0-9]/g, '')}-${Math.floor(Date.parse(at) / BUCKET_MS)}`;
      if (started !== name) await start(ports.machines, name, who);
      started = name;
      return true;
    },
    view: async (woken, at) => viewOf(host.manifest, await look(at), woken),
  };
};

const LONGEST_DETAIL = 100;

const start = (to: Pick<Machines, 'start'>, name: string, { kind, by, detail }: Waker): Promise<unknown> =>
  to.start('wake', { trigger: { kind, by, detail: detail.slice(0, LONGEST_DETAIL) } }, name);

const lookNow = async (from: Pick<Ledger, 'recall' | 'list'>, manifest: Manifest, before: Known | null, at: string): Promise<Known> => {
  const { value } = await platformNow(from);
  const sameNight = before !== null && before.night === value.night;
  const wake = value.state === 'waking' && value.night !== null ? (await from.recall('night', value.night))?.value.wake : undefined;
  return {
    at: Date.parse(at),
    state: value.state,
    night: value.night,
    startedAt: value.state === 'waking' ? value.since : null,
    proven: Object.keys(wake?.proven ?? {}),
    expected: sameNight ? before.expected : expectedSeconds({ measured: await measuredWakes(from), slow: sleepsSlowly(manifest) }),
  };
};

const viewOf = (manifest: Manifest, { state, startedAt, proven, expected }: Known, woken: boolean): WakeView => ({
  title: manifest.title,
  hours: manifest.hours,
  state,
  startedAt,
  expectedSeconds: expected,
  proven,
  databases: stoppable(manifest).map(({ name }) => name),
  caches: hibernating(manifest).map(({ name }) => name),
  services: manifest.services.filter(({ offHours }) => offHours.kind === 'zero').map(({ name }) => name),
  woken,
});
