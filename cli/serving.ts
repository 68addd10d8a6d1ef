// `npm start -- --serve`: keeps a rehearsal running until Ctrl-C and tells other programs where it is.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { consolePages } from '../local/console/console.ts';
import { SPEEDS } from '../local/serve/control.ts';
import { serve, type ServeOptions, type Served } from '../local/serve/serve.ts';
import type { Day } from '../local/rehearsal/day.ts';
import { instantWords } from '../shared/domain/instants.ts';
import type { Manifest } from '../shared/domain/manifest.ts';
import { WrongUse, type Option } from './command.ts';
import { lines } from './layout.ts';
import type { SynthesizedPlatform } from './platform.ts';
import type { Terminal } from './terminal.ts';

const root = join(import.meta.dirname, '..');
const DEFAULT_PORT = 4566;
const DEFAULT_SPEED = 60;
const givens = ['day', 'running', 'empty'] as const;

type Values = Readonly<Record<string, string | boolean | undefined>>;

/** Options that only make sense together with --serve, besides --port. */
export const serveOptions: Readonly<Record<string, Option>> = {
  serve: { type: 'boolean', help: 'keep the world running on a port for AWS clients (docs/serve.md)' },
  speed: { type: 'string', value: 'N', help: 'with --serve: virtual seconds per real second (default: 60)' },
  step: { type: 'boolean', help: 'with --serve: begin paused' },
  given: { type: 'string', value: 'WHAT', help: 'with --serve: day (default), running or empty' },
};

const portOf = (values: Values): number => {
  const text = values['port'] ?? String(DEFAULT_PORT);
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new WrongUse(`--port ${String(text)} is no port. Give a number from 1 to 65535, 0 for any free one, or leave it out`);
};

const speedOf = (values: Values): number => {
  const text = values['speed'] ?? String(DEFAULT_SPEED);
  const speed = Number(text);
  if (speed >= SPEEDS.least && speed <= SPEEDS.most) return speed;
  throw new WrongUse(`--speed ${String(text)} is no speed. Give virtual seconds per real second, from ${SPEEDS.least} to ${SPEEDS.most}`);
};

const givenOf = (values: Values): ServeOptions['given'] => {
  const found = givens.find((given) => given === (values['given'] ?? 'day'));
  if (found === undefined) throw new WrongUse(`--given ${String(values['given'])}: give one of ${givens.join(', ')}`);
  return found;
};

/** Refuses options that need --serve when it is not there. */
export const refuseWithoutServe = (values: Values): void => {
  const alone = ['speed', 'step', 'given'].filter((name) => values[name] !== undefined);
  if (alone.length > 0) throw new WrongUse(`--${alone.join(', --')} only makes sense with --serve. Add --serve, or leave it out`);
};

const endpointFile = ({ id }: Manifest): string => join(root, '.rehearsals', id, 'endpoint.json');

const tellOthers = (manifest: Manifest, { url, region, credentials }: Served): void => {
  const file = endpointFile(manifest);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ url, pid: process.pid, region, ...credentials }, null, 2)}\n`);
};

const greeting = (manifest: Manifest, { url, region, credentials, world }: Served, speed: string): string => {
  const at = instantWords(new Date(world.clock.now).toISOString(), manifest.hours?.timeZone ?? 'UTC');
  const settings = [
    `AWS_ENDPOINT_URL=${url}`,
    `AWS_ACCESS_KEY_ID=${credentials.accessKeyId}`,
    `AWS_SECRET_ACCESS_KEY=${credentials.secretAccessKey}`,
    `AWS_REGION=${region}`,
    `AWS_DEFAULT_REGION=${region}`,
  ];
  const runs = `${manifest.title} (${manifest.stage}) runs at ${url}, ${at}, ${speed}. Ctrl-C ends it.`;
  return lines(runs, 'Open that address in a browser to see it.', '', `  export ${settings.join(' ')}`);
};

const interrupted = ({ interrupted: signal }: Terminal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
    process.once('SIGTERM', () => resolve());
  });

export interface Serving {
  readonly platform: SynthesizedPlatform;
  readonly day: Day;
  readonly values: Values;
  readonly terminal: Terminal;
}

/** Reads what --serve needs; throws WrongUse before anything is built. */
export const readServing = (values: Values): Pick<ServeOptions, 'port' | 'speed' | 'given' | 'paused'> => ({
  port: portOf(values),
  speed: speedOf(values),
  given: givenOf(values),
  paused: values['step'] === true,
});

/** Serves until the terminal is interrupted; answers exit code 0. Throws PortInUse. */
export const serving = async ({ platform, day, values, terminal }: Serving): Promise<number> => {
  const { manifest, directory } = platform;
  const asked = readServing(values);
  const served = await serve({ assembly: directory, manifest, day, pages: consolePages(), ...asked });
  try {
    tellOthers(manifest, served);
    terminal.out(greeting(manifest, served, asked.paused ? 'paused' : `${asked.speed} × real time`));
    await interrupted(terminal);
    return 0;
  } finally {
    rmSync(endpointFile(manifest), { force: true });
    await served.close();
  }
};
