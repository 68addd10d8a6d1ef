// A storm of alarms: people's own alarms on one service, each made as it begins to ring, so that a day may have as many as it likes.
import type { Manifest } from '../../shared/domain/manifest.ts';
import type { World } from '../world.ts';

export interface Storm {
  readonly service: string;
  readonly alarms: number;
  /** From the first alarm to the last. */
  readonly seconds: number;
  /** How long each rings. */
  readonly minutes: number;
}

/** Names of the alarms that a storm makes. */
export const alarmsOfStorm = ({ service, alarms }: Pick<Storm, 'service' | 'alarms'>, { alarmPrefix }: Pick<Manifest, 'alarmPrefix'>): readonly string[] =>
  Array.from({ length: alarms }, (_, index) => `${alarmPrefix}${service}-check-${index + 1}`);

/** Lets the alarms ring one after the other, evenly over the seconds, and each recover after its minutes. */
export const raiseStorm = (storm: Storm, { world, manifest }: { readonly world: World; readonly manifest: Manifest }): void => {
  const { clock, services } = world;
  const { alarms, seconds, minutes } = storm;
  for (const [index, name] of alarmsOfStorm(storm, manifest).entries()) {
    const begins = Math.round((index * seconds * 1_000) / alarms);
    const ring = async (): Promise<void> => {
      await world.call({ service: 'monitoring', operation: 'PutMetricAlarm', input: checkNamed(name), caller: { kind: 'operator' } });
      services.cloudwatch.setAlarm(name, 'ALARM', 'Threshold Crossed');
    };
    clock.after(begins, ring, `${name} rings`);
    clock.after(begins + minutes * 60_000, () => services.cloudwatch.setAlarm(name, 'OK', 'Threshold not crossed'), `${name} recovers`);
  }
};

/** On a metric that nobody reports. */
const checkNamed = (AlarmName: string): object => ({
  AlarmName,
  Namespace: 'Custom',
  MetricName: AlarmName,
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanThreshold',
  TreatMissingData: 'notBreaching',
});
