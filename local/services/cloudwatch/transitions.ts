// State changes of an alarm: history, the event every change emits (A7), and its actions unless muted, disabled or suppressed.
import type { World } from '../../world.ts';
import { actionsFor, runAction, stateView } from './actions.ts';
import type { Alarm, AlarmState, StateRecord } from './alarm.ts';
import { eventConfiguration } from './definition.ts';
import type { Mutes } from './mute.ts';
import { alarmTime } from './reason.ts';

export interface NewState {
  readonly value: AlarmState;
  readonly reason: string;
  readonly reasonData?: string;
  readonly suppressed?: StateRecord['suppressed'];
}

export interface Transitions {
  /** Puts the alarm into a state. Only a different value is a transition: event, actions, and what depends on the alarm. */
  readonly enter: (alarm: Alarm, next: NewState) => void;
  /** Runs the actions of the alarm's present state (again): after suppression or muting ended. */
  readonly act: (alarm: Alarm, before: StateRecord) => void;
}

/** Entries kept per alarm. */
const historyLimit = 200;

const remember = (alarm: Alarm, before: StateRecord, at: number): void => {
  alarm.history.push({
    at,
    type: 'StateUpdate',
    summary: `Alarm updated from ${before.value} to ${alarm.state.value}`,
    data: JSON.stringify({
      version: '1.0',
      oldState: { stateValue: before.value, stateReason: before.reason },
      newState: {
        stateValue: alarm.state.value,
        stateReason: alarm.state.reason,
        ...(alarm.state.reasonData === undefined ? {} : { stateReasonData: JSON.parse(alarm.state.reasonData) }),
      },
    }),
  });
  if (alarm.history.length > historyLimit) alarm.history.splice(0, alarm.history.length - historyLimit);
};

const emit = (world: World, alarm: Alarm, before: StateRecord, mutes: Mutes): void => {
  const mute = mutes.active(alarm.name);
  world.services.events.emit({
    source: 'aws.cloudwatch',
    detailType: 'CloudWatch Alarm State Change',
    resources: [alarm.arn],
    detail: {
      alarmName: alarm.name,
      configuration: eventConfiguration(alarm),
      previousState: stateView(before),
      state: stateView(alarm.state),
      ...(mute === undefined
        ? {}
        : { muteDetail: { mutedByArn: mute.arn, muteWindowStart: alarmTime(mute.start), muteWindowEnd: alarmTime(mute.end) } }),
    },
  });
};

/** `after` is told of every transition, for composites and suppressors. */
export const makeTransitions = (world: World, mutes: Mutes, after: (alarm: Alarm) => void): Transitions => {
  const act = (alarm: Alarm, before: StateRecord): void => {
    if (!alarm.config.actionsEnabled) return;
    const actions = actionsFor(alarm);
    const mute = actions.length === 0 ? undefined : mutes.active(alarm.name);
    if (mute !== undefined) {
      const state = alarm.state;
      world.clock.at(
        mute.end,
        () => void (alarm.state.value === state.value && alarm.transitionedAt === state.at && act(alarm, before)),
        `unmute ${alarm.name}`,
      );
      return;
    }
    for (const arn of actions) void runAction(world, alarm, before, arn);
  };
  return {
    act,
    enter: (alarm, next) => {
      const before = alarm.state;
      const now = world.clock.now;
      if (before.value === next.value) {
        alarm.state = { ...before, reason: next.reason, reasonData: next.reasonData, at: now };
        return;
      }
      alarm.state = {
        value: next.value,
        reason: next.reason,
        reasonData: next.reasonData,
        at: now,
        ...(next.suppressed === undefined ? {} : { suppressed: next.suppressed }),
      };
      alarm.transitionedAt = now;
      remember(alarm, before, now);
      world.trail.add({ kind: 'alarm', who: alarm.name, what: `${before.value} -> ${next.value}`, detail: { reason: next.reason } });
      emit(world, alarm, before, mutes);
      if (next.suppressed === undefined) act(alarm, before);
      after(alarm);
    },
  };
};
