// Photographs the message pages with a headless Chromium where there is one: `node docs/picture-messages.ts`. The pages themselves are what
// `npm run check` compares; pictures differ with every font and are only looked at.
import { chromium, type Browser } from 'playwright-core';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const messages = join(import.meta.dirname, 'messages');
const pictures = join(messages, 'pictures');

/** Where distributions put it; CHROMIUM names another place. */
const places = [process.env['CHROMIUM'] ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Every page with the name of its picture and the width a reader gives it. */
const pages = (): readonly { readonly page: string; readonly name: string; readonly width: number }[] => [
  ...readdirSync(messages)
    .filter((file) => /^slack-.*\.html$/.test(file))
    .map((file) => ({ page: join(messages, file), name: basename(file, '.html'), width: 760 })),
  ...readdirSync(join(messages, 'mail')).map((file) => ({ page: join(messages, 'mail', file), name: `mail-${basename(file, '.html')}`, width: 720 })),
];

const photograph = async (browser: Browser): Promise<number> => {
  const all = pages();
  for (const { page, name, width } of all) {
    const tab = await browser.newPage({ viewport: { width, height: 400 }, locale: 'en-GB', timezoneId: 'UTC' });
    await tab.goto(pathToFileURL(page).href);
    await tab.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
    await tab.close();
  }
  return all.length;
};

const executablePath = places.find((place) => place !== '' && existsSync(place));
if (executablePath === undefined) {
  process.stdout.write('There is no Chromium here: the pictures stay as they are. The pages can be opened in any browser.\n');
} else {
  rmSync(pictures, { recursive: true, force: true });
  mkdirSync(pictures, { recursive: true });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    process.stdout.write(`${await photograph(browser)} pictures in docs/messages/pictures\n`);
  } finally {
    await browser.close();
  }
}
