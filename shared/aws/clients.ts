// Makes SDK clients, one per kind and host; the one seam where a rehearsal may listen.

/** The part of a door's host that clients need. */
export interface ClientHost {
  readonly connect?: (client: unknown, name: string) => void;
}

/** All that a client would otherwise look for in the environment and in files. */
const REHEARSED = { region: 'us-east-1', credentials: { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' }, defaultsMode: 'legacy' };

const made = new WeakMap<ClientHost, Map<unknown, unknown>>();

/** The host's client of this class, made on first use. */
export const client = <C>(Client: new (config: object) => C, host: ClientHost): C => {
  const clients = made.get(host) ?? new Map<unknown, unknown>();
  made.set(host, clients);
  const known = clients.get(Client);
  if (known !== undefined) return known as C;
  const fresh = new Client(host.connect === undefined ? {} : REHEARSED);
  host.connect?.(fresh, Client.name);
  clients.set(Client, fresh);
  return fresh;
};

/** An environment variable an adapter cannot do without; throws naming it. */
export const required = (environment: Readonly<Record<string, string | undefined>>, name: string): string => {
  const value = environment[name];
  if (value !== undefined && value !== '') return value;
  const error = new Error(`Environment variable ${name} is not set: the stack that made this function must set it`);
  error.name = 'MissingEnvironment';
  throw error;
};
