// Runs a tool of this machine (docker, git, cdk, a browser): a missing one is named with its remedy, a failed one with what it said.
import { spawn } from 'node:child_process';

export interface ToolRun {
  readonly input?: string;
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** The tool speaks to the terminal itself; its output is not collected. */
  readonly show?: boolean;
  /** Leave it running and do not wait. */
  readonly detached?: boolean;
}

const remedies: Readonly<Record<string, string>> = {
  docker:
    'Install Docker Desktop or Docker Engine (docs.docker.com/get-docker) and start it; or let GitHub build the images: dayshift github.',
  git: 'Install git, or give the image its tag with --tag.',
  'session-manager-plugin': 'Install the Session Manager plugin for the AWS CLI, then repeat the command.',
};

const error = (name: string, message: string): Error => Object.assign(new Error(message), { name });

/** Answers what the tool wrote. Throws ToolMissing or ToolFailed. */
export const runTool = (tool: string, args: readonly string[], run: ToolRun = {}): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(tool, args, {
      ...(run.cwd === undefined ? {} : { cwd: run.cwd }),
      env: { ...process.env, ...run.environment },
      detached: run.detached === true,
      stdio: [
        run.input === undefined ? (run.show === true ? 'inherit' : 'ignore') : 'pipe',
        run.show === true ? 'inherit' : 'pipe',
        run.show === true ? 'inherit' : 'pipe',
      ],
    });
    let said = '';
    let complained = '';
    child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (complained += chunk.toString()));
    child.on('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'ENOENT') return reject(cause);
      reject(error('ToolMissing', `${tool} is not installed or not in the PATH. ${remedies[tool] ?? ''}`.trim()));
    });
    child.on('close', (code) => {
      if (code === 0) return resolve(said);
      const last = (complained.trim() || said.trim()).split('\n').slice(-5).join('\n');
      reject(error('ToolFailed', `${tool} ${args[0] ?? ''} ended with code ${code ?? 'none'}${last === '' ? '' : `:\n${last}`}`));
    });
    if (run.input !== undefined) child.stdin?.end(run.input);
    if (run.detached === true) {
      child.unref();
      resolve('');
    }
  });
