// `dayshift release`: a person vouches for an image that was quarantined, and it is rolled out again (R10).
import { ledger } from '../../shared/aws/ledger.ts';
import { machines } from '../../shared/aws/machines.ts';
import { shortDigest } from '../../shared/domain/image-references.ts';
import { atPlace } from '../at-place.ts';
import { notPossible } from '../failure.ts';
import { followRollout, startedAs } from '../follow-rollout.ts';
import { plannedRollouts } from '../gather-plan.ts';
import { oneService } from '../services.ts';
import { dryRunOptions, isDryRun, showPlan } from '../show-plan.ts';

export const release = atPlace(
  {
    name: 'release',
    summary: 'Lets a quarantined image go: it is rolled out again',
    usage: 'release [SERVICE] [--dry-run] [--no-wait]',
    options: { ...dryRunOptions, 'no-wait': { type: 'boolean', help: 'do not follow it to its end' } },
    example: 'npx dayshift release app --at 2026-11-23T12:00',
  },
  async ({ place, values, positionals, terminal }) => {
    const service = oneService(place.manifest, positionals);
    if (isDryRun(values)) {
      const trigger = { kind: 'operator', detail: 'release', by: place.by, intent: 'release' } as const;
      return showPlan(terminal, values, await plannedRollouts(place, trigger, [service.name]));
    }
    const book = ledger(place.host);
    const quarantine = (await book.recall('service', service.name))?.value.quarantine ?? [];
    // Another platform of the account may have quarantined it: only the story knows, and lets it go for all.
    if (quarantine.length === 0 && place.manifest.quarantine !== 'account') throw notPossible(`Nothing is quarantined for ${service.name}.`);
    for (const { digest, reason } of quarantine) terminal.err(`${service.name}: ${shortDigest(digest)} was quarantined: ${reason}\n`);
    const at = place.now();
    const execution = `order-${at.replaceAll(/[^0-9]/g, '').slice(0, 14)}-release-${place.by}`
      .replaceAll(/[^A-Za-z0-9_-]/g, '-')
      .slice(0, 76);
    await machines(place.host).start(
      'redeploy',
      { trigger: { kind: 'operator', detail: `release by ${place.by}`, by: place.by, intent: 'release' }, services: [service.name] },
      execution,
    );
    await book.note(
      {
        id: execution,
        story: 'operator',
        service: service.name,
        action: 'release',
        reason: 'ordered',
        facts: { by: place.by, verb: 'release', subject: service.name },
      },
      at,
    );
    if (values['no-wait'] === true) return 0;
    return followRollout(place, terminal, { ...startedAs(execution), patience: 300 });
  },
);
