// The command line: finds the command, reads its options, and turns what is wrong into one clear message.
import { parseArgs } from 'node:util';
import { helpOf, parserOptions, WrongUse, type Command } from './command.ts';

/** Commands by name, loaded only when asked for. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  rehearse: async () => (await import('./commands/rehearse.ts')).rehearse,
  hours: async () => (await import('./commands/hours.ts')).hours,
  cost: async () => (await import('./commands/cost.ts')).cost,
  github: async () => (await import('./commands/github.ts')).github,
};

/** Errors that are the user's to mend: their message is the whole answer. */
const plain = new Set(['WrongUse', 'DayFileError', 'SynthesisFailed', 'PortInUse', 'NoRuleMatches', 'PlatformFileError']);

const overview = async (): Promise<string> => {
  const all = await Promise.all(Object.values(commands).map((load) => load()));
  const rows = all.map(({ name, summary }) => `  ${name.padEnd(12)}${summary}`);
  return `dayshift: a container platform on AWS that runs itself\n\nUsage: dayshift COMMAND [options]\n\n${rows.join('\n')}\n\ndayshift COMMAND --help explains one command.\n`;
};

const dispatch = async (given: readonly string[]): Promise<number> => {
  const [name, ...rest] = given;
  if (name === undefined || name === '--help' || name === 'help') {
    process.stdout.write(await overview());
    return name === undefined ? 2 : 0;
  }
  const load = commands[name];
  if (load === undefined) throw new WrongUse(`There is no command ${name}. Commands: ${Object.keys(commands).join(', ')}`);
  const command = await load();
  const { values, positionals } = parse(command, rest);
  if (values['help'] === true) {
    process.stdout.write(helpOf(command));
    return 0;
  }
  return command.run(values, positionals);
};

const parse = (command: Command, args: string[]): { readonly values: Record<string, string | boolean | undefined>; readonly positionals: string[] } => {
  try {
    const { values, positionals } = parseArgs({ args, options: parserOptions(command), allowPositionals: true, strict: true });
    return { values: values as Record<string, string | boolean | undefined>, positionals };
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('. ')[0] ?? error.message) : String(error);
    throw new WrongUse(`${message}. Usage: dayshift ${command.usage}. dayshift ${command.name} --help explains the options`);
  }
};

/** Runs one command line and answers the exit code. */
export const main = async (given: readonly string[]): Promise<number> => {
  try {
    return await dispatch(given);
  } catch (error) {
    if (error instanceof Error && plain.has(error.name)) {
      process.stderr.write(`${error.message}\n`);
      return 2;
    }
    throw error;
  }
};
