// Notices: each that was published reached every road.
import { HISTORY_DAYS } from '../../shared/contracts/ledger.ts';
import type { Notice } from '../../shared/domain/notice.ts';
import { emailSubject } from '../../shared/domain/render-email.ts';
import { whyReport } from '../../shared/domain/why.ts';
import type { TrailEntry } from '../trail.ts';
import type { Check, Ended } from './check.ts';
import { recordsIn } from './records.ts';
import { REFUSAL } from './refusals.ts';

export interface Publish {
  readonly Message: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly StringValue?: string }>>;
}

/** A notice as it was published, with the roads its severity opened. */
export const publishedIn = ({ Message, MessageAttributes }: Publish): { readonly id: string; readonly title: string; readonly subject: string; readonly roads: readonly string[] } => {
  const notice = JSON.parse((JSON.parse(Message) as { default: string }).default) as Notice;
  return { id: notice.id, title: notice.title, subject: emailSubject(notice), roads: JSON.parse(MessageAttributes?.['roads']?.StringValue ?? '[]') as string[] };
};

/** Everything a road has shown, as one text; undefined for a road that nobody here can look at. */
export const deliveredOn = ({ world }: Ended, road: string): string | undefined => {
  const { slack, mail } = world.services.outside;
  return road === 'slack' ? JSON.stringify(slack.messages) : road === 'email' ? JSON.stringify(mail.all) : undefined;
};

/** Whether the mail of a notice came back within the hour, as Amazon SES says: its addressees are told by another road. */
export const cameBack = (lines: readonly TrailEntry[], subject: string, published: number): boolean =>
  lines.some(({ at, detail }) => at >= published && at <= published + HOUR && detail?.['subject'] === subject);

/** Addresses that mail came back from, and of which Slack was never told. */
const untoldAddresses = (ended: Ended): readonly string[] => {
  const { world } = ended;
  const told = deliveredOn(ended, 'slack') ?? '';
  const back = world.trail.of('message').filter(({ who, at }) => who === 'ses' && at < world.clock.now - BOUNCES);
  const addresses = new Set(back.flatMap(({ what }) => /\S+@[\w.-]+\w/.exec(what)?.[0] ?? []));
  return [...addresses].filter((address) => !told.includes(`Mail to ${address}`)).map((address) => `mail to ${address} came back and nobody was told`);
};

/** A bounce comes as an event and is told like every notice, ms. */
const BOUNCES = 15 * 60_000;

/** Nobody repeats what a person presses but the person, who sees that it failed. */
const isPress = (who: string): boolean => who.endsWith('-notices-press');

/** Requests to publish that SNS took: one it refused for good, or of a press that failed, told nobody, and its door says so. */
export const published = ({ world }: Ended): readonly TrailEntry[] => {
  const calls = world.trail.of('call').filter(({ what }) => what.startsWith('sns:Publish'));
  const failed = calls.filter(({ who, what, detail }) => what === 'sns:Publish failed' && (isPress(who) || REFUSAL.test(`${detail?.['code'] as string}`)));
  const refused = new Set(failed.map(({ detail }) => detail?.['call']));
  return calls.filter(({ seq, what }) => what === 'sns:Publish' && !refused.has(seq));
};

/** Milliseconds a notice may be on its way when the day ends. */
const GRACE = 120_000;

export const deliveryRules: readonly Check[] = [
  {
    id: 'N2',
    words: 'every notice reaches the roads its severity opens',
    violations: (ended) => {
      const { world } = ended;
      const texts: Readonly<Record<string, string | undefined>> = { slack: deliveredOn(ended, 'slack'), email: deliveredOn(ended, 'email') };
      const back = world.trail.of('message').filter(({ who }) => who === 'ses');
      return published(ended)
        .filter(({ at }) => at < world.clock.now - GRACE)
        .map(({ at, detail }) => ({ at, ...publishedIn(detail?.['input'] as Publish) }))
        .flatMap(({ at, id, title, subject, roads }) => roads.filter((road) => texts[road]?.includes(id) === false && (road !== 'email' || !cameBack(back, subject, at))).map((road) => `${title} (${id}) did not reach ${road}`));
    },
  },
  { id: 'N2', words: 'people hear of every address that mail comes back from', violations: untoldAddresses },
  {
    id: 'N4',
    words: 'every notice names a record that why finds',
    violations: (ended) => {
      const { world } = ended;
      const history = recordsIn(ended, 'history').map(({ key, value }) => ({ at: key.slice(0, INSTANT), ...value }));
      const rollouts = recordsIn(ended, 'rollout').map(({ value }) => value);
      const told = published(ended)
        // History is kept for so many days and no longer.
        .filter(({ at }) => at < world.clock.now - GRACE && at > world.clock.now - HISTORY_DAYS * DAY)
        .map(({ detail }) => publishedIn(detail?.['input'] as Publish));
      return [...new Map(told.map(({ id, title }) => [id, title]))]
        .filter(([id]) => whyReport(id, history, rollouts).entries.length === 0)
        .map(([id, title]) => `why finds nothing of ${id}: ${title}`);
    },
  },
];

/** Length of an instant at the head of a key. */
const INSTANT = 24;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
