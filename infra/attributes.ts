// What references such as `{databases.main.host}` stand for in the templates; each stack adds what it made.
import { partsOf, type Reference } from '../shared/domain/references.ts';

export interface Attributes {
  /** Says what a reference stands for. */
  readonly define: (reference: string, value: string) => void;
  /** What a reference stands for; an unknown one is an error, for impossible.ts has refused it before. */
  readonly get: (reference: string) => string;
  readonly has: (reference: string) => boolean;
  /** A text with its references filled in. */
  readonly fill: (text: string) => string;
}

export const createAttributes = (): Attributes => {
  const known = new Map<string, string>();
  const get = (reference: string): string => {
    const value = known.get(reference);
    if (value === undefined)
      throw new Error(`{${reference}} is not defined by any stack built so far; known: ${[...known.keys()].join(', ')}`);
    return value;
  };
  const filled = (reference: Reference): string => get(reference.text);
  return {
    define: (reference, value) => void known.set(reference, value),
    get,
    has: (reference) => known.has(reference),
    fill: (text) =>
      partsOf(text)
        .map((part) => (part.kind === 'text' ? part.text : filled(part.reference)))
        .join(''),
  };
};
