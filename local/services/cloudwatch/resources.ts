// CloudFormation's AWS::CloudWatch types.
import type { Made, ResourceType } from '../../simulated.ts';
import type { Alarm } from './alarm.ts';
import type { Alarms } from './alarms.ts';
import type { Dashboards } from './dashboards.ts';
import { compositeAlarm, metricAlarm } from './definition.ts';
import type { Mutes } from './mute.ts';

const made = (alarm: Alarm): Made => ({ ref: alarm.name, attributes: { Arn: alarm.arn } });

const alarmType = (alarms: Alarms, configOf: typeof metricAlarm | typeof compositeAlarm): ResourceType => ({
  create: (properties, context) =>
    made(alarms.put(properties.AlarmName ?? context.generatedName(255), configOf(properties), properties.Tags ?? [])),
  update: (before, properties) => made(alarms.put(before.ref, configOf(properties), properties.Tags ?? [])),
  remove: (before) => alarms.remove(before.ref),
  replaceOn: ['AlarmName'],
});

export const alarmResources = (alarms: Alarms, mutes: Mutes, dashboards: Dashboards): Readonly<Record<string, ResourceType>> => ({
  'AWS::CloudWatch::Alarm': alarmType(alarms, metricAlarm),
  'AWS::CloudWatch::CompositeAlarm': alarmType(alarms, compositeAlarm),
  'AWS::CloudWatch::Dashboard': {
    create: (properties, context) => {
      const name = properties.DashboardName ?? context.generatedName(255);
      dashboards.put(name, properties.DashboardBody);
      return { ref: name, attributes: {} };
    },
    update: (before, properties) => {
      dashboards.put(before.ref, properties.DashboardBody);
      return before;
    },
    remove: (before) => dashboards.remove(dashboards.all().flatMap(({ name }) => (name === before.ref ? [name] : []))),
    replaceOn: ['DashboardName'],
  },
  'AWS::CloudWatch::AlarmMuteRule': {
    create: (properties, context) => {
      const rule = mutes.put({ ...properties, Name: properties.Name ?? context.generatedName(255) });
      return { ref: rule.arn, attributes: { Arn: rule.arn } };
    },
    update: (before, properties) => {
      mutes.put({ ...properties, Name: before.ref.split(':').at(-1) });
      return before;
    },
    remove: (before) => mutes.remove(before.ref.split(':').at(-1)!),
    replaceOn: ['Name'],
  },
});
