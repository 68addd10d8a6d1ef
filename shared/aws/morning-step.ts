// One step of the services in the morning: look, raise, have staged images proven, leave Spot where it has no capacity, and keep what came of it (S4, R12).
import type { Lease, NightRecord } from '../contracts/ledger.ts';
import { latest } from '../domain/instants.ts';
import type { Manifest } from '../domain/manifest.ts';
import { budgetAt } from '../domain/sleep-steps.ts';
import { wakeStep, type WakeStep } from '../domain/wake-steps.ts';
import type { Fleet, Ledger, Notices } from '../ports.ts';
import { keepProgress } from './dawn.ts';
import { gatherWaking, proveStaged, releasesOf, rise, type WakePorts } from './rise.ts';
import { leaveSpot } from './spot.ts';

export interface StepPorts extends WakePorts {
  readonly fleet: Fleet;
  readonly ledger: Pick<Ledger, 'recall' | 'remember' | 'list' | 'note'>;
  readonly notices: Notices;
}

export interface MorningTurn {
  readonly night: string;
  /** When the execution began: a waking that was interrupted has its time anew. */
  readonly startedAt: string;
  readonly record: NightRecord;
  readonly round: number;
  readonly last: string | null;
  readonly lease: Lease;
}

export const takeStep = async (
  { night, startedAt, record, round, last, lease }: MorningTurn,
  manifest: Manifest,
  ports: StepPorts,
  at: string,
): Promise<WakeStep> => {
  const releases = await releasesOf(ports.ledger);
  const waking = await gatherWaking(manifest, record, releases, ports, budgetAt(last, at), at);
  const step = wakeStep({ ...waking, startedAt: latest(startedAt, waking.startedAt) }, at);
  const errors = await rise(step, manifest, ports);
  await proveStaged(
    night,
    round,
    step.changes.map(({ name }) => name),
    releases,
    ports,
  );
  await leaveSpot(step.leaveSpot, manifest, ports, lease, { story: 'wake', reason: 'no-spot-capacity', until: 'the evening' }, at);
  await keepProgress(night, step, errors, manifest, ports, at);
  return step;
};
