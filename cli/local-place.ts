// A rehearsal as a place to work in: the platform deployed in virtual time, its images pushed, and a day played up to the asked instant.
import { createWorld } from '../local/create-world.ts';
import { connect } from '../local/in-process.ts';
import { callerArn } from '../local/caller-name.ts';
import { checkDay, readDay, type Day } from '../local/rehearsal/day.ts';
import { deployStacks, settleIn } from '../local/rehearsal/deploy.ts';
import { schedule } from '../local/rehearsal/play.ts';
import { sourceHosts } from '../local/rehearsal/source-doors.ts';
import { standardDay } from '../local/rehearsal/standard-day.ts';
import { loadAssembly } from '../local/services/cloudformation/assembly.ts';
import type { Caller } from '../local/simulated.ts';
import type { World } from '../local/world.ts';
import { instantWords } from '../shared/domain/instants.ts';
import { readInstant, writtenInstant } from '../shared/domain/wall-clock.ts';
import { WrongUse } from './command.ts';
import { dayText } from './day-file.ts';
import { environmentOf, personOf, type Place } from './place.ts';
import type { SynthesizedPlatform } from './platform.ts';
import { pushInto } from './rehearse-push.ts';

export interface LocalPlaceOptions {
  readonly platform: SynthesizedPlatform;
  /** Instant up to which the day is played, the platform's wall clock or with offset; by default 10:30 of the day's morning. */
  readonly at?: string;
  /** A day file instead of the standard day. */
  readonly day?: string;
  /** Who works there; the operator, who may do everything, by default. */
  readonly caller?: (world: World) => Caller;
  /** Before the first deploy nothing is there at all. */
  readonly deployed?: boolean;
}

const FROM_START = 2.5 * 3_600_000;

const dayOf = ({ platform: { manifest }, day }: LocalPlaceOptions): Day => {
  const zone = manifest.hours?.timeZone ?? 'UTC';
  if (day === undefined) return checkDay('the standard day', withoutPushes(manifest) ? quietDay : standardDay(manifest), zone);
  return readDay(day, dayText(day), zone);
};

const quietDay = { title: 'A quiet day', from: '2026-11-23T08:00', until: '2026-11-24T09:30', happenings: [] };

const withoutPushes = ({ services }: LocalPlaceOptions['platform']['manifest']): boolean =>
  services.every(({ containers }) => containers.every(({ image }) => image === null));

const instantAsked = ({ platform: { manifest }, at }: LocalPlaceOptions, day: Day): number => {
  if (at === undefined) return day.from + FROM_START;
  const zone = manifest.hours?.timeZone ?? 'UTC';
  const read = readInstant(at, zone);
  if ('wrong' in read)
    throw new WrongUse(`--at ${at} ${read.wrong}. Give the platform's wall clock (2026-11-23T22:45) or one with offset (2026-11-23T11:45:00Z)`);
  if (read.at < day.from)
    throw new WrongUse(`--at ${at} is before the rehearsal begins (${writtenInstant(day.from, zone)}). Give a later instant`);
  return read.at;
};

/** Builds the world and plays the day up to the instant. */
export const localPlace = async (options: LocalPlaceOptions): Promise<Place> => {
  const { platform } = options;
  const { manifest } = platform;
  const day = dayOf(options);
  const until = instantAsked(options, day);
  const assembly = loadAssembly(platform.directory);
  const world = createWorld({
    start: day.from,
    seed: day.seed,
    region: manifest.region,
    assets: assembly.assets,
    hosts: await sourceHosts(),
  });
  if (options.deployed !== false) {
    await world.clock.finish(deployStacks(world, assembly));
    await world.clock.finish(settleIn(world, manifest));
    // The day goes on while the command works: what it would bring later is not played, so that the command alone changes things.
    schedule({ ...day, happenings: day.happenings.filter(({ at }) => at <= until) }, { world, manifest, assembly });
  }
  await world.clock.run(until);
  const caller = options.caller?.(world) ?? { kind: 'operator' };
  return placeIn(world, assembly, platform, caller);
};

const placeIn = (world: World, assembly: ReturnType<typeof loadAssembly>, platform: SynthesizedPlatform, caller: Caller): Place => {
  const { manifest } = platform;
  const arn = callerArn(caller, world.account);
  return {
    kind: 'local',
    words: `a rehearsal on ${instantWords(new Date(world.clock.now).toISOString(), manifest.hours?.timeZone ?? 'UTC')}`,
    platform,
    manifest,
    account: world.account,
    by: personOf(arn),
    caller: arn,
    host: {
      environment: environmentOf(manifest, world.account),
      manifest,
      now: () => world.clock.now,
      connect: (client) => void connect(client, world, caller),
      web: (question) => world.services.outside.http(question),
      log: { info: () => undefined },
    },
    rehearsed: { world, assembly },
    push: pushInto({ world, assembly }),
    now: () => new Date(world.clock.now).toISOString(),
    pause: (seconds, signal) => world.clock.sleep(seconds * 1000, signal).catch((error: unknown) => rethrowUnlessAborted(error, signal)),
    outside: (work) => world.clock.work(work, 'outside'),
    drive: (work) => world.clock.finish(work()),
    close: () => world.close(),
  };
};

const rethrowUnlessAborted = (error: unknown, signal: AbortSignal | undefined): void => {
  if (signal?.aborted !== true) throw error;
};
