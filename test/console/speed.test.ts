// The console under load: with a week of trail every interaction is painted within 100 ms.
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Served } from '../../local/serve/serve.ts';
import { hasBrowser, openBrowser, openPage, openWorld } from './stage.ts';

const WEEK = 7 * 86_400_000;
const LIMIT = 100;
const TIMES = 5;

interface Interaction {
  readonly name: string;
  readonly act: (page: Page, time: number) => Promise<void>;
}

const both = async (one: Locator, other: Locator): Promise<void> => {
  await one.click();
  await other.click();
};

const interactions: readonly Interaction[] = [
  { name: 'selecting a line', act: (page, time) => page.locator('.line').nth(4 + time).click() },
  { name: 'the next line by key', act: (page) => page.keyboard.press('k') },
  { name: 'writing in the search', act: (page, time) => page.locator('#timeline-words').pressSequentially('abcde'[time] ?? 'a') },
  { name: 'the story, then everything', act: (page) => both(page.getByRole('button', { name: 'Story', exact: true }), page.getByRole('button', { name: 'Everything', exact: true })) },
  { name: 'the messages, then why', act: (page) => both(page.getByRole('tab', { name: 'Messages' }), page.getByRole('tab', { name: 'Why' })) },
  { name: 'another instant on the strip', act: (page, time) => page.locator('.strip-field').click({ position: { x: 80 + time * 90, y: 8 } }) },
  { name: 'a week on the strip, then two days', act: (page) => both(page.getByRole('button', { name: '7 d', exact: true }), page.getByRole('button', { name: '2 d', exact: true })) },
];

/** The browser's own measure, from the input to the next paint; written as text, since it runs there and not here. */
const OBSERVE = `
  globalThis.measured = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.interactionId > 0) measured.push(entry.duration);
  }).observe({ type: 'event', durationThreshold: 16 });
`;
const TAKE = `new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 60))).then(() => measured.splice(0))`;

/** The second best of five: other work on the machine makes some slow, a slow page makes all slow. */
const typical = (values: readonly number[]): number => values.toSorted((one, other) => one - other)[1] ?? 0;

describe.skipIf(!hasBrowser)('the console with a week of trail (skipped without Chromium)', () => {
  let served: Served;
  let browser: Browser;
  beforeAll(async () => {
    [served, browser] = await Promise.all([openWorld(), openBrowser()]);
    await served.driver.jump(served.world.clock.now + WEEK);
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  it('paints the answer to every interaction within 100 ms', { retry: 2 }, async () => {
    const { page, complaints } = await openPage(browser, served, '#show=all');
    expect(served.world.trail.entries.length).toBeGreaterThan(12_000);
    await page.evaluate(OBSERVE);
    const slow: string[] = [];
    for (const { name, act } of interactions) {
      const durations: number[] = [];
      for (let time = 0; time < TIMES; time += 1) {
        await act(page, time);
        durations.push(Math.max(0, ...(await page.evaluate<readonly number[]>(TAKE))));
      }
      if (typical(durations) >= LIMIT) slow.push(`${name}: ${durations.join(', ')} ms`);
    }
    expect(slow).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('draws only the lines one sees', async () => {
    const { page } = await openPage(browser, served, '#show=all');
    expect(await page.locator('.line').count()).toBeLessThan(80);
    await page.close();
  });
});
