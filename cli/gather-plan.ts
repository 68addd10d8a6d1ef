// Asks the stories what they would do now (X6): the doors' own decisions on the same facts, with the caller's permissions and no writes.
import { alarms } from '../shared/aws/alarms.ts';
import { wouldReport } from '../shared/aws/alarm-dry-run.ts';
import { caches } from '../shared/aws/caches.ts';
import { evidence } from '../shared/aws/evidence.ts';
import { firingAlarms } from '../shared/aws/firing-alarms.ts';
import { fleet } from '../shared/aws/fleet.ts';
import { registries } from '../shared/aws/images.ts';
import { ecsServices } from '../shared/aws/ecs-services.ts';
import { ledger } from '../shared/aws/ledger.ts';
import { wouldSleep, wouldWake, type DryRunPorts } from '../shared/aws/night-dry-run.ts';
import { wouldRedeploy } from '../shared/aws/redeploy-dry-run.ts';
import { scaling } from '../shared/aws/scaling.ts';
import { stores } from '../shared/aws/stores.ts';
import { use } from '../shared/aws/traffic.ts';
import type { NightTrigger } from '../shared/contracts/sleep.ts';
import type { Intention, PlannedStory } from '../shared/domain/intention.ts';
import type { Trigger } from '../shared/domain/selection.ts';
import type { Images } from '../shared/ports.ts';
import type { Place } from './place.ts';

/** What a trigger would mean for the named services, for all of them without names. */
export const plannedRollouts = (
  place: Place,
  trigger: Trigger,
  services?: readonly string[],
  images: Pick<Images, 'resolve'> = registries(place.host),
): Promise<readonly Intention[]> => {
  const { host, manifest } = place;
  return wouldRedeploy({ services: ecsServices(host), images, ledger: ledger(host) }, manifest, trigger, services, place.now());
};

const nightPorts = ({ host }: Place): DryRunPorts => ({
  ledger: ledger(host),
  fleet: fleet(host),
  scaling: scaling(host),
  stores: stores(host),
  caches: caches(host),
  use: use(host),
});

/** What an ask to sleep would come to. */
export const plannedSleep = (place: Place, trigger: NightTrigger): Promise<Intention> =>
  wouldSleep(place.manifest, nightPorts(place), trigger, place.now());

/** What an ask to wake would come to. */
export const plannedWake = (place: Place, trigger: NightTrigger): Promise<Intention> =>
  wouldWake(place.manifest, nightPorts(place), trigger, place.now());

/** What would become of every alarm that fires or is still kept. */
export const plannedAlarms = (place: Place): Promise<readonly Intention[]> => {
  const { host, manifest } = place;
  return wouldReport(
    manifest,
    { alarms: alarms(host), evidence: evidence(host), ledger: ledger(host), firing: firingAlarms(host) },
    place.now(),
  );
};

/** What each story would do if its clock or its reconciler asked now. */
export const plans: Readonly<Record<PlannedStory, (place: Place) => Promise<readonly Intention[]>>> = {
  redeploy: (place) => plannedRollouts(place, { kind: 'reconcile', detail: 'dry run' }),
  sleep: async (place) => [await plannedSleep(place, { kind: 'schedule' })],
  wake: async (place) => [await plannedWake(place, { kind: 'schedule' })],
  alarm: plannedAlarms,
};
