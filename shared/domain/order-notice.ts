// Says in the channel what a person set in motion, and who it was; in the thread the button stood in when there is one (L6).
import type { Notice, Pressed } from './notice.ts';
import type { Order } from './order.ts';

export interface PlatformName {
  readonly platform: string;
  readonly stage: string;
}

/** `pressed` when it was a button in that thread. */
export const orderNotice = (
  order: Order,
  said: string,
  thread: string | null,
  { platform, stage }: PlatformName,
  at: string,
  pressed: Pressed | null = null,
): Notice => ({
  version: 1,
  id: `order-${order.id}`,
  platform,
  stage,
  story: 'operator',
  severity: 'channel',
  tone: 'neutral',
  title: said,
  summary: '',
  facts: [],
  excerpts: [],
  links: [],
  nextSteps: [],
  thread: thread ?? `order-${order.id}`,
  ...(pressed === null ? {} : { pressed }),
  at,
});
