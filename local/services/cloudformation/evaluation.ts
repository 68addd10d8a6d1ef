// One stack operation's view of its template: parameters, conditions, which resources exist, in which order, and what names mean.
import { createHash } from 'node:crypto';
import type { World } from '../../world.ts';
import { evaluateTemplate, noValue, references, TemplateProblem, type TemplateScope } from './intrinsics.ts';
import { parameterValues } from './parameters.ts';
import type { ResourceDeclaration, Template } from './template.ts';
import type { ManagedResource, StackBook } from './stack.ts';

export interface Evaluation {
  /** Resources whose condition holds, each after everything it refers to or depends on. */
  readonly order: readonly string[];
  readonly declaration: (logicalId: string) => ResourceDeclaration;
  /** What a resource waits for, itself excluded. */
  readonly dependencies: (logicalId: string) => readonly string[];
  /** Properties with every function evaluated and dynamic references left as written. */
  readonly properties: (logicalId: string) => Readonly<Record<string, unknown>>;
  readonly outputs: () => { readonly values: Readonly<Record<string, string>>; readonly exports: Readonly<Record<string, string>> };
  /** Names of exports this stack imported while it was evaluated. */
  readonly imported: ReadonlySet<string>;
}

interface EvaluationInput {
  readonly world: World;
  readonly stackName: string;
  readonly stackId: string;
  readonly template: Template;
  readonly parameters: Readonly<Record<string, string>>;
  /** The stack's resources as they are while the operation goes on. */
  readonly resources: ReadonlyMap<string, ManagedResource>;
  readonly book: StackBook;
}

/** Reads parameters, checks the template's rules and orders its resources; throws TemplateProblem before anything is touched. */
export const makeEvaluation = (input: EvaluationInput): Evaluation => {
  const { world, template } = input;
  const imported = new Set<string>();
  const scope = makeScope(input, parameterValues(world, template, input.parameters), imported);
  checkRules(template, scope);
  const declared = template.Resources ?? {};
  const present = new Set(Object.keys(declared).filter((id) => exists(declared[id], scope)));
  const declaration = (id: string): ResourceDeclaration => declared[id] as ResourceDeclaration;
  const needs = new Map([...present].map((id) => [id, directDependencies(declaration(id), present)]));
  checkReferences(template, present);
  return {
    order: inOrder(present, needs),
    declaration,
    dependencies: (id) => needs.get(id) ?? [],
    properties: (id) => evaluateTemplate(declaration(id).Properties ?? {}, scope) as Record<string, unknown>,
    outputs: () => evaluateOutputs(template, scope),
    imported,
  };
};

const exists = (declaration: ResourceDeclaration | undefined, scope: TemplateScope): boolean =>
  declaration?.Condition === undefined || scope.condition(declaration.Condition);

const directDependencies = (declaration: ResourceDeclaration, present: ReadonlySet<string>): readonly string[] => {
  const named = [declaration.DependsOn ?? []].flat();
  return [...new Set([...references(declaration.Properties ?? {}), ...named])].filter((id) => present.has(id));
};

/** Every name in the template must be a parameter, a pseudo parameter or a resource: CloudFormation checks this first. */
const checkReferences = (template: Template, present: ReadonlySet<string>): void => {
  const known = new Set([...Object.keys(template.Parameters ?? {}), ...Object.keys(template.Resources ?? {})]);
  for (const id of present) {
    for (const name of references(template.Resources?.[id]?.Properties ?? {})) {
      if (known.has(name) || name.startsWith('AWS::') || isLocalName(template, id, name)) continue;
      throw new TemplateProblem(`Template format error: Unresolved resource dependencies [${name}] in the Resources block of the template`);
    }
  }
};

/** Names inside Fn::Sub may be its own variables. */
const isLocalName = (template: Template, id: string, name: string): boolean =>
  JSON.stringify(template.Resources?.[id]?.Properties ?? {}).includes(`"${name}":`);

