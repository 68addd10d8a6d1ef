// Carries a person's order out: once, only if allowed, by starting a story or writing an override; answers within Slack's three seconds
// (L6).
import type { Entry } from '../contracts/ledger.ts';
import type { Manifest } from '../domain/manifest.ts';
import { statusAnswer, whyAnswer, type StatusFacts } from '../domain/answers.ts';
import { incidentWords } from '../domain/incident.ts';
import { groupsThatMay, mayOrder, motionOf, type Known, type Order } from '../domain/order.ts';
import { orderNotice } from '../domain/order-notice.ts';
import { pressedBy } from '../domain/pressed.ts';
import { platformNow } from '../aws/night-state.ts';
import type { Ledger, Machines, Notices } from '../ports.ts';
import type { Groups } from './slack-groups.ts';

export interface PressTools {
  readonly ledger: Ledger;
  readonly machines: Machines;
  readonly notices: Notices;
  readonly groups: Groups;
  /** Names of the alarms that begin with a prefix. */
  readonly alarmNames: (prefix: string) => Promise<readonly string[]>;
  readonly manifest: Manifest;
}

/** Words for the person who asked; `told` when the channel hears of it too. */
export interface Reply {
  readonly text: string;
  readonly told: boolean;
}

/** Does what was asked. A second call with the same order does nothing again. */
export const carryOut = async (order: Order, thread: string | null, tools: PressTools, at: string): Promise<Reply> => {
  const { ledger, machines, manifest } = tools;
  if (!(await allowed(order, tools)))
    return {
      text: `You may not ${order.verb} here. Your Slack id is ${order.by.id}; the platform file says who may (notices.allow).`,
      told: false,
    };
  if (order.verb === 'status') return { text: await status(tools, at), told: false };
  if (order.verb === 'why') return { text: await why(tools, order.subject), told: false };
  const timeZone = manifest.hours?.timeZone ?? 'UTC';
  const motion = motionOf(order, { ...(await known(order, tools)), timeZone }, at);
  if ('refused' in motion) return { text: motion.refused, told: false };
  if ((await ledger.recall('press', order.id)) !== null) return { text: 'That was done already.', told: false };
  for (const { key, kind, until, note } of [motion.override ?? [], motion.also ?? []].flat()) {
    await ledger.remember('override', key, { kind, until, by: order.by.name, at, note }, { expect: 'any', at });
  }
  if (motion.start !== null) await machines.start(motion.start.story, motion.start.input, `order-${order.id}`);
  const pressed = thread === null ? null : pressedBy(order, motion.override?.until ?? null, timeZone, at);
  // Before it is told: `why` finds what people read (N4).
  await ledger.note(
    {
      id: `order-${order.id}`,
      story: 'operator',
      service: null,
      action: order.verb,
      reason: 'ordered',
      facts: { by: order.by.name, verb: order.verb, subject: order.subject },
    },
    at,
  );
  await tools.notices.send(orderNotice(order, motion.said, thread, manifest, at, pressed));
  // Written last: an order that was cut short may be given again, and every step of it does the same once more.
  await ledger.remember('press', order.id, { by: order.by.name, verb: order.verb, subject: order.subject }, { expect: 'any', at });
  return { text: motion.said, told: true };
};

/** The services, and what the order's verb may be about: images that wait for approval, what can be muted, open incidents. */
const known = async ({ verb, subject }: Order, tools: PressTools): Promise<Known> => {
  const services = tools.manifest.services.map(({ name }) => name);
  switch (verb) {
    case 'approve':
    case 'reject':
      return { services, waiting: await waitingImages(tools) };
    case 'mute':
    case 'unmute':
      return { services, mutable: await mutableNames(subject, tools) };
    case 'acknowledge':
      return { services, incidents: await openIncidents(tools) };
    case 'keep-awake':
      return { services, asleep: (await platformNow(tools.ledger)).value.state !== 'awake' };
    default:
      return { services };
  }
};

