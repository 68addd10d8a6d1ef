// Rollouts, seen from the tasks: one per digest, and a quarantined digest never runs again.
import type { RolloutRecord, ServiceRecord } from '../../shared/contracts/ledger.ts';
import type { Check, Ended } from './judge.ts';

const serviceRecords = ({ world, manifest }: Ended): readonly { readonly name: string; readonly record: ServiceRecord }[] =>
  world.services.dynamodb
    .items(`${manifest.id}-ledger`)
    .filter((item) => item['kind']?.S === 'service')
    .map((item) => ({ name: item['key']?.S ?? '', record: JSON.parse(item['value']?.S ?? 'null') as ServiceRecord }));

const runningImages = ({ world, manifest }: Ended, serviceName: string): readonly { readonly container: string; readonly digest: string }[] =>
  world.services.ecs.tasks(manifest.cluster, serviceName).filter((task) => task.lastStatus === 'RUNNING').flatMap((task) => task.containers.map(({ name, imageDigest }) => ({ container: name, digest: imageDigest ?? '' })));

export const rolloutRules: readonly Check[] = [
  {
    id: 'R10',
    words: 'a quarantined digest does not run',
    violations: (ended) =>
      serviceRecords(ended).flatMap(({ name, record }) => {
        const service = ended.manifest.services.find((one) => one.name === name);
        if (service === undefined) return [];
        const bad = record.quarantine.map(({ digest }) => digest);
        return runningImages(ended, service.serviceName).filter(({ digest }) => bad.includes(digest)).map(({ container, digest }) => `${name}/${container} runs ${digest}`);
      }),
  },
  {
    id: 'R5',
    words: 'what runs is what the ledger calls released, and CloudFormation is told the same',
    violations: (ended) =>
      serviceRecords(ended).flatMap(({ name, record }) => {
        const service = ended.manifest.services.find((one) => one.name === name);
        return (service?.containers ?? []).flatMap(({ name: container, parameter }) => {
          const released = record.released[container];
          if (released === undefined || parameter === null) return [];
          const told = ended.world.services.ssm.value(parameter);
          return told === released ? [] : [`${name}/${container}: released ${released}, parameter says ${told}`];
        });
      }),
  },
  {
    id: 'R3',
    words: 'one rollout per service and digest',
    violations: ({ world, manifest }) => {
      const seen = new Map<string, number>();
      for (const item of world.services.dynamodb.items(`${manifest.id}-ledger`)) {
        if (item['kind']?.S !== 'rollout') continue;
        const { services, images, result } = JSON.parse(item['value']?.S ?? '{}') as RolloutRecord;
        // Staged at night and started in the morning is one rollout in two records.
        if (!['released', 'rolled-back', 'failed'].includes(result)) continue;
        const key = `${services.join('+')} ${JSON.stringify(images)}`;
        seen.set(key, (seen.get(key) ?? 0) + 1);
      }
      return [...seen].filter(([, times]) => times > 1).map(([key, times]) => `${manifest.id}: ${times} rollouts of ${key}`);
    },
  },
];
