// One look at all watched services of a rollout: facts gathered, verdicts folded into the progress, evidence kept.
import type { RolloutRecord } from '../contracts/ledger.ts';
import type { Manifest } from '../contracts/manifest.ts';
import type { StoppedTask } from '../domain/evidence.ts';
import { judgeRollout } from '../domain/rollout-judge.ts';
import { fallTogether, type Progress, type ProgressByService } from '../domain/rollout-progress.ts';
import { afterVerdict, lookAgainIn, WATCHED, type WatchSettings } from '../domain/rollout-watch.ts';
import { ecsNames, type Services } from '../ports.ts';
import { evidenceOf, rolloutFacts, type WatchPorts } from './rollout-facts.ts';
import { serviceNamed } from './rollout-steps.ts';

export interface ObservationPorts extends WatchPorts {
  readonly services: Pick<Services, 'describe' | 'tasks' | 'stopped'>;
}

export interface Observation {
  readonly progress: ProgressByService;
  readonly evidence: readonly StoppedTask[];
  /** Seconds until the next look when no event comes first. */
  readonly lookIn: number;
}

export const observe = async (ports: ObservationPorts, record: RolloutRecord, manifest: Manifest, at: string): Promise<Observation> => {
  const settingsOf = (service: string): WatchSettings => {
    const rollout = serviceNamed(manifest, service)?.rollout;
    return { bakeSeconds: rollout?.bakeSeconds ?? 0, deadlineSeconds: rollout?.deadlineSeconds ?? 0, smoke: false };
  };
  const watched = Object.keys(record.progress).flatMap((name) => (WATCHED.has(record.progress[name]?.step ?? 'queued') ? (serviceNamed(manifest, name) ?? []) : []));
  const described = await ports.services.describe(ecsNames(watched));
  const progress: Record<string, Progress> = { ...record.progress };
  const evidence = [...record.evidence];
  let moving = false;
  for (const [index, settings] of watched.entries()) {
    const [own, now] = [progress[settings.name], described[index]];
    if (own === undefined || now === undefined) continue;
    const facts = await rolloutFacts(ports, settings, own, now);
    const verdict = judgeRollout(own, settingsOf(settings.name), facts, at);
    if (verdict.kind === 'bad') evidence.push(...evidenceOf(own, facts.stopped));
    moving ||= facts.primary.state === 'IN_PROGRESS';
    progress[settings.name] = afterVerdict(own, verdict, settingsOf(settings.name), at);
  }
  const fallen = fallTogether(progress, at);
  return { progress: fallen, evidence, lookIn: lookAgainIn(fallen, settingsOf, moving, at) };
};
