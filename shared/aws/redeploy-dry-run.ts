// What the redeploy story would do now, without doing it (X6): the same facts and the same decisions as the real door, and no writes.
import type { Manifest } from '../domain/manifest.ts';
import { sentence } from '../domain/reason.ts';
import type { RedeployAction } from '../domain/redeploy.ts';
import { concerned, type Trigger } from '../domain/selection.ts';
import { decideTogether, gatherStandings, type SituationPorts } from './situations.ts';

export interface Intention {
  readonly service: string;
  readonly action: RedeployAction;
  /** Why, as a sentence. */
  readonly why: string;
  readonly images: Readonly<Record<string, string>>;
}

/** One intention per service the trigger concerns; all rolled services when no names are given. */
export const wouldRedeploy = async (
  ports: SituationPorts,
  manifest: Manifest,
  trigger: Trigger,
  services: readonly string[] | undefined,
  at: string,
): Promise<readonly Intention[]> => {
  const standings = await gatherStandings(concerned(manifest.services, trigger, services), manifest.freezes, ports, at);
  return decideTogether(standings, trigger).map(({ service, action, reason, facts, images }) => ({
    service,
    action,
    why: sentence(reason, facts),
    images,
  }));
};
