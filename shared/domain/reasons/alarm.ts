// The alarm story's reasons, each with its sentence.
import type { Facts } from '../reason.ts';

const said = (facts: Facts, name: string): string => String(facts[name] ?? '');

/** `app sha256:ab12cd34ef56` for an order about one image. */
const subjectWords = (facts: Facts): string => said(facts, 'subject').replace(/#?(sha256:[0-9a-f]{12})[0-9a-f]*$/, ' $1');

/** Orders that are done once they are given; of the others only the asking is known. */
const doneWords: Readonly<Record<string, string>> = {
  acknowledge: 'looks after',
  mute: 'muted',
  unmute: 'unmuted',
  approve: 'approved',
  reject: 'refused',
};

/** Why an alarm was kept from people until now, as the end of a sentence; `because` is the key of the explanation. */
export const quietBecause = (because: string, facts: Facts): string => {
  switch (because) {
    case 'explained-by-sleep':
      return 'the platform slept';
    case 'explained-by-wake':
      return 'the platform was waking';
    case 'explained-by-rollout':
      return 'its service was being rolled out';
    case 'muted-by-person':
      return `${said(facts, 'by')} had muted it`;
    case 'muted-in-cloudwatch':
      return 'it was muted in CloudWatch';
    case 'suppressed-in-cloudwatch':
      return 'its suppressor in CloudWatch was ringing';
    default:
      return 'it was expected';
  }
};

export const alarmReasons: Readonly<Record<string, (facts: Facts) => string>> = {
  'alarm-fired': () => 'The alarm is news: it was told.',
  'alarm-joined': (facts) => `It belongs to trouble that was already told (${said(facts, 'incident')}); that message shows it too.`,
  'alarm-already-known': () => 'The same alarm was told before; this event brought nothing new.',
  'alarm-flapping': (facts) =>
    `It fired ${said(facts, 'times')} times in half an hour: said once, then quiet until it holds still for half an hour.`,
  'alarm-flapping-quiet': () => 'It is known to flap: nothing is sent until it holds still for half an hour.',
  'alarm-passed': (facts) => `It fired and recovered before it could be told; both were told together (${said(facts, 'incident')}).`,
  'alarm-cleared': () => 'All alarms of the incident recovered: the incident is closed.',
  'alarm-cleared-partly': () => 'This alarm recovered, others of the incident have not.',
  'alarm-cleared-quietly': () => 'It recovered while it was explained: nobody had to hear of it.',
  'alarm-no-data': () => 'The alarm has had no data for an hour: the incident is closed without proof of recovery.',
  'alarm-waits-for-data': () => 'The alarm has no data: it is looked at for an hour before its incident is closed.',
  'alarm-update-told': () => 'The incident changed: its message was brought up to date.',
  'alarm-nothing-left': () => 'There was nothing left to do when the alarm was looked at again.',
  'alarm-outlived': (facts) => `It was kept quiet because ${quietBecause(said(facts, 'because'), facts)}, and it still stands: it was told.`,
  'alarm-repeated': (facts) => `It has lasted for ${said(facts, 'waited')}: it was said again, as asked.`,
  'alarm-acknowledged': (facts) => `${said(facts, 'by')} looks after it.`,
  'alarm-told-plainly': (facts) => `The door that examines alarms failed (${said(facts, 'error')}): ${said(facts, 'alarm')} was passed on as it is.`,
  'road-broken': (facts) => `The road ${said(facts, 'road')} did not take our messages: ${said(facts, 'why')}. They wait and are delivered oldest first.`,
  'mail-bounce': (facts) => `"${said(facts, 'subject')}" did not arrive at ${said(facts, 'to')}: ${said(facts, 'why')}.`,
  'mail-complaint': (facts) => `${said(facts, 'to')} marked "${said(facts, 'subject')}" as spam.`,
  'mail-reject': (facts) => `Amazon SES did not send "${said(facts, 'subject')}" to ${said(facts, 'to')}: ${said(facts, 'why')}.`,
  'summary-told': (facts) => `The summary from ${said(facts, 'from')} to ${said(facts, 'to')}, written from this history.`,
  ordered: (facts) => `${said(facts, 'by')} ${doneWords[said(facts, 'verb')] ?? `asked for ${said(facts, 'verb')} of`} ${subjectWords(facts)}.`,
  'alarm-escalated': (facts) => `Nobody acknowledged it for ${said(facts, 'waited')}: it was told again, louder.`,
  'explained-by-sleep': (facts) =>
    `The platform has slept since ${said(facts, 'since')}: expected, recorded, not sent. It is looked at again after waking.`,
  'explained-by-wake': (facts) => `The platform is waking or has just woken (${said(facts, 'since')}): it is sent if it outlives the wake.`,
  'explained-by-rollout': (facts) =>
    `Rollout ${said(facts, 'rollout')} of the service is in progress: it is sent if it outlives the rollout.`,
  'muted-by-person': (facts) => `Muted by ${said(facts, 'by')} until ${said(facts, 'until')}: it is sent if it still stands then.`,
  'suppressed-in-cloudwatch': () => 'Its suppressor in CloudWatch rings: it is sent if it outlives that.',
  'muted-in-cloudwatch': (facts) => `Muted in CloudWatch until ${said(facts, 'until')}: it is sent if it still stands then.`,
};
