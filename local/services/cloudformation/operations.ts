// The CloudFormation API that tools use to deploy: stacks, change sets, templates, events.
import { AwsError, type Operation as ApiOperation } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { page } from '../paging.ts';
import { letRun, operation, type StackTools } from './api.ts';
import { changeSetOperations } from './change-set-operations.ts';
import { eventShape, noSuchStack, resourceShapes, stackShape, summaryShape } from './stack-views.ts';
import type { Stack } from './stack.ts';
import type { DeployInput } from './stacks.ts';
import { givenParameters, settingsOf, templateOf } from './requests.ts';
import type { Template } from './template.ts';

const EVENTS_PER_PAGE = 100;

const existing = ({ find }: StackTools, nameOrId: string): Stack => {
  const stack = find(nameOrId);
  if (stack === undefined) throw noSuchStack(nameOrId);
  return stack;
};

const deployInput = (world: World, input: any, stack: Stack | undefined): DeployInput => {
  const template = input.UsePreviousTemplate === true && stack !== undefined ? stack.template : templateOf(world, input);
  return { stackName: stack?.name ?? input.StackName, template, parameters: givenParameters(input.Parameters, stack), settings: settingsOf(input) };
};

const createStack = (tools: StackTools, input: any): object => {
  const known = tools.find(input.StackName);
  if (known !== undefined && known.status !== 'DELETE_COMPLETE') throw new AwsError('AlreadyExistsException', `Stack [${input.StackName}] already exists`);
  const { stack, run } = tools.begin(deployInput(tools.world, input, undefined));
  stack.isProtected = input.EnableTerminationProtection === true;
  letRun(tools.world, run());
  return { StackId: stack.id };
};

const updateStack = (tools: StackTools, input: any): object => {
  const stack = existing(tools, input.StackName);
  const { isUnchanged, run } = tools.begin(deployInput(tools.world, input, stack));
  if (isUnchanged) throw new AwsError('ValidationError', 'No updates are to be performed.');
  letRun(tools.world, run());
  return { StackId: stack.id };
};

