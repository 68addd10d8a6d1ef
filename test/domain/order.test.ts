// Orders by button and command: who may, what is understood, and what is set in motion (L6).
import { describe, expect, it } from 'vitest';
import { groupsThatMay, mayOrder, motionOf, readCommand, type Order, type Verb } from '../../shared/domain/order.ts';
import { judgeSignature, pressId } from '../../shared/web/slack-signature.ts';

const order = (verb: Verb, subject: string, minutes: number | null = null): Order => ({
  verb,
  subject,
  minutes,
  by: { id: 'U1', name: 'mara' },
  id: 'p1',
});
const at = '2026-11-23T10:00:00.000Z';
const known = {
  services: ['api', 'web'],
  mutable: ['api', 'web', 'main', 'wizelit-dev-api-slow'],
  incidents: { 'inc-20261123T095500-api-slow': 'CPU of api at 97 % (limit 85 %) and 3 more' },
  timeZone: 'Australia/Sydney',
};

describe('mayOrder', () => {
  it.each([
    ['nobody by default', undefined, 'wake', false],
    ['nobody by an empty list', {}, 'status', false],
    ['whom the verb names', { wake: ['U1'] }, 'wake', true],
    ['not for another verb', { wake: ['U1'] }, 'rollback', false],
    ['whom the list for everything names', { '*': ['U1'] }, 'rollback', true],
    ['not somebody else', { '*': ['U2'] }, 'rollback', false],
    ['whoever may do anything may look', { acknowledge: ['U1'] }, 'status', true],
  ] as const)('L6: %s', (_, allow, verb, expected) => {
    expect(mayOrder(order(verb, 'api'), allow)).toBe(expected);
  });
});

describe('a user group', () => {
  it('L6: lets its members do what it is named for, and is asked about only where it is named', () => {
    const allow = { acknowledge: ['U1', 'S1'], '*': ['S2'] };
    expect(groupsThatMay('acknowledge', allow)).toEqual(['S1', 'S2']);
    expect(groupsThatMay('rollback', allow)).toEqual(['S2']);
    expect(groupsThatMay('status', allow)).toEqual(['S1', 'S2']);
    const asked = { verb: 'acknowledge', by: { id: 'U9', name: 'mara' } } as const;
    expect([mayOrder(asked, allow), mayOrder(asked, allow, ['S1']), mayOrder({ ...asked, verb: 'rollback' }, allow, ['S1'])]).toEqual([false, true, false]);
  });
});

describe('readCommand', () => {
  it.each([
    ['', { verb: 'status', subject: 'platform', minutes: null }],
    ['wake', { verb: 'wake', subject: 'platform', minutes: null }],
    ['sleep', { verb: 'sleep-now', subject: 'platform', minutes: null }],
    ['keep-awake 90', { verb: 'keep-awake', subject: 'platform', minutes: 90 }],
    ['keep-awake until 22:00', { verb: 'keep-awake', subject: 'platform', minutes: null, when: 'until 22:00' }],
    ['hold web for 2 hours', { verb: 'hold', subject: 'web', minutes: null, when: 'for 2 hours' }],
    ['keep-awake 3h', { verb: 'keep-awake', subject: 'platform', minutes: 180 }],
    ['rollback api', { verb: 'rollback', subject: 'api', minutes: null }],
    ['hold', { verb: 'hold', subject: '*', minutes: null }],
    ['hold web 30m', { verb: 'hold', subject: 'web', minutes: 30 }],
    ['approve api', { verb: 'approve', subject: 'api', minutes: null }],
    ['reject api', { verb: 'reject', subject: 'api', minutes: null }],
    ['mute wizelit-dev-api-slow 15', { verb: 'mute', subject: 'wizelit-dev-api-slow', minutes: 15 }],
    ['why inc-20261123T100000-api-slow', { verb: 'why', subject: 'inc-20261123T100000-api-slow', minutes: null }],
  ])('L6: /dayshift %s', (text, expected) => {
    expect(readCommand(text)).toEqual(expected);
  });

  it.each(['dance', 'rollback', 'mute 5'])('L6: says what it knows when asked to %s', (text) => {
    expect(readCommand(text)).toHaveProperty('refused', expect.stringContaining('rollback <service>'));
  });
});

