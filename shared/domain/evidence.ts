// What a failure looked like: stopped tasks with reason and exit codes, captured before AWS forgets them (R10, L2).

export interface StoppedTask {
  readonly task: string;
  readonly taskDefinition: string;
  readonly stoppedAt: string;
  /** e.g. `EssentialContainerExited`, `TaskFailedToStart` (aws-facts A6). */
  readonly code: string;
  readonly reason: string;
  readonly containers: readonly { readonly name: string; readonly exitCode: number | null; readonly reason: string | null; readonly digest: string | null }[];
}
