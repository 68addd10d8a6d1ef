// `dayshift approve`: a person lets the waiting image of a service through its gate, or refuses it (R8).
import { ledger } from '../../shared/aws/ledger.ts';
import { digestOf, shortDigest } from '../../shared/domain/image-references.ts';
import { atPlace } from '../at-place.ts';
import { notPossible } from '../failure.ts';
import { followRollout, startedAs } from '../follow-rollout.ts';
import { carryOut } from '../order.ts';
import { oneService } from '../services.ts';

export const approve = atPlace(
  {
    name: 'approve',
    summary: 'Lets a waiting image through its gate, or refuses it',
    usage: 'approve [SERVICE] [--reject] [--no-wait]',
    options: {
      reject: { type: 'boolean', help: 'refuse it: the service keeps what it runs' },
      'no-wait': { type: 'boolean', help: 'do not follow the rollout' },
    },
    example: 'npx dayshift approve api',
  },
  async ({ place, values, positionals, terminal }) => {
    const service = oneService(place.manifest, positionals);
    if (service.rollout.gates.approval === null)
      throw notPossible(
        `Rollouts of ${service.name} need no approval. The platform file asks for one with services.${service.name}.rollout.gates.approval.`,
      );
    const staged = (await ledger(place.host).recall('service', service.name))?.value.staged ?? null;
    if (staged === null) throw notPossible(`No image of ${service.name} waits for approval.`);
    const verb = values['reject'] === true ? 'reject' : 'approve';
    const digests = Object.values(staged.images).flatMap((image) => digestOf(image) ?? []);
    let execution = '';
    for (const digest of digests) ({ execution } = await carryOut(place, { verb, subject: `${service.name}#${digest}` }));
    terminal.err(
      `${service.name}: ${digests.map(shortDigest).join(', ')} ${verb === 'approve' ? 'approved' : 'refused'} by ${place.by}.\n`,
    );
    if (verb === 'reject' || values['no-wait'] === true) return 0;
    return followRollout(place, terminal, { ...startedAs(execution), patience: 300 });
  },
);
