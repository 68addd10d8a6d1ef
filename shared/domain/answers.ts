// Short answers for the chat: how the platform is, and why it did what it did, from the ledger alone.
import { durationWords, instantWords, secondsBetween } from './instants.ts';
import { sentence, type Facts } from './reason.ts';

export interface StatusFacts {
  readonly platform: { readonly state: string; readonly since: string } | null;
  readonly services: readonly {
    readonly name: string;
    readonly releasedAt: string | null;
    readonly images: readonly string[];
    readonly quarantined: number;
    readonly staged: boolean;
  }[];
  readonly rollouts: readonly { readonly services: readonly string[]; readonly since: string }[];
  readonly incidents: readonly { readonly title: string; readonly openedAt: string; readonly acknowledgedBy: string | null }[];
  readonly overrides: readonly { readonly kind: string; readonly key: string; readonly until: string | null; readonly by: string }[];
}

export interface Told {
  readonly at: string;
  readonly story: string;
  readonly service: string | null;
  readonly reason: string;
  readonly facts: Facts;
}

const MOST_LINES = 12;

/** The platform in a few lines. */
export const statusAnswer = (name: string, facts: StatusFacts, timeZone: string, at: string): string => {
  const state =
    facts.platform === null
      ? `*${name}* has not slept or woken yet.`
      : `*${name}* has been ${facts.platform.state.replace('-', ' ')} since ${instantWords(facts.platform.since, timeZone)}.`;
  const incidents = facts.incidents.map(
    ({ title, openedAt, acknowledgedBy }) =>
      `:red_circle: ${title}, for ${durationWords(secondsBetween(openedAt, at))}${acknowledgedBy === null ? '' : `, ${acknowledgedBy} looks after it`}`,
  );
  const rollouts = facts.rollouts.map(
    ({ services, since }) => `:arrows_counterclockwise: ${services.join(', ')} rolling out for ${durationWords(secondsBetween(since, at))}`,
  );
  const services = facts.services.map(({ name: service, releasedAt, images, quarantined, staged }) => {
    const digests = images.map((image) => image.split('@sha256:')[1]?.slice(0, 12) ?? image).join(', ');
    const extra = [staged ? 'a newer image waits' : '', quarantined === 0 ? '' : `${quarantined} quarantined`]
      .filter((part) => part !== '')
      .join(', ');
    return `• ${service}: ${releasedAt === null ? 'no release yet' : `${digests} since ${instantWords(releasedAt, timeZone)}`}${extra === '' ? '' : ` (${extra})`}`;
  });
  const overrides = facts.overrides
    .filter(({ until }) => until === null || until > at)
    .map(
      ({ kind, key, until, by }) =>
        `• ${kind} ${key.split('#').slice(1).join(' ')} by ${by}${until === null ? '' : ` until ${instantWords(until, timeZone)}`}`,
    );
  const calm = incidents.length === 0 ? [':large_green_circle: no open alarms'] : incidents;
  return limited([state, ...calm, ...rollouts, ...services, ...overrides]);
};

/** What was done, newest last, with the reason of each. */
export const whyAnswer = (told: readonly Told[], timeZone: string): string =>
  told.length === 0
    ? 'There is no record of that.'
    : limited(
        told.map(
          ({ at, story, service, reason, facts }) =>
            `• ${instantWords(at, timeZone)} ${story}${service === null ? '' : ` ${service}`}: ${sentence(reason, facts)}`,
        ),
      );

const limited = (lines: readonly string[]): string => {
  const shown = lines.slice(0, MOST_LINES);
  return [...shown, ...(lines.length > shown.length ? [`… and ${lines.length - shown.length} more: dayshift status`] : [])]
    .join('\n')
    .slice(0, 2_900);
};
