// Finds who makes a resource type: a simulator that models it, or the records; an unknown type fails by name.
import type { ResourceType } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { TemplateProblem } from './intrinsics.ts';
import { recordTypes } from './records.ts';

/** Answers the makers of every type, looked up once per world. */
export const makeResourceTypes = (world: World): ((type: string) => ResourceType) => {
  let known: Map<string, ResourceType> | undefined;
  const all = (): Map<string, ResourceType> => {
    const types = new Map<string, ResourceType>(Object.entries(recordTypes));
    for (const service of Object.values(world.services) as readonly { readonly resources?: Readonly<Record<string, ResourceType>> }[]) {
      for (const [type, maker] of Object.entries(service.resources ?? {})) types.set(type, maker);
    }
    return types;
  };
  return (type) => {
    known ??= all();
    const maker = known.get(type);
    if (maker === undefined) throw new TemplateProblem(`Template format error: the resource type ${type} is not simulated`);
    return maker;
  };
};
