// What would happen, for people and for machines (X6), and the options of commands that can say it beforehand.
import { actionWords, type Intention } from '../shared/domain/intention.ts';
import type { Values } from './at-place.ts';
import { WrongUse } from './command.ts';
import { labelled, lines, paint, wrap } from './layout.ts';
import type { Terminal } from './terminal.ts';

export const dryRunOptions = {
  'dry-run': { type: 'boolean', help: 'only say what would happen' },
  json: { type: 'boolean', help: 'with --dry-run, for machines: see docs/cli/json.md' },
} as const;

/** Whether only a plan is asked for; `--json` belongs to the plan alone. */
export const isDryRun = (values: Values): boolean => {
  if (values['json'] === true && values['dry-run'] !== true)
    throw new WrongUse('--json only makes sense with --dry-run here. Add --dry-run, or leave it out');
  return values['dry-run'] === true;
};

const INDENT = 2;

const intentionLines = (screen: Terminal, { story, subject, action, acts, why, changes }: Intention): readonly string[] => [
  [
    paint(screen, 'strong', subject === 'platform' ? story : `${story} ${subject}`),
    paint(screen, acts ? 'warning' : 'quiet', actionWords(action)),
  ].join('  '),
  ...wrap(why, screen.columns - INDENT).map((line) => ' '.repeat(INDENT) + line),
  ...changes.map((change, index) => labelled(screen, index === 0 ? '  would' : '', change, acts ? 'plain' : 'quiet', 10)),
];

/** Writes the intentions; what stands under `would` of a story that does not act is what it would do once it does. */
export const showPlan = (terminal: Terminal, values: Values, intentions: readonly Intention[]): number => {
  if (values['json'] === true) {
    terminal.out(`${JSON.stringify(intentions, null, 2)}\n`);
    return 0;
  }
  const last = intentions.some(({ acts }) => acts)
    ? 'Nothing was changed: this is a dry run.'
    : 'Nothing would happen now, and nothing was changed: this is a dry run.';
  terminal.out(lines(...intentions.map((intention) => intentionLines(terminal, intention)), last));
  return 0;
};
