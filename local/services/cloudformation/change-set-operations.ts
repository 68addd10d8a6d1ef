// The change set half of the CloudFormation API, as the CDK command line and `aws cloudformation deploy` use it.
import { AwsError, type Operation } from '../../simulated.ts';
import { letRun, operation, type StackTools } from './api.ts';
import { changeSetShape, changesOf, makeChangeSets, type ChangeSet, type ChangeSets } from './change-sets.ts';
import { givenParameters, settingsOf, templateOf } from './requests.ts';
import { stackUuid } from './stack-events.ts';
import { noSuchStack } from './stack-views.ts';
import type { Stack } from './stack.ts';
import type { Template } from './template.ts';

const NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set.";

const live = ({ find }: StackTools, nameOrId: string | undefined): Stack | undefined => {
  const stack = nameOrId === undefined ? undefined : find(nameOrId);
  return stack?.status === 'DELETE_COMPLETE' ? undefined : stack;
};

const stackFor = (tools: StackTools, input: any, template: Template): Stack => {
  const known = live(tools, input.StackName);
  if (input.ChangeSetType === 'CREATE') {
    if (known === undefined) return tools.review(input.StackName, template);
    if (known.status === 'REVIEW_IN_PROGRESS') return known;
    throw new AwsError('ValidationError', `Stack [${input.StackName}] already exists and cannot be created again with the changeSet [${input.ChangeSetName}].`);
  }
  if (known === undefined || known.status === 'REVIEW_IN_PROGRESS') throw noSuchStack(input.StackName);
  if (known.status.endsWith('_IN_PROGRESS') || known.status === 'ROLLBACK_COMPLETE') {
    throw new AwsError('ValidationError', `Stack:${known.id} is in ${known.status} state and can not be updated.`);
  }
  return known;
};

const create = (tools: StackTools, sets: ChangeSets, input: any): object => {
  const { world } = tools;
  const known = live(tools, input.StackName);
  const template = input.UsePreviousTemplate === true && known !== undefined ? known.template : templateOf(world, input);
  const stack = stackFor(tools, input, template);
  const parameters = givenParameters(input.Parameters, stack);
  const evaluation = tools.evaluate(stack, template, parameters);
  const isNew = stack.status === 'REVIEW_IN_PROGRESS';
  const changes = changesOf({ stack, template, evaluation, typeOf: tools.typeOf });
  const isEmpty = !isNew && changes.length === 0 && tools.isUnchanged(stack, evaluation);
  const set: ChangeSet = {
    name: input.ChangeSetName,
    id: `arn:aws:cloudformation:${world.region}:${world.account}:changeSet/${input.ChangeSetName}/${stackUuid(stack.id, input.ChangeSetName, world.clock.now)}`,
    stack,
    createdAt: world.clock.now,
    description: input.Description,
    template,
    parameters,
    changes,
    status: isEmpty ? 'FAILED' : 'CREATE_COMPLETE',
    reason: isEmpty ? NO_CHANGES : undefined,
    input,
    execution: isEmpty ? 'UNAVAILABLE' : 'AVAILABLE',
  };
  sets.add(set);
  return { Id: set.id, StackId: stack.id };
};

const execute = (tools: StackTools, sets: ChangeSets, input: any): object => {
  const set = sets.find(input.ChangeSetName, live(tools, input.StackName));
  const { stack, template, parameters } = set;
  if (set.execution !== 'AVAILABLE') {
    throw new AwsError('InvalidChangeSetStatus', `ChangeSet [${set.id}] cannot be executed in its current execution status of [${set.execution}]`);
  }
  const settings = { ...settingsOf(set.input), ...settingsOf(input) };
  const { run } = tools.begin({ stackName: stack.name, template, parameters, settings });
  set.execution = 'EXECUTE_IN_PROGRESS';
  for (const other of sets.of(stack)) if (other !== set) sets.remove(other);
  const running = run().then(({ status }) => {
    set.execution = status.includes('ROLLBACK') ? 'EXECUTE_FAILED' : 'EXECUTE_COMPLETE';
  });
  letRun(tools.world, running);
  return {};
};

const discard = (tools: StackTools, sets: ChangeSets, input: any): object => {
  const stack = live(tools, input.StackName);
  // Deleting what is not there succeeds, as in AWS.
  if (stack === undefined && !String(input.ChangeSetName).startsWith('arn:')) throw noSuchStack(input.StackName);
  const found = stack === undefined ? [] : sets.of(stack);
  for (const set of found) if (set.name === input.ChangeSetName || set.id === input.ChangeSetName) sets.remove(set);
  return {};
};

const list = (tools: StackTools, sets: ChangeSets, input: any): object => {
  const stack = live(tools, input.StackName);
  if (stack === undefined) throw noSuchStack(input.StackName);
  const Summaries = sets.of(stack).map((set) => ({
    StackId: stack.id,
    StackName: stack.name,
    ChangeSetId: set.id,
    ChangeSetName: set.name,
    ExecutionStatus: set.execution,
    Status: set.status,
    CreationTime: new Date(set.createdAt),
    ...(set.reason === undefined ? {} : { StatusReason: set.reason }),
  }));
  return { Summaries };
};

export const changeSetOperations = (tools: StackTools): Readonly<Record<string, Operation>> => {
  const sets = makeChangeSets();
  return {
    CreateChangeSet: operation('CreateChangeSet', (input) => create(tools, sets, input)),
    DescribeChangeSet: operation('DescribeChangeSet', (input) => changeSetShape(sets.find(input.ChangeSetName, live(tools, input.StackName)))),
    ExecuteChangeSet: operation('ExecuteChangeSet', (input) => execute(tools, sets, input)),
    DeleteChangeSet: operation('DeleteChangeSet', (input) => discard(tools, sets, input)),
    ListChangeSets: operation('ListChangeSets', (input) => list(tools, sets, input)),
  };
};
