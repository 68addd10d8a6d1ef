// Every message read as people read it: no word that only a program says, no number that does not fit its noun, no half digest (N1).
import { describe, expect, it } from 'vitest';
import { messageSamples } from '../../docs/message-samples.ts';
import { emailHtml } from '../../shared/domain/render-email-html.ts';
import { emailSubject, emailText } from '../../shared/domain/render-email.ts';
import { slackMessage } from '../../shared/domain/render-slack.ts';

const samples = Object.values(messageSamples).flatMap((group) => Object.entries(group));

describe('every message', () => {
  it.each(samples)('N1: %s reads like written by a person, on each road', (_, notice) => {
    const zone = 'Europe/Berlin';
    const texts = [emailSubject(notice), emailText(notice, zone), emailHtml(notice, zone), JSON.stringify(slackMessage(notice, { buttons: true, timeZone: zone }))];
    for (const text of texts) {
      expect(text).not.toMatch(/\bundefined\b|\bnull\b|\bNaN\b|\[object/);
      expect(text).not.toMatch(/(?<![\d.,])1 (?:services|databases|tasks|alarms|incidents|rollouts|nights|minutes|hours|times)\b/);
    }
    expect(emailSubject(notice).length).toBeLessThan(100);
  });
});

describe('a long subject', () => {
  const notice = { ...samples[0]![1], tone: 'bad', platform: 'atomic-calendar', stage: 'dev' } as const;

  it('N1: gives up the length of digests first', () => {
    const title = 'app: rollout of sha256:dcb621dc5b12 failed, going back to sha256:470babf95e72';
    expect(emailSubject({ ...notice, title })).toBe('PROBLEM atomic-calendar dev: app: rollout of dcb621dc failed, going back to 470babf9');
  });

  it('N1: then ends after a whole word', () => {
    const title = 'api, worker, scheduler, gateway, functions: rollout of sha256:dcb621dc5b12 failed, going back to sha256:470babf95e72';
    expect(emailSubject({ ...notice, title })).toBe('PROBLEM atomic-calendar dev: api, worker, scheduler, gateway, functions: rollout of dcb621dc...');
  });
});
