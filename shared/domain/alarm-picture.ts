// The graph that goes with an alarm: its metric over three hours with the limit as a line (aws-facts G5).
import type { AlarmFacts } from './alarm.ts';
import type { Picture } from './notice.ts';

/** The picture of an alarm's metric; none for composite alarms and metric maths, whose lines are not one metric's. */
export const alarmPicture = (alarm: AlarmFacts, title: string, region: string, timeZone: string, at: string): Picture | null => {
  const { metric } = alarm;
  if (metric === null || alarm.calculated) return null;
  const dimensions = Object.entries(metric.dimensions).flat();
  const widget = {
    metrics: [
      [
        metric.namespace,
        metric.name,
        ...dimensions,
        { stat: alarm.statistic ?? 'Average', period: alarm.periodSeconds ?? 300, label: title },
      ],
    ],
    region,
    title,
    width: 800,
    height: 300,
    start: '-PT3H',
    end: 'PT0H',
    timezone: offsetWords(timeZone, at),
    view: 'timeSeries',
    stacked: false,
    yAxis: { left: { min: 0 } },
    annotations: {
      horizontal: alarm.threshold === null ? [] : [{ label: 'limit', value: alarm.threshold }],
      vertical: [{ label: 'alarm', value: alarm.since }],
    },
  };
  return { title, widget: JSON.stringify(widget) };
};

/** `+1100`: CloudWatch takes an offset, not a zone. */
const offsetWords = (timeZone: string, at: string): string => {
  const name =
    new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
      .formatToParts(new Date(at))
      .find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  const offset = /GMT([+-]\d\d):(\d\d)/.exec(name);
  return offset === null ? '+0000' : `${offset[1]}${offset[2]}`;
};
