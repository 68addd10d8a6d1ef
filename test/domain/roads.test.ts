// Which roads a notice takes (L5, N2).
import { describe, expect, it } from 'vitest';
import type { Notice } from '../../shared/domain/notice.ts';
import { brokenRoadNotice } from '../../shared/domain/road-notice.ts';
import { hasRoadBesideMail, roadSettings, roadsFor, type RoadSettings } from '../../shared/domain/roads.ts';
import { slow } from './notices.ts';

const all: RoadSettings = { slack: true, email: true, webhook: true, amazonQ: true, digest: false, hours: {} };
const office = {
  words: 'mon-fri 08:00-18:00',
  timeZone: 'UTC',
  windows: [{ days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00' }],
  holidays: [],
  exceptions: [],
};
const notice = (over: Partial<Notice>): Notice => ({ ...slow, ...over });

describe('roadsFor', () => {
  it.each([
    ['a page takes every road', { severity: 'page' }, all, ['machine', 'slack', 'amazonQ', 'email', 'webhook']],
    [
      'trouble goes to the chat and the mail',
      { severity: 'channel', tone: 'bad' },
      all,
      ['machine', 'slack', 'amazonQ', 'email', 'webhook'],
    ],
    ['good news stays in the chat', { severity: 'channel', tone: 'good' }, all, ['machine', 'slack', 'amazonQ', 'webhook']],
    [
      'good news goes to the mail where nobody chats',
      { severity: 'channel', tone: 'good' },
      { ...all, slack: false, amazonQ: false },
      ['machine', 'email', 'webhook'],
    ],
    ['an edit is no mail, and Amazon Q edits nothing', { severity: 'page', place: 'update' }, all, ['machine', 'slack', 'webhook']],
    ['what can wait is read in the chat', { severity: 'digest', tone: 'good' }, all, ['machine', 'slack', 'amazonQ', 'webhook']],
    ['what can wait waits for the summary', { severity: 'digest', tone: 'good' }, { ...all, digest: true }, ['machine', 'webhook']],
    [
      'the summary takes chat and mail',
      { severity: 'digest', digest: true },
      { ...all, digest: true },
      ['machine', 'slack', 'amazonQ', 'email'],
    ],
    [
      'a broken road does not carry the news of its own break',
      { severity: 'page', avoids: 'slack' },
      all,
      ['machine', 'amazonQ', 'email', 'webhook'],
    ],
    [
      'a road outside its hours is closed',
      { severity: 'channel', tone: 'bad' },
      { ...all, hours: { email: office } },
      ['machine', 'slack', 'amazonQ', 'webhook'],
    ],
    [
      'a closed road opens for a page',
      { severity: 'page' },
      { ...all, hours: { email: office } },
      ['machine', 'slack', 'amazonQ', 'email', 'webhook'],
    ],
    [
      'a road in its hours is open',
      { severity: 'channel', tone: 'bad', at: '2026-11-23T09:00:00.000Z' },
      { ...all, hours: { email: office } },
      ['machine', 'slack', 'amazonQ', 'email', 'webhook'],
    ],
  ] as const)('L5: %s', (_, over, settings, expected) => {
    expect(roadsFor(notice(over), settings)).toEqual(expected);
  });
});

describe('roads beside mail', () => {
  it.each([
    ['mail alone', { emails: ['a@b.example'], slack: null }, false],
    ['a chat', { emails: ['a@b.example'], slack: { secret: 'shop/slack' } }, true],
    ['a webhook', { emails: ['a@b.example'], slack: null, webhook: { secret: 'shop/hook' } }, true],
    ['Amazon Q', { emails: ['a@b.example'], slack: null, amazonQ: true }, true],
    ['what is switched off', { emails: ['a@b.example'], slack: null, webhook: null, amazonQ: false }, false],
  ] as const)('N2: of a mail that came back people hear otherwise where there is another road: %s', (_, notices, expected) => {
    expect(hasRoadBesideMail(roadSettings(notices))).toBe(expected);
  });
});

describe('the news of a broken road', () => {
  const broken = { settings: 'shop/slack', downSince: '2026-11-23T10:00:00.000Z', platform: 'shop', stage: 'prod' } as const;
  it.each([
    ['slack', 'no_service', true, 'Slack answered: no_service.', /^Check the secret shop\/slack: a webhook address that was revoked/],
    ['slack', 'HTTP 503', false, 'Slack answered: HTTP 503.', /^Slack itself is in trouble or cannot be reached: see https:\/\/status\.slack\.com/],
    ['slack', 'no answer (connect ECONNREFUSED)', false, 'Slack gave no answer (connect ECONNREFUSED).', /^Slack itself is in trouble/],
    ['webhook', 'HTTP 410', true, 'The webhook answered: HTTP 410.', /^Check the secret shop\/slack: an address that moved/],
    ['webhook', 'HTTP 500', false, 'The webhook answered: HTTP 500.', /^See whether the receiver is up/],
    ['email', 'ServiceUnavailable: try later', false, 'Amazon SES answered: ServiceUnavailable: try later.', /^Amazon SES itself is in trouble/],
  ] as const)('N2: %s, %s: advises what can be done about it', (road, why, refused, said, step) => {
    const { summary, nextSteps } = brokenRoadNotice({ ...broken, road, why, refused }, '2026-11-23T10:06:00.000Z');
    expect(summary).toContain(said);
    expect(nextSteps[0]).toMatch(step);
  });
});
