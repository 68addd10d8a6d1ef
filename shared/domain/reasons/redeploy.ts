// Why the redeploy story did what it did, as sentences: one per reason key of redeploy.ts, rollout-judge.ts and rollout-progress.ts.
import type { Reasons } from '../reason.ts';

export const redeployReasons = {
  // Decisions.
  'service-missing': ({ service }) => `ECS has no service for ${service}: the platform is not deployed, or it was removed.`,
  'platform-moving': ({ service, state }) => `The platform is ${state}; ${service} is decided on as soon as that is over.`,
  'no-image': ({ service, containers }) => `${service} waits for its first image: the registry has none for ${containers}.`,
  'registry-silent': ({ service, detail }) => `${service} keeps what it runs: ${detail}. The registry is asked again within minutes.`,
  'same-digest': ({ service, images }) => `${service} already runs ${images}.`,
  'already-rolling': ({ service, images }) => `A rollout of ${images} to ${service} is already under way.`,
  'service-busy': ({ service }) => `${service} is being changed right now; whoever changes it looks again when done.`,
  'sent-back': ({ service, by }) => `${by} stops the rollout of ${service} that is under way: it goes back to the last good image.`,
  unproven: ({ service, images }) => `${service} runs ${images}, which nobody has proven yet.`,
  'staged-already': ({ service, images }) => `${images} is already staged for ${service}; the morning starts it.`,
  'staged-asleep': ({ service, images }) => `${service} sleeps: ${images} is staged and the morning starts it.`,
  'proven-asleep': ({ service, images, detail }) =>
    `${service} sleeps: one task of ${images} was tried and ${detail}; it is staged and the morning starts it.`,
  'proof-unsaid': ({ service, images, detail }) =>
    `${service} sleeps: ${images} is staged and the morning starts it; its proof could not be had (${detail}).`,
  'proof-failed': ({ images, detail }) => `The task that was to prove ${images} while the platform sleeps failed: ${detail}.`,
  'proof-late': ({ images }) => `The task that was to prove ${images} while the platform sleeps was not healthy in time.`,
  'staged-at-zero': ({ service, images }) =>
    `${service} is set to no tasks: ${images ?? 'the image'} is staged and starts when somebody raises the count.`,
  'first-image': ({ service, images }) => `${images} is the first image of ${service}.`,
  'new-image': ({ service, images, before }) => `${service} moves from ${before} to ${images}.`,
  quarantined: ({ service, digest, why, until }) =>
    `${digest} is quarantined for ${service} ${until ?? 'until a newer one is pushed or a person lets it go'}: ${String(why).replace(/\.$/, '')}.`,
  'restore-good': ({ service, images, digest, before }) =>
    `${digest} is quarantined for ${service}: ${images}, its last good image, takes the place of ${before ?? digest}.`,
  'went-back': ({ service, by, images }) => `${by} sent ${service} back to ${images}.`,
  'no-previous': ({ service }) => `${service} has no earlier release to go back to.`,
  // Holds and gates.
  'changes-frozen': ({ service, images, until }) => `${images} waits for ${service}: changes are frozen until ${until}.`,
  'on-hold': ({ service, images, by, note }) =>
    `${images} waits for ${service}: ${by} stopped the line${note === null || note === '' ? '' : ` (${note})`}.`,
  'group-held': ({ service, images, because }) => `${images} waits for ${service}: ${because} of the same group is held.`,
  'too-young': ({ service, images, until }) => `${images} waits for ${service} until ${until}: then it is old enough.`,
  'scan-pending': ({ service, images }) => `${images} waits for ${service} until its scan is complete.`,
  'scan-missing': ({ service, images }) => `${images} was not scanned in time; ${service} keeps what it runs.`,
  'scan-refused': ({ service, images, findings }) => `The scan of ${images} found ${findings}; ${service} keeps what it runs.`,
  'approval-due': ({ service, images, until }) => `${images} waits for a person to approve it for ${service} until ${until}.`,
  'approval-refused': ({ service, images, by }) => `${by} refused ${images} for ${service}.`,
  'approval-expired': ({ service, images }) => `Nobody approved ${images} for ${service} in time.`,
  // Verdicts.
  'tasks-starting': ({ ready, desired }) => `${ready} of ${desired} tasks are healthy.`,
  'smoke-due': () => 'All tasks are healthy; the smoke request is due.',
  'rollout-off-spot': ({ service, until }) => `Spot has no capacity for ${service}: it runs on demand until ${until}.`,
  'rollout-proven': ({ desired }) =>
    `${desired === 1 ? 'The task runs' : `All ${desired} tasks run`} the image and ${desired === 1 ? 'is' : 'are'} healthy.`,
  'back-at-rest': () => 'Nothing runs now; the last good image is what starts next.',
  'service-gone': () => 'The service disappeared during the rollout.',
  'another-revision': () => 'A newer revision with the same image took over.',
  'another-deployment': ({ revision }) => `Another deployment took over: ${revision}.`,
  'ecs-rolled-back': ({ detail }) => `ECS went back by itself: ${detail}`,
  'deployment-failed': ({ detail }) => `ECS gave the deployment up: ${detail}`,
  'tasks-stop': ({ count, detail }) => `${count === 1 ? 'A task' : `${count} tasks`} stopped: ${detail}.`,
  'wrong-digest': ({ container, digest }) => `Container ${container} runs ${digest}, which is not the image that was rolled out.`,
  'alarm-while-baking': ({ alarms }) => `After the rollout went into alarm: ${alarms}.`,
  'rollout-late': ({ ready, desired, deployment }) => `Only ${ready} of ${desired} tasks were healthy in time. ${deployment}`,
  'rollout-no-capacity': ({ ready, desired }) => `AWS has had no capacity: only ${ready} of ${desired} tasks were healthy in time.`,
  'smoke-failed': ({ answer }) => `The smoke request failed: ${answer}.`,
  'failed-beside': ({ beside, why }) => `The image failed in ${beside}: ${String(why).replace(/\.$/, '')}.`,
  'group-failed': ({ because, group }) => `${because} of the group ${group} failed, and the group rolls out all or none.`,
  'rollout-refused': ({ detail }) => `AWS refused: ${detail}`,
  'snapshot-failed': ({ detail }) => `The database snapshot before the migration failed: ${detail}.`,
  'migration-failed': ({ detail }) => `The migration failed: ${detail}.`,
  'migration-late': () => 'The migration did not end in time.',
  'migration-behind': () => 'The migration of another image, which a rollout that stopped on an error had left running, did not end in time and is stopped.',
  'no-good-image': ({ why }) => `${why} There is no earlier good image, so the service stays at zero.`,
  'lease-lost': ({ service }) => `Another story took ${service} over.`,
  'taken-over': ({ by }) => `A newer push took over (${by}).`,
  'rollout-abandoned': ({ error }) => `The story stopped before it was done: ${error}. It starts again within 15 minutes.`,
} satisfies Reasons;
