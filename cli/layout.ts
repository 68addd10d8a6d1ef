// Text that fits a terminal: tables, wrapped lines and tones; colour is added last, so that it never counts as width.
import type { Terminal } from './terminal.ts';

export type Tone = 'good' | 'bad' | 'warning' | 'quiet' | 'strong' | 'plain';
type Screen = Pick<Terminal, 'columns' | 'colour'>;

const codes: Readonly<Record<Exclude<Tone, 'plain'>, number>> = { good: 32, bad: 31, warning: 33, quiet: 90, strong: 1 };

/** The text in its tone, as it is where colour is not wanted. */
export const paint = ({ colour }: Pick<Screen, 'colour'>, tone: Tone, text: string): string =>
  !colour || tone === 'plain' || text === '' ? text : `\u001b[${codes[tone]}m${text}\u001b[0m`;

/** Cuts a text at the width, with an ellipsis in its last column. */
export const fit = (text: string, width: number): string => (text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`);

/** Breaks a text at blanks into lines of at most `width` columns; a longer word is cut. */
export const wrap = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let rest = text.trimEnd();
  while (rest.length > width) {
    const blank = rest.lastIndexOf(' ', width);
    const cut = blank > 0 ? blank : width;
    lines.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  return [...lines, rest];
};

/** A paragraph under a label: the first line beside it, the others below the first. */
export const labelled = (screen: Screen, label: string, text: string, tone: Tone = 'plain', indent = 12): string => {
  const lines = wrap(text, Math.max(20, screen.columns - indent));
  return lines
    .map((line, index) => `${index === 0 ? paint(screen, 'strong', label.padEnd(indent)) : ' '.repeat(indent)}${paint(screen, tone, line)}`)
    .join('\n');
};

export interface Cell {
  readonly text: string;
  readonly tone?: Tone;
}

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Index of the column that gives way when the terminal is narrow. */
  readonly flexible: number;
  /** Columns that are left out, first to last, before the flexible one is cut below its least width. */
  readonly optional?: readonly number[];
}

const GAP = 2;
const LEAST_FLEXIBLE = 10;

/** A table that fits: optional columns leave first, then the flexible one is cut. */
export const table = (screen: Screen, { head, rows, flexible, optional = [] }: Table): readonly string[] => {
  const natural = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.text.length ?? 0)));
  const shown = new Set(natural.keys());
  const total = (): number => [...shown].reduce((sum, column) => sum + (natural[column] ?? 0) + GAP, -GAP);
  for (const column of optional) if (total() - (natural[flexible] ?? 0) + LEAST_FLEXIBLE > screen.columns) shown.delete(column);
  const excess = Math.max(0, total() - screen.columns);
  const widths = natural.map((width, column) => (column === flexible ? Math.max(LEAST_FLEXIBLE, width - excess) : width));
  const columns = [...shown].toSorted((one, other) => one - other);
  const line = (cells: readonly Cell[]): string =>
    columns
      .map((column, place) => {
        const { text, tone = 'plain' } = cells[column] ?? { text: '' };
        const cut = fit(text, widths[column] ?? 0);
        const padding = place === columns.length - 1 ? '' : ' '.repeat((widths[column] ?? 0) - cut.length + GAP);
        return `${paint(screen, tone, cut)}${padding}`;
      })
      .join('')
      .trimEnd();
  return [line(head.map((text) => ({ text, tone: 'quiet' as const }))), ...rows.map(line)];
};

/** What happened and the id of its record: on one line where it fits, the id below otherwise, never cut, for it is copied. */
export const headed = (screen: Screen, head: string, id: string): readonly string[] =>
  head.length + GAP + id.length <= screen.columns
    ? [`${paint(screen, 'strong', head)}${' '.repeat(GAP)}${paint(screen, 'quiet', id)}`]
    : [paint(screen, 'strong', head), paint(screen, 'quiet', `${' '.repeat(GAP)}${id}`)];

/** Lines as one text that ends with a line break. */
export const lines = (...all: readonly (string | readonly string[])[]): string => `${all.flat().join('\n')}\n`;
