// Plays one contract case on a fresh account: calls, waits, pushes and functions, and what must be answered, announced or refused.
import { createWorld } from '../../local/create-world.ts';
import type { ImageBehaviour } from '../../local/services/ecr.ts';
import type { BusEvent } from '../../local/services/events/events.ts';
import { AwsError } from '../../local/simulated.ts';
import type { World } from '../../local/world.ts';
import { mismatch, type Pattern } from './contract-match.ts';
import { runningShop } from './shop.ts';

/** One thing done to the simulated services, and what the documentation says comes of it. */
export interface Step {
  /** `service:Operation`, the service by its signing name. */
  readonly call?: string;
  readonly input?: unknown;
  /** How often the call is made; the last answer counts. */
  readonly times?: number;
  readonly answers?: Pattern;
  /** Names values of the answer (or of the last event) by their path, for `${name}` in later steps. */
  readonly keep?: Readonly<Record<string, string>>;
  readonly refused?: { readonly code: string; readonly message?: Pattern; readonly more?: Pattern };
  /** A CloudFormation resource of that type, and what Ref answers as `${ref}`. */
  readonly resource?: string;
  readonly push?: { readonly repository: string; readonly tags?: readonly string[]; readonly behaviour?: ImageBehaviour; readonly findings?: Readonly<Record<string, number>> };
  /** A visitor's request to the only load balancer. */
  readonly visit?: { readonly path: string; readonly method?: string; readonly host?: string; readonly query?: string; readonly headers?: Readonly<Record<string, string>> };
  /** A request to a host outside AWS. */
  readonly http?: { readonly method: string; readonly url: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };
  /** Somebody pushes to a registry other than ECR; `credentials` (`user:password`) make the image private. */
  readonly publish?: { readonly image: string; readonly tags: readonly string[]; readonly platforms?: readonly string[]; readonly credentials?: string };
  /** Addresses and domains that an operator proved to SES. */
  readonly proven?: readonly string[];
  /** What becomes of mails to an address. */
  readonly mailbox?: { readonly address: string; readonly answer: 'unknown' | 'full' | 'complains' | 'virus' };
  /** A webhook (`${url}`) or an app (`${token}`, `${channel}`) in Slack. */
  readonly slack?: 'webhook' | 'app';
  /** `20 s`, `5 min`, `3 h`, `7 d`. */
  readonly wait?: string;
  readonly until?: string;
  /** The newest event of the default bus with this source and detail-type, and its shape. */
  readonly event?: Pattern;
  readonly noEvent?: Pattern;
  /** Seconds after its first invocation at which a function was invoked. */
  readonly invoked?: { readonly function: string; readonly after?: readonly Pattern[]; readonly with?: Pattern };
}

export interface ContractCase {
  readonly title: string;
  /** Address of the documentation page with the example or the rule. */
  readonly source: string;
  /** `shop`: a cluster with the service `web` of two healthy tasks behind a load balancer. */
  readonly given?: 'account' | 'shop';
  readonly start?: string;
  readonly region?: string;
  readonly steps: readonly Step[];
}

