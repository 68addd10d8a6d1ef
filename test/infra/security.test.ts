// The security rules of cdk-nag (AwsSolutions) over every stack of every platform, the automation included; each accepted finding has a reason.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aws_iam as iam } from 'aws-cdk-lib';
import { App, Stack } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, describe, expect, it } from 'vitest';
import { build } from '../../infra/build.ts';
import { doorNames } from '../../infra/bundle.ts';
import { explainWildcards } from '../../infra/grants/wildcards.ts';
import { knownPlatforms } from '../../infra/select.ts';
import type { Stage } from '../../shared/domain/platform.ts';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { platformOf } from './platform-templates.ts';

const every = knownPlatforms().flatMap((name) => (['dev', 'prod'] as const).map((stage): [string, Stage] => [name, stage]));

const folder = mkdtempSync(join(tmpdir(), 'rules-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The rules look at permissions, not at code: empty doors do. */
const emptyDoors = (): string => {
  const directory = join(folder, 'doors');
  for (const name of doorNames()) {
    mkdirSync(join(directory, name), { recursive: true });
    writeFileSync(join(directory, name, 'index.mjs'), 'export const handler = () => undefined;');
  }
  return directory;
};

const built = async (name: string, stage: Stage): Promise<{ readonly app: App; readonly stacks: readonly Stack[] }> => {
  const app = new App({ context: cdkJson.context, outdir: join(folder, `${name}-${stage}`) });
  build(app, { platform: await platformOf(name, { stage }), stage }, emptyDoors());
  return { app, stacks: app.node.children.filter((child) => Stack.isStack(child)) };
};

interface Accepted {
  readonly [rule: string]: string;
}

describe('security rules', () => {
  it.each(every)('%s in %s has no finding that is not accepted beside its resource, and each acceptance says why', async (name, stage) => {
    const { app, stacks } = await built(name, stage);
    const rules = new AwsSolutionsChecks(app);
    const findings = stacks.flatMap((stack) =>
      rules.validateScope(stack).violations.map(
        ({ ruleName, violatingResources }) => `${ruleName} ${violatingResources.map(({ constructPath }) => constructPath).join(', ')}`,
      ),
    );
    expect(stacks.map(({ stackName }) => stackName)).toContain(`${name}-${stage}-operations`);
    expect(findings).toEqual([]);
    const accepted = stacks
      .flatMap((stack) => stack.node.findAll())
      .flatMap((construct) => construct.node.metadata.filter(({ type }) => type === 'aws:cdk:acknowledged-rules'))
      .flatMap(({ data }) => Object.entries(data as Accepted));
    expect(accepted.length).toBeGreaterThan(20);
    expect(accepted.filter(([, reason]) => reason.split(' ').length < 6)).toEqual([]);
  });

  it('a permission on everything is accepted only where AWS names no resource or a condition limits it', () => {
    const stack = new Stack(new App({ context: cdkJson.context, outdir: join(folder, 'stars') }), 'stars');
    const findingsFor = (id: string, statement: iam.PolicyStatement): readonly string[] => {
      const role = new iam.Role(stack, id, {
        assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
        inlinePolicies: { least: new iam.PolicyDocument({ statements: [statement] }) },
      });
      explainWildcards(role, [statement]);
      return new AwsSolutionsChecks(stack).validateScope(role).violations.map(({ ruleName }) => ruleName);
    };
    expect(findingsFor('Reads', new iam.PolicyStatement({ actions: ['ecs:DescribeTaskDefinition'], resources: ['*'] }))).toEqual([]);
    expect(findingsFor('Deletes', new iam.PolicyStatement({ actions: ['ecs:DescribeTaskDefinition', 'rds:DeleteDBInstance'], resources: ['*'] }))).toEqual([
      'AwsSolutions-IAM5[Resource::*]',
    ]);
  });
});
