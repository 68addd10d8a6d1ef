// The words and data of a state change, as CloudWatch writes them (aws-facts A7).
import type { AlarmState, MetricAlarmConfig } from './alarm.ts';
import { missingDataOf, type Verdict } from './evaluation.ts';

const two = (value: number): string => String(value).padStart(2, '0');

/** `02/10/19 16:59:00` */
const shortDate = (at: number): string => {
  const date = new Date(at);
  return `${two(date.getUTCDate())}/${two(date.getUTCMonth() + 1)}/${two(date.getUTCFullYear() % 100)} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
};

/** `2019-10-02T17:04:40.989+0000`: no colon in the zone. */
export const alarmTime = (at: number): string => new Date(at).toISOString().replace('Z', '+0000');

const spoken = new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', weekday: 'long', month: 'long' });

/** `Friday 04 August, 2023 12:54:46 UTC`, as the reason of a composite alarm has it. */
export const spokenTime = (at: number): string => {
  const parts = Object.fromEntries(spoken.formatToParts(at).map(({ type, value }) => [type, value]));
  const [date = '', time = ''] = new Date(at).toISOString().split('T');
  const [year, , day] = date.split('-');
  return `${parts['weekday']} ${day} ${parts['month']}, ${year} ${time.slice(0, 8)} UTC`;
};

/** Numbers as Java writes doubles: `50.0`. */
export const double = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value));

const phrases: Readonly<Record<string, string>> = {
  GreaterThanThreshold: 'greater than',
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
};

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** The `reason` of a new state. */
export const reasonOf = (config: MetricAlarmConfig, from: AlarmState, to: AlarmState, verdict: Verdict): string => {
  if (to === 'INSUFFICIENT_DATA') {
    const count = config.evaluationPeriods;
    return `Insufficient Data: ${plural(count, 'datapoint')} ${count === 1 ? 'was' : 'were'} unknown.`;
  }
  if (verdict.used.length === 0) {
    const kind = missingDataOf(config) === 'breaching' ? 'Breaching' : 'NonBreaching';
    const count = plural(verdict.filled, 'missing datapoint');
    return `Threshold Crossed: no datapoints were received for ${plural(config.evaluationPeriods, 'period')} and ${count} ${verdict.filled === 1 ? 'was' : 'were'} treated as [${kind}].`;
  }
  const needed = to === 'ALARM' ? config.datapointsToAlarm : config.evaluationPeriods - config.datapointsToAlarm + 1;
  const shown = verdict.used.map((point) => `${double(point.value!)} (${shortDate(point.at)})`).join(', ');
  const were = `${verdict.used.length === 1 ? 'was' : 'were'}${to === 'OK' ? ' not' : ''}`;
  return (
    `Threshold Crossed: ${verdict.used.length} out of the last ${plural(config.evaluationPeriods, 'datapoint')} [${shown}] ${were} ` +
    `${phrases[config.comparison]} the threshold (${double(config.threshold)}) (minimum ${plural(needed, 'datapoint')} for ${from} -> ${to} transition).`
  ).replace(/last 1 datapoint \[/, 'last 1 datapoints [');
};

/** The `reasonData` of a new state, a JSON text. */
export const reasonDataOf = (config: MetricAlarmConfig, verdict: Verdict, now: number): string => {
  const query = config.queries.find((one) => one.returnData);
  const oldestFirst = [...verdict.used].reverse();
  return JSON.stringify({
    version: '1.0',
    queryDate: alarmTime(now),
    ...(oldestFirst.length === 0 ? {} : { startDate: alarmTime(oldestFirst[0]!.at) }),
    ...(query?.metric === undefined ? {} : { statistic: query.metric.stat }),
    period: config.period,
    recentDatapoints: oldestFirst.map((point) => point.value),
    threshold: config.threshold,
    evaluatedDatapoints: verdict.used.map((point) => ({ timestamp: alarmTime(point.at), value: point.value })),
  });
};
