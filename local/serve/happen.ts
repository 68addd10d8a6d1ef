// A happening somebody asks a running world for: checked as a day file's line is, played now or planned for its instant.
import { checkDay, DayFileError, type Happening } from '../rehearsal/day.ts';
import { unknownNames } from '../rehearsal/happening-names.ts';
import { perform, type Stage } from '../rehearsal/play.ts';
import { wrongRequest } from './replies.ts';
import { zoneOf, type Running } from './view.ts';

const LONGEST = 366 * 86_400_000;

export interface Happened {
  /** Sequence number of the first line in the trail that can belong to it. */
  readonly seq: number;
  readonly at: number;
  /** Whether it has been played to its end; false when it is planned or needs time. */
  readonly done: boolean;
}

/** The happening a request's body means; throws WrongRequest with every finding. */
const readHappening = ({ world, manifest }: Running, body: object): Happening => {
  const from = new Date(world.clock.now).toISOString();
  const until = new Date(world.clock.now + LONGEST).toISOString();
  const line = { at: from, ...body };
  try {
    const { happenings } = checkDay('the request', { from, until, happenings: [line] }, zoneOf(manifest), (path) => path.slice(2).join('.') || 'the body');
    return happenings[0] as Happening;
  } catch (error) {
    if (!(error instanceof DayFileError)) throw error;
    throw wrongRequest(error.findings.join('; '));
  }
};

/** Plays or plans the happening. Throws WrongRequest when it makes no sense, and what the world says when it cannot be done. */
export const happen = async (running: Running, stage: Stage, body: object): Promise<Happened> => {
  const { world, driver } = running;
  const happening = readHappening(running, body);
  const unknown = unknownNames(happening, stage);
  if (unknown.length > 0) throw wrongRequest(unknown.join(' '));
  const seq = world.trail.entries.length + 1;
  if (happening.at > world.clock.now) {
    world.clock.at(happening.at, () => perform(happening, stage), `happening ${happening.kind}`);
    return { seq, at: happening.at, done: false };
  }
  let done = false;
  const played = driver.enter(() => perform(happening, stage), `happening ${happening.kind}`).then(() => void (done = true));
  // Whoever asked does not wait for time; what fails later is a problem of the world, not of this request.
  const drained = driver.drained().then(() => driver.drained());
  await Promise.race([played, drained]);
  if (!done) played.catch((error: unknown) => world.clock.after(0, () => { throw error; }, 'a happening that failed'));
  return { seq, at: happening.at, done };
};
