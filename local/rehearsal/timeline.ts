// The day as a reader wants it: one line per thing that mattered, from the trail and the ledger's history.
import { sentence } from '../../shared/domain/reason.ts';
import type { TrailEntry } from '../trail.ts';
import type { Outcome } from './rehearsal.ts';

export interface Line {
  readonly at: number;
  /** Which column of the reader's mind it belongs to: `you`, a story, `aws`, `message`. */
  readonly who: string;
  readonly text: string;
  readonly tone: 'good' | 'bad' | 'plain';
}

const short = (text: string): string => text.replaceAll(/sha256:([0-9a-f]{12})[0-9a-f]{52}/g, 'sha256:$1').replaceAll(/arn:aws:[^ ]*[/:]([\w-]+)/g, '$1');

/** All lines in the order of time; what is said several times at once is one line. */
export const timeline = (outcome: Outcome): readonly Line[] =>
  once([...fromTrail(outcome), ...fromHistory(outcome), ...fromMessages(outcome)].sort((one, other) => one.at - other.at));

const MINUTE = 60_000;

/** Two tags of one digest, or one event delivered twice, say the same within a minute. */
const once = (lines: readonly Line[]): readonly Line[] =>
  lines.filter((line, index) => !lines.slice(Math.max(0, index - 10), index).some((earlier) => earlier.who === line.who && earlier.text === line.text && line.at - earlier.at < MINUTE));

/** What an alarm or its end led to is in the message that follows; only what was kept from people needs a line. */
const isShownAsMessage = ({ story, action }: { readonly story: string; readonly action: string }): boolean => story === 'alarm' && (action === 'tell' || action === 'close');

/** The service's name in front of a sentence that does not say it. */
const about = (service: string | null, said: string): string => (service === null || new RegExp(`\\b${service}\\b`).test(said) ? said : `${service}: ${said}`);

const fromHistory = ({ history }: Outcome): readonly Line[] =>
  history.filter(({ value }) => value.action !== 'nothing' && !isShownAsMessage(value)).map(({ key, value }) => ({
    at: Date.parse(key.slice(0, key.indexOf('#'))),
    who: value.story,
    text: short(about(value.service, sentence(value.reason, value.facts))),
    tone: /fail|back|quarantine|difference/.test(value.action) ? 'bad' : 'plain',
  }));

/** What people were told, each message as often as it came. */
export const fromMessages = ({ slack, mail }: Outcome): readonly Line[] => [
  ...slack.map(({ at, text }) => ({ at, who: 'slack', text: short(text.split('\n')[0] ?? ''), tone: 'plain' as const })),
  ...mail.map(({ at, subject }) => ({ at, who: 'mail', text: short(subject), tone: 'plain' as const })),
];

const fromTrail = ({ trail, day, manifest }: Outcome): readonly Line[] => {
  const caches = new Set(manifest.caches.map(({ identifier }) => identifier));
  const lines = trail.filter(({ at }) => at >= day.from).flatMap(lineOf);
  return [...stackLines(trail), ...lines.map((line) => (line.who === 'rds' && caches.has(line.text.split(' ')[0] ?? '') ? { ...line, who: 'cache' } : line))];
};

/** Creation of a stack's resources is one line per stack. */
const stackLines = (trail: readonly TrailEntry[]): readonly Line[] =>
  trail.filter(({ kind, what }) => kind === 'stack' && what.endsWith('_COMPLETE')).map(({ at, who, what }) => ({ at, who: 'cdk deploy', text: `${who} ${what}`, tone: what.includes('ROLLBACK') ? 'bad' : 'plain' }));

const wordOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const lineOf = (entry: TrailEntry): readonly Line[] => {
  const { at, kind, who, what, detail } = entry;
  switch (kind) {
    case 'happening':
      return who === 'day' || who === 'cdk bootstrap' ? [] : [{ at, who: who === 'registry' ? 'push' : who, text: short(`${what.replace(/^push /, '')} ${((detail?.['tags'] as readonly string[] | undefined) ?? []).join(', ')} ${wordOf(detail?.['digest'])}`.trim()), tone: 'plain' }];
    case 'deployment':
      return /completed|failed|rolling back/.test(what) ? [{ at, who: 'ecs', text: short(`${who.split('/').at(-1) ?? who}: ${what.replace(/^ECS (deployment) ecs-svc\/\d+ /, '$1 ').replace(/\.$/, '')}`), tone: /failed|rolling back/.test(what) ? 'bad' : 'plain' }] : [];
    case 'database':
      return /^(available|stopped|stopping|starting)$/.test(wordOf(detail?.['status'] ?? what)) ? [{ at, who: 'rds', text: `${who} ${wordOf(detail?.['status'] ?? what)}`, tone: 'plain' }] : [];
    case 'alarm':
      return /ALARM/.test(what) && !who.includes('TargetTracking-') ? [{ at, who: 'alarm', text: `${who} ${what}`, tone: what.includes('ALARM') ? 'bad' : 'good' }] : [];
    case 'fault':
      return [{ at, who: 'fault', text: short(`${who} ${what}`), tone: 'bad' }];
    default:
      return [];
  }
};
