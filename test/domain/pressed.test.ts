// What a pressed button leaves on its message, and which buttons are left then (L6).
import { describe, expect, it } from 'vitest';
import type { Button, Notice, Pressed } from '../../shared/domain/notice.ts';
import type { Order, Verb } from '../../shared/domain/order.ts';
import { nowShown, pressedBy, pressedOn, withDone, type Shown } from '../../shared/domain/pressed.ts';
import { slackMessage } from '../../shared/domain/render-slack.ts';
import { slow } from './notices.ts';

const at = '2026-11-23T11:40:00.000Z';
const until = '2026-11-23T12:40:00.000Z';
const order = (verb: Verb, subject: string): Order => ({ verb, subject, minutes: null, by: { id: 'U1', name: 'mara' }, id: 'press' });
const button = (action: Button['action'], subject: string): Button => ({ action, text: action, subject, style: 'default' });
const offering = (...buttons: readonly Button[]): Notice => ({ ...slow, buttons });
const press = (verb: Verb, subject: string, end: string | null = null): Pressed => {
  const pressed = pressedBy(order(verb, subject), end, 'UTC', at);
  if (pressed === null) throw new Error(`${verb} changes no message`);
  return pressed;
};
const shown = (message: string, notice: Notice): Shown => ({
  channel: 'C1',
  message,
  notice,
  offered: (notice.buttons ?? []).map(({ action, subject }) => ({ action, subject })),
  done: [],
});

const everyButton = [
  button('acknowledge', 'inc-1'),
  button('mute', 'slow'),
  button('rollback', 'api'),
  button('keep-awake', 'platform'),
  button('wake', 'platform'),
  button('sleep-now', 'platform'),
  button('approve', 'api#sha256:1'),
  button('reject', 'api#sha256:1'),
];

describe('a pressed button', () => {
  it.each([
    ['acknowledge', 'inc-1', null, 'Acknowledged by mara, Mon 23 Nov 11:40 UTC', ['acknowledge']],
    ['mute', 'slow', until, 'Muted until Mon 23 Nov 12:40 UTC by mara, Mon 23 Nov 11:40 UTC', ['mute']],
    ['rollback', 'api', null, 'Sent back to the release before by mara, Mon 23 Nov 11:40 UTC', ['rollback']],
    ['keep-awake', 'platform', until, 'Kept awake until Mon 23 Nov 12:40 UTC by mara, Mon 23 Nov 11:40 UTC', ['keep-awake']],
    ['wake', 'platform', null, 'Woken by mara, Mon 23 Nov 11:40 UTC', ['wake']],
    ['sleep-now', 'platform', null, 'Sent to sleep by mara, Mon 23 Nov 11:40 UTC', ['keep-awake', 'sleep-now']],
    ['approve', 'api#sha256:1', null, 'Approved by mara, Mon 23 Nov 11:40 UTC', ['approve', 'reject']],
    ['reject', 'api#sha256:1', null, 'Refused by mara, Mon 23 Nov 11:40 UTC', ['approve', 'reject']],
  ] as const)('L6: %s says what was done, by whom and when, and takes away what is of no use now', (verb, subject, end, line, gone) => {
    const notice = withDone(offering(...everyButton), [press(verb, subject, end)], at);
    expect(notice.done).toEqual([line]);
    expect(everyButton.filter((one) => !notice.buttons?.includes(one)).map(({ action }) => action)).toEqual(gone);
    expect(JSON.stringify(slackMessage(notice, { buttons: true, timeZone: 'UTC' }).blocks)).toContain(`:white_check_mark: ${line}`);
  });

  it.each(['hold', 'release-hold', 'unmute', 'status'] as const)('L6: %s has no button, and changes no message', (verb) => {
    expect(pressedBy(order(verb, 'inc-1'), null, 'UTC', at)).toBeNull();
  });

  it('L6: leaves the same button of another alarm, and comes back once what it did has ended', () => {
    const notice = offering(button('mute', 'slow'), button('mute', 'errors'));
    const done = [press('mute', 'slow', until)];
    expect(withDone(notice, done, '2026-11-23T12:39:59.000Z').buttons).toEqual([button('mute', 'errors')]);
    expect(withDone(notice, done, until).buttons).toEqual([button('mute', 'slow'), button('mute', 'errors')]);
  });
});

describe('messages of a thread', () => {
  it('L6: every one with the pressed button is changed, and a later edit keeps what was done', () => {
    const first = shown('1', offering(button('mute', 'slow')));
    const reminder = shown('2', offering(button('mute', 'slow'), button('rollback', 'api')));
    const told = { ...slow, buttons: [], pressed: press('rollback', 'api') };
    expect(pressedOn([first, reminder], told).map(({ message }) => message)).toEqual(['2']);
    const after = nowShown([first, reminder], told, { channel: 'C1', message: '3' });
    expect(after).toEqual([first, { ...reminder, done: [told.pressed] }]);
    const edited = offering();
    expect(nowShown(after, edited, { channel: 'C1', message: '2' })[1]).toEqual({ ...reminder, notice: edited, done: [told.pressed] });
  });

  it('L6: a message whose edit was faster than the news of the press is changed all the same', () => {
    const first = shown('1', offering(button('acknowledge', 'inc-1')));
    const edited = nowShown([first], offering(), { channel: 'C1', message: '1' });
    expect(pressedOn(edited, { ...slow, pressed: press('acknowledge', 'inc-1') }).map(({ message }) => message)).toEqual(['1']);
  });

  it('L6: are kept while they have buttons: the first and the two newest', () => {
    const kept = ['1', '2', '3', '4'].reduce<readonly Shown[]>(
      (known, message) => nowShown(known, offering(button('mute', 'slow')), { channel: 'C1', message }),
      nowShown([], { ...slow, buttons: [] }, { channel: 'C1', message: '0' }),
    );
    expect(kept.map(({ message }) => message)).toEqual(['1', '3', '4']);
  });
});
