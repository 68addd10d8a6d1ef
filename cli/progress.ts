// One line that shows how long work has taken and how long it usually takes: drawn over on a terminal, written per change elsewhere.
import { durationWords, secondsBetween } from '../shared/domain/instants.ts';
import { fit } from './layout.ts';
import type { Terminal } from './terminal.ts';

export interface ProgressLine {
  show(what: string, at: string): void;
  /** Takes the drawn line away, so that what follows begins at its place. */
  end(): void;
}

/** A progress line of work that began at an instant; `expected` is how many seconds such work took before, null when nobody knows. */
export const progressLine = (
  terminal: Pick<Terminal, 'interactive' | 'columns' | 'err'>,
  began: string,
  expected: number | null,
): ProgressLine => {
  let last = '';
  return {
    show: (what, at) => {
      const elapsed = durationWords(secondsBetween(began, at));
      const usual = expected === null ? '' : ` of about ${durationWords(expected)}`;
      if (terminal.interactive) {
        terminal.err(`\r\u001b[2K${fit(`${elapsed}${usual}  ${what}`, terminal.columns - 1)}`);
        return;
      }
      if (what === last) return;
      last = what;
      terminal.err(`${fit(`  ${`${elapsed}${usual}`.padEnd(22)} ${what}`, terminal.columns)}\n`);
    },
    end: () => {
      if (terminal.interactive) terminal.err('\r\u001b[2K');
    },
  };
};
