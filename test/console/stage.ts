// What the console's tests need: a running world with its pages, a browser when the machine has one, and a page whose complaints are kept.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type Page } from 'playwright-core';
import { consolePages } from '../../local/console/console.ts';
import { checkDay } from '../../local/rehearsal/day.ts';
import { sourceHosts } from '../../local/rehearsal/source-doors.ts';
import { standardDay } from '../../local/rehearsal/standard-day.ts';
import { serve, type Served } from '../../local/serve/serve.ts';
import { assemblyOf, manifestFrom } from '../assembly.ts';
import type { Variation } from '../infra/platform-templates.ts';

/** Where Debian and others put it; CHROMIUM names another. */
const executable = [process.env['CHROMIUM'] ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path !== '' && existsSync(path));

export const hasBrowser = executable !== undefined;

/** The standard day of Wizelit, paused on its first instant, with doors run in process; `change` is laid over its file as a stage's is. */
export const openWorld = async (platform = 'wizelit', change?: Variation['change']): Promise<Served> => {
  const usual = async () => ({ assembly: await assemblyOf(platform), manifest: await manifestFrom(platform) });
  const { assembly, manifest } = change === undefined ? await usual() : await (await import('../changed-assembly.ts')).changedAssembly(platform, 'dev', change);
  const day = checkDay('the standard day', standardDay(manifest), manifest.hours?.timeZone ?? 'UTC');
  return serve({ assembly, manifest, day, given: 'day', port: 0, speed: 60, paused: true, hosts: await sourceHosts(), pages: consolePages() });
};

// A container's root has no sandbox to give, the page comes from this checkout; what no screen shows needs no graphics process.
export const openBrowser = (): Promise<Browser> => chromium.launch({ executablePath: executable ?? '', args: ['--no-sandbox', '--disable-gpu'] });

export interface Watched {
  readonly page: Page;
  /** Console errors and warnings, uncaught errors, failed and foreign requests. */
  readonly complaints: readonly string[];
}

/** A page on the console, loaded and with its trail. */
export const openPage = async (browser: Browser, served: Served, hash = '', colorScheme: 'light' | 'dark' = 'light', deviceScaleFactor = 1): Promise<Watched> => {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme, deviceScaleFactor });
  const complaints: string[] = [];
  page.on('console', (message) => void (['error', 'warning'].includes(message.type()) && complaints.push(`console: ${message.text()}`)));
  page.on('pageerror', (error) => void complaints.push(`uncaught: ${error.message}`));
  page.on('request', (request) => void (request.url().startsWith(served.url) || request.url().startsWith('data:') || complaints.push(`foreign request: ${request.url()}`)));
  await page.goto(`${served.url}/${hash}`);
  await page.locator('.line').first().waitFor();
  return { page, complaints };
};

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Accessibility violations of the page as it is now, one line each. */
export const violations = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: readonly { id: string; help: string; nodes: readonly { html: string }[] }[] }> } };
    const result = await axe.run();
    return result.violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  });
};
