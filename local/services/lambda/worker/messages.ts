// What a function's process and the world tell each other; one message is one fact, in order.

export interface StartMessage {
  readonly kind: 'start';
  /** Directory of the bundle. */
  readonly directory: string;
  /** `file.export`, as in the template. */
  readonly handler: string;
  /** The whole environment of the process. */
  readonly environment: Readonly<Record<string, string>>;
  readonly seed: string;
  /** Virtual milliseconds since 1970. */
  readonly now: number;
  readonly logFormat: 'Text' | 'JSON';
}

export interface InvocationContext {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly awsRequestId: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
}

export interface RequestMessage {
  readonly kind: 'request';
  readonly id: number;
  readonly protocol: 'http:' | 'https:';
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface FailureReport {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed-to-start'; readonly error: FailureReport }
  | { readonly kind: 'log'; readonly line: string }
  | RequestMessage
  /** The handler waits for nothing but virtual time (`until` undefined: for nothing at all). */
  | { readonly kind: 'parked'; readonly until: number | undefined }
  | { readonly kind: 'done'; readonly payload: string }
  | { readonly kind: 'failed'; readonly error: FailureReport }
  /** The process has ended by itself. */
  | { readonly kind: 'ended'; readonly why: string };

export interface InvokeMessage {
  readonly kind: 'invoke';
  readonly now: number;
  /** JSON. */
  readonly event: string;
  readonly deadline: number;
  readonly context: InvocationContext;
}

export interface ResponseMessage {
  readonly kind: 'response';
  readonly id: number;
  readonly now: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

export type ToWorker =
  | InvokeMessage
  | ResponseMessage
  /** Virtual time went on while the handler waited. */
  | { readonly kind: 'tick'; readonly now: number }
  /** The answer to this request takes virtual time: the next request may leave. */
  | { readonly kind: 'under-way'; readonly id: number; readonly now: number }
  /** The request never got an answer: connection refused, host unknown. */
  | { readonly kind: 'no-response'; readonly id: number; readonly now: number; readonly message: string };

/** Many processes live in one thread: each message says whose it is. */
export interface ToThread {
  readonly to: number;
  readonly message: StartMessage | ToWorker | { readonly kind: 'end' };
}
export interface FromThread {
  readonly from: number;
  readonly message: FromWorker;
}

export const failureReport = (error: unknown): FailureReport => {
  const { name, message, stack } = (error ?? {}) as Partial<Error>;
  return {
    errorType: name ?? 'Error',
    errorMessage: message ?? String(error),
    trace: (stack ?? '').split('\n').map((line) => line.trim()),
  };
};
