// Dynamic references: `{{resolve:ssm:…}}` and `{{resolve:secretsmanager:…}}`, looked up at the moment a resource is created or updated.
import type { World } from '../../world.ts';
import { TemplateProblem } from './intrinsics.ts';

const reference = /\{\{resolve:(ssm|ssm-secure|secretsmanager):([^{}]+)\}\}/g;

/** The value with every dynamic reference replaced by what it points to now. */
export const resolveReferences = (world: World, value: unknown): unknown => {
  if (typeof value === 'string') {
    return value.includes('{{resolve:')
      ? value.replaceAll(reference, (_, service: string, spec: string) => lookUp(world, service, spec))
      : value;
  }
  if (Array.isArray(value)) return value.map((item) => resolveReferences(world, item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, resolveReferences(world, member)]));
};

const lookUp = (world: World, service: string, spec: string): string =>
  service === 'secretsmanager' ? secret(world, spec) : parameter(world, spec);

const parameter = (world: World, spec: string): string => {
  const [name = '', version] = spec.split(':');
  return found(spec, () => world.services.ssm.value(version === undefined ? name : `${name}:${version}`));
};

/** `id:SecretString:json-key:stage:version`, where the id may be an ARN with colons of its own. */
const secret = (world: World, spec: string): string => {
  const parts = spec.split(':');
  const idParts = spec.startsWith('arn:') ? 7 : 1;
  const id = parts.slice(0, idParts).join(':');
  const [, key = ''] = parts.slice(idParts);
  const value = found(id, () => world.services.secrets.value(id));
  if (key === '') return value;
  const member = (JSON.parse(value) as Readonly<Record<string, unknown>>)[key];
  if (member === undefined) throw new TemplateProblem(`Could not parse SecretString JSON: no key ${key} in ${id}`);
  return typeof member === 'string' ? member : JSON.stringify(member);
};

const found = (spec: string, look: () => string): string => {
  try {
    return look();
  } catch (problem) {
    throw new TemplateProblem(`Error resolving the dynamic reference ${spec}: ${(problem as Error).message}`);
  }
};
