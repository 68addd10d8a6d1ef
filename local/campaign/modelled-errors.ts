// The errors an AWS operation is documented to answer, as the SDK's own declarations name them.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CLIENTS } from '../protocol/clients.ts';

export interface ModelledError {
  readonly code: string;
  readonly status: number;
}

/** What every AWS service may answer to any call. */
const COMMON: readonly ModelledError[] = [
  { code: 'ThrottlingException', status: 400 },
  { code: 'InternalFailure', status: 500 },
];

const declared = (client: string, operation: string): string => {
  const main = fileURLToPath(import.meta.resolve(client));
  const file = join(dirname(dirname(main)), 'dist-types', 'commands', `${operation}Command.d.ts`);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};

const known = new Map<string, readonly ModelledError[]>();

const read = (service: string, operation: string): readonly ModelledError[] => {
  const client = CLIENTS[service]?.packageName;
  if (client === undefined) throw new Error(`the rehearsal has no client for ${service}`);
  const own = [...declared(`@aws-sdk/client-${client}`, operation).matchAll(/@throws \{@link (\w+)\} \((client|server) fault\)/g)];
  const modelled = own.map(([, code, fault]) => ({ code: code ?? '', status: fault === 'server' ? 500 : 400 }));
  return [...modelled, ...COMMON.filter(({ code }) => !modelled.some((one) => one.code === code))];
};

/** The operation's modelled errors and those common to all services; `ecs`, `UpdateService`. */
export const modelledErrors = (service: string, operation: string): readonly ModelledError[] => {
  const key = `${service}:${operation}`;
  const errors = known.get(key) ?? read(service, operation);
  known.set(key, errors);
  return errors;
};