const inOrder = (present: ReadonlySet<string>, needs: ReadonlyMap<string, readonly string[]>): readonly string[] => {
  const order: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (id: string, path: readonly string[]): void => {
    if (state.get(id) === 'done') return;
    if (state.get(id) === 'open') throw new TemplateProblem(`Circular dependency between resources: [${[...path, id].join(', ')}]`);
    state.set(id, 'open');
    for (const need of needs.get(id) ?? []) visit(need, [...path, id]);
    state.set(id, 'done');
    order.push(id);
  };
  for (const id of present) visit(id, []);
  return order;
};

const checkRules = (template: Template, scope: TemplateScope): void => {
  for (const rule of Object.values(template.Rules ?? {})) {
    if (rule.RuleCondition !== undefined && evaluateTemplate(rule.RuleCondition, scope) !== true) continue;
    for (const { Assert, AssertDescription } of rule.Assertions) {
      if (evaluateTemplate(Assert, scope) !== true)
        throw new TemplateProblem(`Template validation error: ${AssertDescription ?? 'an assertion failed'}`);
    }
  }
};

const evaluateOutputs = (template: Template, scope: TemplateScope): ReturnType<Evaluation['outputs']> => {
  const values: Record<string, string> = {};
  const exports: Record<string, string> = {};
  for (const [name, output] of Object.entries(template.Outputs ?? {})) {
    if (output.Condition !== undefined && !scope.condition(output.Condition)) continue;
    values[name] = String(evaluateTemplate(output.Value, scope));
    if (output.Export !== undefined) exports[String(evaluateTemplate(output.Export.Name, scope))] = values[name];
  }
  return { values, exports };
};

const pseudoParameters = ({ world, stackName, stackId }: EvaluationInput): ReadonlyMap<string, unknown> =>
  new Map<string, unknown>([
    ['AWS::AccountId', world.account],
    ['AWS::Region', world.region],
    ['AWS::Partition', world.partition],
    ['AWS::URLSuffix', 'amazonaws.com'],
    ['AWS::StackName', stackName],
    ['AWS::StackId', stackId],
    ['AWS::NotificationARNs', []],
    ['AWS::NoValue', noValue],
  ]);

const makeScope = (input: EvaluationInput, parameters: ReadonlyMap<string, unknown>, imported: Set<string>): TemplateScope => {
  const { template, resources, book, world } = input;
  const pseudo = pseudoParameters(input);
  const conditions = new Map<string, boolean>();
  const resource = (id: string): ManagedResource => {
    const found = resources.get(id);
    if (found === undefined) throw new TemplateProblem(`Unresolved resource dependency ${id}: it does not exist in the stack`);
    return found;
  };
  const condition = (name: string): boolean => {
    const known = conditions.get(name);
    if (known !== undefined) return known;
    const written = template.Conditions?.[name];
    if (written === undefined) throw new TemplateProblem(`Template error: unresolved condition dependency ${name}`);
    const value = evaluateTemplate(written, scope) === true;
    conditions.set(name, value);
    return value;
  };
  const scope: TemplateScope = {
    ref: (name) => (pseudo.has(name) ? pseudo.get(name) : parameters.has(name) ? parameters.get(name) : resource(name).made.ref),
    attribute(id, name) {
      const { made, type } = resource(id);
      const value = made.attributes[name];
      if (value === undefined)
        throw new TemplateProblem(`Template error: resource ${id} (${type}) does not support attribute type ${name} in Fn::GetAtt`);
      return value;
    },
    condition,
    hasCondition: (name) => template.Conditions?.[name] !== undefined,
    mapping: (map, top, second) => template.Mappings?.[map]?.[top]?.[second],
    importValue(name) {
      imported.add(name);
      return book.exported(name);
    },
    stackOutput(stackName, outputName, region = world.region) {
      if (region !== world.region) throw new TemplateProblem(`Fn::GetStackOutput: the rehearsal has no region ${region}`);
      return book.output(stackName, outputName);
    },
    zones: (region) => ['a', 'b', 'c'].map((zone) => `${region || world.region}${zone}`),
  };
  return scope;
};

/** CloudFormation's random-looking suffix of physical names, the same in every rehearsal. */
export const nameSuffix = (...parts: readonly unknown[]): string => {
  const digest = createHash('sha256').update(parts.join('/')).digest();
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
  return Array.from({ length: 12 }, (_, index) => alphabet[(digest[index] ?? 0) % alphabet.length]).join('');
};
