// The doors from their source, run in process: the fast way for campaigns, with the same adapters and the same calls as the bundles.
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { HostedDoorHost, Hosts } from '../world.ts';

const directory = join(import.meta.dirname, '..', '..', 'functions');

type Make = (host: HostedDoorHost) => (input: unknown) => Promise<unknown>;

/** Every door below functions/ by its name `<story>/<door>`. */
const sources = async (): Promise<ReadonlyMap<string, Make>> => {
  const names = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && file.name.endsWith('.ts'))
    .map((file) => relative(directory, join(file.parentPath, file.name)).replace(/\.ts$/, ''))
    .filter((name) => name !== 'door')
    .sort();
  const doors = new Map<string, Make>();
  for (const name of names) {
    const { make } = (await import(join(directory, `${name}.ts`))) as { make?: Make };
    if (make !== undefined) doors.set(name, make);
  }
  return doors;
};

/** Hosts that run each function of a platform from source: a function is found by the door its description names. */
export const sourceHosts = async (): Promise<Hosts> => {
  const doors = await sources();
  return ({ description }) => doors.get(/^Door (\S+) of /.exec(description)?.[1] ?? '');
};
