// Somebody presses a button or types a command in Slack, or a stranger pretends to: forged, late or replayed (L6).
import type { Manifest } from '../../shared/domain/manifest.ts';
import type { HttpRequest } from '../outside/http.ts';
import { nameOf } from '../outside/slack-people.ts';
import type { World } from '../world.ts';
import type { pressTricks } from './day.ts';
import { hasButton, requestUrl } from './order-in-slack.ts';

export interface Pressed {
  readonly button?: string | undefined;
  /** Slack's id of the message; the newest with that button when left out. */
  readonly message?: string | undefined;
  /** What follows `/dayshift`. */
  readonly command?: string | undefined;
  readonly by: string;
  readonly trick?: (typeof pressTricks)[number] | undefined;
  readonly ifSent: boolean;
}

interface Place {
  readonly world: World;
  readonly manifest: Manifest;
}

const SIGNATURE = 'x-slack-signature';
/** Slack's own limit is five minutes (aws-facts H2). */
const LATE = 10 * 60_000;
const REPLAYS = 3;

const failed = (name: string, message: string): Error => Object.assign(new Error(message), { name });

/** The newest message with the button, or the one that is named. */
const messageWith = ({ button, message: ts }: Pressed, { world }: Place) =>
  button === undefined ? undefined : world.services.outside.slack.messages.findLast(({ blocks, ...one }) => (ts === undefined || one.ts === ts) && hasButton(blocks, button));

const requestOf = (pressed: Pressed, url: string, { world, manifest }: Place): HttpRequest => {
  const { button, command, by, message: ts } = pressed;
  const { slack } = world.services.outside;
  const app = slack.app(manifest.id);
  if (command !== undefined) return slack.type(app, '/dayshift', command, by, url);
  if (button === undefined) throw failed('NothingToPress', 'press needs a button or a command');
  const message = messageWith(pressed, { world, manifest });
  if (message === undefined) throw failed('NoSuchButton', ts === undefined ? `no message in Slack has a button ${button}` : `that message has no button ${button} any more`);
  return slack.press(app, message.ts, button, by, url);
};

/** The last digit of the signature, changed. */
const forged = (request: HttpRequest): HttpRequest => {
  const signature = request.headers?.[SIGNATURE] ?? '';
  return { ...request, headers: { ...request.headers, [SIGNATURE]: `${signature.slice(0, -1)}${signature.endsWith('0') ? '1' : '0'}` } };
};

const send = async (request: HttpRequest, words: string, { world }: Place): Promise<void> => {
  const began = world.clock.now;
  const answer = await world.services.lambda.visit({
    method: 'POST',
    url: request.url,
    headers: request.headers ?? {},
    body: typeof request.body === 'string' ? request.body : '',
  });
  const seconds = (world.clock.now - began) / 1000;
  world.trail.add({ kind: 'happening', who: 'person', what: `${words} -> ${answer.status}${seconds < 3 ? '' : ` after ${seconds} s`} ${saidIn(answer.body)}`.trim() });
};

/** What only the person sees. */
const saidIn = (body: string): string => {
  try {
    return (JSON.parse(body) as { readonly text?: string }).text?.split('\n')[0] ?? '';
  } catch {
    return body;
  }
};

/** Sends the request Slack would send, as often and as late as the trick says, and notes each answer. */
export const pressInSlack = async (pressed: Pressed, place: Place): Promise<void> => {
  if (pressed.ifSent && pressed.command === undefined && messageWith(pressed, place) === undefined) return;
  const request = requestOf(pressed, await requestUrl(place), place);
  const words = `${nameOf(pressed.by)} ${pressed.command === undefined ? `pressed ${pressed.button}` : `typed /dayshift ${pressed.command}`}${pressed.trick === undefined ? '' : ` (${pressed.trick})`}`;
  if (pressed.trick === 'late') await place.world.clock.sleep(LATE);
  for (let times = 0; times < (pressed.trick === 'replayed' ? REPLAYS : 1); times += 1)
    await send(pressed.trick === 'forged' ? forged(request) : request, words, place);
};
