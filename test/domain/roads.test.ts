// Which roads a notice takes (L5, N2).
import { describe, expect, it } from 'vitest';
import type { Notice } from '../../shared/domain/notice.ts';
import { roadsFor, type RoadSettings } from '../../shared/domain/roads.ts';
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
    ['an edit is no mail', { severity: 'page', place: 'update' }, all, ['machine', 'slack', 'amazonQ', 'webhook']],
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
