// Which roads a notice takes: its severity decides, hours may close a road for a while, and a broken road never carries the news of its own break (L5, N2).
import type { Notice } from './notice.ts';

/** `machine` is the topic itself: anything subscribed to it gets every notice as JSON. */
export type Road = 'machine' | 'slack' | 'email' | 'webhook' | 'q';

export interface RoadSettings {
  readonly slack: boolean;
  readonly email: boolean;
  readonly webhook: boolean;
  readonly q: boolean;
}

/**
 * The roads of one notice: a page takes all; the channel's trouble goes to mail too, its good news only where people chat;
 * what is for the digest waits for the digest.
 */
export const roadsFor = (notice: Notice, settings: RoadSettings): readonly Road[] => {
  const avoid = notice.avoids;
  const chat: readonly Road[] = [...(settings.slack ? (['slack'] as const) : []), ...(settings.q ? (['q'] as const) : [])].filter((road) => road !== avoid);
  const mail: readonly Road[] = settings.email && avoid !== 'email' ? ['email'] : [];
  const hook: readonly Road[] = settings.webhook && avoid !== 'webhook' ? ['webhook'] : [];
  const trouble = notice.tone === 'bad' || notice.tone === 'warning' || notice.place === 'close';
  switch (notice.severity) {
    case 'page':
      return ['machine', ...chat, ...(notice.place === 'update' ? [] : mail), ...hook];
    case 'channel':
      return ['machine', ...chat, ...((trouble && notice.place !== 'update') || chat.length === 0 ? mail : []), ...hook];
    case 'digest':
      return ['machine', ...hook];
  }
};
