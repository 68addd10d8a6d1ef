// The notice that says, by the other roads, that one road does not take our messages (N2).
import { durationWords, secondsBetween } from './instants.ts';
import type { Notice } from './notice.ts';

export interface BrokenRoad {
  readonly road: 'Slack' | 'The webhook';
  readonly why: string;
  readonly secret: string;
  readonly downSince: string;
  readonly platform: string;
  readonly stage: string;
}

/** Written to be read in a mail program by somebody who wonders why the channel is silent. */
export const brokenRoadNotice = (broken: BrokenRoad, at: string): Notice => {
  const lasting = secondsBetween(broken.downSince, at);
  return {
    version: 1,
    id: `road-${broken.road === 'Slack' ? 'slack' : 'webhook'}-${broken.downSince}`,
    platform: broken.platform,
    stage: broken.stage,
    story: 'operator',
    severity: 'page',
    tone: 'bad',
    title: `${broken.road} does not take our messages`,
    summary: `${broken.road} answered: ${broken.why}. Nothing is lost: messages wait up to 14 days and are delivered in order once it works again.`,
    facts: [
      { label: 'Since', value: lasting < 60 ? 'just now' : durationWords(lasting) },
      { label: 'Secret', value: broken.secret },
    ],
    excerpts: [],
    links: [],
    nextSteps: [
      `Check the secret ${broken.secret}: a webhook address that was revoked, or a token without access to the channel.`,
      'Delivery is tried again by itself, at least every 15 minutes.',
    ],
    thread: `road-${broken.road}`,
    avoids: broken.road === 'Slack' ? 'slack' : 'webhook',
    at,
  };
};
