// The wake story: schedules ask before each edge, visitors and people at any time; the machine restores and proves.
import { aws_elasticloadbalancingv2 as elb, aws_lambda as lambda, type aws_iam as iam } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { NIGHT_TRIED_AGAIN_MINUTES } from '../../shared/contracts/reconcile.ts';
import { wakeEnvironment, wakeTargetName } from '../../shared/contracts/wake.ts';
import { WAKE_LEAD_SECONDS } from '../../shared/domain/wake.ts';
import { AskSchedules } from '../constructs/ask-schedules.ts';
import { Door } from '../constructs/door.ts';
import { StoryMachine } from '../constructs/story-machine.ts';
import { cachesForgetGrants, cachesReadGrants, cachesRestoreGrants } from '../grants/caches.ts';
import { fleetCountGrants, fleetHealthGrants, fleetReadGrants } from '../grants/fleet.ts';
import { ledgerLeaseGrants, ledgerReadGrants, ledgerWriteGrants } from '../grants/ledger.ts';
import { pageHideGrants } from '../grants/listeners.ts';
import { machinesEnvironment, startGrants } from '../grants/machines.ts';
import { noticesGrants } from '../grants/notices.ts';
import { asleepParameterGrants } from '../grants/parameters.ts';
import { scalingReadGrants, scalingWriteGrants } from '../grants/scaling.ts';
import { storesReadGrants, storesStartGrants } from '../grants/stores.ts';
import type { OperationsContext } from '../operations-context.ts';

export class WakeStory extends Construct {
  constructor(scope: Construct, id: string, context: OperationsContext) {
    super(scope, id);
    const { machine } = new StoryMachine(this, 'Machine', {
      context,
      story: 'wake',
      doors: this.doors(context),
      statements: asleepParameterGrants(context),
      substitutions: { AsleepParameter: context.manifest.asleepParameter },
      triedAgainMinutes: NIGHT_TRIED_AGAIN_MINUTES,
    });
    new AskSchedules(this, 'Asks', { context, story: 'wake', machine, leadMinutes: WAKE_LEAD_SECONDS / 60 });
    if (context.manifest.loadBalancer !== null) this.page(context);
  }

  /** The page as a target of the load balancer; the sleep story puts a rule in front of the routes that leads here, the wake story takes it away. */
  private page(context: OperationsContext): void {
    const visit = new Door(this, 'Visit', {
      context,
      name: 'wake/visit',
      grants: [...ledgerReadGrants(context), ...startGrants(context, ['wake'])],
      environment: machinesEnvironment(context),
      timeoutSeconds: 10,
    });
    const permission = new lambda.CfnPermission(this, 'VisitPermission', {
      action: 'lambda:InvokeFunction',
      functionName: visit.function.functionArn,
      principal: 'elasticloadbalancing.amazonaws.com',
      // The group needs the permission first, so its ARN is named by what is known of it: the name.
      sourceArn: `arn:${context.partition}:elasticloadbalancing:${context.region}:${context.account}:targetgroup/${wakeTargetName(context.manifest.id)}/*`,
    });
    const group = new elb.CfnTargetGroup(this, 'Page', {
      name: wakeTargetName(context.manifest.id),
      targetType: 'lambda',
      targets: [{ id: visit.function.functionArn }],
    });
    group.addResourceDependency(permission);
  }

  private doors(context: OperationsContext): Readonly<Record<string, Door>> {
    const ledger = [...ledgerReadGrants(context), ...ledgerWriteGrants(context), ...ledgerLeaseGrants(context)];
    const environment: Readonly<Record<string, string>> = {
      ...machinesEnvironment(context),
      ...(context.manifest.loadBalancer === null ? {} : { [wakeEnvironment.target]: wakeTargetName(context.manifest.id) }),
    };
    const door = (name: string, grants: readonly iam.PolicyStatement[], timeoutSeconds = 30): Door =>
      new Door(this, name, { context, name: `wake/${name.toLowerCase()}`, grants, timeoutSeconds, environment });
    return {
      Decide: door('Decide', ledger),
      Stores: door(
        'Stores',
        [
          ...ledger,
          ...noticesGrants(context),
          ...storesReadGrants(context),
          ...storesStartGrants(context),
          ...cachesReadGrants(context),
          ...cachesRestoreGrants(context),
          ...cachesForgetGrants(context),
        ],
        60,
      ),
      Services: door(
        'Advance',
        [
          ...ledger,
          ...noticesGrants(context),
          ...fleetReadGrants(context),
          ...fleetCountGrants(context),
          ...fleetHealthGrants(context),
          ...scalingWriteGrants(context),
          ...startGrants(context, ['redeploy']),
        ],
        120,
      ),
      Finish: door(
        'Finish',
        [...ledger, ...noticesGrants(context), ...fleetReadGrants(context), ...scalingReadGrants(context), ...pageHideGrants(context)],
        60,
      ),
      Abandon: door('Abandon', [...ledger, ...noticesGrants(context)]),
    };
  }
}
