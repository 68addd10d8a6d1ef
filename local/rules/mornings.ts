// No minute of work is lost to the automation: at each edge every service runs, and what is late is late by no more than its explained troubles lasted (S4).
import { edges } from '../../shared/domain/hours-decisions.ts';
import type { ManifestService } from '../../shared/domain/manifest.ts';
import type { TrailEntry } from '../trail.ts';
import type { Check, Ended } from './check.ts';
import { troubles, type Trouble } from './morning-troubles.ts';
import { happened, LEAD, sentToSleep } from './records.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** How many tasks of a service run from an instant on, in order. */
type Course = readonly { readonly at: number; readonly running: number }[];

const courseOf = (tasks: readonly TrailEntry[], { serviceName }: ManifestService): Course => {
  const up = new Set<string>();
  return tasks
    .filter(({ detail }) => detail?.['group'] === `service:${serviceName}`)
    .map(({ at, who, what }) => {
      if (what === 'RUNNING') up.add(who);
      else up.delete(who);
      return { at, running: up.size };
    });
};

/** The first instant from `edge` on at which so many tasks run; `end` when they never do before it. */
const upFrom = (course: Course, needed: number, edge: number, end: number): number => {
  const before = course.findLast(({ at }) => at <= edge);
  if ((before?.running ?? 0) >= needed) return edge;
  return Math.min(end, course.find(({ at, running }) => at > edge && running >= needed)?.at ?? end);
};

/** How long some of the intervals lasts between two instants, ms. */
export const lasting = (intervals: readonly Trouble[], from: number, until: number): number => {
  let covered = from;
  let sum = 0;
  for (const one of intervals.toSorted((left, right) => left.from - right.from)) {
    const [begin, end] = [Math.max(one.from, covered), Math.min(one.until, until)];
    if (end <= begin) continue;
    sum += end - begin;
    covered = end;
  }
  return sum;
};

/** Since when the page that says the platform sleeps no longer stands before a service; `edge` when it did not at the edge. */
const pageGone = ({ world, manifest }: Ended, edge: number, end: number): number => {
  const calls = world.trail.of('call').filter(({ who, what }) => who.startsWith(manifest.id) && /^elasticloadbalancing:(Create|Delete)Rule$/.test(what));
  const last = calls.findLast(({ at }) => at <= edge);
  if (last?.what !== 'elasticloadbalancing:CreateRule') return edge;
  return Math.min(end, calls.find(({ at, what }) => at > edge && what === 'elasticloadbalancing:DeleteRule')?.at ?? end);
};

const nameOfTime = (at: number): string => new Date(at).toISOString();

/** A service and everything it waits for in the morning: what it needs, and what that needs. */
const namesBelow = (name: string, services: readonly ManifestService[]): readonly string[] => {
  const needs = services.find((service) => service.name === name)?.needs ?? [];
  return [name, ...needs.flatMap((need) => namesBelow(need, services))];
};

/** What was lost at one edge: sentences with the minutes and the explanations that were not enough. */
const lostAt = (ended: Ended, edge: number, end: number, services: readonly ManifestService[]): readonly string[] => {
  const { world, manifest } = ended;
  const evening = ended.nights.findLast(({ evening: { at } }) => at < edge)?.evening;
  const tasks = world.trail.of('task');
  const judged = services.map((service) => {
    const before = evening?.services[service.name];
    const needed = before === undefined ? 1 : Math.min(before.desired, before.least ?? before.desired);
    const at = upFrom(courseOf(tasks, service), needed, edge, end);
    return { service, at, names: namesBelow(service.name, manifest.services) };
  });
  const page = { at: services.some(({ routes }) => routes.length > 0) ? pageGone(ended, edge, end) : edge, names: null };
  const late = [...judged.map(({ service, at, names }) => ({ what: `${service.name} runs`, at, names })), { what: 'the waking page is gone', ...page }];
  const unpunctual = late.filter(({ at }) => at - edge >= MINUTE);
  const known = unpunctual.length === 0 ? [] : troubles(ended, edge - LEAD, end);
  return unpunctual.flatMap(({ what, at, names }) => {
    const lost = at - edge;
    const about = known.filter(({ about: subject }) => subject === null || names === null || names.includes(subject));
    const explained = lasting(about, edge - LEAD, at);
    if (lost <= explained) return [];
    const why = [...new Set(about.filter(({ from }) => from < at).map(({ words }) => words))].join(', ');
    return [`${what} ${Math.round(lost / MINUTE)} min after work began at ${nameOfTime(edge)}, explained are ${Math.round(explained / MINUTE)}${why === '' ? '' : ` (${why})`}`];
  });
};

const lostMornings = (ended: Ended): readonly string[] => {
  const { world, manifest, day } = ended;
  const { hours } = manifest;
  if (hours === null) return [];
  const days = Math.ceil((day.until - day.from) / DAY);
  const ahead = edges(hours, new Date(day.from).toISOString(), days).map(({ at, to }) => ({ at: Date.parse(at), to }));
  const unreleased = ({ containers }: ManifestService): boolean => containers.some(({ parameter }) => parameter !== null && world.services.ssm.value(parameter) === 'none');
  return ahead
    .filter(({ at, to }) => to === 'at-work' && at < world.clock.now && !sentToSleep(ended, at - LEAD, at + LEAD))
    .flatMap(({ at }) => {
      const end = Math.min(world.clock.now, ahead.find((next) => next.to === 'off' && next.at > at)?.at ?? world.clock.now);
      const evening = ended.nights.findLast((night) => night.evening.at < at)?.evening.at ?? day.from;
      const services = manifest.services.filter((service) => service.count.desired > 0 && !unreleased(service) && !happened(ended, 'count', evening, end, { service: service.name }));
      return lostAt(ended, at, end, services);
    });
};

export const morningRules: readonly Check[] = [{ id: 'S4', words: 'no minute of work is lost to the automation in the morning', violations: lostMornings }];
