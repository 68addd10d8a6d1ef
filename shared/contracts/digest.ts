// What Scheduler sends the digest's door, and the schedules that send it.
import * as v from 'valibot';
import type { Hours } from '../domain/hours.ts';

export const DigestInput = v.object({ kind: v.picklist(['daily', 'monthly']), scheduled: v.pipe(v.string(), v.isoTimestamp()) });
export type DigestInput = v.InferOutput<typeof DigestInput>;

/** `<aws.scheduler.scheduled-time>` is replaced by Scheduler; it is the same for every attempt. */
export const digestInput = (kind: DigestInput['kind']): string => JSON.stringify({ kind, scheduled: '<aws.scheduler.scheduled-time>' });

/** When work begins on most days, as hour and minute; eight o'clock where no hours say. */
const workBegins = (hours: Hours | null): { readonly hour: number; readonly minute: number } => {
  const [hour = 8, minute = 0] = (hours?.windows.find(({ days }) => days.includes(1))?.from ?? '08:00').split(':').map(Number);
  return { hour, minute };
};

/** Half an hour after work begins: by then the platform is awake and the night is told. */
export const digestSchedules = (hours: Hours | null): Readonly<Record<DigestInput['kind'], string>> => {
  const begins = workBegins(hours);
  const at = (begins.hour * 60 + begins.minute + 30) % 1_440;
  const time = `${at % 60} ${Math.floor(at / 60)}`;
  return { daily: `cron(${time} ? * MON-FRI *)`, monthly: `cron(${time} 1 * ? *)` };
};
