// The worker threads of a campaign: each plays one day at a time, so that every core has something to do.
import { Worker } from 'node:worker_threads';
import type { Verdict } from './verdict.ts';
import type { DayData } from './random-week.ts';
import type { Done, WorkerPlace } from './worker.ts';

export interface Crew {
  readonly size: number;
  /** Plays a day on the next free thread. */
  play(data: DayData): Promise<Verdict>;
  close(): Promise<void>;
}

interface Member {
  readonly worker: Worker;
  settle: ((verdict: Verdict) => void) | undefined;
  fail: ((error: Error) => void) | undefined;
}

/** Starts that many threads; each loads the doors once. */
export const makeCrew = (size: number, place: WorkerPlace): Crew => {
  const free: Member[] = [];
  const waiting: ((member: Member) => void)[] = [];
  let number = 0;
  const release = (member: Member): void => {
    const next = waiting.shift();
    if (next === undefined) free.push(member);
    else next(member);
  };
  const members = Array.from({ length: size }, () => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: place });
    const member: Member = { worker, settle: undefined, fail: undefined };
    worker.on('message', ({ verdict }: Done) => {
      member.settle?.(verdict);
      release(member);
    });
    worker.on('error', (error: Error) => member.fail?.(error));
    free.push(member);
    return member;
  });
  const take = (): Promise<Member> => {
    const member = free.shift();
    return member === undefined ? new Promise((resolve) => void waiting.push(resolve)) : Promise.resolve(member);
  };
  return {
    size,
    play: async (data) => {
      const member = await take();
      return new Promise((resolve, reject) => {
        number += 1;
        member.settle = resolve;
        member.fail = reject;
        member.worker.postMessage({ number, data });
      });
    },
    close: async () => {
      await Promise.all(members.map(({ worker }) => worker.terminate()));
    },
  };
};
