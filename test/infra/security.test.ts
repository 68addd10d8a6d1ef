// The security rules of cdk-nag (AwsSolutions) over every platform, and CDK's own template validation over one of each kind of stack.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { platformStacks } from '../../infra/platform-stacks.ts';
import { knownPlatforms } from '../../infra/select.ts';
import type { Stage } from '../../shared/domain/platform.ts';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { platformOf } from './platform-templates.ts';

const every = knownPlatforms().flatMap((name) => (['dev', 'prod'] as const).map((stage): [string, Stage] => [name, stage]));

interface Accepted {
  readonly [rule: string]: string;
}

describe('security rules', () => {
  it.each(every)('%s in %s has no finding that is not accepted beside its resource', async (name, stage) => {
    const app = new App({ context: cdkJson.context, outdir: mkdtempSync(join(tmpdir(), 'rules-')) });
    const stacks = platformStacks(app, { platform: await platformOf(name, { stage }), stage });
    const rules = new AwsSolutionsChecks(app);
    const findings = stacks.flatMap((stack) =>
      rules.validateScope(stack).violations.map((violation) => `${violation.ruleName} ${JSON.stringify(violation.violatingResources)}`),
    );
    expect(findings).toEqual([]);
  });

  it.each(every)('%s in %s accepts nothing without a reason of several words', async (name, stage) => {
    const app = new App({ context: cdkJson.context, outdir: mkdtempSync(join(tmpdir(), 'rules-')) });
    const stacks = platformStacks(app, { platform: await platformOf(name, { stage }), stage });
    const accepted = stacks
      .flatMap((stack) => stack.node.findAll())
      .flatMap((construct) => construct.node.metadata.filter(({ type }) => type === 'aws:cdk:acknowledged-rules'))
      .flatMap(({ data }) => Object.entries(data as Accepted));
    expect(accepted.length).toBeGreaterThan(5);
    expect(accepted.filter(([, reason]) => reason.split(' ').length < 6)).toEqual([]);
  });
});
