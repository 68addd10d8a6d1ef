// The command line: finds the command, reads its options, and turns what is wrong into one clear message.
import { parseArgs } from 'node:util';
import { meant } from '../shared/domain/nearest-names.ts';
import { helpOf, parserOptions, WrongUse, type Command } from './command.ts';
import { commands } from './commands.ts';
import { lines } from './layout.ts';
import { toldOf } from './failure.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const overview = async (): Promise<string> => {
  const all = await Promise.all(Object.values(commands).map((load) => load()));
  const rows = all.map(({ name, summary }) => `  ${name.padEnd(13)}${summary}`);
  const codes = 'Exit codes: 0 done, 1 failed, 2 wrong use, 3 not allowed, 130 interrupted (the work goes on).';
  const help = 'dayshift COMMAND --help explains one command. Without AWS credentials commands work in a rehearsal.';
  const head = ['dayshift: a container platform on AWS that runs itself', '', 'Usage: dayshift COMMAND [options]', ''];
  return lines(head, rows, '', help, codes);
};

const dispatch = async (given: readonly string[], terminal: Terminal): Promise<number> => {
  const [name, ...rest] = given;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    terminal.out(await overview());
    return name === undefined ? 2 : 0;
  }
  const load = commands[name];
  if (load === undefined) throw new WrongUse(`There is no command ${name}. ${meant(name, Object.keys(commands))}`);
  const command = await load();
  const { values, positionals } = parse(command, rest);
  if (values['help'] === true) {
    terminal.out(helpOf(command));
    return 0;
  }
  return command.run(values, positionals, terminal);
};

interface Parsed {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
}

const parse = (command: Command, args: string[]): Parsed => {
  try {
    const { values, positionals } = parseArgs({ args, options: parserOptions(command), allowPositionals: true, strict: true });
    return { values: values as Parsed['values'], positionals };
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('. ')[0] ?? error.message) : String(error);
    throw new WrongUse(`${message}. Usage: dayshift ${command.usage}. dayshift ${command.name} --help explains the options`);
  }
};

/** Runs one command line and answers the exit code. */
export const main = async (given: readonly string[], terminal: Terminal = processTerminal()): Promise<number> => {
  try {
    return await dispatch(given, terminal);
  } catch (error) {
    const told = toldOf(error, given[0] ?? '');
    if (told === null) throw error;
    terminal.err(`${told.message}\n`);
    return told.code;
  }
};
