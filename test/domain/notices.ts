// Two notices the rendering tests share: an everyday one, and the largest anybody could write.
import type { Notice } from '../../shared/domain/notice.ts';

export const slow: Notice = {
  version: 1,
  id: 'inc-1',
  platform: 'wizelit',
  stage: 'dev',
  story: 'alarm',
  severity: 'channel',
  tone: 'bad',
  title: 'api is slow: p90 2.4 s (limit 1 s)',
  summary: 'Nine of ten requests to api took longer than 2.4 seconds for 15 minutes.',
  facts: [
    { label: 'Since', value: '09:02, 12 min' },
    { label: 'Service', value: 'api' },
  ],
  excerpts: [{ title: 'Last error lines of api', lines: ['TimeoutError: pool exhausted (×14)', 'GET /tasks 504'] }],
  links: [
    {
      text: 'Alarm',
      url: 'https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#alarmsV2:alarm/wizelit-dev-api-latency',
    },
  ],
  nextSteps: ['Look at the queries of the last deployment.', 'Roll back: dayshift rollback api'],
  thread: 'inc-1',
  buttons: [{ action: 'acknowledge', text: 'Acknowledge', subject: 'inc-1', style: 'primary' }],
  at: '2026-11-21T09:14:00.000Z',
};

export const largest: Notice = {
  ...slow,
  title: 'T'.repeat(5_000),
  summary: '&<>'.repeat(5_000),
  facts: Array.from({ length: 60 }, (_, index) => ({ label: `label ${index} `.repeat(40), value: '&value '.repeat(900) })),
  excerpts: Array.from({ length: 12 }, (_, index) => ({
    title: `excerpt ${index} `.repeat(30),
    lines: Array.from({ length: 2_000 }, () => 'error <at> line & more ümlaut '.repeat(30)),
  })),
  links: Array.from({ length: 40 }, (_, index) => ({
    text: `link ${index} `.repeat(30),
    url: `https://example.org/${'a|b>c'.repeat(index * 20)}`,
  })),
  nextSteps: Array.from({ length: 40 }, () => 'do & this '.repeat(200)),
  buttons: Array.from({ length: 40 }, () => ({ action: 'mute', text: 'Mute '.repeat(60), subject: 'alarm', style: 'danger' })),
};
