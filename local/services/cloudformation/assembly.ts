// Reads a CDK cloud assembly: the stacks in the order they must be deployed, and the directory of every file asset.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from './template.ts';

export interface AssemblyStack {
  readonly name: string;
  readonly template: Template;
  /** Names of the stacks that must be there first. */
  readonly dependencies: readonly string[];
  /** Region the stack was synthesized for; undefined when it may go anywhere. */
  readonly region: string | undefined;
}

export interface Assembly {
  /** Each after its dependencies. */
  readonly stacks: readonly AssemblyStack[];
  /** Asset hash -> path of the file or directory. */
  readonly assets: ReadonlyMap<string, string>;
}

interface Artifact {
  readonly type: string;
  /** `aws://account/region`, for stacks. */
  readonly environment?: string;
  readonly dependencies?: readonly string[];
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly file?: string;
    readonly directoryName?: string;
  };
}

interface AssetFile {
  readonly files?: Readonly<Record<string, { readonly source: { readonly path?: string; readonly packaging?: string } }>>;
}

const read = new Map<string, { readonly stamp: string; readonly value: unknown }>();

/** A file of the assembly; nobody changes what was read, so the worlds of a process share it until the file is written again. */
export const readJson = (path: string): unknown => {
  const { mtimeMs, size } = statSync(path);
  const stamp = `${mtimeMs} ${size}`;
  const known = read.get(path);
  if (known?.stamp === stamp) return known.value;
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  read.set(path, { stamp, value });
  return value;
};

/** Reads `cdk.out`, stages (nested assemblies) included. Throws when the directory holds no assembly. */
export const loadAssembly = (directory: string): Assembly => {
  const { artifacts } = readJson(join(directory, 'manifest.json')) as { artifacts: Readonly<Record<string, Artifact>> };
  const assets = new Map<string, string>();
  const stacks = new Map<string, AssemblyStack>();
  const nested: Assembly[] = [];
  for (const [id, artifact] of Object.entries(artifacts)) {
    const { templateFile, file, directoryName } = artifact.properties ?? {};
    if (artifact.type === 'cdk:asset-manifest' && file !== undefined) readAssets(directory, file, assets);
    if (artifact.type === 'cdk:cloud-assembly' && directoryName !== undefined) nested.push(loadAssembly(join(directory, directoryName)));
    if (artifact.type !== 'aws:cloudformation:stack' || templateFile === undefined) continue;
    const dependencies = (artifact.dependencies ?? []).filter((name) => artifacts[name]?.type === 'aws:cloudformation:stack');
    const nameOf = (artifactId: string): string => artifacts[artifactId]?.properties?.stackName ?? artifactId;
    const template = readJson(join(directory, templateFile)) as Template;
    const region = /^aws:\/\/[^/]+\/(?!unknown-region)(.+)$/.exec(artifact.environment ?? '')?.[1];
    stacks.set(id, { name: nameOf(id), template, dependencies: dependencies.map(nameOf), region });
  }
  for (const inner of nested) for (const [hash, path] of inner.assets) assets.set(hash, path);
  return { stacks: [...inOrder([...stacks.values()]), ...nested.flatMap((inner) => inner.stacks)], assets };
};

const readAssets = (directory: string, file: string, assets: Map<string, string>): void => {
  const { files = {} } = readJson(join(directory, file)) as AssetFile;
  for (const [hash, { source }] of Object.entries(files)) {
    if (source.path !== undefined && !source.path.endsWith('.template.json')) assets.set(hash, join(directory, source.path));
  }
};

const inOrder = (stacks: readonly AssemblyStack[]): readonly AssemblyStack[] => {
  const byName = new Map(stacks.map((stack) => [stack.name, stack]));
  const ordered = new Set<AssemblyStack>();
  const visit = (stack: AssemblyStack): void => {
    if (ordered.has(stack)) return;
    for (const name of stack.dependencies) {
      const needed = byName.get(name);
      if (needed !== undefined) visit(needed);
    }
    ordered.add(stack);
  };
  for (const stack of stacks) visit(stack);
  return [...ordered];
};
