// AWS SDK integrations of Step Functions and universal targets of Scheduler: any operation by name, with members in PascalCase.
import { serviceModel, type OperationModel, type Shape } from '../protocol/model.ts';

export interface SdkTarget {
  /** Signing name of the service. */
  readonly service: string;
  /** Operation name of the API, e.g. `UpdateService`. */
  readonly operation: string;
  /** Prefix of error names, e.g. `Ecs`. */
  readonly prefix: string;
  readonly model: OperationModel;
}

/** Service names of `aws-sdk:NAME:operation`, with the signing name and the prefix of their errors (the names of the Java SDK 2). */
const services: Readonly<Record<string, readonly [signingName: string, prefix: string]>> = {
  applicationautoscaling: ['application-autoscaling', 'ApplicationAutoScaling'],
  cloudwatch: ['monitoring', 'CloudWatch'],
  cloudwatchlogs: ['logs', 'CloudWatchLogs'],
  dynamodb: ['dynamodb', 'DynamoDb'],
  ecr: ['ecr', 'Ecr'],
  ecs: ['ecs', 'Ecs'],
  elasticache: ['elasticache', 'ElastiCache'],
  elasticloadbalancingv2: ['elasticloadbalancing', 'ElasticLoadBalancingV2'],
  eventbridge: ['events', 'EventBridge'],
  lambda: ['lambda', 'Lambda'],
  rds: ['rds', 'Rds'],
  scheduler: ['scheduler', 'Scheduler'],
  secretsmanager: ['secretsmanager', 'SecretsManager'],
  sfn: ['states', 'Sfn'],
  sns: ['sns', 'Sns'],
  sqs: ['sqs', 'Sqs'],
  ssm: ['ssm', 'Ssm'],
  sts: ['sts', 'Sts'],
};

/** Finds what `aws-sdk:SERVICE:operation` names; throws an Error saying which part is unknown. */
export const findSdkTarget = (service: string, operation: string): SdkTarget => {
  const known = services[service];
  if (known === undefined) throw new Error(`aws-sdk:${service} is not simulated; simulated: ${Object.keys(services).join(', ')}`);
  const name = operation.charAt(0).toUpperCase() + operation.slice(1);
  const operations = serviceModel(known[0])?.operations ?? new Map<string, OperationModel>();
  const model = operations.get(name) ?? [...operations.values()].find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (model === undefined) throw new Error(`aws-sdk:${service} has no operation ${operation}`);
  return { service: known[0], operation: model.name, prefix: known[1], model };
};

/** From PascalCase members to the API's own; throws an Error naming a member the operation does not have. */
export const toApiInput = ({ model, operation }: SdkTarget, input: unknown): unknown =>
  model.input === undefined ? {} : toApi(model.input, input ?? {}, operation);

const toApi = (shape: Shape, value: unknown, where: string): unknown => {
  if (value === null || value === undefined) return undefined;
  if (shape.isListSchema()) {
    const member = shape.getValueSchema();
    return (value as readonly unknown[]).map((item, index) => toApi(member, item, `${where}[${index}]`));
  }
  if (shape.isMapSchema()) {
    const member = shape.getValueSchema();
    return mapValues(value as object, (item, key) => toApi(member, item, `${where}.${key}`));
  }
  if (shape.isStructSchema()) return toApiStruct(shape, value as object, where);
  if (shape.isBlobSchema()) return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  if (shape.isTimestampSchema()) return new Date(value as string);
  return value;
};

const toApiStruct = (shape: Shape, value: object, where: string): Record<string, unknown> => {
  const members = new Map([...shape.structIterator()].map(([name, member]) => [name.toLowerCase(), { name, member }]));
  const struct: Record<string, unknown> = {};
  for (const [given, item] of Object.entries(value)) {
    const found = members.get(given.toLowerCase());
    if (found === undefined) throw new Error(`the field ${given} is not supported at ${where}`);
    struct[found.name] = toApi(found.member, item, `${where}.${given}`);
  }
  return struct;
};

const mapValues = (value: object, change: (item: unknown, key: string) => unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item, key)]));

/** From the API's output to plain JSON with PascalCase members, as a state machine sees it. */
export const fromApiOutput = ({ model }: SdkTarget, output: unknown): unknown =>
  model.output === undefined ? {} : (fromApi(model.output, output) ?? {});

const fromApi = (shape: Shape, value: unknown): unknown => {
  if (value === null || value === undefined) return undefined;
  if (shape.isListSchema()) return (value as readonly unknown[]).map((item) => fromApi(shape.getValueSchema(), item) ?? null);
  if (shape.isMapSchema()) return mapValues(value as object, (item) => fromApi(shape.getValueSchema(), item));
  if (shape.isStructSchema()) return fromApiStruct(shape, value as Readonly<Record<string, unknown>>);
  if (shape.isBlobSchema()) return Buffer.from(value as Uint8Array).toString('utf8');
  if (shape.isTimestampSchema()) return (value as Date).toISOString();
  return typeof value === 'bigint' ? Number(value) : value;
};

const fromApiStruct = (shape: Shape, value: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const struct: Record<string, unknown> = {};
  for (const [name, member] of shape.structIterator()) {
    const found = fromApi(member, value[name]);
    if (found !== undefined) struct[javaName(name)] = found;
  }
  return struct;
};

/** `taskArn` is `TaskArn` and `DBInstanceIdentifier` is `DbInstanceIdentifier`: names as the Java SDK 2 makes them. */
export const javaName = (name: string): string => {
  const capital = name.charAt(0).toUpperCase() + name.slice(1);
  return capital.replaceAll(/[A-Z]{2,}/g, (run, offset: number) => {
    const isLast = offset + run.length === capital.length;
    const kept = isLast ? run.length : run.length - 1;
    return run.charAt(0) + run.slice(1, kept).toLowerCase() + run.slice(kept);
  });
};

/** The error name a state machine sees: `Ecs.ServiceNotFoundException`, `Rds.InvalidDbInstanceStateException`. */
export const sdkErrorName = (prefix: string, code: string): string =>
  `${prefix}.${javaName(code.replace(/(Exception|Fault|Error)$/, ''))}Exception`;
