// What a reader of an alarm can do: advice and commands in words, and buttons (L2, L6).
import { subjectOf } from './alarm.ts';
import type { PlatformFacts, Story } from './alarm-notice.ts';
import { mayGoBack } from './alarm-release.ts';
import { authorsWords } from './alarm-words.ts';
import type { Button } from './notice.ts';
import { inTerminal } from './terminal-words.ts';

/** Roll back is advised once, with its command: where the likely cause says so, else after everything else. */
export const stepsOf = (story: Story, platform: PlatformFacts): readonly string[] => {
  const { cause } = story;
  const { todo } = authorsWords(story.alarm.description);
  const back = backFrom(story, platform);
  const command = back === null ? '' : inTerminal(`rollback ${back}`, platform);
  const advised = back !== null && cause?.next.startsWith(ROLL_BACK) === true;
  return [
    ...(cause === null ? [] : [advised ? cause.next.replace(ROLL_BACK, `${ROLL_BACK} (${command})`) : cause.next]),
    ...(todo === null ? [] : [todo]),
    ...(back !== null && !advised ? [`${ROLL_BACK}: ${command}`] : []),
  ];
};

const ROLL_BACK = 'Roll back';

/** The service that a person can send back to the release before: the blamed one, else the alarm's own. */
const backFrom = ({ alarm, cause, evidence }: Story, platform: PlatformFacts): string | null => {
  const service = cause?.blames ?? subjectOf(alarm, platform).name;
  return mayGoBack(evidence, service) ? service : null;
};

/** What a reader may do by button. */
export const buttonsOf = (story: Story, platform: PlatformFacts): readonly Button[] => {
  const back = backFrom(story, platform);
  return [
    ...(story.incident.acknowledgedBy === null
      ? [{ action: 'acknowledge' as const, text: 'Acknowledge', subject: story.incident.id, style: 'primary' as const }]
      : []),
    { action: 'mute', text: 'Mute for 1 hour', subject: story.alarm.name, style: 'default' },
    ...(back === null ? [] : [{ action: 'rollback' as const, text: `Roll back ${back}`, subject: back, style: 'danger' as const }]),
  ];
};
