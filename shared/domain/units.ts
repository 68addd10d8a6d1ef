// Quantities as people write them ('3 minutes', '512 MiB', '0.25 vCPU'), turned into the numbers AWS wants.

/** Seconds in each unit of time a platform file may use. */
const secondsIn: Readonly<Record<string, number>> = {
  second: 1,
  seconds: 1,
  minute: 60,
  minutes: 60,
  hour: 3_600,
  hours: 3_600,
  day: 86_400,
  days: 86_400,
  week: 604_800,
  weeks: 604_800,
};

const quantity = /^\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]+)\s*$/;

const measure = (words: string, units: Readonly<Record<string, number>>): number | null => {
  const found = quantity.exec(words);
  const perUnit = found === null ? undefined : units[found[2] ?? ''];
  if (found === null || perUnit === undefined) return null;
  const amount = Number(found[1]) * perUnit;
  return Number.isInteger(amount) ? amount : null;
};

/** Whole seconds of a duration such as `90 seconds` or `3 minutes`; null when it is not one. */
export const secondsOf = (words: string): number | null => measure(words, secondsIn);

/** Whole days of a duration such as `14 days` or `2 weeks`; null when it is not one. */
export const daysOf = (words: string): number | null => measure(words, { day: 1, days: 1, week: 7, weeks: 7, year: 365, years: 365 });

/** MiB of a memory size such as `512 MiB` or `2 GiB`; null when it is not one. */
export const mebibytesOf = (words: string): number | null => measure(words, { MiB: 1, MB: 1, GiB: 1_024, GB: 1_024 });

/** GiB of a disk size such as `100 GiB` or `1 TiB`; null when it is not one. */
export const gibibytesOf = (words: string): number | null => measure(words, { GiB: 1, GB: 1, TiB: 1_024, TB: 1_024 });

/** CPU units (1024 = one vCPU) of `1 vCPU`, `0.25 vCPU` or `256 units`; null when it is not one. */
export const cpuUnitsOf = (words: string): number | null => measure(words, { vCPU: 1_024, vcpu: 1_024, units: 1 });

/** A number of CPU units in words: 256 → `0.25 vCPU`. */
export const cpuWords = (units: number): string => `${units / 1_024} vCPU`;

/** A number of MiB in words: 512 → `512 MiB`, 2048 → `2 GiB`. */
export const memoryWords = (mebibytes: number): string => (mebibytes % 1_024 === 0 ? `${mebibytes / 1_024} GiB` : `${mebibytes} MiB`);
