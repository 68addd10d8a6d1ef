// What a person asks for by button or command: which verbs there are, who may say them, and what each of them sets in motion (L6).
import { digestOf, shortDigest, type ImageSet } from './image-references.ts';
import { keepAwakeKey } from './overrides.ts';
import { durationWords, instantWords, later } from './instants.ts';
import { meant } from './nearest-names.ts';
import { untilInstant } from './since-words.ts';

export type Verb =
  | 'acknowledge'
  | 'mute'
  | 'unmute'
  | 'rollback'
  | 'keep-awake'
  | 'wake'
  | 'sleep-now'
  | 'approve'
  | 'reject'
  | 'hold'
  | 'release-hold'
  | 'status'
  | 'why';

export interface Order {
  readonly verb: Verb;
  /** An incident, alarm, service, `service#digest,digest…` or `platform`; never a payload. */
  readonly subject: string;
  /** Minutes the order asks for, where its verb lasts. */
  readonly minutes: number | null;
  /** The end that was named instead, where its verb lasts. */
  readonly until?: string | null;
  /** That end as it was typed: `until 22:00`, `for 2h`. */
  readonly when?: string;
  /** The person's id in the chat, and the name people know. */
  readonly by: { readonly id: string; readonly name: string };
  /** Stable for one press, so that doing it twice does it once. */
  readonly id: string;
}

/** Verbs that only look; whoever may do anything may look. */
const looking: ReadonlySet<Verb> = new Set(['status', 'why']);

/** Verb, or `*` for all of them, to ids of people (`U…`) and user groups (`S…`). */
type Allowed = Readonly<Record<string, readonly string[]>> | undefined;

/** Whether the person, or a group the person is in, may: by the verb's own list, or by the list for everything; nobody when no list names them. */
export const mayOrder = (order: Pick<Order, 'verb' | 'by'>, allow: Allowed, groups: readonly string[] = []): boolean => {
  const mine = [order.by.id, ...groups];
  return namedFor(order.verb, allow).some((named) => mine.includes(named));
};

/** The Slack user groups (`S…`) whose members may: to be asked about when the person is not named. */
export const groupsThatMay = (verb: Verb, allow: Allowed): readonly string[] => namedFor(verb, allow).filter((named) => named.startsWith('S'));

const namedFor = (verb: Verb, allow: Allowed): readonly string[] => {
  const lists = allow ?? {};
  const named = looking.has(verb) ? Object.values(lists).flat() : [...(lists[verb] ?? []), ...(lists['*'] ?? [])];
  return [...new Set(named)];
};

export interface OverrideWish {
  readonly key: string;
  readonly kind: 'keep-awake' | 'hold' | 'approval' | 'mute';
  readonly until: string | null;
  readonly note: string;
}

/** What an order sets in motion: a story is started, overrides are written, or the question is answered from the ledger. */
export interface Motion {
  readonly override: OverrideWish | null;
  /** Further overrides of the same order: an approval has one per digest. */
  readonly also?: readonly OverrideWish[];
  readonly start: { readonly story: 'redeploy' | 'sleep' | 'wake' | 'alarm'; readonly input: object } | null;
  /** What is said in the channel: `mara rolls back api`. */
  readonly said: string;
}

export interface Known {
  readonly services: readonly string[];
  /** Services whose rollouts need approval, and the images of each that wait; absent where nobody asks for approvals. */
  readonly waiting?: Readonly<Record<string, ImageSet | null>>;
  /** What may be muted: alarms, and whatever they are about. */
  readonly mutable?: readonly string[];
  /** Open incidents by their ids, in words. */
  readonly incidents?: Readonly<Record<string, string>>;
  /** The platform sleeps, or is on its way there: to be kept awake it has to be woken first. */
  readonly asleep?: boolean;
  /** The platform's zone: people read ends in it. */
  readonly timeZone?: string;
}

/** What an approval is about: the service and every digest that waits. */
export const approvalSubject = (service: string, images: ImageSet): string =>
  `${service}#${Object.values(images)
    .flatMap((image) => digestOf(image) ?? [])
    .join(',')}`;

const DEFAULT_MINUTES: Readonly<Partial<Record<Verb, number>>> = { mute: 60, 'keep-awake': 120 };

/** What the motions of all verbs are made of. */
interface Asking {
  readonly by: string;
  readonly subject: string;
  readonly service: string;
  readonly until: string | null;
  /** ` for 1 h`, ` until Mon 23 Nov 12:30 AEDT`, or nothing where it has no end. */
  readonly lasting: string;
  readonly at: string;
  readonly known: Known;
}

