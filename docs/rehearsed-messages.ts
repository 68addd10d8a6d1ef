// Every message as a rehearsal case made it: the cases named here are played, and what they published is shown.
import type { TrailEntry } from '../local/trail.ts';
import type { World } from '../local/world.ts';
import { noticeKey, type Notice } from '../shared/domain/notice.ts';
import { playCase, readCase } from '../test/play-case.ts';

interface Picked {
  readonly name: string;
  /** Path below test/cases, without `.json`. */
  readonly from: string;
  /** Of the notices with such a title the last one is shown. */
  readonly title: RegExp;
}

export interface RehearsedMessage {
  readonly name: string;
  readonly notice: Notice;
  readonly timeZone: string;
  /** The graph that the message carries, a PNG in base64; null for one that carries none. */
  readonly graph: string | null;
}

const pages: Readonly<Record<string, readonly Picked[]>> = {
  alarms: [
    { name: 'An alarm with its evidence', from: 'alarm/began-with-a-release', title: /^app answers with errors/ },
    { name: 'A storm, edited in place', from: 'alarm/storm', title: /^\d+ alarms on/ },
    { name: 'A database that runs full', from: 'alarm/every-alarm-of-farsight', title: /^Database postgres runs out of storage/ },
    { name: 'A made alarm over others', from: 'alarm/composite', title: /^\d alarms on|overloaded/ },
    { name: 'Still standing when its mute is over', from: 'alarm/muted', title: /still standing$/ },
    { name: 'Nobody looks after it', from: 'alarm/began-with-a-release', title: /^Not acknowledged/ },
    { name: 'Said again while it lasts', from: 'alarm/escalated', title: /^Still standing after/ },
    { name: 'Comes and goes', from: 'alarm/flapping', title: /^Comes and goes/ },
    { name: 'Recovered', from: 'alarm/began-with-a-release', title: /^Recovered/ },
    { name: 'Passed by itself', from: 'alarm/passes-by-itself', title: /^Passed by itself/ },
    { name: 'Ended without proof', from: 'alarm/no-data-asleep', title: /^Ended/ },
    { name: 'A story that did not finish', from: 'redeploy/decision-denied', title: /^The redeploy story did not finish$/ },
    { name: 'Passed on as it is', from: 'alarm/story-broken', title: /: ALARM$/ },
  ],
  rollouts: [
    { name: 'Released', from: 'redeploy/good-push', title: / runs / },
    { name: 'Failed, going back', from: 'redeploy/bad-crashes', title: /failed, going back/ },
    { name: 'Back', from: 'redeploy/bad-crashes', title: /is back on/ },
    { name: 'Nothing to go back to', from: 'redeploy/no-good-image', title: /nothing good runs/ },
    { name: 'Stopped on an error', from: 'redeploy/decision-denied', title: /^Rollout stopped/ },
    { name: 'Migration failed', from: 'redeploy/migration-fails', title: /stopped before/ },
    { name: 'Waits for approval', from: 'redeploy/approval-by-button', title: /waits for approval$/ },
    { name: 'Nobody approved it', from: 'redeploy/approval-expired', title: /nobody approved it$/ },
    { name: 'Refused by a person', from: 'redeploy/approval-refused', title: /was refused and stays out$/ },
    { name: 'Stays out because of its scan', from: 'redeploy/scan-refuses', title: /because of its scan$/ },
    { name: 'Waits for the end of a freeze', from: 'redeploy/frozen', title: /waits for the end/ },
    { name: 'Waits while the line is stopped', from: 'redeploy/line-stopped', title: /while the line is stopped$/ },
    { name: 'Waits until it is old enough', from: 'redeploy/too-young', title: /until it is old enough$/ },
    { name: 'Kept for the morning', from: 'sleep/push-at-night', title: /has a new image/ },
    { name: 'Failed its proof in the night', from: 'redeploy/asleep-proof-fails', title: /failed its proof/ },
  ],
  nights: [
    { name: 'A quarter of an hour before sleep', from: 'sleep/plain-night', title: /goes to sleep/ },
    { name: 'Stays awake a little longer', from: 'sleep/in-use', title: /stays awake a little longer$/ },
    { name: 'Asleep', from: 'sleep/plain-night', title: / sleeps$/ },
    { name: 'Asleep, with an exception', from: 'sleep/database-refuses', title: /sleeps, except/ },
    { name: 'Changed by hand in the night', from: 'sleep/by-hand-at-night', title: /changed by hand/ },
    { name: 'Awake', from: 'sleep/plain-night', title: /is awake$/ },
    { name: 'Awake with the image of the night', from: 'sleep/push-at-night', title: /is awake$/ },
    { name: 'Awake, with an exception', from: 'wake/database-deleted-at-night', title: /awake, except/ },
    { name: 'A waking that was interrupted', from: 'wake/interrupted', title: /waking was interrupted$/ },
    { name: 'What a month saved', from: 'sleep/leap-day', title: / saved \$/ },
    { name: 'Late for work', from: 'wake/slow-database', title: /will be late/ },
  ],
  others: [
    { name: 'A person gave an order', from: 'alarm/muted', title: /^mara muted/ },
    { name: 'Somebody looks after it', from: 'alarm/acknowledged', title: /looks after this/ },
    { name: 'A road is broken', from: 'alarm/slack-says-404', title: /does not take our messages/ },
    { name: 'Messages that nobody can read', from: 'alarm/parked', title: /are parked/ },
    { name: 'A mail came back', from: 'alarm/mail-troubles', title: /does not arrive/ },
    { name: 'A mail was marked as spam', from: 'alarm/mail-troubles', title: /marked as spam/ },
    { name: 'A mail was not sent', from: 'alarm/mail-troubles', title: /was not sent/ },
    { name: 'The morning summary', from: 'alarm/morning-summary', title: /since yesterday/ },
    { name: 'The summary of a month', from: 'alarm/morning-summary', title: /November 2026/ },
  ],
};

