// Block Kit within Slack's limits, whatever the notice holds (N1, aws-facts H1).
import { describe, expect, it } from 'vitest';
import type { Notice } from '../../shared/domain/notice.ts';
import { slackMessage, type Block } from '../../shared/domain/render-slack.ts';
import { largest, slow } from './notices.ts';

const options = { buttons: true, timeZone: 'Australia/Sydney' };
const textOf = (block: Block | undefined): string => (block !== undefined && 'text' in block ? (block.text?.text ?? '') : '');
const withTitle = (title: string): Notice => ({ ...slow, title });

describe('slackMessage', () => {
  it('N1: opens with the title and closes with where the reader finds out why', () => {
    const { blocks } = slackMessage(slow, options);
    expect(blocks[0]).toEqual({
      type: 'header',
      text: { type: 'plain_text', text: ':red_circle: api is slow: p90 2.4 s (limit 1 s)', emoji: true },
    });
    expect(blocks.at(-1)).toEqual({
      type: 'context',
      elements: [{ type: 'mrkdwn', text: 'wizelit dev · Sat 21 Nov 20:14 AEDT · dayshift why inc-1 --platform wizelit --stage dev' }],
    });
  });

  it('N1: escapes exactly the three marks Slack gives meaning to', () => {
    const { blocks } = slackMessage({ ...slow, summary: 'a < b && c > d "e" *f*' }, options);
    expect(textOf(blocks[1])).toBe('a &lt; b &amp;&amp; c &gt; d "e" *f*');
  });

  it('N1: a back-tick fence inside a log line does not end the code block', () => {
    const { blocks } = slackMessage({ ...slow, excerpts: [{ title: 'Log', lines: ['x ``` y'] }] }, options);
    expect(blocks.map(textOf)).toContain("*Log*\n```\nx ''' y\n```");
  });

  it('N1: the last lines stay when an excerpt is too long, and the reader is told how many are left out', () => {
    const lines = Array.from({ length: 400 }, (_, index) => `line ${String(index + 1).padStart(3, '0')} of the log`);
    const log = slackMessage({ ...slow, excerpts: [{ title: 'Log', lines }] }, options)
      .blocks.map(textOf)
      .find((text) => text.startsWith('*Log*'));
    expect(log).toMatch(/^\*Log\*\n```\n… \d+ earlier lines left out\nline /);
    expect(log).toMatch(/line 400 of the log\n```$/);
  });

  it('N1: the largest notice stays within every limit', () => {
    const { text, blocks } = slackMessage(largest, options);
    expect(blocks.length).toBeLessThanOrEqual(50);
    expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(13_200);
    expect(text.length).toBeLessThanOrEqual(3_000);
    for (const block of blocks) {
      expect(textOf(block).length).toBeLessThanOrEqual(block.type === 'header' ? 150 : 3_000);
      if ('fields' in block)
        expect((block.fields ?? []).every((field) => field.text.length <= 2_000) && (block.fields ?? []).length <= 10).toBe(true);
      if (block.type === 'actions')
        expect(
          block.elements.length <= 25 && block.elements.every((button) => button.text.text.length <= 75 && button.value.length <= 2_000),
        ).toBe(true);
    }
    expect(blocks.at(-1)?.type).toBe('context');
  });

  it('N1: lines of quotes and backslashes, which JSON writes twice, stay within the total', () => {
    const nasty = {
      ...largest,
      excerpts: Array.from({ length: 6 }, () => ({
        title: '"',
        lines: Array.from({ length: 900 }, () => '"\\"\\"\\"\\"\\"\\"\\'.repeat(9)),
      })),
    };
    expect(JSON.stringify(slackMessage(nasty, options).blocks).length).toBeLessThanOrEqual(13_200);
  });

  it('N1: no entity and no character is cut in half', () => {
    const header = textOf(slackMessage(withTitle('🚀'.repeat(200)), options).blocks[0]);
    expect(header.length).toBeLessThanOrEqual(150);
    expect(header).toMatch(/^:red_circle: (?:🚀)+…$/u);
    const summary = textOf(slackMessage({ ...slow, summary: '<'.repeat(2_000) }, options).blocks[1]);
    expect(summary).toMatch(/^(?:&lt;)+…$/);
  });

  it('L6: buttons are shown only where they work', () => {
    const kinds = (buttons: boolean): readonly string[] => slackMessage(slow, { ...options, buttons }).blocks.map((block) => block.type);
    expect(kinds(true)).toContain('actions');
    expect(kinds(false)).not.toContain('actions');
  });
});
