// The table of simulators a world is built from: one line each. A name without a line fails loudly when something reaches for it.
import { makeCloudformation } from './services/cloudformation/stacks.ts';
import { makeDynamodb } from './services/dynamodb/dynamodb.ts';
import { makeEvents } from './services/events/events.ts';
import { makeIam } from './services/iam/iam.ts';
import { makeScheduler } from './services/scheduler.ts';
import { makeSts } from './services/sts.ts';
import type { Registry } from './registry.ts';
import type { World } from './world.ts';

export type Factories = { readonly [Name in keyof Registry]?: (world: World) => Registry[Name] };

export const factories: Factories = {
  cloudformation: makeCloudformation,
  dynamodb: makeDynamodb,
  events: makeEvents,
  iam: makeIam,
  scheduler: makeScheduler,
  sts: makeSts,
};
