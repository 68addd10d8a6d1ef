// Task tokens: who waits for an answer, and what AWS says to an answer that comes late, twice or for nobody.
import { StateFailure } from '../../asl/failure.ts';
import { AwsError } from '../../simulated.ts';
import type { World } from '../../world.ts';

interface Waiting {
  readonly machineArn: string;
  readonly beat: () => void;
  readonly resolve: (output: unknown) => void;
  readonly reject: (failure: StateFailure) => void;
}

export interface Tokens {
  readonly create: () => string;
  /** Waits for the answer to a token; `forget` when the task has ended otherwise. */
  readonly wait: (
    token: string,
    machineArn: string,
    beat: () => void,
  ) => { readonly answer: Promise<unknown>; readonly forget: () => void };
  readonly succeed: (token: string, output: string) => void;
  readonly fail: (token: string, error: string | undefined, cause: string | undefined) => void;
  readonly beat: (token: string) => void;
  /** The machine a token was made for, also after its task has ended; undefined for a token nobody made. */
  readonly machineOf: (token: string) => string | undefined;
}

/** Tokens begin as AWS's do and are as long as theirs usually are: far too long for a button or a file name. */
const prefix = 'AQCEAAAAKgAAAAMAAAAAAAAAA';
const digits = 600;

export const makeTokens = (world: World): Tokens => {
  const random = world.random.stream('states.tokens');
  const waiting = new Map<string, Waiting>();
  const ended = new Map<string, string>();

  const find = (token: string): Waiting => {
    const found = waiting.get(token);
    if (found !== undefined) return found;
    if (ended.has(token)) throw new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
    throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
  };
  const end = (token: string): void => {
    const found = waiting.get(token);
    if (found === undefined) return;
    waiting.delete(token);
    ended.set(token, found.machineArn);
  };
  return {
    create: () => prefix + random.hex(digits),
    wait(token, machineArn, beat) {
      const answer = new Promise<unknown>((resolve, reject) => waiting.set(token, { machineArn, beat, resolve, reject }));
      return { answer, forget: () => end(token) };
    },
    succeed(token, output) {
      const { resolve } = find(token);
      const value = parseOutput(output);
      end(token);
      resolve(value);
    },
    fail(token, error, cause) {
      const { reject } = find(token);
      end(token);
      reject(new StateFailure(error, cause));
    },
    beat: (token) => find(token).beat(),
    machineOf: (token) => waiting.get(token)?.machineArn ?? ended.get(token),
  };
};

const parseOutput = (output: string): unknown => {
  try {
    return JSON.parse(output);
  } catch {
    throw new AwsError('InvalidOutput', `Invalid Output: 'Invalid JSON: ${output.slice(0, 80)}'`);
  }
};
