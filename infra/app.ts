// The entry of every cdk command: bundles the doors while the library loads, then builds the chosen platform.
import { bundleDoors } from './bundle.ts';
import { endWith, select } from './select.ts';

const bundles = bundleDoors();
const { App } = await import('aws-cdk-lib/core');

const app = new App();
const selected = await select(app.node.getAllContext() as Readonly<Record<string, unknown>>).catch(endWith);

const { build } = await import('./build.ts');
const { deploymentOf } = await import('./names.ts');
const { decisionLines } = await import('./stage.ts');

for (const line of decisionLines(deploymentOf(selected.platform, selected.stage))) console.error(line);
build(app, selected, await bundles);
app.synth();
