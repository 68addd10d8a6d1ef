// The AWS command line, kept warm: one Python process runs its `main` once per command, with a new driver each time, instead of starting anew for each.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { works, type Ran } from './tools.ts';

/** Reads one list of arguments per line and answers code, output and errors of `aws` with them. */
const SESSION = `
import contextlib, io, json, sys
from awscli.clidriver import create_clidriver
answers = sys.stdout
for line in sys.stdin:
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding='utf-8', write_through=True) for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = create_clidriver().main(json.loads(line))
        except SystemExit as ended:
            code = ended.code or 0
    answers.write(json.dumps({'code': code, 'out': out.buffer.getvalue().decode(), 'err': err.buffer.getvalue().decode()}) + '\\n')
    answers.flush()
`;

/** The Python that the distribution's command line runs on; undefined where `aws` comes as a program of its own. */
export const sessionProgram = (program: string | undefined): string | undefined =>
  program === undefined ? undefined : [program.startsWith('/usr/bin/') ? '/usr/bin/python3' : 'python3'].find((python) => works(python, ['-c', 'import awscli.clidriver']));

export interface AwsSession {
  readonly run: (args: readonly string[]) => Promise<Ran>;
  readonly close: () => void;
}

/** A session in which commands run one after the other; each answers what it wrote. */
export const awsSession = (python: string, env: NodeJS.ProcessEnv): AwsSession => {
  const process = spawn(python, ['-W', 'ignore', '-c', SESSION], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: process.stdout })[Symbol.asyncIterator]();
  return {
    run: async (args) => {
      process.stdin.write(`${JSON.stringify(args)}\n`);
      const answer = await answers.next();
      if (answer.done === true) throw new Error(`the session ended during aws ${args.join(' ')}`);
      return JSON.parse(answer.value) as Ran;
    },
    close: () => process.stdin.end(),
  };
};
