// Which platform in which stage: read from `-c platform=… -c stage=…` and the platform's own settings, or refused in one message.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type PlatformFile, readPlatform } from '../shared/contracts/platform.ts';
import { findingLines } from '../shared/contracts/platform/findings.ts';
import type { Platform, Stage } from '../shared/domain/platform.ts';
import { CalendarProblem } from './calendar-problem.ts';
import { withHolidays } from './holidays.ts';

const stages: readonly Stage[] = ['dev', 'staging', 'prod'];
const folder = join(import.meta.dirname, 'platforms');

/** A message for the person at the terminal; no stack trace helps them. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

export interface Selected {
  readonly platform: Platform;
  readonly stage: Stage;
}

/** Names of the platform files there are. */
export const knownPlatforms = (from = folder): readonly string[] =>
  readdirSync(from)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -3))
    .sort();

const isFile = (value: unknown): value is PlatformFile => typeof value === 'object' && value !== null && 'services' in value;

/** Where in the file an error arose, as `line 12`; just the error's kind when nothing says so. */
const placeOf = ({ name: kind, stack = '' }: Error, name: string): string => {
  const line = new RegExp(`/${name}\\.ts:(\\d+)`).exec(stack)?.[1];
  return line === undefined ? kind : `${kind}, line ${line}`;
};

/** The one platform that a file exports. Throws a Refusal when there is none, or none that can be read. */
export const platformFile = async (name: string, from = folder): Promise<PlatformFile> => {
  if (!knownPlatforms(from).includes(name)) throw new Refusal(`There is no platform '${name}'. Known: ${knownPlatforms(from).join(', ')}.`);
  const exported: unknown = await import(pathToFileURL(join(from, `${name}.ts`)).href).catch((error: Error) => {
    throw new Refusal(`infra/platforms/${name}.ts cannot be read: ${error.message} (${placeOf(error, name)}). Put that right first.`);
  });
  const file = Object.values(exported as object).find(isFile);
  if (file === undefined)
    throw new Refusal(`infra/platforms/${name}.ts exports no platform; it should say: export const … = platform({ … }).`);
  return file;
};

const stageOf = (text: string): Stage => {
  const stage = stages.find((candidate) => candidate === text);
  if (stage === undefined) throw new Refusal(`There is no stage '${text}'. Known: ${stages.join(', ')}.`);
  return stage;
};

/** Context names that are ours or the CDK's own, not settings of a platform. */
const isSetting = (name: string): boolean =>
  !['platform', 'stage', 'cli-telemetry'].includes(name) && !name.includes(':') && !name.startsWith('@');

/** The settings among the context of a synth, and only those the command line gave as text. */
export const settingsIn = (context: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(context).flatMap(([name, value]) => (isSetting(name) && typeof value === 'string' ? [[name, value]] : [])),
  );

/** The platform that the context asks for, ready to be built; throws a Refusal with every finding otherwise. */
export const select = async (context: Readonly<Record<string, unknown>>): Promise<Selected> => {
  const name = context['platform'];
  if (typeof name !== 'string' || name === '')
    throw new Refusal(`Say which platform: -c platform=NAME. Known: ${knownPlatforms().join(', ')}.`);
  const stage = stageOf(typeof context['stage'] === 'string' ? context['stage'] : 'dev');
  const read = readPlatform(await platformFile(name), stage, `infra/platforms/${name}.ts`, settingsIn(context));
  if (read.ok) return { platform: await withCalendars(read.platform), stage };
  const count = read.findings.length;
  throw new Refusal(
    [`${count} thing${count === 1 ? '' : 's'} to put right before this platform can be built:`, ...findingLines(read.findings)].join('\n'),
  );
};

/** Calendars become dates here, where files and libraries may be read. */
const withCalendars = async (platform: Platform): Promise<Platform> => {
  try {
    return { ...platform, hours: await withHolidays(platform.hours, folder), freezes: await withHolidays(platform.freezes, folder) };
  } catch (error) {
    if (error instanceof CalendarProblem) throw new Refusal(`infra/platforms/${platform.name}.ts: ${error.message}`);
    throw error;
  }
};

/** Writes a refusal and ends with code 2; any other error keeps its stack. */
export const endWith = (error: unknown): never => {
  if (!(error instanceof Refusal)) throw error;
  console.error(error.message);
  process.exit(2);
};
