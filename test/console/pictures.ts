// Makes the README's two pictures of the console: `node test/console/pictures.ts` (needs Chromium).
import { join } from 'node:path';
import { openBrowser, openPage, openWorld } from './stage.ts';

const folder = join(import.meta.dirname, '..', '..', 'docs', 'pictures');

interface Picture {
  readonly file: string;
  readonly at: string;
  readonly hash: string;
  readonly scheme: 'light' | 'dark';
}

/** Instants of Farsight's standard day, in its own New York: a broken push under way, and the night. */
const pictures: readonly Picture[] = [
  { file: 'push.png', at: '2026-11-23T16:30:52Z', hash: '', scheme: 'light' },
  { file: 'night.png', at: '2026-11-24T05:30:00Z', hash: '#panel=messages&machine=sleep', scheme: 'dark' },
];

const served = await openWorld('farsight');
const browser = await openBrowser();
for (const { file, at, hash, scheme } of pictures) {
  await served.driver.jump(Date.parse(at));
  const { page } = await openPage(browser, served, hash, scheme, 1.5);
  await page.waitForTimeout(1_000);
  await page.screenshot({ path: join(folder, file), animations: 'disabled' });
  await page.close();
}
await browser.close();
await served.close();