describe('motionOf', () => {
  it.each([
    ['acknowledge', 'inc-20261123T095500-api-slow', null, 'mara looks after this: CPU of api at 97 % (limit 85 %) and 3 more'],
    ['mute', 'wizelit-dev-api-slow', null, 'mara muted wizelit-dev-api-slow for 1 h.'],
    ['mute', 'main', '2026-11-23T12:30:00.000Z', 'mara muted main until Mon 23 Nov 23:30 AEDT.'],
    ['keep-awake', 'platform', null, 'mara keeps the platform awake for 2 h.'],
    ['hold', 'api', null, 'mara holds rollouts of api.'],
    ['hold', '*', '2026-11-23T12:30:00.000Z', 'mara holds rollouts of every service until Mon 23 Nov 23:30 AEDT.'],
  ] as const)('L6: %s of %s (%s) is said in the channel by what it is about', (verb, subject, until, said) => {
    expect(motionOf({ ...order(verb, subject), until }, known, at)).toMatchObject({ said });
  });

  it('S8, L6: a time that is typed is one of the platform’s own clock, and one that cannot be read is refused', () => {
    const typed = (when: string) => motionOf({ ...order('keep-awake', 'platform'), when }, known, at);
    expect(typed('until 22:00')).toMatchObject({
      override: { until: '2026-11-23T11:00:00.000Z' },
      said: 'mara keeps the platform awake until Mon 23 Nov 22:00 AEDT.',
    });
    expect(typed('until late')).toEqual({
      refused: '"until late" is no time ahead. Write until 22:00 (Australia/Sydney), until 2026-11-24T01:00, or for 2h.',
    });
  });

  it('S8: keeping awake what sleeps already is said for what it is', () => {
    expect(motionOf(order('keep-awake', 'platform'), { ...known, asleep: true }, at)).toMatchObject({
      said: 'mara keeps the platform awake for 2 h once it is woken: it sleeps now.',
    });
  });

  it.each([
    ['mute', 'wizelit-dev-api-slwo', 'There is nothing to mute that is called wizelit-dev-api-slwo. Did you mean wizelit-dev-api-slow? Known: api, web, main, wizelit-dev-api-slow.'],
    ['unmute', '*', 'There is nothing to mute that is called *. Known: api, web, main, wizelit-dev-api-slow.'],
    ['acknowledge', 'inc-20261120T095500-api-slow', 'It is over already: nobody has to look after it.'],
    ['rollback', 'nothing', 'There is no service nothing; there are api, web.'],
  ] as const)('L6: %s of %s is refused', (verb, subject, refused) => {
    expect(motionOf(order(verb, subject), known, at)).toEqual({ refused });
  });

  it('L6: a refusal lists no more names than a person reads', () => {
    const mutable = Array.from({ length: 400 }, (_, index) => `shop-alarm-${index}`);
    expect(motionOf(order('mute', 'oops'), { ...known, mutable }, at)).toEqual({ refused: expect.stringMatching(/shop-alarm-29 and 370 more\.$/) as unknown });
  });

  it('L6: an order becomes the start of a story or an override, with the name of who gave it', () => {
    expect(motionOf(order('rollback', 'api'), known, at)).toEqual({
      override: null,
      start: {
        story: 'redeploy',
        input: { trigger: { kind: 'operator', detail: 'rollback by mara', by: 'mara', intent: 'previous' }, services: ['api'] },
      },
      said: 'mara rolls api back to the release before.',
    });
    expect(motionOf(order('keep-awake', 'platform'), known, at)).toMatchObject({
      override: { key: 'keep-awake#mara', until: '2026-11-23T12:00:00.000Z' },
      start: null,
    });
    expect(motionOf(order('mute', 'wizelit-dev-api-slow'), known, at)).toMatchObject({
      override: { key: 'mute#wizelit-dev-api-slow', until: '2026-11-23T11:00:00.000Z' },
    });
    expect(motionOf(order('reject', 'api#sha256:ab'), known, at)).toMatchObject({
      override: { key: 'approval#api#sha256:ab', note: 'refused' },
      start: { story: 'redeploy' },
    });
  });
});

describe('an approval', () => {
  const waiting = { api: { api: `repo@sha256:${'a'.repeat(64)}`, sidecar: `side@sha256:${'b'.repeat(64)}` }, web: null };

  it('R8, L6: by name is for every digest that waits now, never for one pushed later', () => {
    expect(motionOf(order('approve', 'api'), { ...known, waiting }, at)).toMatchObject({
      override: { key: `approval#api#sha256:${'a'.repeat(64)}`, note: 'approved' },
      also: [{ key: `approval#api#sha256:${'b'.repeat(64)}`, note: 'approved' }],
      said: 'mara approved sha256:aaaaaaaaaaaa, sha256:bbbbbbbbbbbb for api.',
    });
  });

  it('R8, L6: is refused where nothing waits and where nobody asks for one', () => {
    expect(motionOf(order('approve', 'web'), { ...known, waiting }, at)).toEqual({ refused: 'No image of web waits for approval.' });
    expect(motionOf(order('reject', 'web'), { ...known, waiting: {} }, at)).toEqual({ refused: 'Rollouts of web need no approval.' });
  });
});

describe('judgeSignature', () => {
  // Example of Slack's documentation, see aws-facts H2; the secret is a word of ours.
  const now = 1_795_428_000_000;
  const sign = { timestamp: '1795428000', body: 'command=%2Fdayshift&text=wake', signature: 'v0=1a5a1b2c' };
  it('L6: a request without the right signature is forged, whatever its length', () => {
    expect(judgeSignature(sign, 'secret', now)).toBe('forged');
    expect(judgeSignature({ ...sign, signature: `v0=${'0'.repeat(64)}` }, 'secret', now)).toBe('forged');
    expect(judgeSignature({ ...sign, timestamp: 'soon' }, 'secret', now)).toBe('forged');
    expect(judgeSignature(sign, '', now)).toBe('forged');
  });

  it('L6: a genuine request counts for five minutes in either direction', () => {
    const signature = 'v0=5e5e23b246e305b1bfe4d34c021a4930834119f4b1fe753bd0fb8530f7d6d313';
    const genuine = { ...sign, signature };
    expect([0, 299_000, -299_000, 301_000, -301_000].map((shift) => judgeSignature(genuine, 'secret', now + shift))).toEqual([
      'genuine',
      'genuine',
      'genuine',
      'late',
      'late',
    ]);
    expect(pressId(genuine)).toMatch(/^[0-9a-f]{24}$/);
  });
});
