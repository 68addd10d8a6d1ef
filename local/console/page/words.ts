// Short forms for a dense page: names without account and region, digests by their beginning, instants in the platform's own time.
import { wallAt } from '../../../shared/domain/wall-clock.ts';

/** A value of a detail as text; what has no text of its own as JSON, nothing as nothing. */
export const textOf = (value: unknown, otherwise = ''): string => {
  if (value === undefined || value === null) return otherwise;
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
};

/** `arn:aws:ecs:…:task/cluster/0f3a…` -> `0f3a…`; other names stay. */
export const lastPart = (name: string): string => name.split(/[/:]/).at(-1) ?? name;

/** Digests by twelve digits, ARNs by their last part. */
export const short = (text: string): string =>
  text
    .replaceAll(/sha256:([0-9a-f]{12})[0-9a-f]{52}/g, 'sha256:$1')
    .replaceAll(/arn:aws:[\w-]+:[\w-]*:\d*:[^\s"]*?([\w.-]+)(?=[\s"]|$)/g, '$1')
    .replaceAll(/\b([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '$1');

/** `sha256:adf9…` -> `adf9b359`; empty for none. */
export const digestWords = (digest: string | null | undefined): string => (digest === null || digest === undefined ? '' : digest.replace(/^sha256:/, '').slice(0, 8));

/** `…task-definition/web:7` -> 7. */
export const revisionOf = (taskDefinition: string): number => Number(taskDefinition.split(':').at(-1) ?? 0) || 0;

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const two = (value: number): string => String(value).padStart(2, '0');

/** `09:14:32` in the zone. */
export const clockWords = (at: number, zone: string): string => new Date(wallAt(at, zone)).toISOString().slice(11, 19);

/** `09:14`. */
export const minuteWords = (at: number, zone: string): string => clockWords(at, zone).slice(0, 5);

/** `Mon 23 Nov`. */
export const dayWords = (at: number, zone: string): string => {
  const wall = new Date(wallAt(at, zone));
  return `${days[wall.getUTCDay()] ?? ''} ${wall.getUTCDate()} ${months[wall.getUTCMonth()] ?? ''}`;
};

/** Number of the local day, for telling whether two instants fall on one. */
export const dayNumber = (at: number, zone: string): number => Math.floor(wallAt(at, zone) / 86_400_000);

/** `2026-11-23T09:14:32` in the zone, as the control requests take it. */
export const wallStamp = (at: number, zone: string): string => new Date(wallAt(at, zone)).toISOString().slice(0, 19);

/** `1 h 04 min`, `12 s`. */
export const spanWords = (milliseconds: number): string => {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${two(Math.floor((seconds % 3600) / 60))} min`;
  return `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3600)} h`;
};
