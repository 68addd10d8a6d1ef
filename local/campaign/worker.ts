// A campaign's worker thread: plays the weeks it is told, one after the other, and says what came of each.
import { parentPort, workerData } from 'node:worker_threads';
import type { Manifest } from '../../shared/domain/manifest.ts';
import { sourceHosts } from '../rehearsal/source-doors.ts';
import { verdictOn, type Verdict } from './verdict.ts';
import type { DayData } from './random-week.ts';

export interface WorkerPlace {
  readonly assembly: string;
  readonly manifest: Manifest;
}
export interface Order {
  readonly number: number;
  readonly data: DayData;
}
export interface Done {
  readonly number: number;
  readonly verdict: Verdict;
}

const port = parentPort;
if (port === null) throw new Error('this file is the beginning of a worker thread');

const { assembly, manifest } = workerData as WorkerPlace;
const hosts = await sourceHosts();
port.on('message', async ({ number, data }: Order) => {
  const verdict = await verdictOn(data, { assembly, manifest, hosts });
  port.postMessage({ number, verdict } satisfies Done);
});
