// The console's pages as the port answers them: from the checkout alone, and nothing that could come from elsewhere.
import { describe, expect, it } from 'vitest';
import { consolePages } from '../../local/console/console.ts';

describe('the pages of the console', () => {
  const pages = consolePages();

  it.each([
    ['/', 'text/html; charset=utf-8'],
    ['/console/console.js', 'text/javascript; charset=utf-8'],
    ['/console/console.css', 'text/css; charset=utf-8'],
    ['/console/icon.svg', 'image/svg+xml'],
  ])('%s is answered', async (path, type) => {
    const answer = await pages(path);
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': type, 'x-content-type-options': 'nosniff' } });
    expect(String(answer?.body).length).toBeGreaterThan(100);
  });

  it('nothing else is answered, and nothing of the disk', async () => {
    expect(await Promise.all(['/console', '/console/main.tsx', '/console/../console.ts', '/package.json'].map(pages))).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('loads nothing from elsewhere: no address in page, style or script but namespaces and what the page shows', async () => {
    const texts = await Promise.all(['/', '/console/console.css', '/console/console.js'].map(async (path) => String((await pages(path))?.body)));
    const addresses = texts.flatMap((text) => [...text.matchAll(/https?:\/\/[\w.-]+/g)].map(([address]) => address));
    expect(addresses.filter((address) => !/^http:\/\/www\.w3\.org$/.test(address))).toEqual([]);
    expect((await pages('/'))?.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
  });

  it('is small: script and style together below 200 kB before compression', async () => {
    const sizes = await Promise.all(['/console/console.css', '/console/console.js'].map(async (path) => String((await pages(path))?.body).length));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(200_000);
  });
});
