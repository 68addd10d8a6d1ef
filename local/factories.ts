// The table of simulators a world is built from: one line each. A name without a line fails loudly when something reaches for it.
import { makeAcm } from './services/acm.ts';
import { makeCloudformation } from './services/cloudformation/stacks.ts';
import { makeDynamodb } from './services/dynamodb/dynamodb.ts';
import { makeEvents } from './services/events/events.ts';
import { makeIam } from './services/iam/iam.ts';
import { makeLambda } from './services/lambda/lambda.ts';
import { makeScheduler } from './services/scheduler.ts';
import { makeStates } from './services/states/states.ts';
import { makeSts } from './services/sts.ts';
import { makeEc2 } from './services/ec2.ts';
import { makeEcr } from './services/ecr.ts';
import { makeEcs } from './services/ecs/ecs.ts';
import { makeElb } from './services/elb/elb.ts';
import { makeScaling } from './services/scaling.ts';
import { makeCloudwatch } from './services/cloudwatch/cloudwatch.ts';
import { makeLogs } from './services/logs.ts';
import { makeSecrets } from './services/secrets.ts';
import { makeServiceQuotas } from './services/service-quotas.ts';
import { makeSes } from './services/ses.ts';
import { makeSns } from './services/sns.ts';
import { makeSqs } from './services/sqs.ts';
import { makeSsm } from './services/ssm.ts';
import { makeOutside } from './outside.ts';
import { makeS3 } from './services/s3.ts';
import { makeRds } from './services/rds.ts';
import { makeElasticache } from './services/elasticache.ts';
import type { Registry } from './registry.ts';
import type { World } from './world.ts';

export type Factories = { readonly [Name in keyof Registry]?: (world: World) => Registry[Name] };

export const factories: Factories = {
  elasticache: makeElasticache,
  rds: makeRds,
  s3: makeS3,
  outside: makeOutside,
  ssm: makeSsm,
  sqs: makeSqs,
  ses: makeSes,
  sns: makeSns,
  serviceQuotas: makeServiceQuotas,
  acm: makeAcm,
  secrets: makeSecrets,
  logs: makeLogs,
  cloudwatch: makeCloudwatch,
  scaling: makeScaling,
  elb: makeElb,
  ecs: makeEcs,
  ecr: makeEcr,
  ec2: makeEc2,
  cloudformation: makeCloudformation,
  dynamodb: makeDynamodb,
  events: makeEvents,
  iam: makeIam,
  lambda: makeLambda,
  scheduler: makeScheduler,
  states: makeStates,
  sts: makeSts,
};
