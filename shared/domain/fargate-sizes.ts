// The CPU and memory pairs that Fargate offers for Linux tasks, and the offered pair nearest to a wish.

const gib = 1_024;

const steps = (from: number, to: number, by: number): readonly number[] =>
  Array.from({ length: (to - from) / by + 1 }, (_, index) => from + index * by);

/** Memory sizes in MiB that each CPU size (units) may be paired with. */
const offered: readonly { readonly cpu: number; readonly memory: readonly number[] }[] = [
  { cpu: 256, memory: [512, gib, 2 * gib] },
  { cpu: 512, memory: steps(gib, 4 * gib, gib) },
  { cpu: 1_024, memory: steps(2 * gib, 8 * gib, gib) },
  { cpu: 2_048, memory: steps(4 * gib, 16 * gib, gib) },
  { cpu: 4_096, memory: steps(8 * gib, 30 * gib, gib) },
  { cpu: 8_192, memory: steps(16 * gib, 60 * gib, 4 * gib) },
  { cpu: 16_384, memory: steps(32 * gib, 120 * gib, 8 * gib) },
];

/** Whether Fargate offers a task of this size (CPU units, MiB). */
export const isOffered = (cpu: number, memory: number): boolean => offered.some((row) => row.cpu === cpu && row.memory.includes(memory));

/** The smallest offered size that holds the wish, or the largest offered when nothing does. */
export const nearestSize = (cpu: number, memory: number): { readonly cpu: number; readonly memory: number } => {
  const pairs = offered.flatMap((row) => row.memory.map((size) => ({ cpu: row.cpu, memory: size })));
  const holding = pairs.filter((pair) => pair.cpu >= cpu && pair.memory >= memory);
  return holding[0] ?? pairs[pairs.length - 1] ?? { cpu: 256, memory: 512 };
};
