// The SDK clients whose own schemas describe the wire: one line per package in package.json, loaded when a service is first called.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

interface ClientPackage {
  readonly packageName: string;
  readonly clientName: string;
}

/** By signing name: what stands in the credential scope of a signed request. */
export const CLIENTS: Readonly<Record<string, ClientPackage>> = {
  acm: { packageName: 'acm', clientName: 'ACMClient' },
  'application-autoscaling': { packageName: 'application-auto-scaling', clientName: 'ApplicationAutoScalingClient' },
  cloudformation: { packageName: 'cloudformation', clientName: 'CloudFormationClient' },
  dynamodb: { packageName: 'dynamodb', clientName: 'DynamoDBClient' },
  ec2: { packageName: 'ec2', clientName: 'EC2Client' },
  ecr: { packageName: 'ecr', clientName: 'ECRClient' },
  ecs: { packageName: 'ecs', clientName: 'ECSClient' },
  elasticache: { packageName: 'elasticache', clientName: 'ElastiCacheClient' },
  elasticloadbalancing: { packageName: 'elastic-load-balancing-v2', clientName: 'ElasticLoadBalancingV2Client' },
  events: { packageName: 'eventbridge', clientName: 'EventBridgeClient' },
  iam: { packageName: 'iam', clientName: 'IAMClient' },
  lambda: { packageName: 'lambda', clientName: 'LambdaClient' },
  logs: { packageName: 'cloudwatch-logs', clientName: 'CloudWatchLogsClient' },
  monitoring: { packageName: 'cloudwatch', clientName: 'CloudWatchClient' },
  rds: { packageName: 'rds', clientName: 'RDSClient' },
  s3: { packageName: 's3', clientName: 'S3Client' },
  scheduler: { packageName: 'scheduler', clientName: 'SchedulerClient' },
  secretsmanager: { packageName: 'secrets-manager', clientName: 'SecretsManagerClient' },
  servicequotas: { packageName: 'service-quotas', clientName: 'ServiceQuotasClient' },
  ses: { packageName: 'sesv2', clientName: 'SESv2Client' },
  sns: { packageName: 'sns', clientName: 'SNSClient' },
  sqs: { packageName: 'sqs', clientName: 'SQSClient' },
  ssm: { packageName: 'ssm', clientName: 'SSMClient' },
  states: { packageName: 'sfn', clientName: 'SFNClient' },
  sts: { packageName: 'sts', clientName: 'STSClient' },
};

export interface ClientConfig {
  readonly protocol: { getShapeId(): string };
  readonly protocolSettings: { readonly serviceTarget?: string; readonly version?: string; readonly xmlNamespace?: string };
  readonly defaultSigningName: string;
  readonly serviceId: string;
}

/** What a client package exports (commands, schemas) and the configuration of one client of it. */
export interface LoadedClient {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly Client: new (config: object) => { readonly config: ClientConfig };
  readonly config: ClientConfig;
}

/** Loads the client package of a signing name; undefined when the house does not use that service. */
export const loadClient = (signingName: string): LoadedClient | undefined => {
  const named = CLIENTS[signingName];
  if (named === undefined) return undefined;
  const exports = require(`@aws-sdk/client-${named.packageName}`) as Record<string, unknown>;
  const Client = exports[named.clientName] as LoadedClient['Client'];
  const { config } = new Client({ region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
  return { exports, Client, config };
};
