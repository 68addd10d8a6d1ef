// The console in a real browser against a running world: the main flows, the keyboard, no complaints, no accessibility violations.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Served } from '../../local/serve/serve.ts';
import type { Caller } from '../../shared/domain/caller.ts';
import { answerFor, type Answered } from '../../shared/domain/wake-answer.ts';
import type { Variation } from '../infra/platform-templates.ts';
import { hasBrowser, openBrowser, openPage, openWorld, violations } from './stage.ts';

/** What a page shows a moment later, on a machine that may be busy. */
const soon = <T>(look: () => T | Promise<T>): ReturnType<typeof expect.poll<T>> => expect.poll(look, { timeout: 20_000 });

/** Rollouts wait for somebody's approval; the file of this case, so that both share one assembly. */
const { change } = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'cases', 'redeploy', 'approval-by-button.json'), 'utf8')) as Pick<Variation, 'change'>;

const WEEK = 7 * 86_400_000;

const steps = [{ name: 'Database', done: 1, of: 1 }, { name: 'Services', done: 1, of: 2 }];
const answered = (who: Caller, secondsLeft: number, percent: number): Answered =>
  answerFor(who, 'GET', { title: 'Shop', state: 'waking', secondsLeft, percent, steps, slow: false, opens: null }, 200);

