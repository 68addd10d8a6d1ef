// The typed list of simulated services and of the worlds outside AWS that a rehearsal has; each simulator's own file says what it offers.
import type { Acm } from './services/acm.ts';
import type { Cloudformation } from './services/cloudformation/stacks.ts';
import type { Cloudwatch } from './services/cloudwatch/cloudwatch.ts';
import type { Dynamodb } from './services/dynamodb/dynamodb.ts';
import type { Ec2 } from './services/ec2.ts';
import type { Ecr } from './services/ecr.ts';
import type { Ecs } from './services/ecs/ecs.ts';
import type { Elasticache } from './services/elasticache.ts';
import type { Elb } from './services/elb/elb.ts';
import type { Events } from './services/events/events.ts';
import type { Iam } from './services/iam/iam.ts';
import type { Lambda } from './services/lambda/lambda.ts';
import type { Logs } from './services/logs.ts';
import type { Rds } from './services/rds.ts';
import type { S3 } from './services/s3.ts';
import type { Scaling } from './services/scaling.ts';
import type { Scheduler } from './services/scheduler.ts';
import type { Secrets } from './services/secrets.ts';
import type { ServiceQuotas } from './services/service-quotas.ts';
import type { Ses } from './services/ses.ts';
import type { Sns } from './services/sns.ts';
import type { Sqs } from './services/sqs.ts';
import type { Ssm } from './services/ssm.ts';
import type { States } from './services/states/states.ts';
import type { Sts } from './services/sts.ts';
import type { Outside } from './outside.ts';

export interface Registry {
  readonly acm: Acm;
  readonly cloudformation: Cloudformation;
  readonly cloudwatch: Cloudwatch;
  readonly dynamodb: Dynamodb;
  readonly ec2: Ec2;
  readonly ecr: Ecr;
  readonly ecs: Ecs;
  readonly elasticache: Elasticache;
  readonly elb: Elb;
  readonly events: Events;
  readonly iam: Iam;
  readonly lambda: Lambda;
  readonly logs: Logs;
  readonly rds: Rds;
  readonly s3: S3;
  readonly scaling: Scaling;
  readonly scheduler: Scheduler;
  readonly secrets: Secrets;
  readonly serviceQuotas: ServiceQuotas;
  readonly ses: Ses;
  readonly sns: Sns;
  readonly sqs: Sqs;
  readonly ssm: Ssm;
  readonly states: States;
  readonly sts: Sts;
  /** Slack, mail boxes, image registries other than ECR: what lies outside AWS. */
  readonly outside: Outside;
}
