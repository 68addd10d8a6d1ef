// Names a person may have meant: the known ones that differ least from what was typed.

const MOST = 3;
/** Names that are listed; a fleet has thousands. */
const SHOWN = 30;

/** Number of letters to insert, delete, replace or swap with a neighbour. */
export const distance = (one: string, other: string): number => {
  let older: readonly number[] = [];
  let before = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const now = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      const swapped = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      const least = Math.min((before[column] ?? 0) + 1, (now[column - 1] ?? 0) + 1, (before[column - 1] ?? 0) + (same ? 0 : 1));
      now.push(swapped ? Math.min(least, (older[column - 2] ?? 0) + 1) : least);
    }
    older = before;
    before = now;
  }
  return before[other.length] ?? 0;
};

/** At most three known names close to the one typed, the closest first; none when nothing is close. */
export const nearest = (typed: string, known: readonly string[]): readonly string[] => {
  const allowed = Math.max(2, Math.floor(typed.length / 3));
  return known
    .map((name) => ({ name, away: name.includes(typed) && typed.length > 2 ? 1 : distance(typed.toLowerCase(), name.toLowerCase()) }))
    .filter(({ away }) => away <= allowed)
    .toSorted((one, other) => one.away - other.away)
    .slice(0, MOST)
    .map(({ name }) => name);
};

/** `Did you mean api? Known: api, web.` */
export const meant = (typed: string, known: readonly string[]): string => {
  const close = nearest(typed, known);
  const more = known.length > SHOWN ? ` and ${known.length - SHOWN} more` : '';
  const list = known.length === 0 ? 'There are none.' : `Known: ${known.slice(0, SHOWN).join(', ')}${more}.`;
  return close.length === 0 ? list : `Did you mean ${close.join(' or ')}? ${list}`;
};
