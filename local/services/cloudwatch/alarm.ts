// What an alarm is: its configuration, its state and its history.

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
export type MissingData = 'breaching' | 'notBreaching' | 'ignore' | 'missing';

export interface AlarmMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** `Average`, `Sum`, …, or a percentile such as `p90`. */
  readonly stat: string;
  /** Seconds. */
  readonly period: number;
}

export interface MetricQuery {
  readonly id: string;
  readonly label?: string;
  readonly returnData: boolean;
  /** Either an expression over other ids, or a metric. */
  readonly expression?: string;
  readonly metric?: AlarmMetric;
}

interface Common {
  readonly description: string | undefined;
  readonly actionsEnabled: boolean;
  readonly okActions: readonly string[];
  readonly alarmActions: readonly string[];
  readonly insufficientDataActions: readonly string[];
}

export interface MetricAlarmConfig extends Common {
  readonly kind: 'metric';
  readonly queries: readonly MetricQuery[];
  /** Whether the alarm was given as one metric (not as `Metrics`): it is described so again. */
  readonly single: boolean;
  /** Seconds. */
  readonly period: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly threshold: number;
  readonly comparison: string;
  readonly treatMissingData: MissingData;
}

export interface CompositeAlarmConfig extends Common {
  readonly kind: 'composite';
  readonly rule: string;
  readonly suppressor: { readonly alarm: string; readonly waitSeconds: number; readonly extensionSeconds: number } | undefined;
}

export type AlarmConfig = MetricAlarmConfig | CompositeAlarmConfig;

export interface StateRecord {
  readonly value: AlarmState;
  readonly reason: string;
  /** JSON text; absent at creation and for SetAlarmState without one. */
  readonly reasonData: string | undefined;
  readonly at: number;
  readonly suppressed?: { readonly by: 'WaitPeriod' | 'Alarm' | 'ExtensionPeriod'; readonly reason: string };
}

export interface HistoryItem {
  readonly at: number;
  readonly type: 'ConfigurationUpdate' | 'StateUpdate' | 'Action';
  readonly summary: string;
  readonly data: string;
}

export interface Alarm {
  readonly name: string;
  readonly arn: string;
  config: AlarmConfig;
  state: StateRecord;
  /** When the state's value last changed. */
  transitionedAt: number;
  configuredAt: number;
  tags: readonly { readonly Key: string; readonly Value: string }[];
  readonly history: HistoryItem[];
  /** A rehearsal holds the state: no evaluation until it lets go. */
  held: boolean;
  /** A rehearsal forces the alarm's datapoints. */
  forced: { readonly value: number; readonly from: number; readonly until: number } | undefined;
}
