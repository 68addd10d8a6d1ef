// Wake links: what is sealed, how long a link holds, and what whoever opens or presses it sees.
import { describe, expect, it } from 'vitest';
import { isPress, linkAddress, linkStanding, linkUntil, readLink, sendsWakeLinks, signedText } from '../../shared/domain/wake-link.ts';
import { linkAnswer } from '../../shared/domain/wake-link-page.ts';
import { asleep, sleepSoon } from '../../shared/domain/night-notices.ts';
import { redactNotice } from '../../shared/domain/redact.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import type { Progress } from '../../shared/domain/wake-answer.ts';
import { knownMachine } from '../../shared/web/known-machines.ts';
import { wakeLinks } from '../../shared/web/wake-link.ts';

const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/141.0 Safari/537.36', accept: 'text/html', 'sec-fetch-mode': 'navigate' };
const seven = '2026-11-23T20:00:00.000Z';
const links = (id: string, secret: string | null) =>
  wakeLinks(() => ({ read: async () => secret, forget: () => undefined }))({
    environment: { WAKE_LINK: 'https://abc.lambda-url.eu-west-1.on.aws/' },
    manifest: { id } as Manifest,
  });
const progress: Progress = { title: 'Shop <dev>', state: 'asleep', secondsLeft: 300, percent: 0, steps: [], slow: false, opens: 'Tue 24 Nov 07:00 GMT+11' };