const waitingImages = async ({ ledger, manifest: { services } }: PressTools): Promise<NonNullable<Known['waiting']>> => {
  const gated = services.filter(({ rollout }) => rollout.gates.approval !== null);
  const staged = new Map(gated.length === 0 ? [] : (await ledger.list('service')).map(({ key, value }) => [key, value.staged?.reason === undefined ? null : value.staged.images]));
  return Object.fromEntries(gated.map(({ name }) => [name, staged.get(name) ?? null]));
};

/** CloudWatch is only asked about names that the platform file does not have. */
const mutableNames = async (subject: string, { alarmNames, manifest }: PressTools): Promise<readonly string[]> => {
  const named = [...manifest.services, ...manifest.databases, ...manifest.caches].map(({ name }) => name);
  if (named.includes(subject)) return named;
  const exact = subject.startsWith(manifest.alarmPrefix) ? await alarmNames(subject) : [];
  return [...named, ...(exact.includes(subject) ? exact : await alarmNames(manifest.alarmPrefix))];
};

const openIncidents = async ({ ledger }: PressTools): Promise<NonNullable<Known['incidents']>> => {
  const board = await ledger.recall('board', 'alarms');
  const open = (board?.value.incidents ?? []).filter(({ closedAt }) => closedAt === null);
  return Object.fromEntries(open.map((incident) => [incident.id, incidentWords(incident)]));
};

const allowed = async (order: Order, { groups, manifest: { notices } }: PressTools): Promise<boolean> =>
  mayOrder(order, notices.allow) || mayOrder(order, notices.allow, await groups(order.by.id, groupsThatMay(order.verb, notices.allow)));

const status = async ({ ledger, manifest }: PressTools, at: string): Promise<string> => {
  const [platform, services, rollouts, board, overrides] = await Promise.all([
    ledger.recall('platform', 'platform'),
    ledger.list('service'),
    ledger.list('rollout', { limit: 20, newestFirst: true }),
    ledger.recall('board', 'alarms'),
    ledger.list('override'),
  ]);
  const facts: StatusFacts = {
    platform: platform?.value ?? null,
    services: services.map(serviceFacts),
    rollouts: rollouts
      .filter(({ value }) => value.result === 'in-progress')
      .map(({ value, at: since }) => ({ services: value.services, since })),
    incidents: (board?.value.incidents ?? [])
      .filter(({ closedAt }) => closedAt === null)
      .map((incident) => ({ title: incidentWords(incident), openedAt: incident.openedAt, acknowledgedBy: incident.acknowledgedBy })),
    overrides: overrides.map(({ key, value }) => ({ key, kind: value.kind, until: value.until, by: value.by })),
  };
  return statusAnswer(`${manifest.title} ${manifest.stage}`, facts, manifest.hours?.timeZone ?? 'UTC', at);
};

const serviceFacts = ({ key, value }: Entry<'service'>): StatusFacts['services'][number] => ({
  name: key,
  releasedAt: value.releasedAt,
  images: Object.values(value.released),
  quarantined: value.quarantine.length,
  staged: value.staged !== null,
});

const NEWEST = 200;

/** The newest decisions, or those about one record, service or alarm. */
const why = async ({ ledger, manifest }: PressTools, about: string): Promise<string> => {
  const history = await ledger.list('history', { limit: NEWEST, newestFirst: true });
  const mine = history.filter(
    ({ value }) =>
      about === 'latest' ||
      value.id.includes(about) ||
      value.service === about ||
      Object.values(value.facts).some((fact) => fact === about),
  );
  const told = mine
    .slice(0, 10)
    .reverse()
    .map(({ at, value }) => ({ at, story: value.story, service: value.service, reason: value.reason, facts: value.facts }));
  return whyAnswer(told, manifest.hours?.timeZone ?? 'UTC');
};
