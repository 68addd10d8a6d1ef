// What `npm run synth`, `diff` and `deploy` ask the CDK for: all stacks or those that are named, of the platform and stage that are meant.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { passedOn, readArguments, stackNames, VALUED } from '../../infra/cdk-arguments.ts';
import { select } from '../../infra/select.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { templatesOf } from '../assembly.ts';

const root = join(import.meta.dirname, '..', '..');
const { scripts } = packageJson;

/** The words after `node infra/cdk.ts` of an npm script, with what somebody adds to them. */
const asked = (script: 'synth' | 'diff' | 'deploy', added: string): readonly string[] => `${scripts[script]} ${added}`.split(' ').slice(2).filter((word) => word !== '');

const known = ['shop-dev-network', 'shop-dev-data', 'shop-dev-services', 'shop-dev-operations'];

describe('the CDK is asked', () => {
  it.each([
    ['deploy', '', 'deploy --all'],
    ['deploy', '-c platform=shop -c stage=prod', 'deploy --all -c platform=shop -c stage=prod'],
    ['deploy', 'shop-dev-operations', 'deploy shop-dev-operations'],
    ['deploy', '-c platform=shop shop-dev-operations shop-dev-data', 'deploy -c platform=shop shop-dev-operations shop-dev-data'],
    ['deploy', '--exclusively shop-dev-operations --force', 'deploy --exclusively shop-dev-operations --force'],
    ['deploy', 'shop-dev-*', 'deploy shop-dev-*'],
    ['deploy', '--profile shop-admin', 'deploy --all --profile shop-admin'],
    ['deploy', '--profile=shop-admin -r arn:aws:iam::111122223333:role/shop-deploys', 'deploy --all --profile=shop-admin -r arn:aws:iam::111122223333:role/shop-deploys'],
    ['deploy', '--lookups false --require-approval never', 'deploy --all --lookups false --require-approval never'],
    ['diff', '', 'diff --method template'],
    ['diff', 'shop-dev-services', 'diff --method template shop-dev-services'],
    ['synth', 'shop-dev-services', 'synth --quiet --strict shop-dev-services'],
  ] as const)('npm run %s -- %s', (script, added, passed) => {
    const args = asked(script, added);
    expect(passedOn(args, readArguments(args), known).join(' ')).toBe(passed);
  });

  it.each([
    ['shop-dev-operation', "There is no stack 'shop-dev-operation'. Did you mean shop-dev-operations? Known: shop-dev-network, shop-dev-data, shop-dev-services, shop-dev-operations."],
    ['shop-dev-data shop-prod-operations', "There is no stack 'shop-prod-operations'. Did you mean shop-dev-operations? Known: shop-dev-network, shop-dev-data, shop-dev-services, shop-dev-operations."],
  ])('never for a stack that there is not, in this stage: %s', (added, message) => {
    const args = asked('deploy', added);
    expect(() => passedOn(args, readArguments(args), known)).toThrow(expect.objectContaining({ name: 'Refusal', message }));
  });

  it('for a stack by name also where the app is built already, whose stacks only the CDK knows', () => {
    const args = asked('deploy', '--app cdk.out other-dev-data');
    expect(readArguments(args).builds).toBe(false);
    expect(passedOn(args, readArguments(args), null).join(' ')).toBe('deploy --app cdk.out other-dev-data');
  });

  it.each([['wizelit', 'dev'], ['farsight', 'prod'], ['cli-agent-orchestrator', 'dev']])('for the stacks that %s has in %s', async (platform, stage) => {
    const names = Object.keys(await templatesOf(platform, stage)).map((part) => `${platform}-${stage}-${part}`);
    expect(stackNames(await select({ platform, stage })).toSorted()).toEqual(names.toSorted());
  });

  const run = (args: readonly string[]): object => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join('infra', 'cdk.ts'), ...args], { cwd: root, encoding: 'utf8' });
    return { status, stdout, stderr };
  };

  it('only once that makes sense: code 2 before it starts, and nothing built', () => {
    expect(run(asked('deploy', '-c platform=wizelit -c stage=prod wizelit-dev-data'))).toEqual({
      status: 2,
      stdout: '',
      stderr: "There is no stack 'wizelit-dev-data'. Did you mean wizelit-prod-data? Known: wizelit-prod-network, wizelit-prod-data, wizelit-prod-services, wizelit-prod-operations.\n",
    });
  });

  it('for help without a platform; every option of its that takes a value is known to take one', () => {
    const help = run(asked('deploy', '--help')) as { readonly status: number; readonly stdout: string };
    expect(help).toMatchObject({ status: 0, stdout: expect.stringMatching(/^cdk deploy \[STACKS\.\.\]/) });
    const valued = help.stdout.split(/\n {2}(?=-)/).filter((option) => /\[(string|array|number)\]/.test(option)).map((option) => /--([a-z-]+)/.exec(option)?.[1] ?? option);
    expect(valued.length).toBeGreaterThan(20);
    // The help cuts what is too long for its column.
    expect(valued.filter((name) => !Object.keys(VALUED).some((one) => one.startsWith(name)))).toEqual([]);
  });
});
