// `dayshift approve`: a person lets the waiting image of a service through its gate, or refuses it (R8).
import { ledger } from '../../shared/aws/ledger.ts';
import type { ServiceRecord } from '../../shared/contracts/ledger.ts';
import { digestOf, shortDigest } from '../../shared/domain/image-references.ts';
import { instantWords } from '../../shared/domain/instants.ts';
import type { ManifestService } from '../../shared/domain/manifest.ts';
import { atPlace } from '../at-place.ts';
import { WrongUse } from '../command.ts';
import { notPossible } from '../failure.ts';
import { followRollout, startedAs } from '../follow-rollout.ts';
import { carryOut } from '../order.ts';
import type { Place } from '../place.ts';
import { servicesNamed } from '../services.ts';

interface Waiting {
  readonly service: ManifestService;
  readonly staged: NonNullable<ServiceRecord['staged']>;
}

/** The one image that waits; of several, the person says which. An image that only waits for the morning has been approved. */
const waitingFor = async ({ host, manifest }: Place, positionals: readonly string[]): Promise<Waiting> => {
  const named = servicesNamed(manifest, positionals);
  const gated = named.filter(({ rollout }) => rollout.gates.approval !== null);
  if (gated.length === 0) {
    const names = named.map(({ name }) => name).join(', ');
    const field = `services.${named.length === 1 ? (named[0]?.name ?? '') : 'NAME'}.rollout.gates.approval`;
    throw notPossible(`Rollouts of ${names} need no approval. The platform file asks for one with ${field}.`);
  }
  const records = new Map((await ledger(host).list('service')).map(({ key, value }) => [key, value]));
  const waiting = gated.flatMap((service) => {
    const staged = records.get(service.name)?.staged ?? null;
    return staged === null || staged.reason === undefined ? [] : [{ service, staged }];
  });
  const [only, another] = waiting;
  if (only === undefined) throw notPossible(`No image of ${gated.map(({ name }) => name).join(', ')} waits for approval.`);
  if (another === undefined) return only;
  throw new WrongUse(`Which service? Images of ${waiting.map(({ service }) => service.name).join(', ')} wait: name one`);
};

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
    const { service, staged } = await waitingFor(place, positionals);
    const since = instantWords(staged.since, place.manifest.hours?.timeZone ?? 'UTC');
    terminal.err(`${Object.values(staged.images).map(shortDigest).join(', ')} waits since ${since}: ${staged.why}\n`);
    const verb = values['reject'] === true ? 'reject' : 'approve';
    let execution = '';
    for (const digest of new Set(Object.values(staged.images).flatMap((image) => digestOf(image) ?? [])))
      ({ execution } = await carryOut(place, { verb, subject: `${service.name}#${digest}` }));
    terminal.err(`${service.name}: ${verb === 'approve' ? 'approved' : 'refused'} by ${place.by}.\n`);
    if (verb === 'reject' || values['no-wait'] === true) return 0;
    return followRollout(place, terminal, { ...startedAs(execution), patience: 300 });
  },
);
