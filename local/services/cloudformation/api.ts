// What every operation of the CloudFormation API shares: what it may reach, what it needs, and how template problems are worded.
import { AwsError, type Operation as ApiOperation, type Permission, type ResourceType } from '../../simulated.ts';
import type { World } from '../../world.ts';
import type { Evaluation } from './evaluation.ts';
import { TemplateProblem } from './intrinsics.ts';
import type { Stack } from './stack.ts';
import type { DeployInput, Deployed, Operation } from './stacks.ts';
import type { Template } from './template.ts';

/** What the API needs of the stacks. */
export interface StackTools {
  readonly world: World;
  /** By name, or by id, deleted ones included. */
  readonly find: (nameOrId: string) => Stack | undefined;
  readonly all: () => readonly Stack[];
  /** A stack that has only a change set so far. */
  readonly review: (name: string, template: Template) => Stack;
  readonly evaluate: (stack: Stack, template: Template, parameters: Readonly<Record<string, string>>) => Evaluation;
  readonly isUnchanged: (stack: Stack, evaluation: Evaluation) => boolean;
  readonly typeOf: (type: string) => ResourceType;
  /** Throws TemplateProblem when CloudFormation would refuse. */
  readonly begin: (input: DeployInput) => Operation;
  readonly remove: (stackName: string, token?: string) => Promise<Deployed>;
}

const stackArn = (world: World, nameOrId: unknown): string =>
  String(nameOrId).startsWith('arn:') ? String(nameOrId) : `arn:aws:cloudformation:${world.region}:${world.account}:stack/${String(nameOrId)}/*`;

/** The permissions an operation on one stack needs; handing CloudFormation a role needs iam:PassRole as well. */
const needsOf = (action: string): ApiOperation['needs'] => (input, world) => {
  const own: Permission = { action: `cloudformation:${action}`, resource: input.StackName === undefined ? '*' : stackArn(world, input.StackName) };
  if (input.RoleARN === undefined) return [own];
  return [own, { action: 'iam:PassRole', resource: input.RoleARN, context: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } }];
};

/** An operation whose template problems are ValidationErrors. */
export const operation = (action: string, run: (input: any) => unknown): ApiOperation => ({
  needs: needsOf(action),
  run: (input) => {
    try {
      return run(input);
    } catch (problem) {
      if (problem instanceof TemplateProblem) throw new AwsError('ValidationError', problem.message);
      throw problem;
    }
  },
});

/** Lets a stack operation go on by itself; what nobody expected of it fails the rehearsal. */
export const letRun = (world: World, running: Promise<unknown>): void => {
  running.catch((error: unknown) => world.clock.after(0, () => { throw error; }, 'a stack operation that failed'));
};
