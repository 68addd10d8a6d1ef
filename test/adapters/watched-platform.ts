// A platform with its alarm story and its roads in a world of its own, doors from source: for tests of alarms and notices end to end.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  App,
  Stack,
  aws_dynamodb as dynamodb,
  aws_iam as iam,
  aws_sns as sns,
  aws_sqs as sqs,
  aws_stepfunctions as sfn,
} from 'aws-cdk-lib';
import { manifestOf } from '../../infra/manifest.ts';
import { emptyBundles } from '../empty-bundles.ts';
import { platformStacks } from '../../infra/platform-stacks.ts';
import { AlarmStory } from '../../infra/stories/alarm.ts';
import { Roads } from '../../infra/stories/notices.ts';
import { createWorld } from '../../local/create-world.ts';
import type { FaultPlan } from '../../local/faults.ts';
import { deployStacks, settleIn } from '../../local/rehearsal/deploy.ts';
import { loadAssembly } from '../../local/services/cloudformation/assembly.ts';
import type { SlackApp } from '../../local/outside.ts';
import type { Hosts, World } from '../../local/world.ts';
import * as capture from '../../functions/alarm/capture.ts';
import * as report from '../../functions/alarm/report.ts';
import * as bounced from '../../functions/notices/bounced.ts';
import * as digest from '../../functions/notices/digest.ts';
import * as email from '../../functions/notices/email.ts';
import * as press from '../../functions/notices/press.ts';
import * as slackDoor from '../../functions/notices/slack.ts';
import * as webhookDoor from '../../functions/notices/webhook.ts';
import type { Kind, Records } from '../../shared/contracts/ledger.ts';
import type { PlatformFile } from '../../shared/contracts/platform.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import { platformOf } from '../infra/platform-templates.ts';
import cdkJson from '../../cdk.json' with { type: 'json' };

const doors = {
  'alarm/report': report.make,
  'alarm/capture': capture.make,
  'notices/bounced': bounced.make,
  'notices/digest': digest.make,
  'notices/email': email.make,
  'notices/press': press.make,
  'notices/slack': slackDoor.make,
  'notices/webhook': webhookDoor.make,
} as const;
const hosts: Hosts = ({ description }) => doors[/^Door (\S+) of /.exec(description)?.[1] as keyof typeof doors];

const made = new Map<string, Promise<{ readonly directory: string; readonly manifest: Manifest }>>();

const synthesize = async (
  name: string,
  stage: 'dev' | 'prod',
  notices: WatchedOptions['notices'],
): Promise<{ readonly directory: string; readonly manifest: Manifest }> => {
  const platform = await platformOf(name, { stage, ...(notices === undefined ? {} : { change: { notices } }) });
  const directory = mkdtempSync(join(tmpdir(), 'watched-'));
  const app = new App({ context: cdkJson.context, outdir: directory });
  platformStacks(app, { platform, stage });
  const manifest = manifestOf(platform, stage);
  const stack = new Stack(app, `${manifest.id}-operations`, { env: { region: manifest.region } });
  const { account, region, partition } = stack;
  const context = {
    manifest,
    bundles: emptyBundles(Object.keys(doors)),
    account,
    region,
    partition,
    ledger: new dynamodb.Table(stack, 'Ledger', {
      tableName: `${manifest.id}-ledger`,
      timeToLiveAttribute: 'expires',
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      partitionKey: { name: 'kind', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'key', type: dynamodb.AttributeType.STRING },
    }),
    topic: new sns.Topic(stack, 'Topic', { topicName: `${manifest.id}-AlarmTopic` }),
    deadLetters: new sqs.Queue(stack, 'DeadLetters', { queueName: `${manifest.id}-dead-letters` }),
    machineArn: (story: string) => `arn:${partition}:states:${region}:${account}:stateMachine:${manifest.id}-${story}`,
  };
  new Roads(stack, 'Notices', context);
  new AlarmStory(stack, 'Alarm', context);
  // The other stories stand still here: their machines only show that they were started, and with what.
  for (const story of ['redeploy', 'sleep', 'wake']) {
    new sfn.StateMachine(stack, story, {
      stateMachineName: `${manifest.id}-${story}`,
      role: new iam.Role(stack, `${story}Role`, { assumedBy: new iam.ServicePrincipal('states.amazonaws.com') }),
      definitionBody: sfn.DefinitionBody.fromString(
        JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'Done', States: { Done: { Type: 'Succeed' } } }),
      ),
    });
  }
  app.synth();
  return { directory, manifest };
};

