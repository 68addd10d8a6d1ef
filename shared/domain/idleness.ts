// What people are told of a platform that sleeps when nobody asks for it (S11).
import { durationWords } from './instants.ts';
import type { Manifest } from './manifest.ts';

/** What puts it to sleep besides the clock and what counts as use: RequestCount does not tell who asked (aws-facts E). None where nights begin by the clock alone. */
export const idleSentences = (nights: Manifest['nights']): readonly string[] => {
  const seconds = nights?.idleSeconds ?? null;
  if (seconds === null) return [];
  return [
    `It also sleeps after ${durationWords(seconds)} without a request. Every request that reaches a task counts: an uptime monitor that asks more often keeps it awake.`,
  ];
};
