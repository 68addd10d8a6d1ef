// The notice that says, by the other roads, that one road does not take our messages (N2).
import { durationWords, secondsBetween } from './instants.ts';
import type { Notice } from './notice.ts';

export interface BrokenRoad {
  readonly road: 'slack' | 'webhook' | 'email';
  readonly why: string;
  /** Whether it answers and refuses us; otherwise it is in trouble itself or cannot be reached. */
  readonly refused: boolean;
  /** Name of the road's secret, or the sender of mails. */
  readonly settings: string;
  readonly downSince: string;
  readonly platform: string;
  readonly stage: string;
}

interface Words {
  readonly who: string;
  readonly label: string;
  readonly check: (settings: string) => string;
  /** Where to look while it is in trouble itself. */
  readonly trouble: string;
}

const roads: Readonly<Record<BrokenRoad['road'], Words>> = {
  slack: {
    who: 'Slack',
    label: 'Secret',
    check: (secret) => `Check the secret ${secret}: a webhook address that was revoked, or a token without access to the channel.`,
    trouble: 'Slack itself is in trouble or cannot be reached: see https://status.slack.com.',
  },
  webhook: {
    who: 'The webhook',
    label: 'Secret',
    check: (secret) => `Check the secret ${secret}: an address that moved, or a receiver that refuses our signature.`,
    trouble: 'See whether the receiver is up: it failed or did not answer.',
  },
  email: {
    who: 'Amazon SES',
    label: 'Sender',
    check: (sender) => `Check in SES that the sender ${sender} or its domain is verified, and that the account has left the sandbox.`,
    trouble: 'Amazon SES itself is in trouble or cannot be reached: see https://health.aws.amazon.com.',
  },
};

/** Written to be read on another road by somebody who wonders why this one is silent. */
export const brokenRoadNotice = (broken: BrokenRoad, at: string): Notice => {
  const lasting = secondsBetween(broken.downSince, at);
  const { who, label, check, trouble } = roads[broken.road];
  return {
    version: 1,
    id: `road-${broken.road}-${broken.downSince}`,
    platform: broken.platform,
    stage: broken.stage,
    story: 'operator',
    severity: 'page',
    tone: 'bad',
    title: `${who} does not take our messages`,
    summary: `${who} ${broken.why.startsWith('no answer') ? 'gave ' : 'answered: '}${broken.why.replace(/\.$/, '')}. Nothing is lost: messages wait up to 14 days and are delivered in order once it works again.`,
    facts: [
      { label: 'Since', value: lasting < 60 ? 'just now' : durationWords(lasting) },
      { label, value: broken.settings },
    ],
    excerpts: [],
    links: [],
    nextSteps: [broken.refused ? check(broken.settings) : trouble, 'Delivery is tried again by itself, at least every 15 minutes.'],
    thread: `road-${broken.road}`,
    avoids: broken.road,
    at,
  };
};
