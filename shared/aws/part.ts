// Runs one part of a gathering within a time limit: its value, or why it is missing; the other parts never wait for it (L2).
import type { Part } from '../domain/alarm-evidence.ts';

/** The part within the limit (milliseconds). A failure becomes its reason: half the evidence now is worth more than all of it never. */
export const part = async <T>(limit: number, gather: () => Promise<T>): Promise<Part<T>> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error(`took longer than ${limit / 1000} s`), { name: 'TooSlow' })), limit);
  });
  const [settled] = await Promise.allSettled([Promise.race([gather(), late])]);
  clearTimeout(timer);
  return settled.status === 'fulfilled' ? { found: settled.value } : { missing: reasonOf(settled.reason) };
};

const reasonOf = (error: unknown): string => {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (/AccessDenied/.test(name)) return 'not permitted';
  if (/Throttl|TooManyRequests|LimitExceeded/.test(name)) return 'AWS refused for too many requests';
  if (name === 'ResourceNotFoundException') return 'there is none yet';
  return name === 'TooSlow' ? message : name;
};
