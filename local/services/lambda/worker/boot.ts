// Where a worker thread begins: it waits, already warm, until it is told which function it runs.
import { enableCompileCache } from 'node:module';
import { parentPort } from 'node:worker_threads';
import type { WorkerSetup } from './messages.ts';
import { startRuntime } from './runtime.ts';

const port = parentPort;
if (port === null) throw new Error('this file is the beginning of a worker thread');

enableCompileCache();
port.once('message', (setup: WorkerSetup) => void startRuntime(setup, port));
