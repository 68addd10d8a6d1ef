// Copies the values that cross an API: what is data stays data, and nobody can reach into a simulator's own records.

/** A deep copy of plain objects, arrays, dates and bytes; other values (streams, instances of classes) are passed as they are. */
export const plainCopy = <T>(value: T): T => copy(value) as T;

const unchanging = new WeakSet<readonly unknown[]>();

/** A list that nobody changes any more, frozen with its members: copies share it. */
export const shared = <T extends object>(list: readonly T[]): readonly T[] => {
  for (const member of list) Object.freeze(member);
  Object.freeze(list);
  unchanging.add(list);
  return list;
};

const copy = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return unchanging.has(value) ? value : value.map(copy);
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
