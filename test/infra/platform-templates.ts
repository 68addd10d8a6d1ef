// The templates of a platform without its automation, synthesized in this process: quick, for tests that vary settings or the file itself.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib/core';
import { platformStacks } from '../../infra/platform-stacks.ts';
import { platformFile } from '../../infra/select.ts';
import { type PlatformFile, readPlatform } from '../../shared/contracts/platform.ts';
import { findingLines } from '../../shared/contracts/platform/findings.ts';
import { applyStage } from '../../shared/contracts/platform/layers.ts';
import type { Platform, Stage } from '../../shared/domain/platform.ts';
import cdkJson from '../../cdk.json' with { type: 'json' };
import type { Template } from '../assembly.ts';

export interface Variation {
  readonly stage?: Stage;
  /** As `-c name=value`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Changes to the file, laid over it like those of a stage. */
  readonly change?: NonNullable<PlatformFile['stages']>[Stage];
}

export type Part = 'network' | 'data' | 'sign-in' | 'services';

/** The platform a file describes, varied; throws all findings when it cannot be built. */
export const platformOf = async (name: string, { stage = 'dev', settings = {}, change }: Variation = {}): Promise<Platform> => {
  const file = await platformFile(name);
  const varied = change === undefined ? file : ({ ...applyStage(file, stage), stages: { [stage]: change } } as unknown as PlatformFile);
  const read = readPlatform(varied, stage, `infra/platforms/${name}.ts`, settings);
  if (!read.ok) throw new Error(findingLines(read.findings).join('\n'));
  return read.platform;
};

const made = new Map<string, Promise<Readonly<Record<Part, Template>>>>();

const synthesize = async (name: string, variation: Variation): Promise<Readonly<Record<Part, Template>>> => {
  const platform = await platformOf(name, variation);
  const outdir = mkdtempSync(join(tmpdir(), 'platform-'));
  const app = new App({ context: cdkJson.context, outdir });
  const stage = variation.stage ?? 'dev';
  const stacks = platformStacks(app, { platform, stage });
  const assembly = app.synth();
  const templates = stacks.map((stack) => [
    stack.stackName.replace(`${platform.name}-${stage}-`, ''),
    assembly.getStackByName(stack.stackName).template as Template,
  ]);
  rmSync(outdir, { recursive: true, force: true });
  return Object.fromEntries(templates) as Record<Part, Template>;
};

/** Templates by part; equal variations are synthesized once. */
export const templates = (name: string, variation: Variation = {}): Promise<Readonly<Record<Part, Template>>> => {
  const key = JSON.stringify([name, variation]);
  const present = made.get(key) ?? synthesize(name, variation);
  made.set(key, present);
  return present;
};

/** Resources of a type by logical id. */
export const resources = (template: Template, type: string): Readonly<Record<string, Readonly<Record<string, any>>>> =>
  Object.fromEntries(
    Object.entries(template.Resources).flatMap(([id, resource]) => (resource.Type === type ? [[id, resource.Properties ?? {}]] : [])),
  );

/** The one resource of a type; fails when there are none or several. */
export const only = (template: Template, type: string): Readonly<Record<string, any>> => {
  const all = Object.values(resources(template, type));
  if (all.length !== 1 || all[0] === undefined) throw new Error(`${all.length} resources of type ${type}`);
  return all[0];
};

/** Container definitions of a task definition, by container name. */
export const containersOf = (template: Template, task: string): Readonly<Record<string, Readonly<Record<string, any>>>> =>
  Object.fromEntries(
    ((template.Resources[task]?.Properties?.['ContainerDefinitions'] ?? []) as { Name: string }[]).map((container) => [
      container.Name,
      container,
    ]),
  );

/** Environment variables of a container, by name. */
export const environmentOf = (container: Readonly<Record<string, any>> | undefined): Readonly<Record<string, unknown>> =>
  Object.fromEntries(((container?.['Environment'] ?? []) as { Name: string; Value: unknown }[]).map(({ Name, Value }) => [Name, Value]));

/** Attributes of a load balancer or target group, by key. */
export const attributesOf = (list: readonly { readonly Key: string; readonly Value: string }[]): Readonly<Record<string, string>> =>
  Object.fromEntries(list.map(({ Key, Value }) => [Key, Value]));

/** Statements of the inline policies of a role. */
export const statementsOf = (
  role: Readonly<Record<string, any>> | undefined,
): readonly { readonly Action: string | readonly string[]; readonly Resource: unknown }[] =>
  ((role?.['Policies'] ?? []) as { PolicyDocument: { Statement: { Action: string | string[]; Resource: unknown }[] } }[]).flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  );

/** The role whose logical id begins with these words. */
export const roleOf = (template: Template, begins: string): Readonly<Record<string, any>> => {
  const found = Object.entries(resources(template, 'AWS::IAM::Role')).find(([id]) => id.startsWith(begins));
  if (found === undefined) throw new Error(`no role ${begins}`);
  return found[1];
};