describe('a wake link', () => {
  it('S10: holds until work begins, and for seven days where no clock wakes the platform', () => {
    expect(linkUntil(seven, '2026-11-23T09:00:00.000Z')).toBe('2026-11-23T20:00:00.000Z');
    expect(linkUntil(null, '2026-11-23T09:00:00.000Z')).toBe('2026-11-30T09:00:00.000Z');
  });

  it('S10: is good for its own platform only, until its instant, with the secret that made it', async () => {
    const made = (await links('shop-dev', 'k1').make(seven)) ?? '';
    expect(made).toMatch(/^https:\/\/abc\.lambda-url\.eu-west-1\.on\.aws\/\?until=2026-11-23T20%3A00%3A00\.000Z&seal=[0-9a-f]{64}$/);
    const link = readLink(Object.fromEntries(new URL(made).searchParams));
    const judge = (id: string, secret: string | null, at: string, given = link) => links(id, secret).judge(given, at);
    expect(await judge('shop-dev', 'k1', '2026-11-23T20:00:00.000Z')).toBe('good');
    expect(await judge('shop-dev', 'k1', '2026-11-23T20:00:00.001Z')).toBe('expired');
    expect(await judge('shop-prod', 'k1', '2026-11-23T10:00:00.000Z')).toBe('forged');
    expect(await judge('shop-dev', 'k2', '2026-11-23T10:00:00.000Z')).toBe('forged');
    expect(await judge('shop-dev', null, '2026-11-23T10:00:00.000Z')).toBe('forged');
    expect(await judge('shop-dev', 'k1', '2026-11-23T10:00:00.000Z', { until: '2027-11-23T20:00:00.000Z', seal: link?.seal ?? '' })).toBe('forged');
    expect(await judge('shop-dev', 'k1', '2026-11-23T10:00:00.000Z', readLink({ until: 'never', seal: '' }))).toBe('forged');
  });

  it('S10: is not made where there is no secret yet', async () => {
    expect(await links('shop-dev', null).make(seven)).toBeNull();
  });

  it.each([
    ['a person who presses it wakes the platform', 'POST', browser, true],
    ['somebody who presses it with curl wakes the platform', 'POST', { 'user-agent': 'curl/8.9.1' }, true],
    ['a person who only opens it wakes nothing', 'GET', browser, false],
    ['a chat that unfurls it wakes nothing', 'GET', { 'user-agent': 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)' }, false],
    ['an unfurler that posts wakes nothing', 'POST', { 'user-agent': 'WhatsApp/2.23.20.0' }, false],
    ['a browser that fetches ahead wakes nothing', 'POST', { ...browser, 'sec-purpose': 'prefetch' }, false],
    ['a caller without a name wakes nothing', 'POST', {}, false],
  ])('S10: %s', (_, method, headers, expected) => {
    expect(isPress('good', { method, path: '/', headers }, knownMachine)).toBe(expected);
    expect(isPress('expired', { method, path: '/', headers }, knownMachine)).toBe(false);
    expect(isPress('forged', { method, path: '/', headers }, knownMachine)).toBe(false);
  });

  it('S10: says what a signature covers: purpose, platform and end', () => {
    expect(signedText('shop-dev', seven)).toBe('wake\nshop-dev\n2026-11-23T20:00:00.000Z');
    expect(linkStanding(null, true, seven)).toBe('forged');
  });

  it('S10, N3: stays whole in both notices that carry it, though signatures in addresses are masked', () => {
    const url = linkAddress('https://abc.lambda-url.eu-west-1.on.aws/', { until: seven, seal: 'ab'.repeat(32) });
    const place = { id: 'shop-dev', platform: 'shop', title: 'Shop', stage: 'dev', site: null, timeZone: 'UTC' };
    const night = { night: 'n', reason: 'went-to-sleep', facts: {}, services: 1, databases: 0, wakesAt: seven, troubles: [] };
    expect(redactNotice(asleep(place, { ...night, wakeLink: url }, seven)).links).toEqual([{ text: 'Wake it now', url }]);
    expect(redactNotice(sleepSoon(place, seven, seven, url)).links).toEqual([{ text: 'Wake it in the night', url }]);
    expect(asleep(place, { ...night, wakeLink: null }, seven).links).toEqual([]);
  });
});

describe('sendsWakeLinks', () => {
  const manifest = { hours: null, nights: {}, services: [{ offHours: { kind: 'zero' } }], databases: [], notices: { emails: ['ops@shop.example'], slack: null } } as unknown as Manifest;

  it.each([
    ['where something sleeps and mail reaches people', {}, true],
    ['not where the platform file wants none', { nights: { wakeLink: false } }, false],
    ['not where nothing sleeps', { services: [] }, false],
    ['not where nobody is told', { notices: { emails: [], slack: null } }, false],
  ])('S10: there are wake links %s', (_, change, expected) => {
    expect(sendsWakeLinks({ ...manifest, ...change } as Manifest)).toBe(expected);
  });
});

describe('the page of a wake link', () => {
  const page = (state: Progress['state'], method = 'GET') => linkAnswer('good', method, { ...progress, state }, 'https://shop.example');

  it('S10: has one button while the platform sleeps, and says until when', () => {
    const { status, body, headers } = page('asleep');
    expect([status, body.match(/<form method="post"><button type="submit">Wake it now<\/button><\/form>/g)?.length]).toEqual([200, 1]);
    expect(body).toContain('It sleeps until Tue 24 Nov 07:00 GMT+11, or until somebody needs it.');
    expect(body).toContain('Shop &#60;dev&#62; sleeps');
    expect(headers).toMatchObject({ 'Referrer-Policy': 'no-referrer', 'Cache-Control': 'no-store' });
    expect(headers['Content-Security-Policy']).toContain("form-action 'self'");
  });

  it('S10: looks again by itself while it wakes, and shows the way in when it is awake', () => {
    expect(page('waking', 'POST').body).toMatch(/http-equiv="refresh" content="10".*About 5 min to go\./);
    expect(page('waking').body).not.toContain('<form');
    expect(page('awake').body).toContain('<a class="way" href="https://shop.example">Open the site</a>');
    expect(linkAnswer('good', 'GET', { ...progress, state: 'awake' }, null).body).not.toContain('<a ');
  });

  it('S10: tells forged and expired links apart, answers HEAD without a body and nothing else', () => {
    expect(linkAnswer('forged', 'GET', progress, null).status).toBe(403);
    expect(linkAnswer('expired', 'POST', progress, null).status).toBe(410);
    expect(linkAnswer('good', 'HEAD', progress, null)).toMatchObject({ status: 200, body: '' });
    expect(linkAnswer('good', 'PUT', progress, null).status).toBe(405);
  });

  it('S10: weighs less than 15 kB and loads nothing from elsewhere', () => {
    const { body } = page('waking');
    expect(body.length).toBeLessThan(15_000);
    expect(body.match(/(?:src|href)="(?!data:)|url\(|@import/g)).toBeNull();
  });
});
