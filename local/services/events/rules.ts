// Event buses and their rules: what PutRule, PutTargets and the templates write down, checked as EventBridge checks it.
import { AwsError } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { compilePattern, PatternProblem, type Pattern } from './pattern.ts';
import type { TargetInput } from './input.ts';

export interface Target extends TargetInput {
  readonly Id: string;
  readonly Arn: string;
  readonly RoleArn?: string;
  readonly RetryPolicy?: { readonly MaximumRetryAttempts?: number; readonly MaximumEventAgeInSeconds?: number };
  readonly DeadLetterConfig?: { readonly Arn?: string };
  readonly SqsParameters?: { readonly MessageGroupId?: string };
}

export interface RuleInput {
  readonly Name: string;
  readonly EventBusName?: string;
  readonly EventPattern?: unknown;
  readonly ScheduleExpression?: string;
  readonly State?: string;
  readonly Description?: string;
  readonly RoleArn?: string;
}

export interface Rule {
  readonly name: string;
  readonly bus: string;
  readonly arn: string;
  readonly pattern: Pattern | undefined;
  readonly patternText: string | undefined;
  readonly schedule: string | undefined;
  enabled: boolean;
  readonly description: string | undefined;
  readonly roleArn: string | undefined;
  readonly targets: Map<string, Target>;
  /** Ends the rule's own timer, for rules with a schedule. */
  stop: () => void;
}

export interface Rules {
  /** Rules of a bus in the order they were made. */
  of(bus: string): readonly Rule[];
  get(bus: string, name: string): Rule;
  put(input: RuleInput): Rule;
  remove(bus: string, name: string): void;
  putTargets(rule: Rule, targets: readonly Target[]): void;
  removeTargets(rule: Rule, ids: readonly string[]): void;
  addBus(name: string): string;
  removeBus(name: string): void;
}

const targetLimit = 5;
const patternLimit = 2048;
/** ARN services a target may name; others exist at AWS but are not rehearsed. */
const rehearsedTargets = ['lambda', 'states', 'sqs', 'sns', 'events'];

export const busName = (nameOrArn: string | undefined): string => (nameOrArn ?? 'default').split('/').at(-1) ?? 'default';

export const makeRules = (world: World, schedule: (rule: Rule) => () => void): Rules => {
  const buses = new Map<string, Map<string, Rule>>([['default', new Map()]]);
  const arnOf = (kind: string, name: string): string => `arn:${world.partition}:events:${world.region}:${world.account}:${kind}/${name}`;

  const busOf = (name: string): Map<string, Rule> => {
    const bus = buses.get(name);
    if (bus === undefined) throw new AwsError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
    return bus;
  };
  const get = (bus: string, name: string): Rule => {
    const rule = busOf(bus).get(name);
    if (rule === undefined) throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus}.`);
    return rule;
  };
  const put = (input: RuleInput): Rule => {
    const bus = busName(input.EventBusName);
    const rules = busOf(bus);
    const before = rules.get(input.Name);
    const rule = ruleOf(input, bus, arnOf('rule', bus === 'default' ? input.Name : `${bus}/${input.Name}`), before?.targets ?? new Map());
    before?.stop();
    if (rule.schedule !== undefined) rule.stop = schedule(rule);
    rules.set(rule.name, rule);
    return rule;
  };
  return {
    of: (bus) => [...busOf(bus).values()],
    get,
    put,
    remove(bus, name) {
      const rule = busOf(bus).get(name);
      if (rule === undefined) return;
      if (rule.targets.size > 0) throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
      rule.stop();
      busOf(bus).delete(name);
    },
    putTargets(rule, targets) {
      for (const target of targets) checkTarget(target);
      for (const target of targets) rule.targets.set(target.Id, target);
      if (rule.targets.size > targetLimit) {
        for (const target of targets) rule.targets.delete(target.Id);
        throw new AwsError(
          'LimitExceededException',
          `The requested resource exceeds the maximum number allowed: ${targetLimit} targets per rule.`,
        );
      }
    },
    removeTargets(rule, ids) {
      for (const id of ids) rule.targets.delete(id);
    },
    addBus(name) {
      if (buses.has(name)) throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
      buses.set(name, new Map());
      return arnOf('event-bus', name);
    },
    removeBus: (name) => void buses.delete(name),
  };
};

const ruleOf = (input: RuleInput, bus: string, arn: string, targets: Map<string, Target>): Rule => {
  const { pattern, text } = readPattern(input.EventPattern);
  if (pattern === undefined && input.ScheduleExpression === undefined) {
    throw new AwsError('ValidationException', 'Parameter(s) EventPattern or ScheduleExpression must be specified.');
  }
  return {
    name: input.Name,
    bus,
    arn,
    pattern,
    patternText: text,
    schedule: input.ScheduleExpression,
    enabled: input.State !== 'DISABLED',
    description: input.Description,
    roleArn: input.RoleArn,
    targets,
    stop: () => undefined,
  };
};

const readPattern = (written: unknown): { readonly pattern: Pattern | undefined; readonly text: string | undefined } => {
  if (written === undefined) return { pattern: undefined, text: undefined };
  const text = typeof written === 'string' ? written : JSON.stringify(written);
  if (text.length > patternLimit) {
    throw new AwsError('ValidationException', `Event pattern is not valid. Reason: longer than ${patternLimit} characters.`);
  }
  try {
    return { pattern: compilePattern(JSON.parse(text)), text };
  } catch (problem) {
    if (!(problem instanceof PatternProblem) && !(problem instanceof SyntaxError)) throw problem;
    throw new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${problem.message}`);
  }
};

const checkTarget = (target: Target): void => {
  const written = [target.Input, target.InputPath, target.InputTransformer].filter((input) => input !== undefined);
  if (written.length > 1)
    throw new AwsError('ValidationException', `Only one of Input, InputPath and InputTransformer may be set on target ${target.Id}.`);
  const service = target.Arn.split(':')[2] ?? '';
  if (!rehearsedTargets.includes(service)) {
    throw new AwsError(
      'ValidationException',
      `Targets of ${service} are not simulated (${target.Arn}); simulated: ${rehearsedTargets.join(', ')}.`,
    );
  }
};
