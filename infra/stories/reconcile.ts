// The reconciler: two doors on one 15-minute schedule that start a story only when something is not as it should be.
import { Duration, aws_events as events, aws_events_targets as targets, type aws_iam as iam } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { RECONCILE_MINUTES } from '../../shared/contracts/reconcile.ts';
import { Door } from '../constructs/door.ts';
import { cachesForgetGrants, cachesReadGrants, cachesRestoreGrants } from '../grants/caches.ts';
import { fleetCountGrants, fleetReadGrants, useGrants } from '../grants/fleet.ts';
import { imagesGlanceGrants } from '../grants/images.ts';
import { ledgerLeaseGrants, ledgerReadGrants, ledgerWriteGrants } from '../grants/ledger.ts';
import { machinesEnvironment, startGrants } from '../grants/machines.ts';
import { quarantineReadGrants } from '../grants/quarantine.ts';
import { scalingWriteGrants } from '../grants/scaling.ts';
import { endProofGrants, servicesReadGrants } from '../grants/services.ts';
import { storesReadGrants, storesStartGrants } from '../grants/stores.ts';
import type { OperationsContext } from '../operations-context.ts';

export class ReconcileStory extends Construct {
  constructor(scope: Construct, id: string, context: OperationsContext) {
    super(scope, id);
    const rule = new events.Rule(this, 'Schedule', {
      ruleName: `${context.manifest.id}-reconcile`,
      description: `Looks every ${RECONCILE_MINUTES} minutes whether ${context.manifest.id} is as it should be`,
      schedule: events.Schedule.rate(Duration.minutes(RECONCILE_MINUTES)),
    });
    const ledger = ledgerReadGrants(context);
    const looks: Readonly<Record<string, readonly iam.PolicyStatement[]>> = {
      Releases: releasesGrants(context),
      ...(sleeps(context) ? { Nights: nightsGrants(context) } : {}),
      ...(sleepsWhenIdle(context) ? { Idle: [...ledger, ...useGrants(context), ...startGrants(context, ['sleep'])] } : {}),
    };
    for (const [name, grants] of Object.entries(looks)) {
      const door = new Door(this, name, {
        context,
        name: `reconcile/${name.toLowerCase()}`,
        grants,
        environment: machinesEnvironment(context),
        timeoutSeconds: lookSeconds(context),
      });
      // The next look makes up for a lost one.
      rule.addTarget(
        new targets.LambdaFunction(door.function, {
          deadLetterQueue: context.deadLetters,
          maxEventAge: Duration.minutes(10),
          retryAttempts: 2,
        }),
      );
    }
  }
}

/** A fleet takes as long to look at as ECS lets it be read: twenty definitions a second (aws-facts B10); Lambda ends after 15 minutes. */
const lookSeconds = ({ manifest }: OperationsContext): number => Math.min(900, 60 + Math.ceil(manifest.services.length / 10));

/** Looks at releases, starts what drifted, and closes what a story left that died without a word. */
const releasesGrants = (context: OperationsContext): iam.PolicyStatement[] => [
  ...ledgerReadGrants(context),
  ...ledgerWriteGrants(context),
  ...ledgerLeaseGrants(context),
  ...servicesReadGrants(context),
  ...endProofGrants(context),
  ...imagesGlanceGrants(context),
  ...quarantineReadGrants(context),
  ...startGrants(context, ['redeploy']),
];

/** Looks at nights, raises what a late deploy left at zero, and starts databases and caches that did not come up. */
const nightsGrants = (context: OperationsContext): iam.PolicyStatement[] => [
  ...ledgerReadGrants(context),
  ...ledgerWriteGrants(context),
  ...fleetReadGrants(context),
  ...fleetCountGrants(context),
  ...scalingWriteGrants(context),
  ...storesReadGrants(context),
  ...storesStartGrants(context),
  ...cachesReadGrants(context),
  ...cachesRestoreGrants(context),
  ...cachesForgetGrants(context),
  ...startGrants(context, ['sleep', 'wake']),
];

const sleepsWhenIdle = ({ manifest }: OperationsContext): boolean => (manifest.nights?.idleSeconds ?? null) !== null;

/** A platform without hours can still be put to sleep by a command; then its databases and counts are looked after as well. */
const sleeps = ({ manifest }: OperationsContext): boolean =>
  manifest.hours !== null ||
  manifest.databases.some(({ offHours }) => offHours === 'stop') ||
  manifest.services.some(({ offHours }) => offHours.kind !== 'stay');
