// Where a worker thread begins: it waits, already warm, until it is told which functions it runs, each as a process of its own.
import { parentPort } from 'node:worker_threads';
import { installProcesses } from './function-process.ts';
import type { FromThread, ToThread, ToWorker } from './messages.ts';
import { installOutput } from './output.ts';
import { startRuntime } from './runtime.ts';
import { installVirtualNetwork } from './virtual-network.ts';
import { installVirtualRandomness } from './virtual-randomness.ts';
import { installVirtualTime } from './virtual-time.ts';

const port = parentPort;
if (port === null) throw new Error('this file is the beginning of a worker thread');

installProcesses();
installVirtualTime();
installVirtualRandomness();
installVirtualNetwork();
installOutput();

const processes = new Map<number, (message: ToWorker) => void>();
port.on('message', ({ to, message }: ToThread) => {
  if (message.kind === 'start') {
    processes.set(to, startRuntime(message, (said) => port.postMessage({ from: to, message: said } satisfies FromThread)));
  } else if (message.kind === 'end') processes.delete(to);
  else processes.get(to)?.(message);
});
