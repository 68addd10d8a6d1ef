// The standard case of each story, from a running platform: what the exhaustive crash test tears apart.
import { edges } from '../../shared/domain/hours-decisions.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import { sendsWakeLinks } from '../../shared/domain/wake-link.ts';
import { firstTag } from '../rehearsal/deploy.ts';
import type { DayData, HappeningData } from './random-week.ts';
import type { Subjects } from './subjects.ts';

export type Story = 'redeploy' | 'rollback' | 'sleep' | 'wake' | 'alarm';

export interface StoryDay {
  readonly story: Story;
  readonly data: DayData;
  /** Functions of the story: part of their names. */
  readonly functions: readonly string[];
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const MONDAY = Date.UTC(2026, 10, 23);

const dayOf = (story: Story, from: number, until: number, happenings: readonly HappeningData[]): DayData => ({
  title: `The standard case of ${story}`,
  seed: '1',
  from: new Date(from).toISOString(),
  until: new Date(until).toISOString(),
  happenings,
});

/** Every story that this platform has, with times from its own hours. */
export const storyDays = (manifest: Manifest, { images, alarms, people }: Subjects): readonly StoryDay[] => {
  const ahead = manifest.hours === null ? [] : edges(manifest.hours, new Date(MONDAY).toISOString(), 7);
  const morning = Date.parse(ahead.find(({ to }) => to === 'at-work')?.at ?? new Date(MONDAY + 8 * HOUR).toISOString());
  const evening = ahead.find(({ at, to }) => to === 'off' && Date.parse(at) > morning);
  const next = ahead.find(({ at, to }) => to === 'at-work' && Date.parse(at) > morning);
  const at = (instant: number): string => new Date(instant).toISOString();
  const noon = morning + 3 * HOUR;
  const [first] = images;
  const [alarm] = alarms;
  const push = (image: string): readonly HappeningData[] =>
    first === undefined ? [] : [{ at: at(noon + 5 * MINUTE), push: { repository: first.repository, tags: [firstTag(first.tag)], image, digest: `${first.repository} ${image}` } }];
  const days: StoryDay[] = [];
  if (first !== undefined) {
    days.push({ story: 'redeploy', data: dayOf('redeploy', noon, noon + 1.25 * HOUR, push('good')), functions: ['-redeploy-', '-notices-'] });
    days.push({ story: 'rollback', data: dayOf('rollback', noon, noon + 1.5 * HOUR, push('crashes')), functions: ['-redeploy-', '-alarm-', '-notices-'] });
  }
  if (evening !== undefined && next !== undefined) {
    const dusk = Date.parse(evening.at);
    const dawn = Date.parse(next.at);
    // Somebody comes in early; the clock finds the platform waking already, or wakes it when the press was lost.
    const early = sendsWakeLinks(manifest) ? [{ at: at(dawn - 40 * MINUTE), link: { press: true } }] : [];
    days.push({ story: 'sleep', data: dayOf('sleep', dusk - HOUR, dusk + 1.5 * HOUR, []), functions: ['-sleep-', '-notices-'] });
    days.push({ story: 'wake', data: dayOf('wake', dusk - HOUR, dawn + 1.75 * HOUR, early), functions: ['-wake-', '-notices-'] });
  }
  if (alarm !== undefined) {
    const metric = { at: at(noon + 5 * MINUTE), metric: { alarm: alarm.name, value: alarm.threshold * 2 + 1, minutes: 20 } };
    const [person] = people;
    const buttons = person === undefined ? [] : ['acknowledge', 'mute'];
    const pressed = buttons.map((button, index) => ({ at: at(noon + (14 + index) * MINUTE), press: { button, by: person, ifSent: true } }));
    days.push({ story: 'alarm', data: dayOf('alarm', noon, noon + 1.5 * HOUR, [metric, ...pressed]), functions: ['-alarm-', '-notices-'] });
  }
  return days;
};
