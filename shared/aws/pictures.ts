// Graphs as CloudWatch draws them, so that a reader sees the curve without opening the console (aws-facts G5).
import { CloudWatchClient, GetMetricWidgetImageCommand } from '@aws-sdk/client-cloudwatch';
import type { Pictures } from '../ports.ts';
import { client, type ClientHost } from './clients.ts';
import { attempt } from './failure.ts';

export const pictures = (host: ClientHost): Pictures => {
  const cloudwatch = client(CloudWatchClient, host);
  return {
    draw: async (widget) => {
      const answer = await attempt('cloudwatch:GetMetricWidgetImage', 'a graph', () =>
        cloudwatch.send(new GetMetricWidgetImageCommand({ MetricWidget: widget })),
      );
      return answer.MetricWidgetImage ?? new Uint8Array();
    },
  };
};
