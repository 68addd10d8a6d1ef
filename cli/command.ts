// What a command is: a value with its words, its options and a function; loaded only when asked for.
import type { ParseArgsConfig } from 'node:util';
import type { Terminal } from './terminal.ts';

export interface Option {
  readonly type: 'string' | 'boolean';
  /** What to write after the option in the help, e.g. `NAME`. */
  readonly value?: string;
  readonly help: string;
  readonly default?: string | boolean;
}

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  readonly usage: string;
  readonly options: Readonly<Record<string, Option>>;
  /** One example that works as it stands. */
  readonly example: string;
  /** Answers the exit code: 0 done, 1 failed, 2 wrong use, 3 not allowed. */
  readonly run: (
    values: Readonly<Record<string, string | boolean | undefined>>,
    positionals: readonly string[],
    terminal: Terminal,
  ) => Promise<number>;
}

/** Wrong use: one clear message with the remedy, exit code 2, no stack trace. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse';
}

/** Refuses words after the command that it does not take. */
export const noMore = (positionals: readonly string[], from = 0): void => {
  const extra = positionals.slice(from);
  if (extra.length > 0) throw new WrongUse(`${extra.join(' ')} is more than this command takes. Add --help to see what it does`);
};

export const parserOptions = (command: Command): NonNullable<ParseArgsConfig['options']> => {
  const options: NonNullable<ParseArgsConfig['options']> = { help: { type: 'boolean' } };
  for (const [name, option] of Object.entries(command.options)) {
    options[name] = option.default === undefined ? { type: option.type } : { type: option.type, default: option.default };
  }
  return options;
};

/** The help of one command: fits a screen and ends with an example. */
export const helpOf = (command: Command): string => {
  const rows = Object.entries(command.options).map(
    ([name, option]) => [`  --${name}${option.value === undefined ? '' : ` ${option.value}`}`, option.help] as const,
  );
  const width = Math.max(0, ...rows.map(([left]) => left.length)) + 2;
  const options = rows.map(([left, right]) => `${left.padEnd(width)}${right}`).join('\n');
  return `${command.summary}\n\nUsage: dayshift ${command.usage}\n${options === '' ? '' : `\n${options}\n`}\nExample: ${command.example}\n`;
};
