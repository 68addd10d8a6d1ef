// What the Machines adapter calls, on this platform's own state machines; their ARNs are known by name before they exist.
import { aws_iam as iam } from 'aws-cdk-lib';
import type { OperationsContext } from '../operations-context.ts';

/** start: the named stories. */
export const startGrants = (context: OperationsContext, stories: readonly string[]): iam.PolicyStatement[] => [
  new iam.PolicyStatement({ actions: ['states:StartExecution'], resources: stories.map(context.machineArn) }),
];

/** answer: tokens of the named stories. */
export const answerGrants = (context: OperationsContext, stories: readonly string[]): iam.PolicyStatement[] => [
  new iam.PolicyStatement({ actions: ['states:SendTaskSuccess'], resources: stories.map(context.machineArn) }),
];

/** The environment the adapter reads. */
export const machinesEnvironment = (context: OperationsContext): Readonly<Record<string, string>> => ({
  MACHINE_PREFIX: context.machineArn(''),
});
