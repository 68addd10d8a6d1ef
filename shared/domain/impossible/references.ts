// References in texts that name nothing, and passwords where anybody could read them.
import type { Platform } from '../platform.ts';
import { type Reference, type ReferenceRoot, referencesOf } from '../references.ts';
import { isPublic, repositoriesOf, valuesOf } from '../wiring.ts';
import { type Impossibility, when } from './impossibility.ts';

/** What may be said about each kind of thing. */
const properties: Readonly<Record<ReferenceRoot, readonly string[]>> = {
  platform: ['name', 'region', 'stage'],
  databases: ['host', 'port', 'database', 'user', 'password', 'secretArn'],
  caches: ['host', 'port', 'url'],
  tables: ['name', 'arn'],
  buckets: ['name', 'arn'],
  fileSystems: ['id', 'arn'],
  secrets: ['arn'],
  repositories: ['uri', 'arn'],
  services: ['name', 'host', 'port'],
  signIn: ['poolId', 'clientId', 'issuer', 'identityPoolId'],
  loadBalancer: ['dns', 'arn'],
  cluster: ['name'],
  site: [],
  domain: [],
};

const namesUnder = (platform: Platform, root: ReferenceRoot): readonly string[] | null => {
  switch (root) {
    case 'databases':
    case 'caches':
    case 'tables':
    case 'buckets':
    case 'fileSystems':
    case 'secrets':
    case 'services':
      return Object.keys(platform[root]);
    case 'repositories':
      return repositoriesOf(platform);
    case 'platform':
    case 'signIn':
    case 'loadBalancer':
    case 'cluster':
    case 'site':
    case 'domain':
      return null;
  }
};

/** Why a reference names nothing, with what would; null when it is in order. */
const trouble = (platform: Platform, reference: Reference): { readonly problem: string; readonly remedy: string } | null => {
  const { root, name, property } = reference;
  const names = namesUnder(platform, root);
  if (names !== null && (name === null || !names.includes(name)))
    return {
      problem: `there is nothing of this name under \`${root}\``,
      remedy: names.length === 0 ? `define it under \`${root}\`` : `known: ${names.join(', ')}`,
    };
  if (property === null ? properties[root].length > 0 : !properties[root].includes(property)) {
    return {
      problem: `\`${property ?? ''}\` is not known about ${root}`,
      remedy: properties[root].length === 0 ? `write {${root}}` : `known: ${properties[root].join(', ')}`,
    };
  }
  if (root === 'signIn' && platform.signIn === null) return { problem: 'this platform has no sign-in', remedy: 'define `signIn`' };
  if (root === 'signIn' && property === 'identityPoolId' && platform.signIn?.identityPool === false)
    return { problem: 'this platform has no identity pool', remedy: 'write signIn.identityPool: true' };
  if (root === 'domain' && platform.domain === null) return { problem: 'this platform has no domain', remedy: 'define `domain`' };
  if ((root === 'site' || root === 'loadBalancer') && !isPublic(platform))
    return { problem: 'nothing of this platform is public', remedy: 'give a service a route' };
  if (root === 'services' && property !== 'name' && platform.services[name ?? '']?.internalPort === null)
    return { problem: `${name ?? ''} cannot be reached from inside`, remedy: `give services.${name ?? ''} its \`internalPort\`` };
  return null;
};

const inText = (platform: Platform, field: string, text: string, secret: boolean): readonly Impossibility[] =>
  referencesOf(text).flatMap((reference) => {
    const found = trouble(platform, reference);
    if (found !== null) return when(true, field, `{${reference.text}}`, found.problem, found.remedy);
    return when(
      !secret && reference.root === 'databases' && reference.property === 'password',
      field,
      `{${reference.text}}`,
      'a password in a place that everybody with console access can read',
      'compose it in a secret, and read that secret under `secrets`',
    );
  });

/** Texts of secrets are written with the data, before there is a load balancer or a service. */
const tooEarly = (platform: Platform, field: string, text: string): readonly Impossibility[] =>
  referencesOf(text).flatMap((reference) =>
    when(
      ['loadBalancer', 'cluster'].includes(reference.root) ||
        (reference.root === 'services' && reference.property === 'name') ||
        (reference.root === 'site' && platform.domain === null) ||
        reference.root === 'signIn',
      field,
      `{${reference.text}}`,
      'this is known only after the secrets are written',
      'say it in `environment` instead',
    ),
  );

/** Every text of the file that may hold references. */
export const referenceFindings = (platform: Platform): readonly Impossibility[] => [
  ...Object.entries(platform.services).flatMap(([name, service]) =>
    Object.entries(service.containers).flatMap(([container, { environment }]) =>
      Object.entries(environment).flatMap(([variable, text]) =>
        inText(platform, `services.${name}.containers.${container}.environment.${variable}`, text, false),
      ),
    ),
  ),
  ...Object.entries(platform.secrets).flatMap(([name, secret]) =>
    valuesOf(secret).flatMap(({ key, value }) => {
      const field = key === null ? `secrets.${name}.value` : `secrets.${name}.keys.${key}`;
      return value.kind === 'compose' ? [...inText(platform, field, value.text, true), ...tooEarly(platform, field, value.text)] : [];
    }),
  ),
  ...Object.entries(platform.outputs).flatMap(([name, text]) => [
    ...inText(platform, `outputs.${name}`, text, false),
    ...when(
      !/^[A-Za-z0-9]+$/.test(name),
      `outputs.${name}`,
      name,
      'an output is named with letters and digits',
      'remove the other characters',
    ),
  ]),
  ...(platform.signIn?.callbacks ?? []).flatMap((text, index) => [
    ...inText(platform, `signIn.callbacks.${index}`, text, false),
    ...when(
      referencesOf(text).some(({ root }) => root === 'site') && platform.domain === null,
      `signIn.callbacks.${index}`,
      text,
      'sign-in is made before the load balancer has its address, and wants HTTPS',
      'define `domain`, or write the address',
    ),
  ]),
];
