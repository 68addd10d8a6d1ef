// What the redeploy story would do now, without doing it (X6): the same facts and the same decisions as the real door, and no writes.
import { holds, shortDigest } from '../domain/image-references.ts';
import { intend, type Intention } from '../domain/intention.ts';
import type { Manifest } from '../domain/manifest.ts';
import { sentence } from '../domain/reason.ts';
import type { RedeployDecision } from '../domain/redeploy.ts';
import { concerned, type Trigger } from '../domain/selection.ts';
import { decideTogether, gatherStandings, type SituationPorts, type Standing } from './situations.ts';

/** Rollouts looked through for one that is still in progress. */
const RECENT = 20;

/** One intention per service the trigger concerns; all rolled services when no names are given. */
export const wouldRedeploy = async (
  ports: SituationPorts,
  manifest: Manifest,
  trigger: Trigger,
  services: readonly string[] | undefined,
  at: string,
): Promise<readonly Intention[]> => {
  const standings = await gatherStandings(concerned(manifest.services, trigger, services), manifest, ports, at);
  const going = (await ports.ledger.list('rollout', { newestFirst: true, limit: RECENT })).filter(
    ({ value }) => value.result === 'in-progress',
  );
  return decideTogether(standings, trigger).map((decision) => {
    const own = going.flatMap(({ value }) => value.progress[decision.service] ?? []).find(({ step }) => step !== 'going-back');
    const rolling = own !== undefined && Object.keys(decision.images).length > 0 && holds(own.images, decision.images);
    const { service, action, reason, facts } = rolling
      ? {
          ...decision,
          action: 'skip',
          reason: 'already-rolling',
          facts: { ...decision.facts, images: decision.facts['images'] ?? 'this image' },
        }
      : decision;
    const standing = standings.services.find(({ settings }) => settings.name === service);
    const changes = standing === undefined || rolling ? [] : changesOf(decision, standing);
    return intend({ story: 'redeploy', subject: service, action, why: sentence(reason, facts), changes });
  });
};

/** `app: 3f0c… becomes a1b2…`, and what happens around it. */
const changesOf = ({ service, action, images }: RedeployDecision, { settings, situation }: Standing): readonly string[] => {
  if (action === 'skip' || action === 'wait') return [];
  const { running } = situation;
  const changed = Object.entries(images).filter(([container, image]) => running[container] !== image);
  const short = (image: string | undefined): string => (image === undefined ? 'nothing' : shortDigest(image));
  const { migration } = settings.rollout.gates;
  const migrates = action === 'roll' && migration !== null && images[migration.container] !== situation.migrated;
  return [
    ...(migrates ? [`${service}: a migration runs first${migration.snapshot ? ', after a snapshot of the database' : ''}`] : []),
    ...changed.map(
      ([container, image]) =>
        `${container === service ? service : `${service}, ${container}`}: ${short(running[container])} becomes ${short(image)}`,
    ),
  ];
};
