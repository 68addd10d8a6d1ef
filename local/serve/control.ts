// The control requests of a running world (docs/serve.md): its state, its trail, its time, and what happens in it.
import { instantOf, wallWords, writtenInstant } from '../../shared/domain/wall-clock.ts';
import type { WireRequest, WireResponse } from '../protocol/wire.ts';
import type { Stage } from '../rehearsal/play.ts';
import type { TrailEntry } from '../trail.ts';
import { applyFault, readFault } from './faults.ts';
import { happen } from './happen.ts';
import { json, wrongRequest } from './replies.ts';
import { stateView, timeView, zoneOf, type Running } from './view.ts';

export const CONTROL = '/_dayshift/';

type Body = Readonly<Record<string, unknown>>;
type Post = (running: Running, stage: Stage, body: Body) => unknown;
type Get = (running: Running, query: URLSearchParams) => unknown;

const DAY = 86_400_000;
const YEAR = 366 * DAY;
const PAGE = 1000;
const LARGEST_PAGE = 10_000;
export const SPEEDS = { least: 0.1, most: 100_000 } as const;

/** A whole number of the query, within bounds. */
export const whole = (query: URLSearchParams, name: string, byDefault: number, most: number): number => {
  const written = query.get(name);
  if (written === null) return byDefault;
  const value = Number(written);
  if (/^\d+$/.test(written) && value <= most) return value;
  throw wrongRequest(`${name}=${written}: give a whole number from 0 to ${most}`);
};

const trailPage: Get = ({ world }, query) => {
  const since = whole(query, 'since', 0, Number.MAX_SAFE_INTEGER);
  const limit = whole(query, 'limit', PAGE, LARGEST_PAGE);
  const kinds = query.getAll('kind');
  const entries: TrailEntry[] = [];
  let last = Math.min(since, world.trail.entries.length);
  while (last < world.trail.entries.length && entries.length < limit) {
    const entry = world.trail.entries[last] as TrailEntry;
    last += 1;
    if (kinds.length === 0 || kinds.includes(entry.kind)) entries.push(entry);
  }
  return { entries, last, more: last < world.trail.entries.length };
};

const gets: Readonly<Record<string, Get>> = {
  state: (running) => stateView(running),
  trail: trailPage,
  messages: ({ world }) => ({ slack: world.services.outside.slack.messages, mail: world.services.outside.mail.all }),
};

const speedOf = (body: Body): number => {
  const { speed } = body;
  if (typeof speed === 'number' && speed >= SPEEDS.least && speed <= SPEEDS.most) return speed;
  throw wrongRequest(`speed: ${JSON.stringify(speed)} is no speed. Give virtual seconds per real second, from ${SPEEDS.least} to ${SPEEDS.most}`);
};

const secondsOf = (body: Body): number => {
  const { seconds } = body;
  if (typeof seconds === 'number' && seconds > 0 && seconds * 1000 <= YEAR) return seconds * 1000;
  throw wrongRequest(`seconds: ${JSON.stringify(seconds)} is no time to go on for. Give a number above 0, at most a year`);
};

/** The next instant at which the platform's clock reads that time of day. */
const nextWall = (now: number, time: string, zone: string): number | null => {
  const today = instantOf(`${wallWords(now, zone).slice(0, 10)}T${time}`, zone);
  if (today === null || today > now) return today;
  return instantOf(`${wallWords(now + DAY, zone).slice(0, 10)}T${time}`, zone);
};

const destination = (running: Running, body: Body): number => {
  const { now } = running.world.clock;
  if (body['seconds'] !== undefined) return now + secondsOf(body);
  const { to } = body;
  const zone = zoneOf(running.manifest);
  const until = typeof to !== 'string' ? null : /^\d{2}:\d{2}$/.test(to) ? nextWall(now, to, zone) : instantOf(to, zone);
  if (until === null) throw wrongRequest(`to: ${JSON.stringify(to)} is no instant in ${zone}. Give 20:00, 2026-11-23T20:00 or 2026-11-23T09:00:00Z`);
  if (until < now) throw wrongRequest(`to: ${JSON.stringify(to)} has passed, it is ${writtenInstant(now, zone)}. Give a later instant`);
  if (until > now + YEAR) throw wrongRequest(`to: ${JSON.stringify(to)} is more than a year away. Give an earlier instant`);
  return until;
};

const fault: Post = ({ world, driver, manifest }, _, body) => {
  const read = readFault(body);
  if ('findings' in read) throw wrongRequest(read.findings.join('; '));
  return driver.enter(() => {
    applyFault(read.fault, world, manifest);
    return { at: world.clock.now };
  }, 'a fault');
};

const posts: Readonly<Record<string, Post>> = {
  play: (running, _, body) => {
    running.driver.play(body['speed'] === undefined ? undefined : speedOf(body));
    return timeView(running);
  },
  pause: async (running) => {
    await running.driver.pause();
    return timeView(running);
  },
  speed: (running, _, body) => {
    running.driver.setSpeed(speedOf(body));
    return timeView(running);
  },
  step: async (running, _, body) => {
    await running.driver.step(body['seconds'] === undefined ? undefined : secondsOf(body));
    return timeView(running);
  },
  jump: async (running, _, body) => {
    await running.driver.jump(destination(running, body));
    return timeView(running);
  },
  push: (running, stage, body) => happen(running, stage, { push: body }),
  happen: (running, stage, body) => happen(running, stage, body),
  fault,
};

const bodyOf = ({ body }: WireRequest): Body => {
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Body;
  } catch (error) {
    throw wrongRequest(`the body is not JSON: ${(error as Error).message}. Give one JSON object`);
  }
  throw wrongRequest('the body is no JSON object. Give one as docs/serve.md shows');
};

/** Errors that are the asker's to mend: what the world refuses by name. */
const refused = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'WrongRequest' || error.name === 'NoRuleMatches' || 'code' in error) return error.message;
  return undefined;
};

const known = `GET ${Object.keys(gets).join(', ')}, follow; POST ${Object.keys(posts).join(', ')}`;

const answered = async (running: Running, stage: Stage, request: WireRequest): Promise<WireResponse> => {
  const url = new URL(request.path, 'http://rehearsal');
  const name = url.pathname.slice(CONTROL.length);
  if (request.method === 'GET' && Object.hasOwn(gets, name)) return json(200, gets[name]?.(running, url.searchParams));
  if (request.method === 'POST' && Object.hasOwn(posts, name)) return json(200, await posts[name]?.(running, stage, bodyOf(request)));
  return json(404, { error: `there is no ${request.method} ${url.pathname}. There is ${known}` });
};

/** Answers a control request; what makes no sense is 400 with the remedy, what the world cannot do is 409 with its reason. */
export const control = async (running: Running, stage: Stage, request: WireRequest): Promise<WireResponse> => {
  try {
    return await answered(running, stage, request);
  } catch (error) {
    const message = refused(error);
    if (message !== undefined) return json((error as Error).name === 'WrongRequest' ? 400 : 409, { error: message });
    return json(409, { error: error instanceof Error ? error.message : String(error) });
  }
};