describe.skipIf(!hasBrowser)('the console (skipped without Chromium)', () => {
  let served: Served;
  let browser: Browser;
  beforeAll(async () => {
    [served, browser] = await Promise.all([openWorld('wizelit', change), openBrowser()]);
    await served.driver.jump(Date.parse('2026-11-22T21:40:00Z'));
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  it('shows services, tasks, revision, digest, data, alarms and the clock of the platform', async () => {
    const { page, complaints } = await openPage(browser, served);
    await soon(() => page.locator('.clock').innerText()).toBe('Mon 23 Nov 08:40:00');
    const service = page.getByRole('article', { name: 'service app' });
    expect(await service.locator('.count').innerText()).toBe('1/1');
    expect(await service.locator('.facts').innerText()).toMatch(/revision\s+\d+\s+digest\s+[0-9a-f]{8}\s+bounds\s+fixed\s+targets\s+1\/1/);
    expect(await service.locator('.task').innerText()).toMatch(/\d+\s+running/);
    expect(await page.getByRole('region', { name: 'Databases and caches' }).innerText()).toMatch(/db\s+database\s+available\s+cache\s+cache\s+available/);
    expect(await page.getByRole('region', { name: 'Alarms' }).innerText()).toContain('quiet');
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('L6: pushes a broken image, approves it with its button in Slack, and shows how it is judged, taken back, explained and told', async () => {
    const { page, complaints } = await openPage(browser, served);
    await page.keyboard.press('p');
    await page.getByRole('dialog', { name: 'Push an image' }).getByRole('button', { name: 'one that crashes' }).click();
    await page.locator('.line', { hasText: 'an image that crashes at start' }).waitFor();
    await served.driver.jump(served.world.clock.now + 40_000);
    await page.keyboard.press('m');
    // The first image waited as well, before the day began; the newest message stands on top.
    const waiting = page.locator('.slack', { hasText: 'waits' }).getByRole('button', { name: 'Approve' });
    await soon(() => waiting.count()).toBe(2);
    await waiting.first().focus();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await soon(() => served.world.trail.entries.some(({ kind, what }) => kind === 'happening' && what === 'press')).toBe(true);
    await served.driver.jump(served.world.clock.now + 40_000);
    await page.locator('.line', { hasText: 'mara pressed approve -> 200' }).waitFor();
    await page.locator('.node.current').waitFor();
    expect(await page.locator('.machine').getAttribute('aria-label')).toMatch(/^State machine redeploy, in (Watch|Advance|Gather)$/);
    await soon(() => page.getByRole('article', { name: 'service app' }).innerText()).toContain('rolling out');
    await served.driver.jump(served.world.clock.now + 180_000);
    await page.locator('.line.kind-decision', { hasText: 'app exited with 1' }).click();
    expect(await page.locator('.decision:not(.small) .sentence').innerText()).toContain('app exited with 1');
    expect(await page.locator('.decision:not(.small)').innerText()).toContain('redeploy decided failed because of tasks-stop');
    expect(await page.locator('.decision:not(.small) .fact-list').innerText()).toMatch(/detail\s+app exited with 1/);
    const chain = await page.getByRole('region', { name: 'What led there' }).innerText();
    expect(chain).toMatch(/presses approve in Slack[\s\S]*execution started/);
    await page.keyboard.press('l');
    await page.keyboard.press('m');
    const told = page.locator('.slack', { hasText: /failed, going back to/ });
    await told.waitFor();
    expect(await told.innerText()).toMatch(/app: rollout of sha256:[0-9a-f]{12} failed, going back to sha256:[0-9a-f]{12}[\s\S]*app exited with 1/);
    await page.getByRole('button', { name: /^Mail/ }).click();
    await page.locator('.mail pre', { hasText: 'failed, going back to' }).waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('fires an alarm, visits the site, breaks something and says what the world refuses', async () => {
    const { page, complaints } = await openPage(browser, served);
    await page.getByRole('button', { name: 'Alarm', exact: true }).click();
    await page.getByRole('combobox', { name: 'Alarm' }).selectOption('wizelit-dev-app-cpu-high');
    await page.getByRole('button', { name: 'Set to ALARM by hand' }).click();
    await soon(() => page.getByRole('region', { name: 'Alarms' }).innerText()).toContain('1 in alarm');
    await page.getByRole('button', { name: 'Visit', exact: true }).click();
    await page.getByRole('dialog', { name: 'Visit the site' }).getByRole('button', { name: 'Visit' }).click();
    await page.locator('.line', { hasText: 'GET / -> ' }).waitFor();
    await page.getByRole('button', { name: 'Break', exact: true }).click();
    await page.getByRole('button', { name: 'Slack is out for 30 minutes' }).click();
    await page.locator('.line.kind-happening', { hasText: 'slack-outage' }).waitFor();
    await page.getByRole('button', { name: 'Jump', exact: true }).click();
    await page.locator('input[name=to]').fill('2020-01-01T00:00');
    await page.getByRole('button', { name: 'Jump there' }).click();
    await page.locator('.notice').waitFor();
    expect(complaints.filter((complaint) => !complaint.includes('400 (Bad Request)'))).toEqual([]);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await soon(() => page.locator('.notice').count()).toBe(0);
    await page.close();
  });

  it('plays, pauses, steps, changes speed and jumps to 20:00 by key, and shows the night', async () => {
    const { page, complaints } = await openPage(browser, served);
    await page.keyboard.press('3');
    await soon(() => served.driver.mode).toBe('playing');
    expect(served.driver.speed).toBe(3600);
    await soon(() => page.getByRole('button', { name: '3600 ×' }).getAttribute('aria-pressed')).toBe('true');
    await page.keyboard.press('Space');
    await soon(() => served.driver.mode).toBe('paused');
    const before = served.world.trail.entries.length;
    await page.keyboard.press('.');
    await soon(() => served.world.trail.entries.length).toBeGreaterThan(before);
    await page.keyboard.press('e');
    await soon(() => page.locator('.clock').innerText()).toBe('Mon 23 Nov 20:00:00');
    await served.driver.jump(Date.parse('2026-11-23T09:30:00Z'));
    await soon(() => page.locator('.brand .pill').first().innerText()).toBe('asleep');
    const service = page.getByRole('article', { name: 'service app' });
    await soon(() => service.innerText()).toContain('no task');
    expect(await service.locator('.count').innerText()).toBe('0/0');
    await soon(() => page.getByRole('region', { name: 'Databases and caches' }).innerText()).toMatch(/db\s+database\s+stopped/);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('opens at any instant by link, walks through lines by key, and comes back to the present', async () => {
    const { page, complaints } = await openPage(browser, served, '#at=2026-11-22T21:40:00.000Z&panel=messages&machine=sleep');
    expect(await page.locator('.past').innerText()).toContain('Mon 23 Nov, 08:40:00');
    expect(await page.getByRole('article', { name: 'service app' }).locator('.count').innerText()).toBe('1/1');
    expect(await page.getByRole('region', { name: 'Databases and caches' }).innerText()).toMatch(/db\s+database\s+available/);
    expect(await page.getByRole('tab', { name: /Messages/ }).getAttribute('aria-selected')).toBe('true');
    expect(await page.getByRole('button', { name: 'sleep', exact: true }).getAttribute('aria-pressed')).toBe('true');
    await page.keyboard.press('j');
    await page.locator('.line[aria-selected=true]').waitFor();
    await soon(() => page.url()).toMatch(/#at=2026-11-2\dT[\d:.]+Z&seq=\d+/);
    await page.getByRole('slider', { name: 'Instant' }).focus();
    await page.keyboard.press('Home');
    await soon(() => page.getByRole('slider', { name: 'Instant' }).getAttribute('aria-valuetext')).toBe('Mon 23 Nov, 06:30:00');
    await page.keyboard.press('l');
    await soon(() => page.locator('.past').count()).toBe(0);
    await soon(() => page.url()).not.toContain('at=');
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('finds lines by kind and word', async () => {
    const { page } = await openPage(browser, served);
    const lines = page.locator('.top-day span').last();
    await page.getByRole('button', { name: 'Everything' }).click();
    const all = served.world.trail.entries.length.toLocaleString('en');
    await soon(() => lines.innerText()).toBe(`${all} of ${all} lines`);
    expect(await page.locator('.line').count()).toBeLessThan(80);
    await page.keyboard.press('/');
    await page.keyboard.type('stopdbinstance');
    await soon(() => lines.innerText()).toBe(`1 of ${all} lines`);
    await page.locator('.line').click();
    expect(await page.locator('.decision:not(.small) .sentence').innerText()).toMatch(/working hours|asleep/i);
    await page.close();
  });

  it('a browser that leaves in the middle of it takes nothing along: the world plays on without a problem', async () => {
    const leaving = await Promise.all([openPage(browser, served), openPage(browser, served)]);
    await leaving[0].page.keyboard.press('3');
    await soon(() => served.driver.mode).toBe('playing');
    await Promise.all(leaving.map(({ page }) => page.close()));
    const before = served.world.clock.now;
    await soon(() => served.world.clock.now).toBeGreaterThan(before);
    await served.driver.pause();
    const state = (await (await fetch(`${served.url}/_dayshift/state`)).json()) as { readonly problems: readonly unknown[] };
    expect(state.problems).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('has no accessibility violation, %s', async (scheme) => {
    const { page } = await openPage(browser, served, '#show=all', scheme);
    expect(await violations(page)).toEqual([]);
    await page.getByRole('listbox').focus();
    await page.keyboard.press('End');
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('m');
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('p');
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  // How fast it paints then is measured by `npm run bench console`.
  it('with a week of trail draws only the lines one sees', async () => {
    await served.driver.jump(served.world.clock.now + WEEK);
    const { page, complaints } = await openPage(browser, served, '#show=all');
    expect(served.world.trail.entries.length).toBeGreaterThan(12_000);
    expect(complaints).toEqual([]);
    expect(await page.locator('.line').count()).toBeLessThan(80);
    await page.close();
  });

  it('S10: the waking page moves with the waking, waits for a balancer without tasks and becomes the site where the visitor was', async () => {
    const page = await browser.newPage();
    await page.clock.install();
    const asked: string[] = [];
    const answers = [answered('person', 230, 10), answered('page', 74, 70), { status: 503, body: 'no targets' }, { status: 302, headers: { location: 'https://sign-in.example.com' } }, { status: 200, body: 'the site' }];
    await page.route('**/*', async (route) => {
      asked.push(route.request().method());
      await route.fulfill(answers.shift() ?? { status: 404 });
    });
    await page.goto('http://site.example.com/chat#room');
    expect(await page.locator('#left').innerText()).toBe('About 4 minutes to go.');
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await violations(page)).toEqual([]);
    await page.clock.fastForward(3_000);
    await soon(() => page.locator('#left').innerText()).toBe('About 75 seconds to go.');
    expect(await page.getByRole('listitem').allInnerTexts()).toEqual(['✓\nDatabase\nready', '○\nServices\n1 of 2']);
    for (const left of [2, 0]) {
      await page.clock.fastForward(5_000);
      await soon(() => answers.length).toBe(left);
    }
    await soon(() => page.locator('body').innerText()).toBe('the site');
    expect([page.url(), asked.length]).toEqual(['http://site.example.com/chat#room', 5]);
    await page.close();
  });
});
