// What people are told about a rollout: the proof with digest, tags and duration, or the failure with its evidence (N1, R10).
import type { StoppedTask } from './evidence.ts';
import { causeMessage } from './failure-words.ts';
import type { Notice } from './notice.ts';
import { quarantineEnd, untilWords } from './quarantine-end.ts';
import { sentence } from './reason.ts';
import type { Message } from './rollout-debts.ts';
import { resultOf, type Progress } from './rollout-progress.ts';
import { newWords, oldWords, rolloutFacts, stoppedLines, type RolloutInWords } from './rollout-words.ts';
import { inTerminal } from './terminal-words.ts';
import { oneLine } from './text-fit.ts';

export interface ToldRollout extends RolloutInWords {
  readonly id: string;
  readonly evidence: readonly StoppedTask[];
  readonly logs: readonly string[];
}

export interface Telling {
  readonly platform: string;
  readonly stage: string;
  readonly title: string;
  /** Instants are told in its zone. */
  readonly hours?: { readonly timeZone: string } | null;
}

type Told = Pick<Notice, 'severity' | 'tone' | 'title' | 'summary' | 'nextSteps'>;

/** The notice of one debt of a rollout. */
export const rolloutNotice = (debt: Message, rollout: ToldRollout, about: Telling, at: string): Notice => {
  const told = debt === 'failed' ? failure(rollout, about) : ending(rollout);
  return {
    version: 1,
    id: rollout.id,
    platform: about.platform,
    stage: about.stage,
    story: 'redeploy',
    ...told,
    title: oneLine(told.title, 140),
    facts: rolloutFacts(rollout, at),
    excerpts: debt === 'failed' ? excerpts(rollout, about.hours?.timeZone ?? 'UTC') : [],
    links: [],
    thread: `rollout ${rollout.id}`,
    at,
  };
};

const pick = ({ progress }: ToldRollout, ...steps: readonly Progress['step'][]): readonly [string, Progress][] =>
  Object.entries(progress).filter(([, { step }]) => steps.includes(step));

const names = (services: readonly (readonly [string, Progress])[]): string => {
  const all = services.map(([name]) => name);
  return all.length <= 3 ? all.join(', ') : `${all.slice(0, 2).join(', ')} and ${all.length - 2} more`;
};

/** A service that went back with its group is kept out because of the member that failed (R13). */
const guiltOf = (own: Progress | undefined): { readonly container: string; readonly because?: string } => {
  const because = own?.facts['because'];
  return { container: Object.keys(own?.images ?? {})[0] ?? '', ...(typeof because === 'string' ? { because } : {}) };
};

const LOOK_NOW = 'Look at the service now: it is not serving as it should.';

const failure = (rollout: ToldRollout, about: Telling): Told => {
  const down = pick(rollout, 'failed');
  const back = pick(rollout, 'going-back', 'back');
  const [, own] = [...down, ...back][0] ?? ['', undefined];
  const why = own === undefined ? '' : sentence(own.reason, own.facts);
  const digest = own === undefined ? '' : newWords(own);
  const blameless = own?.blameless === true;
  const quarantine = blameless
    ? 'The image is not to blame: it is tried again by itself.'
    : `The image is quarantined: it does not come back ${untilWords(quarantineEnd(guiltOf(own)))}.`;
  if (down.length > 0) {
    return {
      severity: 'page',
      tone: 'bad',
      title: `${names(down)}: rollout of ${digest} failed and nothing good runs`,
      summary: `${why} ${quarantine}`,
      nextSteps: [blameless ? LOOK_NOW : 'Read the log lines above, push a repaired image, and it rolls out by itself.'],
    };
  }
  if (own !== undefined && own.prove === true) {
    return {
      severity: 'channel',
      tone: 'bad',
      title: `${names(back)}: ${digest} failed its proof while the platform sleeps`,
      summary: `${why} The morning starts what ran before. ${quarantine}`,
      nextSteps: ['Read the log lines above and push a repaired image: it is tried as well.'],
    };
  }
  if (own !== undefined && own.startedAt === null) {
    return {
      severity: 'channel',
      tone: 'bad',
      title: `${names(back)}: ${digest} was stopped before it got traffic`,
      summary: `${why} What ran before still runs. ${quarantine}`,
      nextSteps: blameless ? [] : ['Read the log lines above and push a repaired image.'],
    };
  }
  return {
    severity: 'channel',
    tone: 'bad',
    title: `${names(back)}: rollout of ${digest} failed, going back to ${own === undefined ? '' : oldWords(own)}`,
    summary: `${why} ${quarantine}`,
    nextSteps: [
      ...(own?.migration !== null && own !== undefined
        ? ['The migration of the new image has run: check that the old one works with the new schema.']
        : []),
      ...(blameless
        ? []
        : [
            'Push a repaired image: it rolls out by itself.',
            `Or let this one go again, if it was not to blame: ${inTerminal(`release ${back[0]?.[0] ?? ''}`, about)}`,
          ]),
    ],
  };
};

