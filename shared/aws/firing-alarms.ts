// The platform's alarms that are in ALARM now (aws-facts G); those of target tracking are AWS's own and left out (L1).
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { client, type ClientHost } from './clients.ts';
import { attempt } from './failure.ts';

export interface FiringAlarm {
  readonly name: string;
  readonly since: string;
}

/** Alarms whose name begins with the prefix, the longest in alarm first. */
export const firingAlarms =
  (host: ClientHost) =>
  async (prefix: string): Promise<readonly FiringAlarm[]> => {
    const cloudwatch = client(CloudWatchClient, host);
    const found: FiringAlarm[] = [];
    let NextToken: string | undefined;
    do {
      const command = new DescribeAlarmsCommand({
        AlarmNamePrefix: prefix,
        StateValue: 'ALARM',
        MaxRecords: 100,
        ...(NextToken === undefined ? {} : { NextToken }),
      });
      const page = await attempt('cloudwatch:DescribeAlarms', `${prefix}*`, () => cloudwatch.send(command));
      for (const { AlarmName, StateTransitionedTimestamp, StateUpdatedTimestamp } of page.MetricAlarms ?? []) {
        if (AlarmName === undefined || AlarmName.startsWith('TargetTracking-')) continue;
        found.push({ name: AlarmName, since: (StateTransitionedTimestamp ?? StateUpdatedTimestamp ?? new Date(0)).toISOString() });
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return found.toSorted((one, other) => (one.since < other.since ? -1 : 1));
  };
