// Runs a function's own bundle in worker threads: real code, real wire format, virtual time, one process at work at a time.
import type { World } from '../../world.ts';
import { converse } from './conversation.ts';
import { startProcess, type FunctionProcess, type ProcessCode } from './function-process.ts';
import type { FunctionHost, HostOutcome, HostRun } from './hosting.ts';
import type { Threads } from './threads.ts';
import type { Turnstile } from './turnstile.ts';

const NO_WORK = { awsCalls: 0, outsideCalls: 0 };

/** Processes are started when an invocation finds none free, kept warm, and dropped after a crash or a timeout. */
export const makeBundleHost = (world: World, turnstile: Turnstile, threads: Threads, code: ProcessCode): FunctionHost => {
  const { functionName } = code;
  const processes = new Set<FunctionProcess>();
  let number = 0;
  let retired = false;
  const drop = (process: FunctionProcess): void => {
    processes.delete(process);
    process.end();
  };
  const freeProcess = (): FunctionProcess => {
    for (const process of processes) if (process.dead && !process.busy) drop(process);
    const free = [...processes].find(({ busy }) => !busy);
    if (free !== undefined) return free;
    number += 1;
    const started = startProcess(world, code, number, threads);
    processes.add(started);
    return started;
  };
  const run = async (asked: HostRun): Promise<HostOutcome> => {
    const leave = await turnstile.enter(functionName);
    const process = freeProcess();
    process.busy = true;
    const first = await process.started;
    if (first.kind === 'failed-to-start') {
      drop(process);
      leave();
      return { kind: 'failed', error: first.error, work: NO_WORK };
    }
    const { outcome, alive } = await converse({ world, turnstile, functionName, process, run: asked }, leave);
    process.busy = false;
    if (!alive || retired) drop(process);
    return outcome;
  };
  const retire = (): void => {
    retired = true;
    for (const process of processes) if (!process.busy) drop(process);
  };
  return { run, retire };
};
