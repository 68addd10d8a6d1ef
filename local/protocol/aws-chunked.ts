// The aws-chunked encoding: bodies sent in signed or unsigned pieces, with checksums behind them.
import type { WireRequest } from './wire.ts';

const isChunked = ({ headers }: Pick<WireRequest, 'headers'>): boolean =>
  (headers['content-encoding'] ?? '').includes('aws-chunked') || (headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-');

/** The body without its framing: `SIZE[;chunk-signature=…]\r\n` before each piece, a piece of size 0 and trailers at the end. */
export const chunksOf = ({ headers, body }: Pick<WireRequest, 'headers' | 'body'>): Buffer => {
  if (!isChunked({ headers })) return body;
  const pieces: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.subarray(at, end).toString('latin1'), 16);
    if (end < 0 || Number.isNaN(size) || end + 2 + size > body.length) throw new Error('the body is not aws-chunked as its headers say');
    if (size === 0) return Buffer.concat(pieces);
    pieces.push(body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
};
