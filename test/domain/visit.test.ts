// Callers of a sleeping site: who wakes it, what each gets, and what the page weighs.
import machines from 'crawler-user-agents';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { door } from '../../functions/door.ts';
import { callerOf, visitorWords, wakes } from '../../shared/domain/caller.ts';
import type { Listed } from '../../shared/domain/known-callers.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import { pageWords } from '../../shared/domain/night-page.ts';
import { answerFor, type Progress } from '../../shared/domain/wake-answer.ts';
import { progressOf, type WakeView } from '../../shared/domain/wake-progress.ts';
import { wakingPage } from '../../shared/domain/wake-page.ts';
import { knownMachine } from '../../shared/web/known-machines.ts';

const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';
const html = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const caller = (headers: Record<string, string>, method = 'GET', path = '/') => callerOf({ method, path, headers }, knownMachine);

describe('callerOf', () => {
  it.each([
    ['a browser that navigates', { 'user-agent': chrome, accept: html, 'sec-fetch-mode': 'navigate' }, 'GET', '/', 'person'],
    [
      'an older browser',
      { 'user-agent': 'Mozilla/5.0 (Macintosh) AppleWebKit/605 Version/15 Safari/605', accept: html },
      'GET',
      '/app',
      'person',
    ],
    ['a CUBOT phone', { 'user-agent': 'Mozilla/5.0 (Linux; Android 9; CUBOT X18) AppleWebKit/537.36', accept: html }, 'GET', '/', 'person'],
    ['a form that is sent', { 'user-agent': chrome, accept: html, 'sec-fetch-mode': 'navigate' }, 'POST', '/login', 'person'],
    [
      'a page left open that polls',
      { 'user-agent': chrome, accept: '*/*', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' },
      'GET',
      '/api/me',
      'page',
    ],
    ['a picture', { 'user-agent': chrome, accept: 'image/avif,image/webp', 'sec-fetch-mode': 'no-cors' }, 'GET', '/logo.png', 'page'],
    [
      'a prefetch',
      { 'user-agent': chrome, accept: html, 'sec-fetch-mode': 'navigate', 'sec-purpose': 'prefetch;prerender' },
      'GET',
      '/',
      'page',
    ],
    ['the favicon', { 'user-agent': chrome, accept: 'image/*' }, 'GET', '/favicon.ico', 'page'],
    ['curl', { 'user-agent': 'curl/8.9.1', accept: '*/*' }, 'GET', '/', 'tool'],
    ['a webhook', { 'user-agent': 'GitHub-Hookshot/044aadd', accept: '*/*' }, 'POST', '/hooks', 'tool'],
    ['python', { 'user-agent': 'python-requests/2.32' }, 'GET', '/api/items', 'tool'],
    ['an app', { 'user-agent': 'okhttp/4.12.0' }, 'GET', '/api/items', 'tool'],
    ['Slack', { 'user-agent': 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)', accept: '*/*' }, 'GET', '/', 'unfurler'],
    ['WhatsApp', { 'user-agent': 'WhatsApp/2.23.20.0' }, 'GET', '/', 'unfurler'],
    ['the load balancer', { 'user-agent': 'ELB-HealthChecker/2.0' }, 'GET', '/health', 'checker'],
    ['UptimeRobot', { 'user-agent': 'Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)' }, 'HEAD', '/', 'checker'],
    ['Route 53', { 'user-agent': 'Amazon-Route53-Health-Check-Service (ref 1; report http://amzn.to/1vsZADi)' }, 'GET', '/', 'checker'],
    ['a home-made check', { 'user-agent': 'acme-client/1.0' }, 'GET', '/healthz', 'checker'],
    [
      'Google',
      { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', accept: html },
      'GET',
      '/',
      'crawler',
    ],
    ['a machine of the list that looks like a browser', { 'user-agent': 'Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/534+ (KHTML, like Gecko) BingPreview/1.0b', accept: html }, 'GET', '/', 'unfurler'],
    ['a monitor of the list', { 'user-agent': 'Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0; AppInsights)', accept: html }, 'GET', '/', 'checker'],
    ['a library that crawls', { 'user-agent': 'Scrapy/2.11.2 (+https://scrapy.org)' }, 'GET', '/', 'crawler'],
    ['the browser inside an app', { 'user-agent': `${chrome} MetaIAB Facebook`, accept: html, 'sec-fetch-mode': 'navigate' }, 'GET', '/', 'person'],
    ['a command typed into Slack', { 'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)' }, 'POST', '/slack/commands', 'tool'],
    ['a payment that is told', { 'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)' }, 'POST', '/hooks', 'tool'],
    ['a webhook of a sender that names its page', { 'user-agent': 'svix-webhooks/1.24 (sender-9YMgn; +https://www.svix.com/http-sender/)' }, 'POST', '/hooks', 'tool'],
    ['Bitbucket', { 'user-agent': 'Bitbucket-Webhooks/2.0' }, 'POST', '/hooks', 'tool'],
    ['a poll of Zapier', { 'user-agent': 'Zapier' }, 'GET', '/api/new', 'crawler'],
    ['a bot nobody knows', { 'user-agent': 'Mozilla/5.0 (compatible; FancyBot/0.1)', accept: html }, 'GET', '/', 'crawler'],
    ['a scanner that lies', { 'user-agent': chrome, accept: html }, 'GET', '/wp-login.php', 'crawler'],
    ['nobody', {}, 'GET', '/', 'crawler'],
  ] as const)('S10: %s is known for what it is', (_, headers, method, path, expected) => {
    expect(caller(headers, method, path)).toBe(expected);
  });

  it('S10: only people and the tools they run wake anything', () => {
    expect((['person', 'tool', 'page', 'checker', 'unfurler', 'crawler'] as const).filter(wakes)).toEqual(['person', 'tool']);
    expect(caller({ 'user-agent': 'curl/8.9.1' })).toBe('tool');
  });

  it('S10: nothing on the maintained list wakes anything by opening the site, but programs and browsers that people use', () => {
    const woken = machines.filter(({ instances: [agent = 'bot'] }) => wakes(caller({ 'user-agent': agent, accept: html })));
    const programs = woken.filter(({ tags = [] }: Listed) => tags.includes('http-library')).map(({ pattern }) => pattern);
    expect(programs).toEqual(expect.arrayContaining(['^curl', 'python-requests', 'okhttp', 'axios', 'Go-http-client']));
    expect(woken.map(({ pattern }) => pattern).filter((pattern) => !programs.includes(pattern)).sort()).toEqual(['Code\\/1\\.', 'Fluid', 'MetaIAB Facebook']);
  });

  it('N3: a visitor is told apart, not named', () => {
    expect(visitorWords('10.0.0.1, 203.0.113.77')).toBe('a visitor from 203.0.113.*');
    expect(visitorWords('the boss: see https://example.org')).toBe('a visitor');
    expect(visitorWords('the boss, 203.0.113.77')).toBe('a visitor from 203.0.113.*');
    expect(visitorWords('2001:db8:12:34::1')).toBe('a visitor from 2001:db8:12:…');
    expect(visitorWords(undefined)).toBe('a visitor');
  });
});

const progress: Progress = {
  title: 'Acme <Shop>',
  state: 'waking',
  secondsLeft: 140,
  percent: 42,
  steps: [{ name: 'Services', done: 1, of: 3 }],
  slow: false,
  opens: 'Mon 23 Nov 07:00 AEDT',
};

describe('answerFor', () => {
  it.each([
    ['person', 'GET', 503, 'text/html; charset=utf-8', '140'],
    ['tool', 'GET', 503, 'application/json', '140'],
    ['page', 'GET', 503, 'application/json', '140'],
    ['checker', 'GET', 200, 'text/plain; charset=utf-8', undefined],
    ['unfurler', 'GET', 200, 'text/html; charset=utf-8', undefined],
    ['crawler', 'GET', 503, 'text/plain; charset=utf-8', '3600'],
  ] as const)('S10: a %s gets its answer', (who, method, status, type, retry) => {
    const answer = answerFor(who, method, progress, 200);
    expect([answer.status, answer.headers['Content-Type'], answer.headers['Retry-After']]).toEqual([status, type, retry]);
    expect(answer.headers['Cache-Control']).toBe('no-store');
  });

  it('S10: a monitor hears what its owner wants, and the truth once waking is overdue', () => {
    expect(answerFor('checker', 'GET', progress, 503).status).toBe(503);
    expect(answerFor('checker', 'GET', { ...progress, slow: true }, 200).status).toBe(503);
  });

  it('S10: what a monitor sends is never said to be received', () => {
    expect(answerFor('checker', 'POST', progress, 200)).toMatchObject({ status: 503, headers: { 'Content-Type': 'application/json', 'Retry-After': '140' } });
  });

  it('S10: HEAD has no body', () => {
    expect(answerFor('person', 'HEAD', progress, 200).body).toBe('');
  });
});

describe('a door that strangers call', () => {
  it.each([
    ['N3, S10: writes down nothing of what it was sent and answered', { strangers: true } as const, []],
    ['any other does', {}, ['wake/visit']],
  ])('%s', async (_, of, expected) => {
    const lines: string[] = [];
    const { make } = door({ name: 'wake/visit', input: v.object({ cookie: v.string() }), needs: {}, ...of }, async () => ({ page: 'long' }));
    await make({ environment: {}, manifest: {} as Manifest, now: () => 0, log: { info: (line) => void lines.push(line) } })({ cookie: 'session=1' });
    expect(lines).toEqual(expected);
  });
});

describe('wakingPage', () => {
  const page = wakingPage(progress, 'GET');

  it('S10: weighs less than 15 kB and asks nothing of anybody else', () => {
    expect(Buffer.byteLength(page)).toBeLessThan(15_000);
    expect(page.match(/(?:src|href)="(?!"|data:)|url\(|@import/g)).toBeNull();
  });

  it('S10: is for light and dark, for people who cannot see it, and for browsers without script', () => {
    expect(page).toContain('prefers-color-scheme:dark');
    expect(page).toContain('role="status" aria-live="polite"');
    expect(page).toContain('<progress max="100" value="42" aria-label="Waking up">');
    expect(page).toContain('<noscript><meta http-equiv="refresh" content="15"></noscript>');
    expect(page).toContain('prefers-reduced-motion');
  });

  it('S10: says how long, and that nothing sent was processed', () => {
    expect(page).toContain('About 2 minutes to go.');
    expect(page).not.toContain('was not processed');
    expect(wakingPage(progress, 'POST')).toContain('was not processed');
  });

  it('S10: when it takes longer it says what to do, and nothing of that before', () => {
    const help = /<p id="slow">You may leave this page open: .*tell the people who run it.*<a href="">Look again now<\/a>/;
    expect(wakingPage({ ...progress, slow: true }, 'GET')).toMatch(help);
    expect(wakingPage({ ...progress, slow: true }, 'GET')).toContain('It takes longer than usual.');
    expect(page).toContain('<p id="slow" hidden>');
  });

  it('N3: shows a title as text, whatever is in it', () => {
    expect(page).toContain('<h1>Acme &#60;Shop&#62; is waking up</h1>');
  });
});

describe('pageWords', () => {
  const zero = { routes: [{ path: '/app' }, { path: '/', host: 'www.example.com' }], offHours: { kind: 'zero' } } as const;
  const up = { routes: [{ path: '/status' }], offHours: { kind: 'reduce', min: 1, max: 1 } } as const;

  it.each([
    ['all of the site that goes to zero', [zero, { ...up, routes: [] }], 'visitors see the wake page'],
    ['the part that goes to zero', [zero, up], 'visitors of /app, www.example.com/ see the wake page, everything else goes on answering'],
    ['nothing where all stays up', [up, { ...zero, routes: [] }], null],
  ] as const)('S6, S10: the plan names %s', (_, services, expected) => {
    expect(pageWords(services)).toBe(expected);
  });
});

describe('progressOf', () => {
  const view: WakeView = {
    title: 'Acme',
    hours: null,
    state: 'waking',
    startedAt: '2026-11-23T13:00:00Z',
    expectedSeconds: 200,
    proven: ['db', 'api'],
    databases: ['db'],
    caches: [],
    services: ['api', 'web'],
    woken: true,
  };

  it('S10: the time left is what it usually takes less what is over', () => {
    expect(progressOf(view, '2026-11-23T13:01:00Z')).toMatchObject({
      state: 'waking',
      secondsLeft: 140,
      percent: 30,
      slow: false,
      steps: [
        { name: 'Database', done: 1, of: 1 },
        { name: 'Services', done: 1, of: 2 },
      ],
    });
  });

  it('S10: never says done, never less than fifteen seconds, and owns up when it is slow', () => {
    expect(progressOf(view, '2026-11-23T13:06:00Z')).toMatchObject({ secondsLeft: 15, percent: 96, slow: true });
  });

  it('S10: a machine that wakes nothing sees it asleep', () => {
    expect(progressOf({ ...view, state: 'asleep', startedAt: null, woken: false }, '2026-11-23T13:00:00Z')).toMatchObject({
      state: 'asleep',
      percent: 0,
    });
  });
});
