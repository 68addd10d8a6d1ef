// The console with a week of trail keeps to what one sees; how fast it paints is measured by `npm run bench console`.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Served } from '../../local/serve/serve.ts';
import { hasBrowser, openBrowser, openPage, openWorld } from './stage.ts';

const WEEK = 7 * 86_400_000;

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

  it('draws only the lines one sees', async () => {
    const { page, complaints } = await openPage(browser, served, '#show=all');
    expect(served.world.trail.entries.length).toBeGreaterThan(12_000);
    expect(complaints).toEqual([]);
    expect(await page.locator('.line').count()).toBeLessThan(80);
    await page.close();
  });
});
