// A stopped task as it is kept: which containers failed, and under which key it is found again.
import type { StoppedTask } from './evidence.ts';
import type { KeptTask } from './alarm-evidence.ts';
import { redact } from './redact.ts';

export interface StoppedDetail {
  readonly taskArn: string;
  readonly taskDefinitionArn: string;
  readonly stopCode: string;
  readonly stoppedReason: string;
  readonly stoppedAt?: string | undefined;
  readonly containers: readonly {
    readonly name: string;
    readonly exitCode?: number | undefined;
    readonly reason?: string | undefined;
    readonly imageDigest?: string | undefined;
  }[];
}

/** Containers whose words matter: those that ended badly, or all when none admits to it. */
export const failedContainers = (containers: StoppedDetail['containers']): readonly string[] => {
  const failed = containers.filter(({ exitCode, reason }) => (exitCode !== undefined && exitCode !== 0) || reason !== undefined);
  return (failed.length > 0 ? failed : containers).map(({ name }) => name);
};

/** The record of a stopped task; reasons are redacted, because they may quote a command line. */
export const taskRecordOf = (detail: StoppedDetail, service: string, logs: readonly string[], time: string): KeptTask => {
  const stopped: StoppedTask = {
    task: detail.taskArn,
    taskDefinition: detail.taskDefinitionArn,
    stoppedAt: new Date(detail.stoppedAt ?? time).toISOString(),
    code: detail.stopCode,
    reason: redact(detail.stoppedReason),
    containers: detail.containers.map(({ name, exitCode, reason, imageDigest }) => ({
      name,
      exitCode: exitCode ?? null,
      reason: reason === undefined ? null : redact(reason),
      digest: imageDigest ?? null,
    })),
  };
  return { ...stopped, service, logs };
};

/** `<service>#<stoppedAt>#<task id>`: a second event of the same stop finds the same record. */
export const taskKey = (record: KeptTask): string =>
  `${record.service}#${record.stoppedAt}#${record.task.split('/').at(-1) ?? record.task}`;
