// What the CDK's command line is asked for: the settings and stacks among its arguments, and what it gets passed on.
import { parseArgs } from 'node:util';
import { meant } from '../shared/domain/nearest-names.ts';
import { deploymentOf } from './names.ts';
import { Refusal, type Selected } from './select.ts';

/** The CDK's options that take a value: without it a profile's name would be taken for a stack's. */
export const VALUED: Readonly<Record<string, string | null>> = {
  app: 'a', build: null, context: 'c', plugin: 'p', profile: null, region: null, proxy: null, 'ca-bundle-path': null, 'role-arn': 'r',
  output: 'o', unstable: null, 'telemetry-file': null, 'build-exclude': 'E', 'require-approval': null, 'notification-arns': null,
  'rollback-trigger-alarm-arns': null, 'monitoring-time-minutes': null, tags: 't', 'change-set-name': null, method: 'm', parameters: null,
  'outputs-file': 'O', 'toolkit-stack-name': null, progress: null, 'hotswap-ecs-minimum-healthy-percent': null,
  'hotswap-ecs-maximum-healthy-percent': null, 'hotswap-ecs-stabilization-timeout-seconds': null, concurrency: null,
  'asset-build-concurrency': null, 'context-lines': null, template: null, 'fail-on': null,
};

const options = Object.fromEntries(
  Object.entries(VALUED).map(([name, short]) => [name, { type: 'string' as const, multiple: true, ...(short === null ? {} : { short }) }]),
);

export interface Asked {
  /** Of `-c NAME=VALUE`. */
  readonly settings: Readonly<Record<string, string>>;
  /** Stacks that are named, patterns included. */
  readonly stacks: readonly string[];
  /** Whether it is about a platform file: neither help nor an app that is built already is. */
  readonly builds: boolean;
}

/** What `cdk COMMAND [STACKS] [options]` asks for. */
export const readArguments = (args: readonly string[]): Asked => {
  const { values, positionals } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    options: { ...options, help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } },
  });
  const given = ((values['context'] ?? []) as readonly unknown[]).flatMap((setting) => {
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(String(setting)) ?? [];
    return name === '' ? [] : [[name, value] as const];
  });
  return {
    settings: Object.fromEntries(given),
    // `--lookups false` is an option and its value.
    stacks: positionals.slice(1).filter((word) => word !== 'true' && word !== 'false'),
    builds: values['help'] === undefined && values['version'] === undefined && values['app'] === undefined,
  };
};

/** Names of the stacks that a platform has in a stage. */
export const stackNames = ({ platform, stage }: Selected): readonly string[] => {
  const parts = ['network', ...(platform.signIn === null ? [] : ['sign-in']), 'data', 'services', 'operations'];
  return parts.map((part) => `${deploymentOf(platform, stage).id}-${part}`);
};

/**
 * The arguments for the CDK, which takes either all stacks or those that are named, and does all when it is told both.
 * Throws a Refusal for a name that no stack has; what a pattern fits is the CDK's to say, and what an app has that is built already (null).
 */
export const passedOn = (args: readonly string[], { stacks }: Asked, known: readonly string[] | null): readonly string[] => {
  const unknown = known === null ? [] : stacks.filter((name) => !/[*?[{!(]/.test(name) && !known.includes(name));
  if (unknown.length > 0) throw new Refusal(unknown.map((name) => `There is no stack '${name}'. ${meant(name, known ?? [])}`).join('\n'));
  return stacks.length === 0 ? args : args.filter((word) => word !== '--all');
};
