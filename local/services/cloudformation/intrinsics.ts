// Evaluates CloudFormation's intrinsic functions; whatever it does not know it refuses by name instead of guessing.

/** A template or stack problem in CloudFormation's words; the stack operation fails with it. */
export class TemplateProblem extends Error {}

/** `AWS::NoValue`: the property that holds it disappears. */
export const noValue = Symbol('AWS::NoValue');

/** What the functions of one stack may reach. */
export interface TemplateScope {
  /** Parameter, pseudo parameter or the physical id of a resource. */
  readonly ref: (name: string) => unknown;
  readonly attribute: (logicalId: string, name: string) => unknown;
  readonly condition: (name: string) => boolean;
  readonly hasCondition: (name: string) => boolean;
  readonly mapping: (map: string, top: string, second: string) => unknown;
  readonly importValue: (exportName: string) => unknown;
  readonly stackOutput: (stackName: string, outputName: string, region: string | undefined) => unknown;
  readonly zones: (region: string) => readonly string[];
}

type Intrinsic = (argument: any, scope: TemplateScope) => unknown;

const refuse = (message: string): never => {
  throw new TemplateProblem(message);
};

/** Evaluates a value of the template; dynamic references stay as they are written, they are resolved when a resource is touched. */
export const evaluateTemplate = (value: unknown, scope: TemplateScope): unknown => {
  if (Array.isArray(value)) return value.map((item) => evaluateTemplate(item, scope)).filter((item) => item !== noValue);
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value);
  const [key] = keys;
  if (keys.length === 1 && key !== undefined) {
    const argument = (value as Readonly<Record<string, unknown>>)[key];
    const intrinsic = Object.hasOwn(intrinsics, key) ? intrinsics[key] : undefined;
    if (intrinsic !== undefined) return intrinsic(argument, scope);
    if (key === 'Condition' && typeof argument === 'string' && scope.hasCondition(argument)) return scope.condition(argument);
    if (key.startsWith('Fn::')) return refuse(`Template error: the intrinsic function ${key} is not simulated`);
  }
  const evaluated: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    const result = evaluateTemplate(member, scope);
    if (result !== noValue) evaluated[name] = result;
  }
  return evaluated;
};

const list = (argument: unknown, scope: TemplateScope, whose: string): readonly unknown[] => {
  const value = evaluateTemplate(argument, scope);
  return Array.isArray(value)
    ? (value as readonly unknown[])
    : refuse(`Template error: ${whose} needs a list, not ${JSON.stringify(value)}`);
};

const text = (value: unknown, whose: string): string => {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  return refuse(`Template error: ${whose} needs a string, not ${JSON.stringify(value)}`);
};

const getAtt: Intrinsic = (argument: string | readonly [string, unknown], scope) => {
  if (typeof argument === 'string') {
    const dot = argument.indexOf('.');
    return scope.attribute(argument.slice(0, dot), argument.slice(dot + 1));
  }
  return scope.attribute(argument[0], text(evaluateTemplate(argument[1], scope), 'Fn::GetAtt'));
};

const substitute: Intrinsic = (argument: string | readonly [string, Readonly<Record<string, unknown>>], scope) => {
  const [pattern, given] = typeof argument === 'string' ? [argument, {}] : argument;
  const variables = evaluateTemplate(given, scope) as Readonly<Record<string, unknown>>;
  return pattern.replaceAll(/\$\{(!?)([^}]+)\}/g, (_, literal: string, inner: string) => {
    if (literal !== '') return `\${${inner}}`;
    const name = inner.trim();
    if (Object.hasOwn(variables, name)) return text(variables[name], 'Fn::Sub');
    const value = name.includes('.') && !name.includes('::') ? getAtt(name, scope) : scope.ref(name);
    return Array.isArray(value) ? value.join(',') : text(value, 'Fn::Sub');
  });
};

const join: Intrinsic = ([separator, items]: [string, unknown], scope) =>
  list(items, scope, 'Fn::Join')
    .map((item) => text(item, 'Fn::Join'))
    .join(separator);

const select: Intrinsic = ([index, items]: [unknown, unknown], scope) => {
  const values = list(items, scope, 'Fn::Select');
  const position = Number(evaluateTemplate(index, scope));
  return position < values.length
    ? values[position]
    : refuse(`Template error: Fn::Select cannot select nonexistent value at index ${position}`);
};

