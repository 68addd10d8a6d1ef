// Cloud assemblies on this machine, one folder per state of the sources: two commands at once never take each other's away.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const ROOMS = ['infra', 'functions', 'shared', 'state-machines', 'cdk.json', 'package-lock.json'];
/** Written last by a synthesis: an assembly without it is not complete. */
const COMPLETE = 'platform-file.json';
const MARK = '.used-by-';

/** The newest change below the rooms a template depends on; a file that was deleted changes its folder. */
export const sourcesStamp = (): string => {
  const changes = ROOMS.flatMap((room) => {
    const path = join(root, room);
    const own = statSync(path);
    if (!own.isDirectory()) return [own.mtimeMs];
    const below = readdirSync(path, { recursive: true, withFileTypes: true });
    return [own.mtimeMs, ...below.map((file) => statSync(join(file.parentPath, file.name)).mtimeMs)];
  });
  return Math.round(Math.max(...changes)).toString(36);
};

/** Whether a process of that id still runs; one of another user does. */
export const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const pidIn = (name: string, before: string): number => Number(name.slice(name.lastIndexOf(before) + before.length));

/** Removes what older sources left, unless a process that runs still reads it. */
const prune = (folder: string, keep: string): void => {
  const names = readdirSync(folder);
  const marks = names.filter((name) => name.includes(MARK));
  const inUse = (name: string): boolean =>
    marks.some((mark) => mark.startsWith(`${name}${MARK}`) && isRunning(pidIn(mark, MARK))) || (name.includes('.') && isRunning(pidIn(name, '.')));
  for (const name of names.filter((one) => !one.includes(MARK) && one !== keep && !inUse(one)))
    rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 5 });
  for (const mark of marks) if (!isRunning(pidIn(mark, MARK))) rmSync(join(folder, mark), { force: true });
};

/** Counts what this process has made, so that two at once have two names. */
let made = 0;

export interface Keeping {
  /** Folder that holds the assemblies of one platform and stage. */
  readonly folder: string;
  /** State of the sources, `sourcesStamp()`. */
  readonly stamp: string;
  /** Takes an assembly of the same sources when there is one. */
  readonly reuse: boolean;
}

/** The folder of an assembly of these sources, made when there is none; it stays until this process ends. */
export const keptAssembly = async ({ folder, stamp, reuse }: Keeping, make: (directory: string) => Promise<void>): Promise<string> => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${stamp}${MARK}${process.pid}`), '');
  const directory = join(folder, stamp);
  if (reuse && existsSync(join(directory, COMPLETE))) return directory;
  made += 1;
  const mine = `${directory}-${made}.${process.pid}`;
  await make(mine);
  prune(folder, stamp);
  // Several may have made it at once: the first gives it its name, the others keep their own.
  if (existsSync(directory)) return mine;
  renameSync(mine, directory);
  return directory;
};
