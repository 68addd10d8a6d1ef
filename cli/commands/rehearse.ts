// `dayshift rehearse` (npm start): plays a day of a synthesized platform on simulated AWS; says what happened and whether a rule broke.
import { statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, relative, resolve } from 'node:path';
import type { Manifest } from '../../shared/domain/manifest.ts';
import { checkDay, readDay, type Day } from '../../local/rehearsal/day.ts';
import { rehearsal } from '../../local/rehearsal/rehearsal.ts';
import { standardDay } from '../../local/rehearsal/standard-day.ts';
import { report } from '../../local/rehearsal/report.ts';
import { writeFolder } from '../../local/rehearsal/folder.ts';
import { noMore, WrongUse, type Command } from '../command.ts';
import { dayText } from '../day-file.ts';
import { platformOptions, synthesized } from '../platform.ts';
import { readServing, refuseWithoutServe, serveOptions, serving } from '../serving.ts';
import type { Terminal } from '../terminal.ts';

const root = join(import.meta.dirname, '..', '..');

const portOf = (text: string | boolean | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new WrongUse(`--port ${String(text)} is no port. Give a number from 1 to 65535, or leave it out`);
};

const dayFor = (file: string | undefined, seed: string | undefined, manifest: Manifest): ReturnType<typeof readDay> => {
  const zone = manifest.hours?.timeZone ?? 'UTC';
  const day = file === undefined ? checkDay('the standard day', standardDay(manifest), zone) : readDay(file, dayText(file), zone);
  return seed === undefined ? day : { ...day, seed };
};

const rollsImages = ({ services }: Manifest): boolean => services.some(({ containers }) => containers.some(({ image }) => image !== null));

/** The rehearsal's day; a platform that rolls no image has one on which nothing is pushed. */
const servedDay = (values: Parameters<Command['run']>[0], manifest: Manifest): Day => {
  if (values['day'] !== undefined || rollsImages(manifest))
    return dayFor(values['day'] as string | undefined, values['seed'] as string | undefined, manifest);
  const quiet = { title: 'A quiet day', from: '2026-11-23T08:00', until: '2026-11-24T09:30', happenings: [] };
  return checkDay('a quiet day', quiet, manifest.hours?.timeZone ?? 'UTC');
};

/** The world kept running. */
const keepServing = async (values: Parameters<Command['run']>[0], terminal: Terminal): Promise<number> => {
  readServing(values);
  const platform = await synthesized(values, { reuse: true });
  const day = servedDay(values, platform.manifest);
  return serving({ platform, day, values, terminal });
};

/** A taken port is said before anything begins. */
const refuseTaken = async (port: number): Promise<void> => {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  }).catch((error: NodeJS.ErrnoException) => {
    throw new WrongUse(`--port ${port} cannot be used (${error.code ?? error.message}). Give another one, or leave it out for any free one`);
  });
  await new Promise((resolve) => server.close(resolve));
};

/** The folder need not be there yet, but something else must not stand in its way. */
const refuseNoFolder = (folder: string, asked = folder): void => {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory() === false) throw new WrongUse(`--out ${asked}: ${folder} is no folder. Give the path of a folder, or leave it out`);
  if (found === undefined) refuseNoFolder(dirname(folder), asked);
};

export const rehearse: Command = {
  name: 'rehearse',
  summary: 'Plays a day of a platform on simulated AWS, in virtual time',
  usage: 'rehearse [--platform NAME] [--stage STAGE] [--day FILE] [--serve]',
  options: {
    ...platformOptions,
    day: { type: 'string', value: 'FILE', help: 'a day file instead of the standard day (docs/day-file.md)' },
    seed: { type: 'string', value: 'SEED', help: 'another seed: other durations and delays, same rules' },
    port: { type: 'string', value: 'PORT', help: 'port of the simulated AWS endpoint (default: any free one)' },
    ...serveOptions,
    out: { type: 'string', value: 'FOLDER', help: 'where messages and trail go (default: .rehearsals/<platform>-<stage>)' },
  },
  example: 'npm start -- --platform farsight --seed 7',
  run: async (values, positionals, terminal) => {
    noMore(positionals);
    if (values['seed'] === '') throw new WrongUse('--seed is empty. Give any text or number, or leave it out');
    if (values['serve'] === true) return keepServing(values, terminal);
    refuseWithoutServe(values);
    const port = portOf(values['port']);
    // Asked before anything is synthesized, so that a mistyped path is told at once.
    if (values['day'] !== undefined) dayText(values['day'] as string);
    if (values['out'] !== undefined) refuseNoFolder(resolve(values['out'] as string));
    if (port !== undefined) await refuseTaken(port);
    const began = performance.now();
    const { directory, manifest } = await synthesized(values);
    const day = dayFor(values['day'] as string | undefined, values['seed'] as string | undefined, manifest);
    const ready = performance.now();
    const outcome = await rehearsal({ assembly: directory, manifest, day, ...(port === undefined ? {} : { port }) });
    const folder = (values['out'] as string | undefined) ?? join(root, '.rehearsals', manifest.id);
    writeFolder(folder, outcome);
    const seconds = { synth: (ready - began) / 1000, rehearsal: (performance.now() - ready) / 1000 };
    terminal.out(report(outcome, { folder: relative(process.cwd(), folder), seconds, colour: terminal.colour }));
    return outcome.broken.length === 0 ? 0 : 1;
  },
};
