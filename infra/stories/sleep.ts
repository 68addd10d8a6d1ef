// The sleep story: schedules ask before each edge, the machine warns, waits, writes down and puts to sleep.
import type { aws_iam as iam } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { NIGHT_TRIED_AGAIN_MINUTES } from '../../shared/contracts/reconcile.ts';
import { wakeEnvironment, wakeTargetName } from '../../shared/contracts/wake.ts';
import { WARNING_SECONDS } from '../../shared/domain/sleep.ts';
import { sendsWakeLinks } from '../../shared/domain/wake-link.ts';
import { AskSchedules } from '../constructs/ask-schedules.ts';
import { Door } from '../constructs/door.ts';
import { StoryMachine } from '../constructs/story-machine.ts';
import { WakeLink } from '../constructs/wake-link.ts';
import { cachesHibernateGrants, cachesReadGrants, cachesRecipeGrants } from '../grants/caches.ts';
import { fleetCountGrants, fleetPlaceGrants, fleetReadGrants, useGrants } from '../grants/fleet.ts';
import { ledgerLeaseGrants, ledgerReadGrants, ledgerWriteGrants } from '../grants/ledger.ts';
import { pageShowGrants } from '../grants/listeners.ts';
import { noticesGrants } from '../grants/notices.ts';
import { asleepParameterGrants } from '../grants/parameters.ts';
import { scalingReadGrants, scalingWriteGrants } from '../grants/scaling.ts';
import { storesReadGrants, storesStopGrants } from '../grants/stores.ts';
import type { OperationsContext } from '../operations-context.ts';

export class SleepStory extends Construct {
  constructor(scope: Construct, id: string, context: OperationsContext) {
    super(scope, id);
    const { machine } = new StoryMachine(this, 'Machine', {
      context,
      story: 'sleep',
      doors: this.doors(context),
      statements: asleepParameterGrants(context),
      substitutions: { AsleepParameter: context.manifest.asleepParameter },
      triedAgainMinutes: NIGHT_TRIED_AGAIN_MINUTES,
    });
    new AskSchedules(this, 'Asks', { context, story: 'sleep', machine, leadMinutes: WARNING_SECONDS / 60 });
  }

  private doors(context: OperationsContext): Readonly<Record<string, Door>> {
    const ledger = [...ledgerReadGrants(context), ...ledgerWriteGrants(context), ...ledgerLeaseGrants(context)];
    const environment: Readonly<Record<string, string>> =
      context.manifest.loadBalancer === null ? {} : { [wakeEnvironment.target]: wakeTargetName(context.manifest.id) };
    const link = sendsWakeLinks(context.manifest) ? new WakeLink(this, 'WakeLink', context) : null;
    const door = (name: string, grants: readonly iam.PolicyStatement[], timeoutSeconds = 30, more: Readonly<Record<string, string>> = {}): Door =>
      new Door(this, name, { context, name: `sleep/${name.toLowerCase()}`, grants, timeoutSeconds, environment: { ...environment, ...more } });
    const look = [...fleetReadGrants(context), ...storesReadGrants(context), ...cachesReadGrants(context)];
    return {
      Decide: door('Decide', [...ledger, ...noticesGrants(context), ...useGrants(context), ...(link?.grants ?? [])], 30, link?.environment),
      Record: door('Record', [...ledger, ...look, ...cachesRecipeGrants(context), ...scalingReadGrants(context)], 60),
      Page: door('Page', pageShowGrants(context)),
      Advance: door(
        'Advance',
        [
          ...ledger,
          ...look,
          ...fleetCountGrants(context),
          ...scalingWriteGrants(context),
          ...storesStopGrants(context),
          ...cachesHibernateGrants(context),
        ],
        120,
      ),
      Finish: door(
        'Finish',
        [
          ...ledger,
          ...noticesGrants(context),
          ...fleetReadGrants(context),
          ...fleetPlaceGrants(context),
          ...storesReadGrants(context),
          ...(link?.grants ?? []),
        ],
        60,
        link?.environment,
      ),
      Abandon: door('Abandon', [...ledger, ...noticesGrants(context)]),
    };
  }
}
