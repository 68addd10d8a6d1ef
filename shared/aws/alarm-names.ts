// The names of the platform's alarms, composite ones included (aws-facts G3); those of target tracking are AWS's own and left out (L1).
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { client, type ClientHost } from './clients.ts';
import { attempt } from './failure.ts';

/** A person waits for the answer: so many pages of a hundred at most. */
const MOST_PAGES = 3;

/** Names that begin with the prefix, the first few hundred of them. */
export const alarmNames =
  (host: ClientHost) =>
  async (AlarmNamePrefix: string): Promise<readonly string[]> => {
    const cloudwatch = client(CloudWatchClient, host);
    const names: string[] = [];
    let NextToken: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const command = new DescribeAlarmsCommand({ AlarmNamePrefix, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], MaxRecords: 100, ...(NextToken === undefined ? {} : { NextToken }) });
      const answer = await attempt('cloudwatch:DescribeAlarms', `${AlarmNamePrefix}*`, () => cloudwatch.send(command));
      names.push(...[...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])].map(({ AlarmName }) => AlarmName ?? ''));
      NextToken = answer.NextToken;
      if (NextToken === undefined) break;
    }
    return names.filter((name) => name !== '' && !name.startsWith('TargetTracking-'));
  };
