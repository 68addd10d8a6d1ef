// The redeploy story: pushes start the machine, ECS events end its waits, and its doors roll, prove and take back.
import {
  CfnOutput,
  Duration,
  RemovalPolicy,
  aws_events as events,
  aws_events_targets as targets,
  aws_lambda as lambda,
  aws_secretsmanager as secretsmanager,
  type aws_iam as iam,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import {
  crashPattern,
  deploymentPattern,
  POLL_MINUTES,
  pushPattern,
  pushWebhookSecret,
  scanPattern,
  type Pattern,
} from '../../shared/contracts/redeploy.ts';
import { MOST_CONTAINERS, shareOf } from '../../shared/domain/rollout-share.ts';
import { Door } from '../constructs/door.ts';
import { StoryMachine } from '../constructs/story-machine.ts';
import { imagesKeepGrants, imagesReadGrants, imagesReleaseGrants, watchedRepositories, watchesOtherRegistries } from '../grants/images.ts';
import { ledgerLeaseGrants, ledgerReadGrants, ledgerWriteGrants } from '../grants/ledger.ts';
import { answerGrants, machinesEnvironment, startGrants } from '../grants/machines.ts';
import { noticesGrants, secretGrants } from '../grants/notices.ts';
import {
  boundsGrants,
  endProofGrants,
  oneOffTaskGrants,
  servicesReadGrants,
  servicesTaskGrants,
  servicesUpdateGrants,
  siteGrants,
  targetsGrants,
  taskDefinitionGrants,
} from '../grants/services.ts';
import { quarantineAddGrants, quarantineLiftGrants, quarantineReadGrants } from '../grants/quarantine.ts';
import { snapshotsGrants } from '../grants/snapshots.ts';
import type { OperationsContext } from '../operations-context.ts';
import { accept } from '../platform-stack.ts';

/** Names in one rule's pattern: an event pattern may have 2,048 characters (aws-facts F). */
const PER_RULE = 20;

export class RedeployStory extends Construct {
  constructor(scope: Construct, id: string, context: OperationsContext) {
    super(scope, id);
    const { machine } = new StoryMachine(this, 'Machine', { context, story: 'redeploy', doors: this.doors(context) });
    const start = (kind: 'push' | 'scan'): events.IRuleTarget =>
      new targets.SfnStateMachine(machine, {
        deadLetterQueue: context.deadLetters,
        maxEventAge: Duration.hours(2),
        // The detail passes through as it is: its fields have hyphens, which event paths do not promise to read.
        input: events.RuleTargetInput.fromObject({
          trigger: { kind, detail: events.EventField.eventId },
          event: events.EventField.fromPath('$.detail'),
        }),
      });
    inChunks(watchedRepositories(context)).forEach((repositories, index) => {
      this.rule(context, `Pushes${index}`, `redeploy-pushes-${index}`, pushPattern(repositories), start('push'));
      if (waitsForScans(context)) this.rule(context, `Scans${index}`, `redeploy-scans-${index}`, scanPattern(repositories), start('scan'));
    });
    if (watchesOtherRegistries(context)) {
      this.polls(context);
      this.webhook(context);
    }
    this.nudges(context);
  }

  /** Registries outside AWS send no events: they are asked, conditionally, every few minutes. */
  private polls(context: OperationsContext): void {
    const poll = new Door(this, 'Poll', {
      context,
      name: 'redeploy/poll',
      grants: [...ledgerReadGrants(context), ...ledgerWriteGrants(context), ...startGrants(context, ['redeploy'])],
      environment: machinesEnvironment(context),
    });
    const rule = new events.Rule(this, 'Polls', {
      ruleName: `${context.manifest.id}-redeploy-polls`,
      description: `Asks registries without events for new images of ${context.manifest.id}`,
      schedule: events.Schedule.rate(Duration.minutes(POLL_MINUTES)),
    });
    rule.addTarget(
      new targets.LambdaFunction(poll.function, {
        deadLetterQueue: context.deadLetters,
        maxEventAge: Duration.minutes(POLL_MINUTES),
        retryAttempts: 1,
      }),
    );
  }

  private doors(context: OperationsContext): Readonly<Record<string, Door>> {
    const ledger = [...ledgerReadGrants(context), ...ledgerWriteGrants(context), ...ledgerLeaseGrants(context)];
    const answers = answerGrants(context, ['redeploy']);
    const shares = isFleet(context) ? startGrants(context, ['redeploy']) : [];
    const bounds = context.manifest.services.some(({ count }) => count.scaling) ? boundsGrants(context) : [];
    const door = (name: string, grants: readonly iam.PolicyStatement[], timeoutSeconds = 30): Door =>
      new Door(this, name, {
        context,
        name: `redeploy/${name.toLowerCase()}`,
        grants,
        timeoutSeconds,
        environment: machinesEnvironment(context),
      });
    return {
      Decide: door(
        'Decide',
        [
          ...servicesReadGrants(context),
          ...imagesReadGrants(context),
          ...quarantineReadGrants(context),
          ...quarantineLiftGrants(context),
          ...ledger,
          ...answers,
          ...shares,
        ],
        120,
      ),
      Advance: door(
        'Advance',
        [
          ...servicesReadGrants(context),
          ...servicesUpdateGrants(context),
          ...taskDefinitionGrants(context),
          ...oneOffTaskGrants(context),
          ...quarantineAddGrants(context),
          ...bounds,
          ...shares,
          ...ledger,
        ],
        120,
      ),
      Snapshot: door('Snapshot', [...snapshotsGrants(context), ...ledger]),
      Watch: door(
        'Watch',
        [
          ...servicesReadGrants(context),
          ...servicesTaskGrants(context),
          ...targetsGrants(context),
          ...siteGrants(context),
          ...ledger,
          ...answers,
        ],
        60,
      ),
      Settle: door('Settle', [...imagesReleaseGrants(context), ...imagesKeepGrants(context), ...ledger, ...noticesGrants(context)], settleSeconds(context)),
      Tell: door('Tell', [...ledgerReadGrants(context), ...ledgerWriteGrants(context), ...noticesGrants(context)]),
      Abandon: door('Abandon', [...endProofGrants(context), ...ledger, ...noticesGrants(context)]),
    };
  }

  /** Where a build tells of a push. The address is public; what counts is the signature, which the door checks first. */
  private webhook(context: OperationsContext): void {
    const secretName = pushWebhookSecret(context.manifest.id);
    const secret = new secretsmanager.Secret(this, 'PushSecret', {
      secretName,
      description: `Signs pushes to ${context.manifest.id} that are told by webhook`,
      generateSecretString: { excludePunctuation: true, passwordLength: 40 },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    accept(secret, 'AwsSolutions-SMG4', 'The build that signs with it holds a copy: a person changes both, and a rotation would silence the build.');
    const door = new Door(this, 'Webhook', {
      context,
      name: 'redeploy/webhook',
      grants: [...secretGrants(context, secretName), ...startGrants(context, ['redeploy'])],
      environment: machinesEnvironment(context),
    });
    const { url } = door.function.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });
    new CfnOutput(this, 'PushUrl', { value: url, description: 'Webhook for pushes to registries without events' }).overrideLogicalId(
      'PushWebhookUrl',
    );
    new CfnOutput(this, 'PushSecretArn', { value: secret.secretArn, description: 'Key that signs them' }).overrideLogicalId(
      'PushWebhookSecretArn',
    );
  }

  /** Deployments that ended and tasks that crashed: the watch looks at once instead of within a minute. */
  private nudges(context: OperationsContext): void {
    const { partition, region, account, manifest } = context;
    const nudge = new Door(this, 'Nudge', {
      context,
      name: 'redeploy/nudge',
      grants: [...ledgerReadGrants(context), ...answerGrants(context, ['redeploy'])],
      environment: machinesEnvironment(context),
    });
    // A nudge that comes late is worth nothing, looking every minute does its work.
    const target = new targets.LambdaFunction(nudge.function, {
      deadLetterQueue: context.deadLetters,
      maxEventAge: Duration.minutes(5),
      retryAttempts: 3,
    });
    const ecs = (resource: string): string => `arn:${partition}:ecs:${region}:${account}:${resource}/${manifest.cluster}`;
    this.rule(context, 'Deployments', 'redeploy-deployments', deploymentPattern(`${ecs('service')}/`), target);
    this.rule(context, 'Crashes', 'redeploy-crashes', crashPattern(ecs('cluster')), target);
  }

  private rule(context: OperationsContext, id: string, name: string, pattern: Pattern, target: events.IRuleTarget): void {
    const rule = new events.Rule(this, id, {
      ruleName: `${context.manifest.id}-${name}`,
      description: `${context.manifest.id}: ${pattern['detail-type'].join(', ')}`,
      eventPattern: {
        source: pattern.source,
        detailType: pattern['detail-type'],
        ...(pattern.resources === undefined ? {} : { resources: pattern.resources as string[] }),
        detail: pattern.detail,
      },
    });
    rule.addTarget(target);
  }
}

/** A push may concern more than one execution takes on. */
const isFleet = ({ manifest }: OperationsContext): boolean => shareOf(manifest.services).rest.length > 0;

/** Each container that is released gets two tags, of which ECR takes ten a second. */
const settleSeconds = ({ manifest }: OperationsContext): number =>
  60 + Math.min(MOST_CONTAINERS, manifest.services.reduce((sum, { containers }) => sum + containers.length, 0));

const waitsForScans = ({ manifest }: OperationsContext): boolean => manifest.services.some(({ rollout }) => rollout.gates.scan !== null);

const inChunks = (names: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(names.length / PER_RULE) }, (_, index) => names.slice(index * PER_RULE, (index + 1) * PER_RULE));
