// The CloudFormation types of EventBridge: rules and buses.
import type { ResourceType } from '../../simulated.ts';
import { busName, type Rules, type Target } from './rules.ts';

export const eventResources = (rules: Rules): Readonly<Record<string, ResourceType>> => {
  const put = (properties: any, name: string): { ref: string; attributes: Record<string, unknown> } => {
    const rule = rules.put({ ...properties, Name: name });
    const targets = (properties.Targets ?? []) as readonly Target[];
    const kept = new Set(targets.map((target) => target.Id));
    rules.removeTargets(
      rule,
      [...rule.targets.keys()].filter((id) => !kept.has(id)),
    );
    rules.putTargets(rule, targets);
    return { ref: rule.bus === 'default' ? name : `${rule.bus}|${name}`, attributes: { Arn: rule.arn } };
  };
  return {
    'AWS::Events::Rule': {
      replaceOn: ['Name', 'EventBusName'],
      create: (properties, context) => put(properties, properties.Name ?? context.generatedName(64)),
      update: (made, properties) => put(properties, made.ref.split('|').at(-1) ?? made.ref),
      remove: (made, properties) => {
        const bus = busName(properties.EventBusName);
        const name = made.ref.split('|').at(-1) ?? made.ref;
        const rule = rules.of(bus).find((candidate) => candidate.name === name);
        if (rule === undefined) return;
        rules.removeTargets(rule, [...rule.targets.keys()]);
        rules.remove(bus, name);
      },
    },
    'AWS::Events::EventBus': {
      replaceOn: ['Name'],
      create: (properties) => ({ ref: properties.Name, attributes: { Arn: rules.addBus(properties.Name), Name: properties.Name } }),
      update: (made) => made,
      remove: (made) => rules.removeBus(made.ref),
    },
  };
};
