// VPC endpoints: the AWS services behind each word of a platform file, and those that services without another way out use (O11, F1).
import type { Platform, Service, Stage } from './platform.ts';
import { referencesOf } from './references.ts';
import { takesShells } from './shell-access.ts';

/** Where each word leads: the names of AWS's endpoint services, without region. */
export const endpointServices = {
  ecr: ['ecr.api', 'ecr.dkr'],
  logs: ['logs'],
  secrets: ['secretsmanager'],
  ssm: ['ssm'],
  s3: ['s3'],
  dynamodb: ['dynamodb'],
  sts: ['sts'],
  bedrock: ['bedrock-runtime'],
  'bedrock-agents': ['bedrock-agent-runtime'],
  shell: ['ssmmessages'],
  xray: ['xray'],
  cognito: ['cognito-idp'],
  ses: ['email'],
  sns: ['sns'],
  sqs: ['sqs'],
  kms: ['kms'],
  events: ['events'],
  states: ['states'],
  lambda: ['lambda'],
  kinesis: ['kinesis-streams'],
  firehose: ['kinesis-firehose'],
  cloudwatch: ['monitoring'],
  textract: ['textract'],
  transcribe: ['transcribe', 'transcribestreaming'],
  translate: ['translate'],
  comprehend: ['comprehend'],
  rekognition: ['rekognition'],
  polly: ['polly'],
  athena: ['athena'],
  glue: ['glue'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Endpoint = keyof typeof endpointServices;

export const endpointWords = Object.keys(endpointServices) as [Endpoint, ...Endpoint[]];

/** Without a NAT gateway tasks cannot even start without these: image layers come from S3. */
const toStart: readonly Endpoint[] = ['ecr', 'logs', 'secrets', 's3'];

/** IAM actions, or their prefixes, that are not the word themselves; null where the way leads through the platform's own network. */
const otherNames: Readonly<Record<string, Endpoint | null>> = {
  secretsmanager: 'secrets',
  ssmmessages: 'shell',
  'cognito-idp': 'cognito',
  'bedrock:InvokeAgent': 'bedrock-agents',
  'bedrock:InvokeFlow': 'bedrock-agents',
  'bedrock:Retrieve': 'bedrock-agents',
  'bedrock:RetrieveAndGenerate': 'bedrock-agents',
  elasticfilesystem: null,
  elasticache: null,
  'rds-db': null,
  'kafka-cluster': null,
  es: null,
};

/** The endpoint that calls of an IAM action need: null when none, undefined when none is known. */
const endpointFor = (action: string): Endpoint | null | undefined => {
  const [prefix = ''] = action.split(':');
  const name = [action, prefix].find((one) => one in otherNames);
  return name === undefined ? endpointWords.find((word) => word === prefix) : otherNames[name];
};

/** Actions of `may.other` whose service no endpoint is known for. */
export const unreachableActions = (actions: readonly string[]): readonly string[] =>
  actions.filter((action) => endpointFor(action) === undefined);

const usesSignIn = (service: Service): boolean =>
  Object.values(service.containers)
    .flatMap(({ environment }) => Object.values(environment))
    .flatMap(referencesOf)
    .some(({ root }) => root === 'signIn');

/** What the file says of a service, as endpoints. */
const usedBy = (service: Service, stage: Stage): readonly Endpoint[] => {
  const { tables, buckets, invokeBedrock, sendTraces, other } = service.may;
  const uses: readonly (readonly [Endpoint, boolean])[] = [
    ['dynamodb', tables.length > 0],
    ['s3', buckets.length > 0],
    ['bedrock', invokeBedrock],
    ['xray', sendTraces],
    ['cognito', usesSignIn(service)],
    ['shell', takesShells(service, stage)],
  ];
  const others = other.flatMap(({ actions }) => actions.flatMap((action) => endpointFor(action) ?? []));
  return [...uses.flatMap(([word, used]) => (used ? [word] : [])), ...others];
};

/** The endpoints of a platform: those its file names and, when tasks have no other way out, those that ECS and its services need. */
export const endpointsOf = ({ network, services }: Platform, stage: Stage): readonly Endpoint[] => [
  ...new Set([
    ...(network.tasks === 'endpoints' ? toStart : []),
    ...network.endpoints,
    ...(network.tasks === 'endpoints' ? Object.values(services).flatMap((service) => usedBy(service, stage)) : []),
  ]),
];
