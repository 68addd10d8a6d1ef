// One request and one response as they travel, whether over a socket or between a worker thread and the world.

export interface WireRequest {
  readonly method: string;
  /** Path with query string. */
  readonly path: string;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}