interface Play {
  readonly world: World;
  readonly events: readonly BusEvent[];
  readonly invocations: readonly { readonly name: string; readonly at: number; readonly input: unknown }[];
  readonly kept: Map<string, unknown>;
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

const milliseconds = (text: string): number => {
  const [, count, unit] = /^([\d.]+) (s|min|h|d)$/.exec(text) ?? [];
  const factor = UNITS[unit ?? ''];
  if (factor === undefined) throw new Error(`not a length of time: ${text}`);
  return Number(count) * factor;
};

/** Functions of a case do what their names say: `answers…` returns its input, `fails…` throws. */
const hosted = (invocations: Play['invocations'][number][]) => (fn: { readonly functionName: string }) => (host: { readonly now: () => number }) => async (input: unknown) => {
  invocations.push({ name: fn.functionName, at: host.now(), input });
  if (fn.functionName.startsWith('fails')) throw Object.assign(new Error('it failed'), { name: 'CustomError' });
  return input;
};

const at = (value: unknown, path: string): unknown =>
  path.split('.').filter((key) => key !== '').reduce<any>((inner, key) => inner?.[key], value);

const repeated = (value: unknown, times: number): unknown => (typeof value === 'string' ? value.repeat(times) : Array.from({ length: times }, () => value));

/** `${name}` stands for a kept value, `{ "~text": … }` for the JSON text of what is in it, `{ "~repeat": [what, times] }` for much of it. */
const filled = (value: any, kept: ReadonlyMap<string, unknown>): any => {
  if (typeof value === 'string') {
    const whole = /^\$\{(\w+)\}$/.exec(value)?.[1];
    if (whole !== undefined) return kept.get(whole);
    return value.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => String(kept.get(name)));
  }
  if (Array.isArray(value)) return value.map((item) => filled(item, kept));
  if (typeof value !== 'object' || value === null) return value;
  if ('~repeat' in value) return repeated(value['~repeat'][0], value['~repeat'][1]);
  if ('~text' in value) return JSON.stringify(filled(value['~text'], kept));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filled(inner, kept)]));
};

/** Everything an open world needs: a role that AWS services may take and that may do everything. */
const openWorld = async ({ given, start = '2026-11-23T09:00:00Z', region = 'us-east-1' }: ContractCase): Promise<Play> => {
  const events: BusEvent[] = [];
  const invocations: Play['invocations'][number][] = [];
  const kept = new Map<string, unknown>();
  if (given === 'shop') {
    const shop = await runningShop(1);
    for (const name of ['targetGroupArn', 'listenerArn', 'dnsName', 'goodRevision', 'good'] as const) kept.set(name, shop[name]);
    return { world: shop.world, events: shop.events, invocations, kept };
  }
  const assets = new Map([['a'.repeat(64), import.meta.dirname]]);
  const world = createWorld({ start, seed: 'contract', region, assets, hosts: hosted(invocations) });
  world.services.events.observe((event) => events.push(event));
  const services = ['lambda', 'states', 'events', 'scheduler', 'ecs-tasks'].map((name) => `${name}.amazonaws.com`);
  const trust = { Statement: [{ Effect: 'Allow', Principal: { Service: services }, Action: 'sts:AssumeRole' }] };
  const everything = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  kept.set('role', world.services.iam.createRole({ name: 'everything', trust, policies: { everything } }));
  return { world, events, invocations, kept };
};

const called = async ({ world }: Play, call: string, input: unknown): Promise<unknown> => {
  const [service = '', operation = ''] = call.split(':');
  return world.clock.finish(world.call({ service, operation, input, caller: { kind: 'operator' } }), 3_600_000);
};

const refusedBy = async (play: Play, call: string, input: unknown, refused: NonNullable<Step['refused']>): Promise<readonly string[]> => {
  try {
    return [`${call} was not refused: ${JSON.stringify(await called(play, call, input))}`];
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return [
      ...mismatch(error.code, refused.code, `${call} error code`),
      ...(refused.message === undefined ? [] : mismatch(error.message, refused.message, `${call} error message`)),
      ...(refused.more === undefined ? [] : mismatch(error.extra, refused.more, `${call} error`)),
    ];
  }
};

const made = async ({ world, kept }: Play, type: string, properties: unknown): Promise<unknown> => {
  const found = Object.values(world.services).map((service) => ('resources' in service ? service.resources?.[type] : undefined)).find((resource) => resource !== undefined);
  if (found === undefined) throw new Error(`no simulated service makes ${type}`);
  const answer = await world.clock.finish(Promise.resolve(found.create(properties, { world, stackName: 'contract', logicalId: 'Made', generatedName: () => 'contract-made' })));
  kept.set('ref', answer.ref);
  return answer;
};

