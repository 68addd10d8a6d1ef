// What a deploy must know of the automation's doings: which images are released and whether the platform sleeps (R6, decision 001).
import { Aws, CfnCondition, CfnParameter, Fn, Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Service } from '../../shared/domain/platform.ts';
import { asleepParameter, type Deployment, imageParameter, pascal } from '../names.ts';

export interface DeployState {
  /** Null when every image of the service is fixed in the file: then it may start at once. */
  readonly unreleased: CfnCondition | null;
  /** Desired count of a service: 0 before its first release, afterwards none of CloudFormation's business; null when it never is. */
  readonly desiredCount: number | null;
  /** A scaling bound at work, or what it must be while unreleased or asleep. */
  readonly bound: (which: 'min' | 'max') => number;
}

const ssmParameter = (scope: Construct, logical: string, name: string, description: string): CfnParameter =>
  new CfnParameter(scope, logical, { type: 'AWS::SSM::Parameter::Value<String>', default: name, description });

const unreleasedOf = (scope: Construct, deployment: Deployment, name: string, service: Service): CfnCondition | null => {
  const images = Object.entries(service.containers)
    .filter(([, { image }]) => image.kind !== 'fixed')
    .map(([container]) =>
      ssmParameter(
        scope,
        `${pascal(name)}${pascal(container)}Image`,
        imageParameter(deployment, name, container),
        `Released image of ${name}/${container}; do not set by hand`,
      ),
    );
  if (images.length === 0) return null;
  const missing = images.map((image) => Fn.conditionEquals(image.valueAsString, 'none'));
  const [first] = missing;
  return new CfnCondition(scope, `${pascal(name)}Unreleased`, { expression: missing.length === 1 ? first : Fn.conditionOr(...missing) });
};

const either = (condition: CfnCondition | null, yes: unknown, no: unknown): unknown =>
  condition === null ? no : Fn.conditionIf(condition.logicalId, yes, no);

/** The condition that holds while the platform sleeps; one per stack, made when the first service asks for it. */
const asleepCondition = (scope: Construct, deployment: Deployment): CfnCondition => {
  const present = scope.node.tryFindChild('Asleep');
  if (present instanceof CfnCondition) return present;
  const parameter = ssmParameter(scope, 'AsleepNow', asleepParameter(deployment), 'Whether the platform is asleep; do not set by hand');
  return new CfnCondition(scope, 'Asleep', { expression: Fn.conditionEquals(parameter.valueAsString, 'yes') });
};

/** How one service's numbers depend on what the automation has done. */
export const deployState = (scope: Construct, deployment: Deployment, name: string, service: Service): DeployState => {
  const unreleased = unreleasedOf(scope, deployment, name, service);
  const night = (which: 'min' | 'max'): number => {
    if (service.offHours.kind === 'zero') return 0;
    return service.offHours.kind === 'reduce' ? service.offHours[which] : service.count[which];
  };
  const atNight = (which: 'min' | 'max'): unknown =>
    service.offHours.kind === 'stay'
      ? service.count[which]
      : either(asleepCondition(scope, deployment), night(which), service.count[which]);
  return {
    unreleased,
    desiredCount: unreleased === null ? null : Token.asNumber(either(unreleased, 0, Aws.NO_VALUE)),
    bound: (which) => Token.asNumber(either(unreleased, 0, atNight(which))),
  };
};
