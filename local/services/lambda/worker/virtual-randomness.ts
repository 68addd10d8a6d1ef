// Replaces the thread's sources of chance with one seeded stream per process: retry jitter, idempotency tokens and ids repeat with the seed.
import { syncBuiltinESMExports } from 'node:module';
import { current } from './function-process.ts';

const nodeCrypto = process.getBuiltinModule('node:crypto');

/** Installs seeded randomness; call before the first bundle is loaded. Keys and signatures stay real: they are computed, not drawn. */
export const installVirtualRandomness = (): void => {
  const bytes = (target: Uint8Array): void => {
    for (let index = 0; index < target.length; index += 1) target[index] = current().chance.between(0, 255);
  };
  const asBytes = (view: ArrayBufferView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const getRandomValues = <View extends ArrayBufferView>(view: View): View => {
    bytes(asBytes(view));
    return view;
  };
  const randomBytes = (size: number, done?: (error: null, buffer: Buffer) => void): Buffer => {
    const buffer = Buffer.alloc(size);
    bytes(buffer);
    if (done !== undefined) queueMicrotask(() => done(null, buffer));
    return buffer;
  };
  Math.random = () => current().chance.next();
  Object.assign(nodeCrypto, {
    randomUUID: () => current().chance.uuid(),
    randomBytes,
    randomFillSync: getRandomValues,
    randomInt: (least: number, most?: number) => (most === undefined ? current().chance.between(0, least - 1) : current().chance.between(least, most - 1)),
  });
  Object.assign(globalThis.crypto, { randomUUID: () => current().chance.uuid(), getRandomValues });
  syncBuiltinESMExports();
};
