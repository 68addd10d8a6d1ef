// The names of the platform's alarms, composite ones included (aws-facts G3); those of target tracking are AWS's own and left out (L1).
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { client, type ClientHost } from './clients.ts';
import { attempt } from './failure.ts';

/** Names that begin with the prefix. */
export const alarmNames =
  (host: ClientHost) =>
  async (AlarmNamePrefix: string): Promise<readonly string[]> => {
    const cloudwatch = client(CloudWatchClient, host);
    const names: string[] = [];
    let NextToken: string | undefined;
    do {
      const command = new DescribeAlarmsCommand({ AlarmNamePrefix, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], MaxRecords: 100, ...(NextToken === undefined ? {} : { NextToken }) });
      const page = await attempt('cloudwatch:DescribeAlarms', `${AlarmNamePrefix}*`, () => cloudwatch.send(command));
      names.push(...[...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? [])].map(({ AlarmName }) => AlarmName ?? ''));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return names.filter((name) => name !== '' && !name.startsWith('TargetTracking-'));
  };
