// The console with a week of trail: milliseconds from an interaction to the next paint, by the browser's own event timing.
import type { Locator, Page } from 'playwright-core';
import { hasBrowser, openBrowser, openPage, openWorld } from '../test/console/stage.ts';
import { median } from './measure.ts';

const WEEK = 7 * 86_400_000;
const TIMES = 9;

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

export const consolePaint = async (): Promise<readonly string[]> => {
  if (!hasBrowser) return ['no Chromium on this machine: nothing measured'];
  const [served, browser] = await Promise.all([openWorld(), openBrowser()]);
  try {
    await served.driver.jump(served.world.clock.now + WEEK);
    const { page } = await openPage(browser, served, '#show=all');
    await page.evaluate(OBSERVE);
    const lines = [`${served.world.trail.entries.length} lines of trail`];
    for (const { name, act } of interactions) {
      const durations: number[] = [];
      for (let time = 0; time < TIMES; time += 1) {
        await act(page, time % 5);
        durations.push(Math.max(0, ...(await page.evaluate<readonly number[]>(TAKE))));
      }
      lines.push(`${name.padEnd(36)} median ${median(durations).toFixed(0).padStart(3)} ms, worst ${Math.max(...durations).toFixed(0).padStart(3)} ms`);
    }
    return lines;
  } finally {
    await browser.close();
    await served.close();
  }
};