export interface Watched {
  readonly world: World;
  readonly manifest: Manifest;
  /** null when Slack is reached by webhook. */
  readonly app: SlackApp | null;
  minutes(count: number): Promise<void>;
  /** Where Slack posts presses and commands. */
  readonly requestUrl: string;
  /** Values of a ledger kind by key. */
  records<K extends Kind>(kind: K): ReadonlyMap<string, Records[K]>;
  write<K extends Kind>(kind: K, key: string, value: Records[K]): Promise<void>;
  slack(): readonly string[];
  mail(): readonly { readonly subject: string; readonly text: string }[];
  /** Invocations of a door since an instant. */
  doorCalls(door: string, since: number): number;
}

export interface WatchedOptions {
  readonly platform?: string;
  readonly stage?: 'dev' | 'prod';
  readonly seed?: number;
  readonly slack?: 'webhook' | 'app';
  readonly faults?: FaultPlan;
  readonly start?: string;
  /** Changes to the notices of the platform file. */
  readonly notices?: NonNullable<NonNullable<PlatformFile['stages']>['dev']>['notices'];
}

/** The platform deployed, its Slack secret filled in, its mail address confirmed, and ten minutes of peace. */
export const watchedPlatform = async ({
  platform = 'wizelit',
  stage = 'dev',
  seed = 1,
  slack = 'webhook',
  faults,
  notices,
  start = '2026-11-23T09:00:00Z',
}: WatchedOptions = {}): Promise<Watched> => {
  const key = `${platform}-${stage}-${JSON.stringify(notices)}`;
  const present = made.get(key) ?? synthesize(platform, stage, notices);
  made.set(key, present);
  const { directory, manifest } = await present;
  const assembly = loadAssembly(directory);
  const world = createWorld({
    start,
    seed,
    region: manifest.region,
    assets: assembly.assets,
    hosts,
    ...(faults === undefined ? {} : { faults }),
  });
  await world.clock.finish(deployStacks(world, assembly));
  await world.clock.finish(settleIn(world, manifest));
  const app = slack === 'app' ? world.services.outside.slack.app(manifest.id) : null;
  if (app !== null) {
    const SecretString = JSON.stringify({ token: app.token, channel: app.channel, signingSecret: app.signingSecret });
    await world.clock.finish(
      world.call({
        service: 'secretsmanager',
        operation: 'PutSecretValue',
        input: { SecretId: manifest.notices.slack?.secret, SecretString },
        caller: { kind: 'operator' },
      }),
    );
  }
  await world.clock.run(world.clock.now + 600_000);
  const items = (kind: string) => world.services.dynamodb.items(`${manifest.id}-ledger`).filter((item) => item['kind']?.S === kind);
  const requestUrl = world.services.cloudformation.stack(`${manifest.id}-operations`)?.outputs['SlackRequestUrl'] ?? '';
  return {
    world,
    manifest,
    app,
    requestUrl,
    minutes: (count) => world.clock.run(world.clock.now + count * 60_000),
    records: <K extends Kind>(kind: K) =>
      new Map(items(kind).map((item) => [item['key']?.S ?? '', JSON.parse(item['value']?.S ?? 'null') as Records[K]])),
    write: async (kind, recordKey, value) => {
      const at = new Date(world.clock.now).toISOString();
      const Item = { kind: { S: kind }, key: { S: recordKey }, version: { N: '1' }, at: { S: at }, value: { S: JSON.stringify(value) } };
      await world.clock.finish(
        world.call({
          service: 'dynamodb',
          operation: 'PutItem',
          input: { TableName: `${manifest.id}-ledger`, Item },
          caller: { kind: 'operator' },
        }),
      );
    },
    slack: () => world.services.outside.slack.messages.map(({ text }) => text),
    mail: () =>
      world.services.outside.mail.all
        .filter(({ subject }) => !subject.includes('Subscription Confirmation'))
        .map(({ subject, ...mail }) => ({ subject, text: 'body' in mail ? String(mail.body) : '' })),
    doorCalls: (door, since) =>
      world.trail.entries.filter(
        ({ kind, who, what, at }) =>
          kind === 'invoke' && what === 'started' && at >= since && who === `${manifest.id}-${door.replace('/', '-')}`,
      ).length,
  };
};
