// The Lambda host: turns a contract, its needs and a function into a handler; nothing else in the house knows Lambda.
import middy from '@middy/core';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import type { Manifest } from '../shared/domain/manifest.ts';

/** What a door gets from the place it runs in: Lambda, the rehearsal in process, or the command line. */
export interface Host {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly manifest: Manifest;
  /** Milliseconds since the epoch; only for doors called without an instant (a browser's visit). */
  readonly now: () => number;
  /** Called once per SDK client, so that a rehearsal can listen; nothing to do in Lambda. */
  readonly connect?: (client: unknown, name: string) => void;
  readonly log: { info(message: string, facts?: object): void };
}

/** Makes one adapter for a host; each adapter names the environment variables it reads. */
export type Need<T> = (host: Host) => T;
export type Needs = Readonly<Record<string, Need<unknown>>>;
type Filled<N extends Needs> = { readonly [K in keyof N]: ReturnType<N[K]> };

export interface DoorContract<S extends v.GenericSchema, N extends Needs> {
  /** `<story>/<door>`, as in the file's path. */
  readonly name: string;
  readonly input: S;
  readonly needs: N;
  /** Anybody on the internet may call it: what they send and get is not logged, neither for its secrets nor for the bill of a flood (S10, N3). */
  readonly strangers?: true;
}

export interface Door<O> {
  /** Builds the door for a host; importing a door does nothing. */
  readonly make: (host: Host) => (input: unknown) => Promise<O>;
  /** The Lambda entry: the host is built from the environment on the first call. */
  readonly handler: (event: unknown, context: never) => Promise<O>;
}

/**
 * A door: parses its input once, gathers through its needs, asks the domain, acts, returns.
 * Throws `InvalidInput` with every finding when the input does not match; all other errors pass through to the state machine.
 */
export const door = <S extends v.GenericSchema, N extends Needs, O>(
  contract: DoorContract<S, N>,
  run: (input: v.InferOutput<S>, with_: Filled<N> & { readonly manifest: Manifest; readonly now: () => number }) => Promise<O>,
): Door<O> => {
  const make = (host: Host): ((input: unknown) => Promise<O>) => {
    const filled = Object.fromEntries(Object.entries(contract.needs).map(([name, need]) => [name, need(host)])) as Filled<N>;
    return async (input) => {
      const parsed = parse(contract, input);
      const output = await run(parsed, { ...filled, manifest: host.manifest, now: host.now });
      if (contract.strangers !== true) host.log.info(contract.name, { input: parsed as object, output: output as object });
      return output;
    };
  };
  let live: ((input: unknown) => Promise<O>) | undefined;
  const logger = new Logger({ serviceName: contract.name });
  const handler = middy()
    .use(injectLambdaContext(logger))
    .handler(async (event: unknown) => {
      live ??= make(lambdaHost(logger));
      return live(event);
    });
  return { make, handler: handler as unknown as Door<O>['handler'] };
};

const parse = <S extends v.GenericSchema, N extends Needs>(contract: DoorContract<S, N>, input: unknown): v.InferOutput<S> => {
  const result = v.safeParse(contract.input, input);
  if (result.success) return result.output;
  const findings = result.issues.map((issue) => `${v.getDotPath(issue) ?? 'input'}: ${issue.message}`);
  const error = new Error(`${contract.name}: ${findings.join('; ')}`);
  error.name = 'InvalidInput';
  throw error;
};

const lambdaHost = (logger: Logger): Host => ({
  environment: process.env,
  manifest: JSON.parse(readFileSync(`${process.env['LAMBDA_TASK_ROOT']}/platform.json`, 'utf8')) as Manifest,
  now: Date.now,
  log: { info: (message, facts) => logger.info(message, { facts }) },
});
