// Command line tools that may or may not be on a machine: whether they are, and how to run them.
import { execFile, spawnSync } from 'node:child_process';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a program to its end. */
export const ran = (program: string, args: readonly string[], env: NodeJS.ProcessEnv, cwd?: string): Promise<Ran> =>
  new Promise((resolve) => {
    execFile(program, [...args], { env, cwd, maxBuffer: 64 * 1024 * 1024 }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, out, err });
    });
  });

/** Whether a program can be run like this. */
export const works = (program: string, args: readonly string[]): boolean => spawnSync(program, [...args], { stdio: 'ignore' }).status === 0;

/** The AWS command line of the distribution if it is there, else whichever is on the path; undefined when there is none. */
export const awsProgram = (): string | undefined => ['/usr/bin/aws', 'aws'].find((program) => works(program, ['--version']));

/** A Python that has boto3; undefined when there is none. */
export const boto3Program = (): string | undefined => ['/usr/bin/python3', 'python3'].find((program) => works(program, ['-c', 'import boto3']));
