// State machines as records: made from templates, their definitions checked once per text.
import { readFileSync } from 'node:fs';
import { InvalidDefinition, readMachine } from '../../asl/check.ts';
import type { Branch, Machine } from '../../asl/definition.ts';
import { AwsError, type ResourceType } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { mayTakeRole } from '../service-call.ts';
import { resourceProblem } from './integrations.ts';

export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly definition: string;
  readonly machine: Machine;
  readonly created: number;
  readonly revision: number;
}

export interface MachineInput {
  readonly name: string;
  readonly roleArn: string;
  readonly type?: 'STANDARD' | 'EXPRESS';
  readonly definition: string;
}

export interface Machines {
  readonly all: () => readonly StateMachine[];
  /** Throws StateMachineDoesNotExist. */
  readonly get: (arn: string) => StateMachine;
  /** Makes or changes a machine; running executions keep the definition they started with. Throws InvalidDefinition. */
  readonly put: (input: MachineInput) => StateMachine;
  readonly remove: (arn: string) => void;
}

const readings = new Map<string, Machine>();

const read = (definition: string): Machine => {
  const known = readings.get(definition);
  if (known !== undefined) return known;
  try {
    const machine = readMachine(definition);
    const problems = taskResources(machine).flatMap((resource) => resourceProblem(resource) ?? []);
    if (problems.length > 0) throw new InvalidDefinition(problems.map((problem) => `SCHEMA_VALIDATION_FAILED: ${problem}`));
    readings.set(definition, machine);
    return machine;
  } catch (problem) {
    if (problem instanceof InvalidDefinition) throw new AwsError('InvalidDefinition', problem.message);
    throw problem;
  }
};

const taskResources = (branch: Branch): readonly string[] =>
  Object.values(branch.States).flatMap((state) => {
    switch (state.Type) {
      case 'Task':
        return [state.Resource];
      case 'Parallel':
        return state.Branches.flatMap(taskResources);
      case 'Map':
        return taskResources(state.ItemProcessor);
      default:
        return [];
    }
  });

export const machineArn = (world: World, name: string): string =>
  `arn:${world.partition}:states:${world.region}:${world.account}:stateMachine:${name}`;

export const makeMachines = (world: World): Machines => {
  const machines = new Map<string, StateMachine>();
  return {
    all: () => [...machines.values()],
    get(arn) {
      const found = machines.get(arn);
      if (found === undefined) throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
      return found;
    },
    put({ name, roleArn, type = 'STANDARD', definition }) {
      const arn = machineArn(world, name);
      if (!mayTakeRole(world, 'states.amazonaws.com', roleArn, arn).allowed) {
        const message =
          'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.';
        throw new AwsError('AccessDeniedException', message);
      }
      const before = machines.get(arn);
      const fresh: StateMachine = {
        arn,
        name,
        roleArn,
        type,
        definition,
        machine: read(definition),
        created: before?.created ?? world.clock.now,
        revision: (before?.revision ?? 0) + 1,
      };
      machines.set(arn, fresh);
      return fresh;
    },
    remove: (arn) => void machines.delete(arn),
  };
};

interface Properties {
  readonly StateMachineName?: string;
  readonly RoleArn: string;
  readonly StateMachineType?: 'STANDARD' | 'EXPRESS';
  readonly DefinitionString?: string;
  readonly Definition?: object;
  readonly DefinitionS3Location?: { readonly Key: string };
  readonly DefinitionSubstitutions?: Readonly<Record<string, unknown>>;
}

/** The definition with `${name}` replaced by the template's substitutions; a file asset is read from the assembly. */
const definitionOf = (world: World, properties: Properties): string => {
  const text =
    properties.DefinitionString ??
    (properties.Definition === undefined ? assetText(world, properties) : JSON.stringify(properties.Definition));
  const substitutions = properties.DefinitionSubstitutions ?? {};
  return text.replaceAll(/\$\{([A-Za-z0-9_]+)\}/g, (whole, name: string) => {
    const value = substitutions[name];
    if (value === undefined) return whole;
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
};

const assetText = (world: World, { DefinitionS3Location }: Properties): string => {
  const hash = (DefinitionS3Location?.Key ?? '').split('/').at(-1)?.split('.')[0] ?? '';
  const path = world.assets.get(hash);
  if (path === undefined)
    throw new AwsError('InvalidDefinition', `the definition's asset ${DefinitionS3Location?.Key} is not in the assembly`);
  return readFileSync(path, 'utf8');
};

export const machineResources = (machines: Machines): Readonly<Record<string, ResourceType>> => {
  const put = (world: World, properties: Properties, name: string): { ref: string; attributes: Record<string, unknown> } => {
    const machine = machines.put({
      name,
      roleArn: properties.RoleArn,
      definition: definitionOf(world, properties),
      ...(properties.StateMachineType === undefined ? {} : { type: properties.StateMachineType }),
    });
    return { ref: machine.arn, attributes: { Arn: machine.arn, Name: machine.name, StateMachineRevisionId: String(machine.revision) } };
  };
  return {
    'AWS::StepFunctions::StateMachine': {
      replaceOn: ['StateMachineName', 'StateMachineType'],
      create: (properties, context) => put(context.world, properties, properties.StateMachineName ?? context.generatedName(80)),
      update: (made, properties, _, context) => put(context.world, properties, String(made.attributes.Name)),
      remove: (made) => machines.remove(made.ref),
    },
  };
};
