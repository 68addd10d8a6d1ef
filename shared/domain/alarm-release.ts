// Which release runs now, and which stopped tasks belong to it: what was rolled back or replaced explains nothing any more (L2, R10).
import { foundOr, type AlarmEvidence, type Change, type KeptTask } from './alarm-evidence.ts';

/** How a service came to what it runs: by a rollout still in force, or by going back from one. Neither: nothing moved within the hour. */
export interface Movement {
  readonly service: string;
  readonly rollout: Change | null;
  /** Whether there is an earlier release to go back to. */
  readonly undoable: boolean;
  readonly wentBack: Change | null;
}

/** The newest movement of each service that moved, from changes oldest first. */
export const movementsOf = (changes: readonly Change[]): readonly Movement[] => {
  const moves = new Map<string, Movement>();
  for (const change of changes) {
    if (change.story !== 'redeploy' || change.service === null) continue;
    const before = moves.get(change.service) ?? { service: change.service, rollout: null, undoable: false, wentBack: null };
    moves.set(change.service, afterChange(before, change));
  }
  return [...moves.values()];
};

const afterChange = (before: Movement, change: Change): Movement => {
  switch (change.action) {
    case 'roll':
      return change.reason === 'went-back'
        ? { ...before, rollout: null, undoable: false, wentBack: change }
        : { ...before, rollout: change, undoable: change.reason !== 'first-image', wentBack: null };
    case 'adopt':
      return change.reason === 'went-back' ? { ...before, rollout: null, undoable: false, wentBack: change } : before;
    case 'failed':
      // Without an earlier release nothing took its place.
      return { ...before, rollout: null, undoable: false, wentBack: change.reason === 'no-good-image' ? null : change };
    case 'restore':
    case 'back':
      return { ...before, rollout: null, undoable: false, wentBack: change };
    case 'released':
      // The end of a rollout whose beginning is older than the hour; the end of one that went back changes nothing.
      return before.rollout !== null || before.wentBack !== null ? before : { ...before, rollout: change, undoable: true };
    default:
      return before;
  }
};

/** `…:task-definition/wizelit-dev-app:7` and `wizelit-dev-app:7` are the same revision. */
const revision = (taskDefinition: string): string => taskDefinition.split('/').at(-1) ?? taskDefinition;

/**
 * Whether the task ran what its service runs now: the revision of its primary deployment. Where that could not be found out, a task that
 * stopped before the service's last movement counts as past.
 */
export const runsNow = (task: KeptTask, evidence: AlarmEvidence): boolean => {
  const current = foundOr(evidence.counts, []).find(({ service }) => service === task.service)?.taskDefinition;
  if (current !== undefined) return revision(current) === revision(task.taskDefinition);
  const move = movementsOf(foundOr(evidence.changes, [])).find(({ service }) => service === task.service);
  const moved = move?.wentBack?.at ?? move?.rollout?.at ?? '';
  return task.stoppedAt >= moved;
};

/** Whether a person can send the service back from what it runs now, and it moved within the hour. */
export const mayGoBack = (evidence: AlarmEvidence | null, service: string): boolean =>
  evidence !== null && movementsOf(foundOr(evidence.changes, [])).some((move) => move.service === service && move.undoable);
