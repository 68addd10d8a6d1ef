// The manifest as it crosses the border from synth to doors; its shape belongs to the domain.
export type * from '../domain/manifest.ts';