const deleteStack = (tools: StackTools, input: any): object => {
  const stack = tools.find(input.StackName);
  if (stack === undefined || stack.status === 'DELETE_COMPLETE') return {};
  if (stack.isProtected) throw new AwsError('ValidationError', `Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
  if (stack.status !== 'REVIEW_IN_PROGRESS' && stack.status.endsWith('_IN_PROGRESS') && stack.status !== 'DELETE_IN_PROGRESS') {
    throw new AwsError('ValidationError', `Stack [${stack.id}] cannot be deleted while in status ${stack.status}`);
  }
  if (stack.status !== 'DELETE_IN_PROGRESS') letRun(tools.world, tools.remove(stack.name, input.ClientRequestToken));
  return {};
};

const paged = <T>(items: readonly T[], token: string | undefined, size = EVENTS_PER_PAGE): { readonly items: readonly T[]; readonly next: object } => {
  const { items: shown, nextToken } = page(items, size, token, 'ValidationError');
  return { items: shown, next: nextToken === undefined ? {} : { NextToken: nextToken } };
};

const describeStacks = (tools: StackTools, input: any): object => {
  if (input.StackName !== undefined) return { Stacks: [stackShape(existing(tools, input.StackName))] };
  const { items, next } = paged(tools.all().filter(({ status }) => status !== 'DELETE_COMPLETE'), input.NextToken);
  return { Stacks: items.map(stackShape), ...next };
};

const describeEvents = (tools: StackTools, input: any): object => {
  const stack = existing(tools, input.StackName);
  const { items, next } = paged(stack.events.toReversed(), input.NextToken);
  return { StackEvents: items.map((event) => eventShape(stack, event)), ...next };
};

const describeResource = (tools: StackTools, input: any): object => {
  const stack = existing(tools, input.StackName);
  const found = resourceShapes(stack).find(({ LogicalResourceId }) => LogicalResourceId === input.LogicalResourceId);
  if (found === undefined) throw new AwsError('ValidationError', `Resource ${input.LogicalResourceId} does not exist for stack ${stack.name}`);
  return { StackResourceDetail: found };
};

const protect = (tools: StackTools, input: any): object => {
  const stack = existing(tools, input.StackName);
  stack.isProtected = input.EnableTerminationProtection === true;
  return { StackId: stack.id };
};

const listStacks = (tools: StackTools, input: any): object => {
  const wanted: readonly string[] | undefined = input.StackStatusFilter;
  const { items, next } = paged(tools.all().filter(({ status }) => wanted === undefined || wanted.length === 0 || wanted.includes(status)), input.NextToken);
  return { StackSummaries: items.map(summaryShape), ...next };
};

const stackOfPhysicalId = (tools: StackTools, id: string): Stack => {
  const found = tools.all().find(({ status, resources }) => status !== 'DELETE_COMPLETE' && [...resources.values()].some(({ made }) => made.ref === id));
  if (found === undefined) throw new AwsError('ValidationError', `Stack for ${id} does not exist`);
  return found;
};

const describeResources = (tools: StackTools, input: any): object => {
  const stack = input.StackName === undefined ? stackOfPhysicalId(tools, input.PhysicalResourceId) : existing(tools, input.StackName);
  const all = resourceShapes(stack);
  return { StackResources: all.filter(({ LogicalResourceId }) => input.LogicalResourceId === undefined || LogicalResourceId === input.LogicalResourceId) };
};

const exportsOf = (tools: StackTools): readonly object[] =>
  tools.all().flatMap(({ id, status, exports }) =>
    status === 'DELETE_COMPLETE' ? [] : Object.entries(exports).map(([Name, Value]) => ({ ExportingStackId: id, Name, Value })),
  );

const templateSummary = (template: Template): object => ({
  Parameters: Object.entries(template.Parameters ?? {}).map(([ParameterKey, { Type, Default }]) => ({
    ParameterKey,
    ParameterType: Type,
    ...(Default === undefined ? {} : { DefaultValue: String(Default) }),
  })),
  ResourceTypes: [...new Set(Object.values(template.Resources ?? {}).map(({ Type }) => Type))],
  Capabilities: [],
  ...(template.Description === undefined ? {} : { Description: template.Description }),
});

const summaryOf = (tools: StackTools, input: any): object =>
  templateSummary(input.StackName === undefined ? templateOf(tools.world, input) : existing(tools, input.StackName).template);

/** Every operation of the API, by name. */
export const cloudformationOperations = (tools: StackTools): Readonly<Record<string, ApiOperation>> => ({
  ...changeSetOperations(tools),
  CreateStack: operation('CreateStack', (input) => createStack(tools, input)),
  UpdateStack: operation('UpdateStack', (input) => updateStack(tools, input)),
  DeleteStack: operation('DeleteStack', (input) => deleteStack(tools, input)),
  DescribeStacks: operation('DescribeStacks', (input) => describeStacks(tools, input)),
  DescribeStackEvents: operation('DescribeStackEvents', (input) => describeEvents(tools, input)),
  DescribeStackResource: operation('DescribeStackResource', (input) => describeResource(tools, input)),
  DescribeStackResources: operation('DescribeStackResources', (input) => describeResources(tools, input)),
  ListStackResources: operation('ListStackResources', (input) => {
    const { items, next } = paged(resourceShapes(existing(tools, input.StackName)), input.NextToken);
    return { StackResourceSummaries: items, ...next };
  }),
  ListStacks: operation('ListStacks', (input) => listStacks(tools, input)),
  ListExports: operation('ListExports', (input) => {
    const { items, next } = paged(exportsOf(tools), input.NextToken);
    return { Exports: items, ...next };
  }),
  GetTemplate: operation('GetTemplate', (input) => ({
    TemplateBody: JSON.stringify(existing(tools, input.StackName).template),
    StagesAvailable: ['Original', 'Processed'],
  })),
  GetTemplateSummary: operation('GetTemplateSummary', (input) => summaryOf(tools, input)),
  ValidateTemplate: operation('ValidateTemplate', (input) => templateSummary(templateOf(tools.world, input))),
  UpdateTerminationProtection: operation('UpdateTerminationProtection', (input) => protect(tools, input)),
});
