// The reading part of the CloudFormation API.
import { AwsError, type Operation } from '../../simulated.ts';
import type { Stack } from './stack.ts';

const entries = (values: Readonly<Record<string, string>>): { OutputKey: string; OutputValue: string }[] =>
  Object.entries(values).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));

export const stackOperations = (find: (name: string) => Stack | undefined): Readonly<Record<string, Operation>> => {
  const named = (input: { StackName?: string }): Stack => {
    const stack = find(input.StackName ?? '');
    if (stack === undefined) throw new AwsError('ValidationError', `Stack with id ${input.StackName} does not exist`);
    return stack;
  };
  const needs =
    (action: string): Operation['needs'] =>
    (input, world) => [
      {
        action: `cloudformation:${action}`,
        resource: `arn:aws:cloudformation:${world.region}:${world.account}:stack/${input.StackName}/*`,
      },
    ];
  return {
    DescribeStacks: {
      needs: needs('DescribeStacks'),
      run: (input) => {
        const stack = named(input);
        return { Stacks: [{ StackName: stack.name, StackId: stack.id, StackStatus: stack.status, Outputs: entries(stack.outputs) }] };
      },
    },
    DescribeStackResources: {
      needs: needs('DescribeStackResources'),
      run: (input) => {
        const { name, id, resources } = named(input);
        return {
          StackResources: [...resources.values()].map(({ logicalId, type, made }) => ({
            StackName: name,
            StackId: id,
            LogicalResourceId: logicalId,
            PhysicalResourceId: made.ref,
            ResourceType: type,
          })),
        };
      },
    },
  };
};