const cidr: Intrinsic = (argument: unknown, scope) => {
  const [block, count, bits] = list(argument, scope, 'Fn::Cidr');
  const [address = '', length] = text(block, 'Fn::Cidr').split('/');
  const base = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const size = 2 ** Number(bits ?? 8);
  if (Number(count) * size > 2 ** (32 - Number(length)))
    return refuse(`Template error: Fn::Cidr cannot fit ${String(count)} blocks into ${String(block)}`);
  return Array.from({ length: Number(count) }, (_, index) => {
    const start = base + index * size;
    const octets = [start / 2 ** 24, start / 2 ** 16, start / 2 ** 8, start].map((part) => Math.floor(part) % 256);
    return `${octets.join('.')}/${32 - Number(bits ?? 8)}`;
  });
};

const findInMap: Intrinsic = ([map, top, second, options]: [unknown, unknown, unknown, { DefaultValue?: unknown } | undefined], scope) => {
  const names = [map, top, second].map((name) => text(evaluateTemplate(name, scope), 'Fn::FindInMap')) as [string, string, string];
  const found = scope.mapping(...names);
  if (found !== undefined) return found;
  if (options?.DefaultValue !== undefined) return evaluateTemplate(options.DefaultValue, scope);
  return refuse(`Template error: Unable to get mapping for ${names.join('::')}`);
};

const stackOutput: Intrinsic = (argument: unknown, scope) => {
  const wanted = evaluateTemplate(argument, scope) as { StackName: string; OutputName: string; Region?: string };
  return scope.stackOutput(wanted.StackName, wanted.OutputName, wanted.Region);
};

const equals: Intrinsic = (argument: unknown, scope) => {
  const [left, right] = list(argument, scope, 'Fn::Equals');
  return String(left) === String(right);
};

const truth = (value: unknown, scope: TemplateScope): boolean => {
  const holds = evaluateTemplate(value, scope);
  return holds === true || holds === 'true';
};

const contains: Intrinsic = (argument: unknown, scope) => {
  const [values, wanted] = list(argument, scope, 'Fn::Contains');
  return (values as readonly unknown[]).map(String).includes(String(wanted));
};

const eachMemberIn: Intrinsic = (argument: unknown, scope) => {
  const [values, allowed] = list(argument, scope, 'Fn::EachMemberIn') as [unknown[], unknown[]];
  return values.every((value) => allowed.map(String).includes(String(value)));
};

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (name: string, scope) => scope.ref(name),
  'Fn::GetAtt': getAtt,
  'Fn::Sub': substitute,
  'Fn::Join': join,
  'Fn::Split': ([separator, value]: [string, unknown], scope) => text(evaluateTemplate(value, scope), 'Fn::Split').split(separator),
  'Fn::Select': select,
  'Fn::FindInMap': findInMap,
  'Fn::If': ([name, then, otherwise]: [string, unknown, unknown], scope) =>
    evaluateTemplate(scope.condition(name) ? then : otherwise, scope),
  'Fn::Equals': equals,
  'Fn::Not': ([value]: [unknown], scope) => !truth(value, scope),
  'Fn::And': (values: readonly unknown[], scope) => values.every((value) => truth(value, scope)),
  'Fn::Or': (values: readonly unknown[], scope) => values.some((value) => truth(value, scope)),
  'Fn::Contains': contains,
  'Fn::EachMemberIn': eachMemberIn,
  'Fn::ImportValue': (name: unknown, scope) => scope.importValue(text(evaluateTemplate(name, scope), 'Fn::ImportValue')),
  'Fn::GetStackOutput': stackOutput,
  'Fn::Base64': (value: unknown, scope) => Buffer.from(text(evaluateTemplate(value, scope), 'Fn::Base64')).toString('base64'),
  'Fn::Cidr': cidr,
  'Fn::GetAZs': (region: unknown, scope) => scope.zones(text(evaluateTemplate(region, scope), 'Fn::GetAZs')),
  'Fn::Length': (value: unknown, scope) => list(value, scope, 'Fn::Length').length,
  'Fn::ToJsonString': (value: unknown, scope) => JSON.stringify(evaluateTemplate(value, scope)),
};

/** The names a value refers to by Ref, Fn::GetAtt and Fn::Sub: what must exist before it can be evaluated. */
export const references = (value: unknown, found: Set<string> = new Set()): Set<string> => {
  if (Array.isArray(value)) for (const item of value) references(item, found);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      if (name === 'Ref' && typeof member === 'string') found.add(member);
      else if (name === 'Fn::GetAtt')
        found.add(typeof member === 'string' ? (member.split('.')[0] ?? '') : String((member as unknown[])[0]));
      else if (name === 'Fn::Sub') referencesOfPattern(member, found);
      references(member, found);
    }
  }
  return found;
};

const referencesOfPattern = (argument: unknown, found: Set<string>): void => {
  const pattern = Array.isArray(argument) ? String(argument[0]) : String(argument);
  for (const [, name = ''] of pattern.matchAll(/\$\{([^!}][^}]*)\}/g)) found.add(name.trim().split('.')[0] ?? '');
};
