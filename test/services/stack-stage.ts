// A world with one resource type whose every touch can be read back, for tests of CloudFormation.
import { createWorld } from '../../local/create-world.ts';
import type { Template } from '../../local/services/cloudformation/template.ts';
import type { Deployed } from '../../local/services/cloudformation/stacks.ts';
import { makeSsm } from '../../local/services/ssm.ts';
import type { ResourceType } from '../../local/simulated.ts';
import type { World } from '../../local/world.ts';

export interface Thing {
  properties: Record<string, any>;
  updates: number;
}

export interface Stage {
  readonly world: World;
  readonly things: Map<string, Thing>;
  /** What was done to things, in order. */
  readonly log: string[];
  readonly deploy: (template: Template, stackName?: string, parameters?: Readonly<Record<string, string>>) => Promise<Deployed>;
  /** Properties a thing was last given. */
  readonly properties: (ref: string) => Record<string, any> | undefined;
}

/** `Name` replaces, everything else updates; `Fail` fails. */
const thingType = (things: Map<string, Thing>, log: string[]): ResourceType => ({
  replaceOn: ['Name'],
  create: (properties, context) => {
    if (properties.Fail === 'create') throw new Error('no capacity');
    const ref = properties.Name ?? context.generatedName(40);
    if (things.has(ref)) throw new Error(`${ref} already exists`);
    things.set(ref, { properties, updates: 0 });
    log.push(`create ${context.logicalId}`);
    return { ref, attributes: { Arn: `arn:test:${ref}`, Size: properties.Size ?? 1 } };
  },
  update: (made, properties, _, context) => {
    if (properties.Fail === 'update') throw new Error('no luck');
    const thing = things.get(made.ref)!;
    thing.properties = properties;
    thing.updates += 1;
    log.push(`update ${context.logicalId}`);
    return { ref: made.ref, attributes: { ...made.attributes, Size: properties.Size ?? 1 } };
  },
  remove: (made, _, context) => {
    things.delete(made.ref);
    log.push(`remove ${context.logicalId}`);
  },
});

const secrets = {
  'app/db': '{"password":"p@ss","user":"u"}',
  'arn:aws:secretsmanager:us-east-1:111122223333:secret:app/db-AbCdEf': '{"password":"q"}',
} as Record<string, string>;

export const thing = (properties: Record<string, unknown>, more: object = {}) => ({ Type: 'Test::Thing', Properties: properties, ...more });

export const makeStage = (): Stage => {
  const things = new Map<string, Thing>();
  const log: string[] = [];
  const fake = (more: object) => () => ({ signingName: 'test', operations: {}, support: { does: [], doesNot: [] }, ...more }) as any;
  const world = createWorld({
    start: '2026-11-21T09:00:00Z',
    seed: 'stacks',
    factories: {
      ssm: makeSsm,
      ecs: fake({ resources: { 'Test::Thing': thingType(things, log) } }),
      secrets: fake({ signingName: 'secretsmanager', value: (id: string) => secrets[id] }),
    },
  });
  return {
    world,
    things,
    log,
    deploy: (template, stackName = 's', parameters = {}) =>
      world.clock.finish(world.services.cloudformation.deploy({ stackName, template, parameters })),
    properties: (ref) => things.get(ref)?.properties,
  };
};
