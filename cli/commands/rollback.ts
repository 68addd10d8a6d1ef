// `dayshift rollback`: back to the release before, proven like any rollout; the image it leaves is quarantined (R10).
import { ledger } from '../../shared/aws/ledger.ts';
import type { ManifestService } from '../../shared/domain/manifest.ts';
import { shortDigest } from '../../shared/domain/image-references.ts';
import { FINAL } from '../../shared/domain/rollout-progress.ts';
import { atPlace } from '../at-place.ts';
import { confirmed, yesOption } from '../confirm.ts';
import { notPossible } from '../failure.ts';
import { followRollout, startedAs } from '../follow-rollout.ts';
import { plannedRollouts } from '../gather-plan.ts';
import { carryOut } from '../order.ts';
import { oneService } from '../services.ts';
import { dryRunOptions, isDryRun, showPlan } from '../show-plan.ts';

/** All or none: the services of an atomic group go back together (R13). */
const companions = (services: readonly ManifestService[], { name, rollout: { group } }: ManifestService): readonly string[] => {
  const others = services
    .filter((other) => group !== null && other.name !== name && other.rollout.group === group)
    .map((other) => other.name);
  return others.length === 0 ? [] : [`${others.join(', ')} of the same group ${others.length === 1 ? 'goes' : 'go'} back with it.`];
};

/** Rollouts looked through for one that is under way. */
const RECENT = 20;

const MIGRATED = [
  'Its rollouts migrate the database first, and going back does not undo a migration:',
  'the older image must work with the newer schema.',
];

export const rollback = atPlace(
  {
    name: 'rollback',
    summary: 'Takes a service back to the release before, and keeps it there',
    usage: 'rollback [SERVICE] [--dry-run] [--yes] [--no-wait]',
    options: { ...dryRunOptions, ...yesOption, 'no-wait': { type: 'boolean', help: 'do not follow it to its end' } },
    example: 'npx dayshift rollback app --yes',
  },
  async ({ place, values, positionals, terminal }) => {
    const service = oneService(place.manifest, positionals);
    if (isDryRun(values)) {
      const trigger = { kind: 'operator', detail: 'rollback', by: place.by, intent: 'previous' } as const;
      return showPlan(terminal, values, await plannedRollouts(place, trigger, [service.name]));
    }
    const book = ledger(place.host);
    const record = (await book.recall('service', service.name))?.value ?? null;
    const going = (await book.list('rollout', { newestFirst: true, limit: RECENT })).flatMap(({ value }) => value.progress[service.name] ?? []);
    const underWay = going.find(({ step }) => !FINAL.has(step))?.images;
    const words = (images: Readonly<Record<string, string>>): string => Object.values(images).map(shortDigest).join(', ');
    const [from, to] = underWay === undefined ? [record?.released, record?.previous] : [underWay, record?.released];
    if (from === undefined || to === undefined || to === null || Object.keys(to).length === 0) {
      throw notPossible(`${service.name} has no earlier release to go back to. dayshift history ${service.name} shows what was released.`);
    }
    const migrated = service.rollout.gates.migration !== null;
    const what = [
      `${service.name} goes from ${words(from)}${underWay === undefined ? '' : ', which is being rolled out,'} back to ${words(to)}.`,
      `The newer image is quarantined until a newer one is pushed or dayshift release ${service.name}.`,
      ...companions(place.manifest.services, service),
      ...(migrated ? MIGRATED : []),
    ].join('\n');
    const ask = migrated || place.manifest.stage === 'prod';
    if (ask && !(await confirmed(place, values, terminal, what))) return 1;
    if (!ask) terminal.err(`${what}\n`);
    const { execution } = await carryOut(place, { verb: 'rollback', subject: service.name });
    if (values['no-wait'] === true) return 0;
    return followRollout(place, terminal, { ...startedAs(execution), patience: 300 });
  },
);