const announced = ({ events }: Play, pattern: any): readonly string[] => {
  const { source, 'detail-type': detailType } = pattern['~only'] ?? pattern;
  const alike = events.filter((event) => event.source === source && event['detail-type'] === detailType);
  if (alike.length === 0) return [`no ${source} event "${detailType}" among ${JSON.stringify(events.map((event) => event['detail-type']))}`];
  const answers = alike.map((event) => mismatch(event, pattern, 'event'));
  return answers.find((answer) => answer.length === 0) ?? answers.at(-1) ?? [];
};

const invokedAs = ({ invocations }: Play, expected: NonNullable<Step['invoked']>): readonly string[] => {
  const own = invocations.filter(({ name }) => name === expected.function);
  const seconds = own.map(({ at: instant }) => Math.round((instant - own[0]!.at) / 1000));
  return [
    ...(expected.after === undefined ? [] : mismatch(seconds, expected.after, `seconds at which ${expected.function} was invoked`)),
    ...(expected.with === undefined ? [] : mismatch(own[0]?.input, expected.with, `input of ${expected.function}`)),
  ];
};

const done = async (play: Play, step: Step): Promise<readonly string[]> => {
  const { world, events } = play;
  if (step.wait !== undefined) return world.clock.run(world.clock.now + milliseconds(step.wait)).then(() => []);
  if (step.until !== undefined) return world.clock.run(Date.parse(step.until)).then(() => []);
  if (step.event !== undefined) return announced(play, step.event);
  if (step.noEvent !== undefined) return events.some((event) => mismatch(event, step.noEvent, '').length === 0) ? [`there is an event like ${JSON.stringify(step.noEvent)}`] : [];
  if (step.invoked !== undefined) return invokedAs(play, step.invoked);
  if (step.refused !== undefined) return refusedBy(play, step.call ?? '', step.input, step.refused);
  for (let time = 1; time < (step.times ?? 1); time += 1) await answered(play, step);
  const answer = await answered(play, step);
  for (const [name, path] of Object.entries(step.keep ?? {})) play.kept.set(name, at(answer, path));
  return step.answers === undefined ? [] : mismatch(answer, step.answers, step.call ?? 'answer');
};

const answered = async (play: Play, step: Step): Promise<unknown> => {
  const { outside } = play.world.services;
  if (step.http !== undefined) {
    const response = await play.world.clock.finish(outside.http({ headers: {}, ...step.http }));
    return response.headers['content-type']?.startsWith('application/json') === true ? { ...response, json: JSON.parse(response.body) as unknown } : response;
  }
  if (step.proven !== undefined) {
    for (const identity of step.proven) play.world.services.ses.verify(identity);
    return {};
  }
  if (step.mailbox !== undefined) {
    play.world.services.ses.answers(step.mailbox.address, step.mailbox.answer);
    return {};
  }
  if (step.slack === 'webhook') return { url: outside.slack.webhook('ops') };
  if (step.slack === 'app') return outside.slack.app('ops');
  if (step.publish !== undefined) {
    const { credentials, ...push } = step.publish;
    const digest = outside.push({ ...push, behaviour: { kind: 'healthy' } });
    if (credentials !== undefined) outside.registry.makePrivate(push.image, credentials);
    return { digest };
  }
  if (step.push !== undefined) {
    const { tags = [], behaviour = { kind: 'healthy' as const }, ...push } = step.push;
    return play.world.services.ecr.push({ ...push, tags, behaviour });
  }
  if (step.visit !== undefined) return play.world.clock.finish(play.world.services.elb.request({ method: 'GET', host: String(play.kept.get('dnsName')), headers: {}, ...step.visit }));
  if (step.resource !== undefined) return made(play, step.resource, step.input);
  return called(play, step.call ?? '', step.input);
};

/** Where the simulated services differ from the documentation in this case, one line each; nothing follows the first difference. */
export const differences = async (contract: ContractCase): Promise<readonly string[]> => {
  const play = await openWorld(contract);
  try {
    for (const [index, step] of contract.steps.entries()) {
      const found = await done(play, filled(step, play.kept));
      if (found.length > 0) return found.map((line) => `step ${index + 1}: ${line}`);
    }
    return [];
  } finally {
    await play.world.close();
  }
};
