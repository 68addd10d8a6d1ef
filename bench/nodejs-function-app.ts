// The same app as infra/app.ts, but every door is bundled by a NodejsFunction of its own; only for comparison.
import { App, Stack, aws_lambda as lambda, aws_lambda_nodejs as nodejs } from 'aws-cdk-lib';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { doorNames } from '../infra/bundle.ts';
import { build } from '../infra/build.ts';
import { select } from '../infra/select.ts';

const root = join(import.meta.dirname, '..');

/** Empty bundles stand in for ours, so that only the NodejsFunctions below pay for bundling. */
const emptyBundles = (): string => {
  const directory = join(root, '.bench', 'empty-doors');
  for (const name of doorNames()) {
    mkdirSync(join(directory, name), { recursive: true });
    writeFileSync(join(directory, name, 'index.mjs'), 'export const handler = () => undefined;\n');
  }
  return directory;
};

const app = new App();
const selected = await select(app.node.getAllContext() as Readonly<Record<string, unknown>>);
build(app, selected, emptyBundles());
const stack = new Stack(app, 'doors');
for (const name of doorNames()) {
  new nodejs.NodejsFunction(stack, name.replaceAll('/', '-'), {
    entry: join(root, 'functions', `${name}.ts`),
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: lambda.Architecture.ARM_64,
    projectRoot: root,
    depsLockFilePath: join(root, 'package-lock.json'),
  });
}
app.synth();