interface Published {
  readonly notices: readonly Notice[];
  readonly timeZone: string;
  /** By the notice's key. */
  readonly graphs: ReadonlyMap<string, string>;
}

/** The notice that a call to SNS carries, if it is one. */
const noticeIn = ({ kind, what, detail }: TrailEntry): readonly Notice[] => {
  if (kind !== 'call' || what !== 'sns:Publish') return [];
  const { Message } = (detail?.['input'] ?? {}) as { readonly Message: string };
  return [JSON.parse((JSON.parse(Message) as { readonly default: string }).default) as Notice];
};

/** Draws each notice's graph as CloudWatch draws it at that instant; the day takes no notice. */
const drawn = (world: World, graphs: Map<string, string>): void => {
  const draw = world.services.cloudwatch.operations['GetMetricWidgetImage'];
  world.trail.follow((entry) => {
    for (const notice of noticeIn(entry)) {
      if (notice.picture === undefined || draw === undefined) continue;
      const call = { world, caller: { kind: 'operator' }, requestId: 'documents' } as const;
      const { MetricWidgetImage } = draw.run({ MetricWidget: notice.picture.widget }, call) as { readonly MetricWidgetImage: Uint8Array };
      graphs.set(noticeKey(notice), Buffer.from(MetricWidgetImage).toString('base64'));
    }
  });
};

/** What the case's day published on the topic, in order. */
const publishedBy = async (file: string): Promise<Published> => {
  const graphs = new Map<string, string>();
  const { trail, day, manifest } = await playCase(readCase(`${file}.json`), (world) => drawn(world, graphs));
  const notices = trail.filter(({ at }) => at >= day.from).flatMap(noticeIn);
  return { notices, timeZone: manifest.hours?.timeZone ?? 'UTC', graphs };
};

/** The messages of every page. Throws when a case no longer says what is to be shown. */
export const rehearsedMessages = async (): Promise<Readonly<Record<string, readonly RehearsedMessage[]>>> => {
  const played = new Map<string, Published>();
  for (const { from } of Object.values(pages).flat()) if (!played.has(from)) played.set(from, await publishedBy(from));
  const shown = ({ name, from, title }: Picked): RehearsedMessage => {
    const { notices, timeZone, graphs } = played.get(from) ?? { notices: [], timeZone: 'UTC', graphs: new Map<string, string>() };
    const notice = notices.findLast((one) => title.test(one.title));
    if (notice === undefined) throw new Error(`${from} says nothing like ${String(title)}: ${notices.map((one) => one.title).join(' | ')}`);
    return { name, notice, timeZone, graph: graphs.get(noticeKey(notice)) ?? null };
  };
  return Object.fromEntries(Object.entries(pages).map(([page, picked]) => [page, picked.map(shown)]));
};
