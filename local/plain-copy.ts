// Copies the values that cross an API: what is data stays data, and nobody can reach into a simulator's own records.

/** A deep copy of plain objects, arrays, dates and bytes; other values (streams, instances of classes) are passed as they are. */
export const plainCopy = <T>(value: T): T => copy(value) as T;

const copy = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copy);
  const { constructor: kind } = value;
  if (kind === Object || kind === undefined) return copyMembers(value as Readonly<Record<string, unknown>>);
  if (value instanceof Date) return new Date(value.getTime());
  return value instanceof Uint8Array ? value.slice() : value;
};

/** Every call passes here twice: only what holds something is copied by a call of its own. */
const copyMembers = (value: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const copied: Record<string, unknown> = {};
  for (const name in value) {
    const member = value[name];
    copied[name] = typeof member === 'object' && member !== null ? copy(member) : member;
  }
  return copied;
};
