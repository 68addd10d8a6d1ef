// The trail as server-sent events: what is already there, then what comes, and the time while it moves.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { whole } from './control.ts';
import { jsonText } from './replies.ts';
import { timeView, type Running } from './view.ts';

/** Real milliseconds between two words about the time. */
const TIME_EVERY = 250;
/** A reader that takes nothing is left when so many bytes wait for it. */
const MOST_WAITING = 64 * 1024 * 1024;

const eventText = (event: string, data: unknown, id?: number): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${jsonText(data)}\n\n`;

const startOf = (running: Running, request: IncomingMessage): number => {
  const { searchParams } = new URL(request.url ?? '/', 'http://rehearsal');
  const continued = Number(request.headers['last-event-id']);
  if (Number.isInteger(continued) && continued > 0) return continued;
  return whole(searchParams, 'since', running.world.trail.entries.length, Number.MAX_SAFE_INTEGER);
};

/** Writes events until the reader leaves; the world does not notice whether anybody reads. Throws WrongRequest before anything is written. */
export const follow = (running: Running, request: IncomingMessage, response: ServerResponse): void => {
  const { world, driver } = running;
  let sent = Math.min(startOf(running, request), world.trail.entries.length);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', connection: 'keep-alive' });
  let timer: NodeJS.Timeout | undefined;
  let told = '';
  const tellTime = (): void => {
    timer = undefined;
    const { now, mode, speed } = timeView(running);
    const text = eventText('time', { now, mode, speed });
    if (text !== told) response.write(text);
    told = text;
  };
  const send = (): void => {
    for (; sent < world.trail.entries.length; sent += 1) {
      const entry = world.trail.entries[sent];
      if (entry !== undefined) response.write(eventText('trail', entry, entry.seq));
    }
    if (response.writableLength > MOST_WAITING) response.destroy();
  };
  let planned: NodeJS.Immediate | undefined;
  const sendSoon = (): void => {
    planned ??= setImmediate(() => {
      planned = undefined;
      send();
    });
  };
  send();
  tellTime();
  const stopTrail = world.trail.follow(sendSoon);
  const stopTime = driver.follow(() => void (timer ??= setTimeout(tellTime, TIME_EVERY)));
  response.once('close', () => {
    stopTrail();
    stopTime();
    clearTimeout(timer);
    clearImmediate(planned);
  });
};
