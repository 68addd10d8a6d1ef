// Nights: what was recorded is what came back, and the platform is up when work begins.
import type { NightRecord } from '../../shared/contracts/ledger.ts';
import { scheduledState } from '../../shared/domain/hours-decisions.ts';
import type { Check, Ended } from './judge.ts';

const nights = ({ world, manifest }: Ended): readonly NightRecord[] =>
  world.services.dynamodb
    .items(`${manifest.id}-ledger`)
    .filter((item) => item['kind']?.S === 'night')
    .map((item) => JSON.parse(item['value']?.S ?? 'null') as NightRecord);

export const nightRules: readonly Check[] = [
  {
    id: 'S5',
    words: 'every certificate shows 0 differences',
    violations: (ended) => nights(ended).flatMap(({ takenAt, certificate }) => (certificate?.differences ?? []).map((difference) => `night of ${takenAt}: ${difference}`)),
  },
  {
    id: 'S4',
    words: 'at the end of the day the platform is in the state its hours ask for',
    violations: (ended) => {
      const { world, manifest } = ended;
      if (manifest.hours === null || scheduledState(manifest.hours, new Date(world.clock.now).toISOString()) !== 'at-work') return [];
      const unreleased = (parameter: string | null): boolean => parameter !== null && world.services.ssm.value(parameter) === 'none';
      return manifest.services
        .filter((service) => !service.containers.some(({ parameter }) => unreleased(parameter)))
        .map((service) => ({ service, live: world.services.ecs.service(manifest.cluster, service.serviceName) }))
        .filter(({ live }) => live === undefined || live.desiredCount === 0 || live.runningCount < live.desiredCount)
        .map(({ service, live }) => `${service.name}: ${live?.runningCount ?? 0} of ${live?.desiredCount ?? 0} tasks run`);
    },
  },
];