const operator = (verb: Verb, by: string, intent?: 'newest' | 'previous'): object => ({
  kind: 'operator',
  detail: `${verb} by ${by}`,
  by,
  ...(intent === undefined ? {} : { intent }),
});
const begin = (story: 'redeploy' | 'sleep' | 'wake' | 'alarm', input: object, said: string): Motion => ({
  override: null,
  start: { story, input },
  said,
});
const override = (wish: OverrideWish, said: string): Motion => ({ override: wish, start: null, said });
const everyOr = (subject: string): string => (subject === '*' ? 'every service' : subject);

const judged = (verb: 'approve' | 'reject', { by, subject, service }: Asking): Motion => {
  const digests = subject.slice(service.length + 1).split(',');
  const note = verb === 'approve' ? 'approved' : 'refused';
  const [override = null, ...also] = digests.map(
    (digest): OverrideWish => ({ key: `approval#${service}#${digest}`, kind: 'approval', until: null, note }),
  );
  return {
    override,
    ...(also.length === 0 ? {} : { also }),
    start: { story: 'redeploy', input: { trigger: operator(verb, by, 'newest'), services: [service] } },
    said: `${by} ${note} ${digests.map(shortDigest).join(', ')} for ${service}.`,
  };
};

const looks = (): Motion => ({ override: null, start: null, said: '' });

const motions: Readonly<Record<Verb, (asking: Asking) => Motion>> = {
  acknowledge: ({ by, subject, at, known }) =>
    begin('alarm', { look: { kind: 'acknowledged', alarm: '', since: at, incident: subject, by } }, `${by} looks after this: ${known.incidents?.[subject] ?? subject}`),
  mute: ({ by, subject, until, lasting }) =>
    override({ key: `mute#${subject}`, kind: 'mute', until, note: `muted by ${by}` }, `${by} muted ${subject}${lasting}.`),
  unmute: ({ by, subject, at }) =>
    override({ key: `mute#${subject}`, kind: 'mute', until: at, note: `unmuted by ${by}` }, `${by} unmuted ${subject}.`),
  rollback: ({ by, subject }) =>
    begin(
      'redeploy',
      { trigger: operator('rollback', by, 'previous'), services: [subject] },
      `${by} rolls ${subject} back to the release before.`,
    ),
  'keep-awake': ({ by, until, lasting, known }) =>
    override(
      { key: keepAwakeKey(by), kind: 'keep-awake', until, note: `by ${by}` },
      known.asleep === true ? `${by} keeps the platform awake${lasting} once it is woken: it sleeps now.` : `${by} keeps the platform awake${lasting}.`,
    ),
  wake: ({ by }) => begin('wake', { trigger: operator('wake', by) }, `${by} wakes the platform.`),
  'sleep-now': ({ by }) => begin('sleep', { trigger: operator('sleep-now', by) }, `${by} sends the platform to sleep.`),
  approve: (asking) => judged('approve', asking),
  reject: (asking) => judged('reject', asking),
  hold: ({ by, subject, until, lasting }) =>
    override({ key: `hold#${subject}`, kind: 'hold', until, note: `held by ${by}` }, `${by} holds rollouts of ${everyOr(subject)}${lasting}.`),
  'release-hold': ({ by, subject, at, known }) => ({
    override: { key: `hold#${subject}`, kind: 'hold', until: at, note: `released by ${by}` },
    start: {
      story: 'redeploy',
      input: { trigger: operator('release-hold', by, 'newest'), services: subject === '*' ? known.services : [subject] },
    },
    said: `${by} lets rollouts of ${everyOr(subject)} go on.`,
  }),
  status: looks,
  why: looks,
};

/** Verbs whose subject must be a service of the platform. */
const aboutService: ReadonlySet<Verb> = new Set(['rollback', 'approve', 'reject']);
/** Verbs whose subject is a service or `*`. */
const aboutLine: ReadonlySet<Verb> = new Set(['hold', 'release-hold']);