const ending = (rollout: ToldRollout): Told => {
  const released = pick(rollout, 'released');
  const quiet = { nextSteps: [] as const };
  const result = resultOf(rollout.progress);
  // Where others were taken over and nothing was released, what is left to tell is what waits.
  switch (result === 'superseded' && released.length === 0 ? 'staged' : result) {
    case 'failed':
      return {
        severity: 'page',
        tone: 'bad',
        title: `${names(pick(rollout, 'failed'))}: rollout failed`,
        summary: reasons(pick(rollout, 'failed')),
        nextSteps: [LOOK_NOW],
      };
    case 'rolled-back':
      return wentBack(rollout);
    case 'staged':
      return {
        severity: 'digest',
        tone: 'neutral',
        title: `${names(pick(rollout, 'staged'))} ${pick(rollout, 'staged').length === 1 ? 'has' : 'have'} a new image for ${whenOf(pick(rollout, 'staged'))}`,
        summary: reasons(pick(rollout, 'staged')),
        ...quiet,
      };
    case 'released':
    case 'superseded':
    case 'in-progress':
      return {
        severity: 'channel',
        tone: 'good',
        title: `${names(released)} ${released.length === 1 ? 'runs' : 'run'} ${imageOf(released)}`,
        summary: 'All tasks run the new image and are healthy.',
        ...quiet,
      };
  }
};

const wentBack = (rollout: ToldRollout): Told => {
  const back = pick(rollout, 'back');
  const resting = back.every(([, { reason }]) => reason === 'back-at-rest');
  return {
    severity: resting ? 'digest' : 'channel',
    tone: 'warning',
    title: `${names(back)} ${back.length === 1 ? 'is' : 'are'} back on ${goodOf(rollout)}`,
    summary: resting ? 'Nothing runs now; the last good image is what starts next.' : 'The last good image runs again and is healthy.',
    nextSteps: [],
  };
};

const reasons = (services: readonly (readonly [string, Progress])[]): string =>
  services
    .slice(0, 3)
    .map(([name, { reason, facts }]) => sentence(reason, { service: name, ...facts }))
    .join(' ');

const whenOf = (services: readonly (readonly [string, Progress])[]): string =>
  services.some(([, { reason }]) => reason === 'staged-at-zero') ? 'when it runs again' : 'the morning';

const imageOf = (services: readonly (readonly [string, Progress])[]): string =>
  [...new Set(services.map(([, own]) => newWords(own)))].slice(0, 2).join('; ');

const goodOf = (rollout: ToldRollout): string => [...new Set(pick(rollout, 'back').map(([, own]) => oldWords(own)))].slice(0, 2).join('; ');

const healthExcerpt = (progress: ToldRollout['progress']): Notice['excerpts'] => {
  const said = Object.entries(progress).flatMap(([service, { health }]) => (health === undefined ? [] : [`${service}: ${health}`]));
  return said.length === 0 ? [] : [{ title: 'Failing health check', lines: said }];
};

const excerpts = ({ evidence, logs, progress }: ToldRollout, timeZone: string): Notice['excerpts'] => [
  ...healthExcerpt(progress),
  ...(evidence.length > 0 ? [{ title: 'Stopped tasks', lines: stoppedLines(evidence, timeZone) }] : []),
  ...(logs.length > 0 ? [{ title: 'Last log lines', lines: logs }] : []),
];

/** The story itself failed, which is our fault and not the image's. */
export const abandonNotice = (
  id: string,
  services: readonly string[],
  error: { readonly Error: string; readonly Cause?: string | null },
  about: Telling,
  at: string,
): Notice => ({
  version: 1,
  id,
  platform: about.platform,
  stage: about.stage,
  story: 'redeploy',
  severity: 'channel',
  tone: 'bad',
  title: oneLine(`Rollout stopped before it was done: ${error.Error}`, 140),
  summary: 'The services run whatever ECS runs now. The reconciler looks at them within 15 minutes and finishes or repeats what was begun.',
  facts: services.length === 0 ? [] : [{ label: 'Services', value: services.join(', ') }],
  excerpts: causeMessage(error.Cause) === '' ? [] : [{ title: error.Error, lines: causeMessage(error.Cause).split('\n').slice(0, 6) }],
  links: [],
  nextSteps: [`If it happens again, read the log groups that begin with /dayshift/${about.platform}-${about.stage}/redeploy/.`],
  thread: `rollout ${id}`,
  at,
});
