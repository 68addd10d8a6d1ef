// What the handler writes: console lines in Lambda's format, raw lines to stdout and stderr as they are.
import { current } from './function-process.ts';

const { format } = process.getBuiltinModule('node:util');

const LEVELS = { log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR', debug: 'DEBUG', trace: 'TRACE' } as const;

/** Redirects console, stdout and stderr; lines reach the world in the order they were written. */
export const installOutput = (): void => {
  const timestamp = (): string => new Date(current().time.now).toISOString();
  for (const [method, level] of Object.entries(LEVELS)) {
    const write = (...values: unknown[]): void => {
      const { logFormat, requestId, line } = current();
      const message = format(...values);
      if (logFormat === 'JSON') line(JSON.stringify({ timestamp: timestamp(), level, requestId, message }));
      else line(`${timestamp()}\t${requestId}\t${level}\t${message}`);
    };
    Object.assign(console, { [method]: write });
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = ((chunk: Uint8Array | string): boolean => {
      const text = (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')).replace(/\n$/, '');
      if (text !== '') current().line(text);
      return true;
    }) as typeof stream.write;
  }
};
