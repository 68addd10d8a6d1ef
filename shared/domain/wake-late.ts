// Whether work will begin before everything is up, judged by how long each part took in the last mornings (S4).
import { later, secondsBetween } from './instants.ts';

/** How one waking went, as its record has it. */
export interface WakeCourse {
  readonly startedAt: string;
  readonly raised: Readonly<Record<string, string>>;
  readonly proven: Readonly<Record<string, string>>;
}

/** The longest that each service took from its count to health, and each database or cache from the beginning, in seconds. */
export type Pace = Readonly<Record<string, number>>;

/** The paces of the last mornings, the slowest of each part. */
export const paceOf = (courses: readonly WakeCourse[]): Pace => {
  const pace: Record<string, number> = {};
  for (const { startedAt, raised, proven } of courses)
    for (const [name, at] of Object.entries(proven)) pace[name] = Math.max(pace[name] ?? 0, secondsBetween(raised[name] ?? startedAt, at));
  return pace;
};

/** A part may take a little longer than ever before without being in trouble. */
const SLACK = 1.1;
const SLACK_SECONDS = 5;

/** Whether what is waited for will still be down at `edge`. What was never measured, or takes longer than ever, is expected to be. */
export const willBeLate = (
  { course, waiting, services, edge, pace }: { readonly course: WakeCourse; readonly waiting: readonly string[]; readonly services: readonly string[]; readonly edge: string; readonly pace: Pace },
  at: string,
): boolean => {
  const longest = (name: string): number => (pace[name] === undefined ? Number.POSITIVE_INFINITY : pace[name] * SLACK + SLACK_SECONDS);
  const left = (name: string, since: string): number => {
    const rest = longest(name) - secondsBetween(since, at);
    return rest < 0 ? Number.POSITIVE_INFINITY : rest;
  };
  const stores = waiting.filter((name) => !services.includes(name)).map((name) => left(name, course.startedAt));
  const forStores = Math.max(0, ...stores);
  const forServices = waiting
    .filter((name) => services.includes(name))
    .map((name) => (course.raised[name] === undefined ? forStores + longest(name) : left(name, course.raised[name])));
  const seconds = Math.max(forStores, ...forServices);
  return seconds === Number.POSITIVE_INFINITY || later(at, seconds) > edge;
};
