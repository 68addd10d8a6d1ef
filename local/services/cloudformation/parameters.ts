// The parameter values of one stack operation; SSM-typed ones are read from Parameter Store anew each time, as CloudFormation does.
import type { AwsError } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { TemplateProblem } from './intrinsics.ts';
import type { ParameterDeclaration, Template } from './template.ts';

/** The version a bootstrapped account shows; CDK asks for at least 6. */
const bootstrapVersion = '30';

/** Answers the value of every parameter; throws TemplateProblem for a missing or refused one. */
export const parameterValues = (
  world: World,
  template: Template,
  given: Readonly<Record<string, string>>,
): ReadonlyMap<string, unknown> => {
  const declared = template.Parameters ?? {};
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(declared, name));
  if (unknown.length > 0) throw new TemplateProblem(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const missing = Object.keys(declared).filter((name) => given[name] === undefined && declared[name]?.Default === undefined);
  if (missing.length > 0) throw new TemplateProblem(`Parameters: [${missing.join(', ')}] must have values`);
  return new Map(
    Object.entries(declared).map(([name, parameter]) => [name, valueOf(world, name, parameter, given[name] ?? parameter.Default)]),
  );
};

const valueOf = (world: World, name: string, parameter: ParameterDeclaration, raw: unknown): unknown => {
  if (parameter.AllowedValues !== undefined && !parameter.AllowedValues.map(String).includes(String(raw))) {
    throw new TemplateProblem(`Parameter '${name}' must be one of AllowedValues`);
  }
  if (parameter.AllowedPattern !== undefined && !new RegExp(`^(?:${parameter.AllowedPattern})$`).test(String(raw))) {
    throw new TemplateProblem(`Parameter '${name}' must match pattern ${parameter.AllowedPattern}`);
  }
  const value = parameter.Type.startsWith('AWS::SSM::Parameter::Value<') ? storedValue(world, String(raw)) : raw;
  const isList = /List<|CommaDelimitedList/.test(parameter.Type);
  return isList && typeof value === 'string'
    ? value.split(',').map((item) => item.trim())
    : typeof value === 'number'
      ? String(value)
      : value;
};

const storedValue = (world: World, name: string): string => {
  try {
    return world.services.ssm.value(name);
  } catch (problem) {
    if ((problem as AwsError).code !== 'ParameterNotFound') throw problem;
    if (!name.startsWith('/cdk-bootstrap/'))
      throw new TemplateProblem(`Unable to fetch parameters [${name}] from parameter store for this account.`);
  }
  world.services.ssm.put(name, bootstrapVersion, 'cdk bootstrap');
  return bootstrapVersion;
};
