// The terminal as a value: where text goes, how wide it is, whether somebody is there to answer; tests give their own.
import { createInterface } from 'node:readline/promises';

export interface Terminal {
  readonly columns: number;
  readonly colour: boolean;
  /** Whether a person sits in front of it: questions can be asked and lines can be drawn over. */
  readonly interactive: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  out(text: string): void;
  err(text: string): void;
  ask(question: string): Promise<string>;
  /** Everything on standard input, for values that must not stand in the shell's history. */
  stdin(): Promise<string>;
  /** Aborted by the first Ctrl-C: the command stops looking, the work goes on. */
  readonly interrupted: AbortSignal;
}

/** Exit code of a command that was interrupted, as shells have it. */
export const INTERRUPTED = 130;
const DEFAULT_COLUMNS = 100;
const LEAST_COLUMNS = 40;

/** Columns of a terminal: what it says itself, else COLUMNS, else 100. */
export const columnsOf = (own: number | undefined, said: string | undefined): number => {
  const wanted = own ?? Number(said);
  return Number.isInteger(wanted) && wanted > 0 ? Math.max(LEAST_COLUMNS, wanted) : DEFAULT_COLUMNS;
};

/** Colour when a person looks at it and does not refuse it (NO_COLOR, TERM=dumb); FORCE_COLOR asks for it in any case. */
export const wantsColour = (isTerminal: boolean, environment: Terminal['environment']): boolean => {
  if ((environment['NO_COLOR'] ?? '') !== '') return false;
  if ((environment['FORCE_COLOR'] ?? '') !== '') return environment['FORCE_COLOR'] !== '0';
  return isTerminal && environment['TERM'] !== 'dumb';
};

const readAll = async (): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

/** Ctrl-C and Ctrl-D at a question are an answer, too: not now. */
const unanswered = (): Error => Object.assign(new Error('Nothing was changed.'), { name: 'Unanswered' });

const ask = (question: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    lines.once('close', () => reject(unanswered()));
    lines.question(question).then(
      (answer) => {
        resolve(answer.trim());
        lines.close();
      },
      () => {
        process.stderr.write('\n');
        reject(unanswered());
      },
    );
  });

/** The terminal this process was started in. */
export const processTerminal = (): Terminal => {
  const interrupt = new AbortController();
  let followed = false;
  process.once('SIGINT', () => {
    // Nobody follows anything: Ctrl-C simply ends the command, as everywhere.
    if (!followed) process.exit(INTERRUPTED);
    interrupt.abort();
  });
  const isTerminal = process.stdout.isTTY === true;
  return {
    columns: columnsOf(process.stdout.columns, process.env['COLUMNS']),
    colour: wantsColour(isTerminal, process.env),
    interactive: isTerminal && process.stdin.isTTY === true,
    environment: process.env,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    ask,
    stdin: readAll,
    get interrupted() {
      followed = true;
      return interrupt.signal;
    },
  };
};
