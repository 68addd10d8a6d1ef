// Preloaded into a measured process: when it ends, it writes the processor time that it and all its children took, in milliseconds.
import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second. */
const TICK = 10;

/** Own and awaited children's milliseconds of a process, by `/proc/PID/stat` (fields 14 to 17). */
const taken = (pid: string): { readonly own: number; readonly children: number } => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = stat.slice(stat.lastIndexOf(')') + 2).split(' ').slice(11, 15).map(Number);
  return { own: (user + system) * TICK, children: (childUser + childSystem) * TICK };
};

/** Children not yet awaited: esbuild's process ends while the synth goes on and is never asked how long it took. */
const livingChildren = (): readonly string[] =>
  readdirSync('/proc/self/task').flatMap((task) => readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' ').filter((pid) => pid !== ''));

process.on('exit', () => {
  const self = taken('self');
  const living = livingChildren().map(taken);
  const total = living.reduce((sum, { own, children }) => sum + own + children, self.own + self.children);
  process.stdout.write(`\nCPU ${total}\n`);
});
