// The same app as infra/app.ts, but every door's function is a NodejsFunction, with nothing said about its bundling; only for comparison.
import { App, aws_lambda as lambda, aws_lambda_nodejs as nodejs } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { doorNames } from '../infra/bundle.ts';
import { build } from '../infra/build.ts';
import { select } from '../infra/select.ts';

const root = join(import.meta.dirname, '..');

/** Empty bundles stand in for ours, so that only the NodejsFunctions below pay for bundling. */
const emptyBundles = (): string => {
  const directory = join(root, '.bench', `empty-doors-${process.pid}`);
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  for (const name of doorNames()) {
    mkdirSync(join(directory, name), { recursive: true });
    writeFileSync(join(directory, name, 'index.mjs'), 'export const handler = () => undefined;\n');
  }
  return directory;
};

/** The door whose function this is, by the description that infra/constructs/door.ts gives it. */
const doorOf = ({ description }: lambda.FunctionProps): string => {
  const name = /^Door (\S+) of /.exec(description ?? '')?.[1];
  if (name === undefined) throw new Error(`A function that is no door: ${description ?? 'without description'}`);
  return name;
};

const { NodejsFunction } = nodejs;
/** Stands where the doors look for `lambda.Function`: same role, log group and environment, but the code is the construct's own affair. */
const DoorFunction = class {
  constructor(scope: Construct, id: string, props: lambda.FunctionProps) {
    const entry = join(root, 'functions', `${doorOf(props)}.ts`);
    return new NodejsFunction(scope, id, { ...props, code: undefined, entry, projectRoot: root, depsLockFilePath: join(root, 'package-lock.json') });
  }
};
Object.defineProperty(lambda, 'Function', { value: DoorFunction });

const app = new App();
build(app, await select(app.node.getAllContext() as Readonly<Record<string, unknown>>), emptyBundles());
app.synth();
