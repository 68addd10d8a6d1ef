// All alarms of the account: created, changed, combined into composites, suppressed.
import { AwsError } from '../../simulated.ts';
import type { World } from '../../world.ts';
import type { Alarm, AlarmConfig, AlarmState, CompositeAlarmConfig, StateRecord } from './alarm.ts';
import { parseRule } from './composite.ts';
import { eventConfiguration } from './definition.ts';
import { makeEngine, type Engine } from './engine.ts';
import type { Mutes } from './mute.ts';
import { alarmTime, spokenTime } from './reason.ts';
import type { SeriesStore } from './series.ts';
import { makeTransitions, type NewState, type Transitions } from './transitions.ts';

export interface Alarms {
  arn(name: string): string;
  get(nameOrArn: string): Alarm | undefined;
  /** Throws ResourceNotFound. */
  existing(nameOrArn: string): Alarm;
  all(): readonly Alarm[];
  /** Creates the alarm or replaces its whole configuration; the state stays (G1). */
  put(name: string, config: AlarmConfig, tags?: Alarm['tags']): Alarm;
  remove(nameOrArn: string): void;
  enter(alarm: Alarm, next: NewState): void;
  readonly engine: Engine;
}

const newAlarm = (name: string, arn: string, config: AlarmConfig, now: number): Alarm => ({
  name,
  arn,
  config,
  state: initial(now),
  transitionedAt: now,
  configuredAt: now,
  tags: [],
  history: [],
  held: false,
  forced: undefined,
});

const initial = (now: number): StateRecord => ({
  value: 'INSUFFICIENT_DATA',
  reason: 'Unchecked: Initial alarm creation',
  reasonData: undefined,
  at: now,
});

/** Composites that must look again because of this alarm, and those whose actions it suppresses. */
const dependents = (alarms: ReadonlyMap<string, Alarm>, name: string): readonly (readonly [Alarm, CompositeAlarmConfig])[] =>
  [...alarms.values()].flatMap((alarm) => {
    const { config } = alarm;
    if (config.kind !== 'composite') return [];
    return config.suppressor?.alarm === name || parseRule(config.rule).children.includes(name) ? [[alarm, config] as const] : [];
  });

interface Composites {
  /** `by` is the child whose change gave the reason; undefined right after creation. */
  evaluate(alarm: Alarm, config: CompositeAlarmConfig, by?: Alarm): void;
  suppressorChanged(alarm: Alarm, config: CompositeAlarmConfig): void;
}

const suppressedBy = (by: NonNullable<StateRecord['suppressed']>['by']): NonNullable<StateRecord['suppressed']> => ({
  by,
  reason: `Actions suppressed by ${by}`,
});

/** The state machine around composite alarms: evaluate on every child's change, hold actions while the suppressor says so (G3). */
const makeComposites = (world: World, alarms: ReadonlyMap<string, Alarm>, transitions: () => Transitions): Composites => {
  const stateOf = (name: string): AlarmState => alarms.get(name)?.state.value ?? 'INSUFFICIENT_DATA';
  const held = new Map<string, StateRecord>();
  const suppression = (config: CompositeAlarmConfig): StateRecord['suppressed'] => {
    const { suppressor } = config;
    if (suppressor === undefined) return undefined;
    if (stateOf(suppressor.alarm) === 'ALARM') return suppressedBy('Alarm');
    return suppressor.waitSeconds === 0 ? undefined : suppressedBy('WaitPeriod');
  };
  /** Runs the held actions unless the suppressor is in ALARM or the composite has moved on. */
  const release = (alarm: Alarm, since: number): void => {
    const before = held.get(alarm.name);
    const { config } = alarm;
    if (before === undefined || alarm.transitionedAt !== since || config.kind !== 'composite') return;
    if (config.suppressor !== undefined && stateOf(config.suppressor.alarm) === 'ALARM') {
      alarm.state = { ...alarm.state, suppressed: suppressedBy('Alarm') };
      return;
    }
    held.delete(alarm.name);
    const { suppressed: _ended, ...state } = alarm.state;
    alarm.state = state;
    transitions().act(alarm, before);
  };
  return {
    evaluate: (alarm, config, by) => {
      const rule = parseRule(config.rule);
      const value: AlarmState = rule.holds(stateOf) ? 'ALARM' : 'OK';
      if (value === alarm.state.value || alarm.held) return;
      const suppressed = suppression(config);
      const children = rule.children.map((name) => alarms.get(name)).filter((child) => child?.state.value === 'ALARM');
      const reasonData = JSON.stringify({
        triggeringAlarms: children.map((child) => ({
          arn: child!.arn,
          state: { value: 'ALARM', timestamp: alarmTime(child!.transitionedAt) },
        })),
      });
      const reason =
        by === undefined
          ? `${alarm.arn} was created and its alarm rule evaluates to ${value}`
          : `${by.arn} transitioned to ${by.state.value} at ${spokenTime(by.transitionedAt)}`;
      const before = alarm.state;
      held.delete(alarm.name);
      transitions().enter(alarm, { value, reason, reasonData, ...(suppressed === undefined ? {} : { suppressed }) });
      if (suppressed === undefined) return;
      held.set(alarm.name, before);
      const since = alarm.transitionedAt;
      if (suppressed.by === 'WaitPeriod')
        world.clock.after(config.suppressor!.waitSeconds * 1000, () => release(alarm, since), `suppressor of ${alarm.name}`);
    },
    suppressorChanged: (alarm, config) => {
      if (stateOf(config.suppressor!.alarm) === 'ALARM' || !held.has(alarm.name)) return;
      const since = alarm.transitionedAt;
      alarm.state = { ...alarm.state, suppressed: suppressedBy('ExtensionPeriod') };
      world.clock.after(config.suppressor!.extensionSeconds * 1000, () => release(alarm, since), `suppressor of ${alarm.name}`);
    },
  };
};

