// Deployment alarms: ECS asks CloudWatch as itself, at the start and every minute while the deployment is in progress (B4).
import type { World } from '../../world.ts';
import type { Deployment, Service } from './model.ts';
import { alarmRings } from './rollback.ts';
import { openRecord, tellRollout } from './rollout-record.ts';
import type { EcsState } from './state.ts';

interface AlarmState {
  readonly AlarmName: string;
  readonly StateValue: string;
}

const POLL = 60_000;

/** One alarm that is in ALARM at the start silences all of them for the whole deployment. */
export const watchAlarms = (state: EcsState, service: Service, deployment: Deployment): void => {
  const names = service.configuration.alarms!.alarmNames;
  const first = async (): Promise<void> => {
    const already = await ringing(state.world, names);
    const record = openRecord(service);
    if (already.length === 0) {
      deployment.watchedAlarms = names;
      return pollLater(state, service, deployment);
    }
    if (record !== undefined) record.alarmStatus = 'DISABLED';
    tellRollout(state, service, `deployment alarms ignored: ${already.join(', ')} in ALARM when deployment ${deployment.id} started`);
  };
  state.world.clock.after(0, first, 'ecs deployment alarms');
};

const pollLater = (state: EcsState, service: Service, deployment: Deployment): void => {
  state.world.clock.after(POLL, () => poll(state, service, deployment), 'ecs deployment alarms');
};

const poll = async (state: EcsState, service: Service, deployment: Deployment): Promise<void> => {
  const watching = (): boolean => deployment.rollout === 'IN_PROGRESS' && deployment === service.deployments[0];
  if (!watching()) return;
  const alarms = await ringing(state.world, deployment.watchedAlarms);
  if (!watching()) return;
  if (alarms.length === 0) return pollLater(state, service, deployment);
  alarmRings(state, service, deployment, alarms);
};

const ringing = async (world: World, names: readonly string[]): Promise<readonly string[]> => {
  const input = { AlarmNames: names, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] };
  const caller = { kind: 'service', principal: 'ecs.amazonaws.com' } as const;
  const answer = (await world.call({ service: 'monitoring', operation: 'DescribeAlarms', input, caller })) as Record<
    string,
    readonly AlarmState[]
  >;
  return [...(answer['MetricAlarms'] ?? []), ...(answer['CompositeAlarms'] ?? [])].filter(inAlarm).map((alarm) => alarm.AlarmName);
};

const inAlarm = (alarm: AlarmState): boolean => alarm.StateValue === 'ALARM';
