// A platform as the command line sees it: synthesized, with its manifest and its templates.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../shared/contracts/manifest.ts';
import type { Platform } from '../shared/domain/platform.ts';
import { WrongUse } from './command.ts';
import { synthesize } from './synthesize.ts';

const root = join(import.meta.dirname, '..');
export const stages = ['dev', 'staging', 'prod'];

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, any>>;
  readonly DeletionPolicy?: string;
}

export interface SynthesizedPlatform {
  readonly directory: string;
  readonly manifest: Manifest;
  /** The platform file as it was read, defaults included. */
  readonly file: Platform;
  /** Resources of every stack by stack name and logical id. */
  readonly stacks: Readonly<Record<string, Readonly<Record<string, Resource>>>>;
}

/** Options every command about one platform takes. */
export const platformOptions = {
  platform: { type: 'string', value: 'NAME', help: 'platform file in infra/platforms (default: wizelit)', default: 'wizelit' },
  stage: { type: 'string', value: 'STAGE', help: 'dev, staging or prod (default: dev)', default: 'dev' },
} as const;

/** Synthesizes the platform that the options name. Throws WrongUse or SynthesisFailed with what to mend. */
export const synthesized = async (values: Readonly<Record<string, string | boolean | undefined>>): Promise<SynthesizedPlatform> => {
  const platform = String(values['platform'] ?? 'wizelit');
  const stage = String(values['stage'] ?? 'dev');
  if (!stages.includes(stage)) throw new WrongUse(`--stage ${stage}: there is no such stage. Stages: ${stages.join(', ')}`);
  const directory = join(root, '.rehearsals', `${platform}-${stage}`, 'cdk.out');
  await synthesize({ platform, stage, directory });
  const manifest = JSON.parse(readFileSync(join(directory, 'platform.json'), 'utf8')) as Manifest;
  const file = JSON.parse(readFileSync(join(directory, 'platform-file.json'), 'utf8')) as Platform;
  const files = readdirSync(directory).filter((file) => file.endsWith('.template.json')).sort();
  const stacks = Object.fromEntries(
    files.map((file) => [file.replace('.template.json', ''), (JSON.parse(readFileSync(join(directory, file), 'utf8')) as { Resources: Record<string, Resource> }).Resources]),
  );
  return { directory, manifest, file, stacks };
};
