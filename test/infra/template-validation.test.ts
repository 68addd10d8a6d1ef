// CDK's own validation of the templates, errors and warnings, for every stack of every platform; part of `npm run check`, as it takes seconds.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnResource, Stack } from 'aws-cdk-lib/core';
import { afterAll, describe, expect, it } from 'vitest';
import { knownPlatforms, select } from '../../infra/select.ts';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { doorBundles, synthesizeInto } from '../assembly.ts';

const folder = mkdtempSync(join(tmpdir(), 'validation-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What CDK found at synth; it writes a report only when it validates. */
const reportIn = (directory: string): unknown => {
  const file = join(directory, 'validation-report.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { pluginReports: unknown }).pluginReports : 'nothing was validated';
};

describe('CDK’s template validation', () => {
  const every = knownPlatforms().flatMap((name) => ['dev', 'prod'].map((stage): [string, string] => [name, stage]));

  it.each(every)('%s in %s passes without an error or a warning, and looks nothing up', async (platform, stage) => {
    const directory = join(folder, `${platform}-${stage}`);
    await synthesizeInto(directory, await select({ platform, stage }), await doorBundles());
    expect(reportIn(directory)).toEqual([]);
    expect(JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8'))).not.toHaveProperty('missing');
  });

  const door = { Code: { S3Bucket: 'bundles', S3Key: 'door.zip' }, Handler: 'index.handler', Role: 'arn:aws:iam::111122223333:role/door', Runtime: 'nodejs24.x' };
  const made = (id: string, properties: Readonly<Record<string, unknown>>): { readonly app: App; readonly directory: string } => {
    const directory = join(folder, id);
    const app = new App({ context: cdkJson.context, outdir: directory });
    new CfnResource(new Stack(app, id), 'Door', { type: 'AWS::Lambda::Function', properties: { ...door, ...properties } });
    return { app, directory };
  };

  it('fails for a template that CloudFormation would refuse, and names the property', () => {
    expect(() => made('broken', { MemorySize: 64 }).app.synth()).toThrow(/MemorySize: 64 is less than the minimum of 128/);
  });

  it('reports what CloudFormation might refuse', () => {
    const { app, directory } = made('doubtful', { PackageType: 'Tar' });
    app.synth();
    expect(JSON.stringify(reportIn(directory))).toMatch(/'Tar' is not one of/);
  });
});