/** The motion of an order, or why there is none. */
export const motionOf = (order: Order, known: Known, at: string): Motion | { readonly refused: string } => {
  const { verb, subject, by } = order;
  const service = subject.split('#')[0] ?? subject;
  const about = aboutService.has(verb) || (aboutLine.has(verb) && subject !== '*');
  if (about && !known.services.includes(service))
    return { refused: `There is no service ${service}; there are ${known.services.join(', ')}.` };
  if (verb === 'approve' || verb === 'reject') {
    const digests = whatWaits(subject, service, known);
    return typeof digests === 'string' ? judged(verb, { by: by.name, subject: digests, service, until: null, lasting: '', at, known }) : digests;
  }
  if ((verb === 'mute' || verb === 'unmute') && !(known.mutable ?? []).includes(subject))
    return { refused: `There is nothing to mute that is called ${subject}. ${meant(subject, known.mutable ?? [])}` };
  if (verb === 'acknowledge' && known.incidents?.[subject] === undefined) return { refused: 'It is over already: nobody has to look after it.' };
  const { timeZone = 'UTC' } = known;
  const named = order.when === undefined ? (order.until ?? null) : untilInstant(order.when, at, timeZone);
  if (order.when !== undefined && named === null)
    return { refused: `"${order.when}" is no time ahead. Write until 22:00 (${timeZone}), until 2026-11-24T01:00, or for 2h.` };
  const minutes = order.minutes ?? DEFAULT_MINUTES[verb] ?? null;
  const until = named ?? (minutes === null ? null : later(at, minutes * 60));
  return motions[verb]({ by: by.name, subject, service, until, lasting: lastingWords(named, minutes, timeZone), at, known });
};

const lastingWords = (until: string | null, minutes: number | null, timeZone: string): string => {
  if (until !== null) return ` until ${instantWords(until, timeZone)}`;
  return minutes === null ? '' : ` for ${durationWords(minutes * 60)}`;
};

/** The digests an approval is about: those the button named, or those that wait now when somebody typed the service's name. */
const whatWaits = (subject: string, service: string, { waiting }: Known): string | { readonly refused: string } => {
  if (subject !== service) return subject;
  const images = waiting?.[service];
  if (images === undefined) return { refused: `Rollouts of ${service} need no approval.` };
  return images === null ? { refused: `No image of ${service} waits for approval.` } : approvalSubject(service, images);
};

const usage =
  'status · why [id] · wake · sleep · keep-awake [minutes | until 22:00] · rollback <service> · approve <service> · reject <service> · hold [service] · release [service] · mute <alarm or service> [minutes] · unmute <alarm or service>';

type Read = Pick<Order, 'verb' | 'subject' | 'minutes' | 'when'> | { readonly refused: string };

/** Reads `/dayshift keep-awake 90` and `/dayshift keep-awake until 22:00`; before `until` and `for` come the subject and the minutes, in any order. */
export const readCommand = (text: string): Read => {
  const [, before = text, when] = /^\s*((?:keep-awake|hold|mute)\b.*?)\s+((?:until|for)\s.+)$/i.exec(text) ?? [];
  const read = readWords(before);
  return when === undefined || 'refused' in read ? read : { ...read, when: when.trim() };
};

const readWords = (text: string): Read => {
  const [word = 'status', ...rest] = text
    .trim()
    .split(/\s+/)
    .filter((part) => part !== '');
  const minutes = rest.map((part) => /^(\d{1,4})\s*(?:m|min|minutes)?$/.exec(part)?.[1]).find((found) => found !== undefined);
  const hours = rest.map((part) => /^(\d{1,2})\s*(?:h|hours?)$/.exec(part)?.[1]).find((found) => found !== undefined);
  const subject = rest.find((part) => !/^\d+\s*(?:m|min|minutes|h|hours?)?$/.test(part)) ?? '';
  const lasting = hours === undefined ? (minutes === undefined ? null : Number(minutes)) : Number(hours) * 60;
  const order = (verb: Verb, otherwise: string): Pick<Order, 'verb' | 'subject' | 'minutes'> => ({
    verb,
    subject: subject === '' ? otherwise : subject,
    minutes: lasting,
  });
  switch (word.toLowerCase()) {
    case 'status':
      return order('status', 'platform');
    case 'why':
      return order('why', 'latest');
    case 'wake':
      return order('wake', 'platform');
    case 'sleep':
      return order('sleep-now', 'platform');
    case 'keep-awake':
      return order('keep-awake', 'platform');
    case 'hold':
      return order('hold', '*');
    case 'release':
      return order('release-hold', '*');
    case 'rollback':
    case 'approve':
    case 'reject':
    case 'mute':
    case 'unmute':
      return subject === '' ? { refused: `${word} what? ${usage}` } : order(word.toLowerCase() as Verb, '');
    default:
      return { refused: `I know: ${usage}` };
  }
};
