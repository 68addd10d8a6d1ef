// Publishes notices to the platform's topic; filter policies on the attribute `roads` deliver them to the roads the domain chose (N1, L5).
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Manifest } from '../domain/manifest.ts';
import type { Notice } from '../domain/notice.ts';
import { redactNotice } from '../domain/redact.ts';
import { snsMessage } from '../domain/render-json.ts';
import { roadSettings, roadsFor, type Road } from '../domain/roads.ts';
import type { Notices } from '../ports.ts';
import { client, required, type ClientHost } from './clients.ts';
import { attempt } from './failure.ts';

export interface NoticesHost extends ClientHost {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly manifest: Manifest;
  readonly log: { info(message: string, facts?: object): void };
}

/** Notices to every road that the severity opens. */
export const notices = (host: NoticesHost): Notices => {
  const sns = client(SNSClient, host);
  const topic = required(host.environment, 'NOTICE_TOPIC');
  return {
    send: async (written) => {
      const notice = redactNotice(written);
      const roads = roadsFor(notice, roadSettings(host.manifest.notices));
      const { subject, message } = snsMessage(notice, timeZoneOf(host.manifest), roads);
      const command = new PublishCommand({
        TopicArn: topic,
        Subject: subject,
        Message: message,
        MessageStructure: 'json',
        MessageAttributes: attributesOf(notice, roads),
      });
      await attempt('sns:Publish', `notice ${notice.id}`, () => sns.send(command));
      host.log.info('notice', { id: notice.id, severity: notice.severity, title: notice.title, roads });
    },
  };
};

/** The zone people of this platform think in. */
export const timeZoneOf = (manifest: Manifest): string => manifest.hours?.timeZone ?? 'UTC';

const attributesOf = (notice: Notice, roads: readonly Road[]): Record<string, { DataType: string; StringValue: string }> => ({
  roads: { DataType: 'String.Array', StringValue: JSON.stringify(roads) },
  severity: { DataType: 'String', StringValue: notice.severity },
  story: { DataType: 'String', StringValue: notice.story },
});
