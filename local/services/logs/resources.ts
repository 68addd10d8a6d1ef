// CloudFormation's AWS::Logs types.
import type { Made, ResourceContext, ResourceType } from '../../simulated.ts';
import type { LogStore } from '../logs.ts';
import type { LogGroup } from './group.ts';
import { checkRetention } from './operations.ts';
import { compilePattern } from './pattern.ts';

const made = (group: LogGroup): Made => ({ ref: group.name, attributes: { Arn: `${group.arn}:*` } });

/** A type that only exists as a record here. */
const record: ResourceType = {
  create: (_, context) => ({ ref: context.generatedName(), attributes: {} }),
  update: (before) => before,
};

const metricFilter = (store: LogStore): ResourceType => {
  const apply = (name: string, properties: any): void => {
    const [transformation] = properties.MetricTransformations;
    store.existing(properties.LogGroupName).metricFilters.set(name, {
      name,
      matches: compilePattern(properties.FilterPattern),
      metricName: transformation.MetricName,
      namespace: transformation.MetricNamespace,
      value: Number(transformation.MetricValue),
    });
  };
  return {
    create: (properties, context: ResourceContext) => {
      const name = properties.FilterName ?? context.generatedName();
      apply(name, properties);
      return { ref: name, attributes: {} };
    },
    update: (before, properties) => {
      apply(before.ref, properties);
      return before;
    },
    remove: (before, properties) => void store.get(properties.LogGroupName)?.metricFilters.delete(before.ref),
    replaceOn: ['LogGroupName', 'FilterName'],
  };
};

export const logResources = (store: LogStore): Readonly<Record<string, ResourceType>> => ({
  'AWS::Logs::LogGroup': {
    create: (properties, context) => {
      const name = properties.LogGroupName ?? context.generatedName(512);
      const retentionDays = properties.RetentionInDays === undefined ? undefined : checkRetention(Number(properties.RetentionInDays));
      const tags = Object.fromEntries((properties.Tags ?? []).map((tag: { Key: string; Value: string }) => [tag.Key, tag.Value]));
      return made(store.create(name, { tags, ...(retentionDays === undefined ? {} : { retentionDays }) }));
    },
    update: (before, properties) => {
      const group = store.existing(before.ref);
      group.retentionDays = properties.RetentionInDays === undefined ? undefined : checkRetention(Number(properties.RetentionInDays));
      return made(group);
    },
    remove: (before) => store.drop(before.ref),
    replaceOn: ['LogGroupName', 'LogGroupClass'],
  },
  'AWS::Logs::LogStream': {
    create: (properties, context) => {
      const name = properties.LogStreamName ?? context.generatedName();
      store.stream(store.existing(properties.LogGroupName), name);
      return { ref: name, attributes: {} };
    },
    remove: (before, properties) => void store.get(properties.LogGroupName)?.streams.delete(before.ref),
    replaceOn: ['LogGroupName', 'LogStreamName'],
  },
  'AWS::Logs::MetricFilter': metricFilter(store),
  'AWS::Logs::ResourcePolicy': record,
  'AWS::Logs::QueryDefinition': record,
});
