// The reconciler: one door on a 15-minute schedule that starts a story only when something is not as it should be.
import { Duration, aws_events as events, aws_events_targets as targets } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { RECONCILE_MINUTES } from '../../shared/contracts/reconcile.ts';
import { Door } from '../constructs/door.ts';
import { imagesReadGrants } from '../grants/images.ts';
import { ledgerReadGrants } from '../grants/ledger.ts';
import { machinesEnvironment, startGrants } from '../grants/machines.ts';
import { servicesReadGrants } from '../grants/services.ts';
import type { OperationsContext } from '../operations-context.ts';

export class ReconcileStory extends Construct {
  constructor(scope: Construct, id: string, context: OperationsContext) {
    super(scope, id);
    const door = new Door(this, 'Door', {
      context,
      name: 'reconcile',
      grants: [...servicesReadGrants(context), ...imagesReadGrants(context), ...ledgerReadGrants(context), ...startGrants(context, ['redeploy'])],
      environment: machinesEnvironment(context),
      timeoutSeconds: 60,
    });
    const rule = new events.Rule(this, 'Schedule', {
      ruleName: `${context.manifest.id}-reconcile`,
      description: `Looks every ${RECONCILE_MINUTES} minutes whether ${context.manifest.id} is as it should be`,
      schedule: events.Schedule.rate(Duration.minutes(RECONCILE_MINUTES)),
    });
    // The next look makes up for a lost one.
    rule.addTarget(new targets.LambdaFunction(door.function, { deadLetterQueue: context.deadLetters, maxEventAge: Duration.minutes(10), retryAttempts: 2 }));
  }
}
