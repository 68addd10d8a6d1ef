// E-mail as people read it, the SNS message within AWS's limits, and Amazon Q's schema (N1, aws-facts H5, H6).
import { describe, expect, it } from 'vitest';
import { emailSubject, emailText } from '../../shared/domain/render-email.ts';
import { snsMessage } from '../../shared/domain/render-json.ts';
import { qNotification } from '../../shared/domain/render-q.ts';
import { largest, slow } from './notices.ts';

describe('the e-mail', () => {
  it('N1: reads as a letter, not as JSON', () => {
    expect(emailText(slow, 'Australia/Sydney')).toBe(`api is slow: p90 2.4 s (limit 1 s)
==================================

Nine of ten requests to api took longer than 2.4 seconds for 15 minutes.

Since    09:02, 12 min
Service  api

Last error lines of api:
    TimeoutError: pool exhausted (×14)
    GET /tasks 504

What you can do:
  - Look at the queries of the last deployment.
  - Roll back: dayshift rollback api

Alarm:
  https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#alarmsV2:alarm/wizelit-dev-api-latency

--
wizelit dev - Sat 21 Nov 20:14 AEDT
Why: dayshift why inc-1 --platform wizelit --stage dev
`);
  });

  it('N1: the subject is short, plain and says what happened', () => {
    expect(emailSubject(slow)).toBe('PROBLEM wizelit dev: api is slow: p90 2.4 s (limit 1 s)');
    expect(emailSubject({ ...slow, title: 'café → 5 % ≥ 3\nnext — line' })).toBe('PROBLEM wizelit dev: cafe -> 5 % >= 3 next - line');
    expect(emailSubject(largest)).toMatch(/^[\x20-\x7e]{99}$/);
  });

  it('N1: long paragraphs are wrapped at 76 characters', () => {
    const body = emailText({ ...slow, summary: 'word '.repeat(60) }, 'UTC');
    expect(
      body
        .split('\n')
        .filter((line) => line.startsWith('word'))
        .every((line) => line.length <= 76),
    ).toBe(true);
  });
});

describe('the SNS message', () => {
  it('N1: carries the notice for machines, the letter for people and Amazon Q its own shape', () => {
    const message = JSON.parse(snsMessage(slow, 'UTC', ['machine', 'amazonQ']).message) as Record<string, string>;
    expect(Object.keys(message)).toEqual(['default', 'email', 'https']);
    expect(message['https']).toBe(JSON.stringify(qNotification(slow)));
    expect(JSON.parse(message['default'] ?? '')).toEqual(slow);
    expect(message['email']).toContain('What you can do:');
  });

  it('N1: says to Amazon Q only what takes its road: other HTTPS subscribers read the notice itself', () => {
    expect(Object.keys(JSON.parse(snsMessage(slow, 'UTC', ['machine', 'slack']).message) as object)).toEqual(['default', 'email']);
  });

  it('N1: stays within 256 KiB whatever the notice holds', () => {
    expect(new TextEncoder().encode(snsMessage(largest, 'UTC', ['machine', 'amazonQ']).message).length).toBeLessThanOrEqual(262_144);
    expect(snsMessage(largest, 'UTC', ['machine', 'amazonQ']).message).toContain('earlier lines left out');
  });
});

describe('the Amazon Q notification', () => {
  it('N1: respects the limits of the schema', () => {
    const { content } = qNotification(largest);
    expect(content.title.length).toBeLessThanOrEqual(250);
    expect(content.description.length).toBeLessThanOrEqual(8_000);
    expect(content.nextSteps.every((step) => step.length <= 350)).toBe(true);
    expect(content.keywords.every((word) => word.length <= 75)).toBe(true);
  });

  it('N1: is what Amazon Q documents of a custom notification, with one thread per incident', () => {
    const said = qNotification(slow);
    expect(Object.keys(said)).toEqual(['version', 'source', 'id', 'content', 'metadata']);
    expect([said.version, said.source, said.content.textType, said.metadata.threadId]).toEqual(['1.0', 'custom', 'client-markdown', 'inc-1']);
    expect(Object.keys(said.content)).toEqual(['textType', 'title', 'description', 'nextSteps', 'keywords']);
    expect(Object.keys(said.metadata)).toEqual(['threadId', 'summary', 'eventType', 'additionalContext', 'enableCustomActions']);
  });
});