const announce = (world: World, alarm: Alarm, operation: 'create' | 'update' | 'delete', previous: object | undefined): void => {
  const { config } = alarm;
  const own =
    config.kind === 'metric'
      ? {
          treatMissingData: config.treatMissingData,
          threshold: config.threshold,
          evaluationPeriods: config.evaluationPeriods,
          comparisonOperator: config.comparison,
        }
      : {};
  const configuration = {
    alarmName: alarm.name,
    actionsEnabled: config.actionsEnabled,
    ...own,
    ...eventConfiguration(alarm),
    timestamp: alarmTime(alarm.configuredAt),
  };
  world.services.events.emit({
    source: 'aws.cloudwatch',
    detailType: 'CloudWatch Alarm Configuration Change',
    resources: [alarm.arn],
    detail: {
      alarmName: alarm.name,
      operation,
      state: { value: alarm.state.value, timestamp: alarmTime(alarm.state.at) },
      configuration,
      ...(previous === undefined ? {} : { previousConfiguration: previous }),
    },
  });
};

export const makeAlarms = (world: World, store: SeriesStore, mutes: Mutes): Alarms => {
  const alarms = new Map<string, Alarm>();
  const composites = makeComposites(world, alarms, () => transitions);
  const transitions = makeTransitions(world, mutes, (changed) => {
    for (const [alarm, config] of dependents(alarms, changed.name)) {
      if (config.suppressor?.alarm === changed.name) composites.suppressorChanged(alarm, config);
      if (parseRule(config.rule).children.includes(changed.name)) composites.evaluate(alarm, config, changed);
    }
  });
  const engine = makeEngine(world, store, transitions);
  const arn = (name: string): string => `arn:aws:cloudwatch:${world.region}:${world.account}:alarm:${name}`;
  const get = (nameOrArn: string): Alarm | undefined =>
    alarms.get(nameOrArn.startsWith('arn:') ? nameOrArn.split(':alarm:')[1]! : nameOrArn);
  const existing = (nameOrArn: string): Alarm => {
    const alarm = get(nameOrArn);
    if (alarm === undefined) throw new AwsError('ResourceNotFound', `Alarm ${nameOrArn} does not exist`, 404);
    return alarm;
  };
  return {
    arn,
    get,
    existing,
    engine,
    all: () => [...alarms.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    enter: transitions.enter,
    put: (name, config, tags) => {
      const now = world.clock.now;
      const before = alarms.get(name);
      if (config.kind === 'composite') for (const child of parseRule(config.rule).children) existing(child);
      const alarm = before ?? newAlarm(name, arn(name), config, now);
      const previous = before === undefined ? undefined : eventConfiguration(before);
      alarm.config = config;
      alarm.configuredAt = now;
      if (tags !== undefined) alarm.tags = tags;
      alarms.set(name, alarm);
      const type = before === undefined ? 'Create' : 'Update';
      const summary = `Alarm "${name}" ${type.toLowerCase()}d`;
      alarm.history.push({ at: now, type: 'ConfigurationUpdate', summary, data: JSON.stringify({ version: '1.0', type }) });
      announce(world, alarm, before === undefined ? 'create' : 'update', previous);
      engine.watch(alarm);
      if (config.kind === 'composite')
        world.clock.after(1000, () => alarms.get(name) === alarm && composites.evaluate(alarm, config), `composite ${name}`);
      return alarm;
    },
    remove: (nameOrArn) => {
      const alarm = get(nameOrArn);
      if (alarm === undefined) return;
      engine.forget(alarm);
      alarms.delete(alarm.name);
      announce(world, alarm, 'delete', undefined);
    },
  };
};
